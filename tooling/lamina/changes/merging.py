"""Three versions of a sealed file made one, as git asks a merge driver to, or a person by hand."""

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from lamina.changes.writing import replace_file
from lamina.project.keyring import Keyring
from lamina.thought.document import edit
from lamina.thought.sealed.failures import NoKey
from lamina.thought.sealed.merging import Conflict, Edits, merged
from lamina.words.errors import Failure
from lamina.world.files import read_file

_EDITS: Edits = edit


class CannotMerge(Failure):
    """Two sides that changed the same thing differently; our file stands as it was."""

    status = 1

    def __init__(self, name: str, conflicts: Sequence[Conflict]) -> None:
        count = f"{len(conflicts)} conflict{'s' * (len(conflicts) > 1)}"
        ways = "; ".join(dict.fromkeys(one.hint for one in conflicts if one.hint))
        ways = ways or f"lamina secrets edit {name}, or take theirs: git checkout --theirs {name}"
        super().__init__(f"{name}: {count}, so it stays as ours is", f"{ways}; then: git add {name}")
        self.details = tuple(map(str, conflicts))


def merge_files(
    base: Path,
    ours: Path,
    theirs: Path,
    name: str,
    keyring: Keyring,
    random: Callable[[int], bytes],
    now: datetime,
) -> tuple[str, ...]:
    """Write the merged file in place of ours; give notes about what it lacks. `name` is what the file is called.

    Raises CannotMerge, NoKey, NotSealed, Unsound, Tampered, CannotRead, CannotWrite: then ours is as it was.
    """
    before = read_file(ours)
    try:
        found = merged(read_file(base), before, read_file(theirs), name, keyring.open, _EDITS, random, now)
    except NoKey as failure:
        failure.details += (f"ours stays as it is; with a key at hand: git checkout --merge {name}",)
        raise
    if found.data is None:
        raise CannotMerge(name, found.conflicts)
    replace_file(ours, name, before, found.data)
    return found.notes
