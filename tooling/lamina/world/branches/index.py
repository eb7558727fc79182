"""The index of a work tree: what the next commit would hold, read and never written."""

from collections.abc import Iterator
from pathlib import Path

from lamina.words.errors import Failure, listing
from lamina.world.branches.program import Git

# The index is asked for what is in it and not in the tree that holds nothing, which every git knows without having it. So a
# sparse or split index is read as any other, and what `git add -N` only announces is not there, as it is in no commit.
_NOTHING = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
_ASKED = (
    "diff-index",
    "--cached",
    "--raw",
    "-z",
    "--no-renames",
    "--ita-invisible-in-index",
    "--ignore-submodules=none",
)


class UnreadableIndex(Failure):
    """git does not tell what is staged; the details are what it said."""

    def __init__(self, top: Path, said: tuple[str, ...]) -> None:
        super().__init__(f"what is staged in {top} cannot be read", "git status says whether git itself can read it")
        self.details = said


class Unmerged(Failure):
    """Files of an unfinished merge, of which the index holds several versions and no result."""

    def __init__(self, files: list[str]) -> None:
        hint = "put the conflicts right, then git add the files; git merge --abort goes back"
        super().__init__(f"the merge is not finished, so nothing is staged of {listing(files)}", hint)


def staged(top: Path, index: Path | None = None) -> dict[str, tuple[int, str]]:
    """The mode and the object of every file that is staged in a work tree, by its name from the top.

    `index` is the file of another index than the work tree's own. Raises NoProgram, UnreadableIndex and Unmerged.
    """
    done = Git(top, index.absolute() if index else None).ask(*_ASKED, _NOTHING)
    if done.status != 0:
        raise UnreadableIndex(top, done.said)
    found: dict[str, tuple[int, str]] = {}
    unmerged: list[str] = []
    for name, mode, object, state in _entries(done.out.decode("utf-8", "surrogateescape")):
        found[name] = (int(mode, 8), object)
        unmerged += [name] * (state == "U")
    if unmerged:
        raise Unmerged(unmerged)
    return found


def _entries(text: str) -> Iterator[tuple[str, str, str, str]]:
    """The name, the mode, the object and the state of each entry of `git diff-index --raw -z`."""
    parts = text.split("\0")
    for told, name in zip(parts[::2], parts[1::2], strict=False):
        _, mode, _, object, state = told.split(" ")
        yield name, mode, object, state
