"""A project at a revision, or as it is staged: the same questions, over the tree of a commit or of the next one."""

from collections.abc import Sequence
from pathlib import Path

from lamina.project.opening import kept_of_commits
from lamina.project.questions import Project
from lamina.words.errors import Failure, Misuse
from lamina.world.history import Commit, History
from lamina.world.repository import NotARepository, find_root
from lamina.world.sources.commit import CommitTree

STAGED = ":"
"""What is staged, in the place of a revision: so git calls what the next commit would hold, as in `git show :FILE`."""


class NothingThere(Failure):
    """A commit that holds no repository of lamina's shape, in the folder that was asked about or above it."""

    def __init__(self, revision: str, commit: Commit) -> None:
        hint = "name a commit that has them: git log --oneline --all -- environments lamina.yaml"
        super().__init__(f"{revision} ({commit.id[:12]}) has no environments/ and no lamina.yaml", hint)


class NothingStaged(Failure):
    """An index that holds no repository of lamina's shape, in the folder that was asked about or above it."""

    def __init__(self) -> None:
        super().__init__("what is staged has no environments/ and no lamina.yaml", "git add them")


def project_at(
    folder: Path, revision: str, version: str, received: Sequence[Path] = (), *, cached: bool = False
) -> Project:
    """The project that a folder stands in as it was at a revision, read with its own schemas and settings.

    Nothing is checked out. `received` are folders of objects that the repository does not have yet, as while a push is judged.
    Raises NotInGit, Unopenable, the failures of `History.commit`, and NothingThere.
    """
    home = home_of(folder)
    history = History(folder if home is None else home, received)
    commit = history.commit(revision)
    start = CommitTree(history.objects, commit.tree).root_above(history.within(folder))
    if start is None:
        raise NothingThere(revision, commit)
    tree = CommitTree(history.objects, commit.tree, start)
    # What was received may yet be refused, and gone then.
    kept = kept_of_commits(folder if home is None else home, tree, version) if cached and not received else None
    return Project(tree, version, home=home, commit=commit.id, kept=kept)


def project_staged(folder: Path, version: str, index: Path | None = None) -> Project:
    """The project that a folder stands in as it would be committed now: what is not staged is not there.

    `index` is the file of another index than the work tree's own. Raises NotInGit, Unopenable, what `staged` raises,
    NothingStaged, and Misuse in a bare repository.
    """
    from lamina.world.branches.index import staged
    from lamina.world.sources.staged import StagedObjects

    home = home_of(folder)
    history = History(folder if home is None else home)
    if history.top is None:
        raise Misuse("a bare repository has no index, so nothing is staged in it", "name a revision: --at REV")
    objects = StagedObjects(history.objects, staged(history.top, index))
    start = CommitTree(objects, objects.tree).root_above(history.within(folder))
    if start is None:
        raise NothingStaged
    return Project(CommitTree(objects, objects.tree, start), version, home=home or history.top / start)


def folder_in_git(project: Project) -> str:
    """The folder of the git repository that is the root of a project at a revision; "" for the top."""
    assert isinstance(project.source, CommitTree), "a project of a work tree is at no revision"
    return project.source.start


def home_of(folder: Path) -> Path | None:
    """The root on disk; None in a bare repository, and where what is asked about is gone from the work tree."""
    if (folder / "HEAD").is_file() and (folder / "objects").is_dir():
        return None  # git's own folder, in which files of other repositories above it count for nothing
    try:
        return find_root(folder)
    except NotARepository:
        return None
