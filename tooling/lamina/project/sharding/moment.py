"""The moment that a shard is of: which commit, and which files where there is none or they differ from it.

Shards are joined only where all were made at one moment, wherever that was.
"""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from lamina.project.questions import Project
from lamina.thought.policies import POLICIES
from lamina.thought.topology import CREATION_RULES, ENVIRONMENTS, SCHEMAS, SETTINGS
from lamina.words.values import dataclass
from lamina.world.repository import Commit, asking_commit
from lamina.world.sources import Unreadable

_PLACES = (ENVIRONMENTS, SCHEMAS, SETTINGS, POLICIES, CREATION_RULES)


@dataclass(frozen=True, slots=True)
class Moment:
    """The commit that was read, or that the files stood at; `files` is their digest where it alone does not tell them.

    `revision` says that the commit was asked for, and no file was looked at.
    """

    lamina: str
    commit: str | None
    dirty: bool | None
    files: str | None
    revision: bool

    @property
    def said(self) -> tuple[str, ...]:
        """What must be the same in all parts of a whole, said of each."""
        state = {
            None: "of files that no commit holds",
            False: "of files as committed",
            True: "of files that differ from it",
        }
        return (
            f"by lamina {self.lamina}",
            f"of the commit {self.commit}" if self.commit else "of no commit",
            state[self.dirty],
            f"of files with the digest {self.files}" if self.files else "of files that the commit tells",
            "of a revision (--at)" if self.revision else "of a work tree",
        )


@contextmanager
def asking_moment(project: Project) -> Iterator[Callable[[], Moment]]:
    """Ask git about a work tree while other work is done: the moment is had by calling what this gives."""
    if project.root is None:
        yield lambda: Moment(project.version, project.commit, False, None, True)
        return
    with asking_commit(project.root, _PLACES) as asked:
        yield lambda: _moment(project, asked())


def _moment(project: Project, commit: Commit | None) -> Moment:
    id, dirty = (commit.id, commit.dirty) if commit else (None, None)
    return Moment(project.version, id, dirty, files_digest(project) if dirty is not False else None, False)


def files_digest(project: Project) -> str:
    """The digest of all files of the configuration, names and bytes; none of what lies beside it."""
    tree = project.tree
    rules = (file for file in tree.every if file.rpartition("/")[2] == CREATION_RULES)
    made = hashlib.sha256()
    for file in sorted({*tree.files, *tree.below(POLICIES).files, *rules}):
        try:
            data = hashlib.sha256(tree.data(file)).digest()
        except Unreadable:
            data = b"unreadable"
        made.update(file.encode("utf-8", "surrogatepass") + b"\0" + data)
    return f"sha256:{made.hexdigest()}"
