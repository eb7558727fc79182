"""Landing: where a change goes once it is computed, into the work tree or into a commit; `set` and all like it share this."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from lamina.changes.writing import FileChange, write_changes
from lamina.project import Project
from lamina.words.values import dataclass

if TYPE_CHECKING:
    from lamina.world.branches import Branch

_NONE: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class Landing:
    """Where a change lands: in the work tree that the project was read from, or, with a branch, in a commit on top of it.

    The project is what the change is computed on; that of a branch is read at its tip, so that what is committed is what was
    validated. `message` is the user's, in the place of the one that is made.
    """

    project: Project
    branch: "Branch | None" = None
    message: str | None = None

    def land(self, changes: Sequence[FileChange], subject: str, trailers: Mapping[str, str] = _NONE) -> str | None:
        """Write the changes, or commit them and give the id; None where no commit is made.

        All or nothing: raises what `write_changes` and `committed` raise.
        """
        if self.branch is None:
            write_changes(self.project, changes)
            return None
        if all(one.before == one.after for one in changes):
            return None
        from lamina.changes.committing import committed

        message = " ".join(subject.split()) if self.message is None else self.message
        return committed(self.project, self.branch, changes, message, trailers)


def on_branch(folder: Path, version: str, name: str | None = None, message: str | None = None) -> Landing:
    """A landing on the branch that is checked out where a folder stands, or on another; raises as Branch and project_at do."""
    from lamina.project.revisions import project_at
    from lamina.world.branches import Branch

    branch = Branch(folder, name)
    return Landing(project_at(folder, branch.tip, version), branch, message)
