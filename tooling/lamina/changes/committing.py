"""Committing: changes of files become a commit on a branch, in the place of writing them."""

from collections.abc import Mapping, Sequence

from lamina.changes.writing import FileChange
from lamina.project import Project
from lamina.project.revisions import folder_in_git
from lamina.world.branches import Branch
from lamina.world.disk import write_files

_NONE: Mapping[str, str] = {}


def committed(
    project: Project, branch: Branch, changes: Sequence[FileChange], message: str, trailers: Mapping[str, str] = _NONE
) -> str:
    """Commit changes that were computed on a project at the branch's tip, and give the commit's id.

    Without a change that is the tip's. Trailers are lines `Name: value` at the end of the message. Raises what
    `Branch.commit` raises, and then nothing was written.
    """
    start = folder_in_git(project)
    files = {f"{start}/{one.file}" if start else one.file: one.after for one in changes}
    return committed_files(branch, files, message, trailers)


def committed_files(
    branch: Branch, files: Mapping[str, bytes | None], message: str, trailers: Mapping[str, str] = _NONE
) -> str:
    """Commit files by their names from the top of the git repository, None for those that go; else as `committed`."""
    return branch.commit(files, _with_trailers(message, trailers), write_files)


def _with_trailers(message: str, trailers: Mapping[str, str]) -> str:
    """A message with trailers as its last paragraph; each is one line."""
    lines = "\n".join(f"{name}: {' '.join(value.split())}" for name, value in trailers.items())
    return f"{message.rstrip()}\n\n{lines}\n" if lines and message.strip() else message
