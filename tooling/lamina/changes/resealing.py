"""Sealed files brought in line with a changed rule: what it now chooses is sealed, what it no longer chooses is opened."""

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime

from lamina.changes.rewriting import computed, write
from lamina.project.keyring import Keyring
from lamina.project.rule_differences import Difference, Differences, SelectionChange, place
from lamina.project.sealed_looks import SealedFile
from lamina.thought.sealed.cipher import Random
from lamina.thought.sealed.opening import Opened, look, opened_with
from lamina.thought.sealed.rekeying import rewrapped
from lamina.thought.sealed.reruling import reruled


def reseal(
    differences: Differences,
    keyring: Keyring,
    random: Random,
    now: datetime,
    agree: Callable[[Mapping[str, SelectionChange]], bool] = lambda changes: True,
) -> bool:
    """Give every file that differs the selection and the recipients of its rule, if the user agrees; says whether it was done.

    The user is told what happens to which value, by file. Only those values change. Raises NothingWritten.
    """
    wanted = {one.file.name: one for one in differences.differing}
    turned: dict[str, SelectionChange] = {}

    def after(file: SealedFile) -> bytes:
        before = keyring.open(file.look)
        data = _as_wanted(before, wanted[file.name], random, now)
        turned[file.name] = _turned(before, opened_with(look(data, file.name), before.key))
        return data

    rewrites = computed([one.file for one in differences.differing], after)
    if not agree(turned):
        return False
    write(rewrites)
    return True


def _as_wanted(found: Opened, difference: Difference, random: Random, now: datetime) -> bytes:
    data, wanted = difference.file.disk.data, difference.wanted
    if not difference.ruled:
        data = reruled(found, wanted.rule, wanted.mac_only_encrypted, random, now)
        found = opened_with(look(data, difference.file.name), found.key)
    return data if difference.shared else rewrapped(found, wanted.sharing, random)


def _turned(before: Opened, after: Opened) -> SelectionChange:
    """What was sealed or opened; a comment is told from others by what it says, since it may have moved."""
    return SelectionChange(_only_in(after, before), _only_in(before, after))


def _only_in(one: Opened, other: Opened) -> tuple[str, ...]:
    """The places of what is sealed in one file and not in the other."""
    paths = other.sealed_paths
    notes = Counter(str(value) for leaf, value in other.values.items() if leaf.note)
    found = []
    for leaf, value in one.values.items():
        if leaf.note and notes[str(value)] > 0:
            notes[str(value)] -= 1
        elif leaf.note or leaf.path not in paths:
            found.append(place(leaf))
    return tuple(found)
