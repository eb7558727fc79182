"""A project at a revision: the same questions, over the tree of a commit."""

from pathlib import Path

from lamina.project.questions import Project
from lamina.words.errors import Failure
from lamina.world.history import Commit, History
from lamina.world.repository import NotARepository, find_root
from lamina.world.sources.commit import CommitTree


class NothingThere(Failure):
    """A commit that holds no repository of lamina's shape, in the folder that was asked about or above it."""

    def __init__(self, revision: str, commit: Commit) -> None:
        hint = "name a commit that has them: git log --oneline --all -- environments lamina.yaml"
        super().__init__(f"{revision} ({commit.id[:12]}) has no environments/ and no lamina.yaml", hint)


def project_at(folder: Path, revision: str, version: str) -> Project:
    """The project that a folder stands in as it was at a revision, read with its own schemas and settings.

    Nothing is checked out. Raises NotInGit, Unopenable, the failures of `History.commit`, and NothingThere.
    """
    home = home_of(folder)
    history = History(folder if home is None else home)
    commit = history.commit(revision)
    start = CommitTree(history.objects, commit.tree).root_above(history.within(folder))
    if start is None:
        raise NothingThere(revision, commit)
    return Project(CommitTree(history.objects, commit.tree, start), version, home=home, commit=commit.id)


def folder_in_git(project: Project) -> str:
    """The folder of the git repository that is the root of a project at a revision; "" for the top."""
    assert isinstance(project.source, CommitTree), "a project of a work tree is at no revision"
    return project.source.start


def home_of(folder: Path) -> Path | None:
    """The root on disk; None in a bare repository, and where what is asked about is gone from the work tree."""
    try:
        return find_root(folder)
    except NotARepository:
        return None
