"""Who can open sealed files: recipients brought in line with the rules, new data keys, and new identities."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import field
from datetime import UTC, datetime
from pathlib import Path

from lamina.changes.rewriting import computed, demand_none, write
from lamina.project.keyring import Keyring
from lamina.project.rule_differences import Differences, GroupChange, group_changes
from lamina.project.sealed_looks import SealedFile, sealed_looks
from lamina.thought.sealed.cipher import Random
from lamina.thought.sealed.failures import CannotSeal
from lamina.thought.sealed.keys import Sharing
from lamina.thought.sealed.recipients import new_identity, recipient_fault, recipient_of, same_recipient
from lamina.thought.sealed.rekeying import rewrapped, rotated, sharing_of
from lamina.words.errors import Misuse
from lamina.words.values import dataclass
from lamina.world.disk import add_private_file


@dataclass(frozen=True, slots=True)
class NewKey:
    """A new identity: its recipient, which is public, and the lines of a key file, which are not."""

    recipient: str
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Rotated:
    """A file under a new data key, and what became of its recipients."""

    name: str
    groups: tuple[GroupChange, ...]
    already: tuple[str, ...] = ()
    never: tuple[str, ...] = ()


def new_key(now: datetime, file: Path | None = None) -> NewKey:
    """A new age identity, in the form of age-keygen; written to a new file that only its owner may read, if one is named."""
    identity = new_identity()
    recipient = str(recipient_of(identity))
    created = now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    text = f"# created: {created}\n# public key: {recipient}\n{identity}\n"
    if file is not None:
        add_private_file(file, text.encode())
    return NewKey(recipient, text)


def rotate(
    folder: Path,
    paths: Sequence[Path],
    keyring: Keyring,
    random: Random,
    now: datetime,
    *,
    add: Sequence[str] = (),
    remove: Sequence[str] = (),
) -> list[Rotated]:
    """A new data key, and a new IV for every value, in all files or in none; raises NothingWritten.

    The recipients of a file stay, but for those to `add`, which come to its first group, and those to `remove`.
    """
    found = sealed_looks(folder, paths)
    known = [name for file in found.files for name in file.look.metadata.recipients]
    for name in add:
        demand_recipient(name)
    for name in remove:
        demand_recipient(name, known)
    demand_none(found.failures, len(found.files) + len(found.failures))

    def after(file: SealedFile) -> bytes:
        sharing = _changed(file, add, remove)
        return rotated(keyring.open(file.look), sharing, random, now)

    write(computed(found.files, after))
    return [_rotated(file, add, remove) for file in found.files]


def update_keys(
    differences: Differences, keyring: Keyring, random: Random, agree: Callable[[], bool] = lambda: True
) -> bool:
    """Give every file that differs the recipients of its rule, if the user agrees; says whether they were written.

    Data keys stay, so who leaves knows them still. Raises NothingWritten.
    """
    wanted = {one.file.name: one.wanted.sharing for one in differences.differing}

    def after(file: SealedFile) -> bytes:
        return rewrapped(keyring.open(file.look), wanted[file.name], random)

    rewrites = computed([one.file for one in differences.differing], after)
    if not agree():
        return False
    write(rewrites)
    return True


def demand_recipient(text: str, known: Iterable[str] = ()) -> None:
    """Stop where a text is no recipient, nor one of those that are known; raises Misuse, which repeats no private key."""
    fault = None if text in known else recipient_fault(text)
    if fault is not None:
        raise Misuse(fault, "age-keygen -y KEYFILE prints the recipient of a key")


def without(file: SealedFile, sharing: Sharing, recipient: str) -> Sharing:
    """The groups of a file without a recipient; raises CannotSeal where nobody is left in one."""
    groups = tuple(tuple(name for name in group if not same_recipient(name, recipient)) for group in sharing.groups)
    for number, group in enumerate(groups, 1):
        if not group and len(groups) > 1:
            message = f"nobody would be left in key group {number}, and its share of the key would be lost"
            raise CannotSeal(file.name, message, "change key_groups in .sops.yaml first: lamina secrets updatekeys")
        if not group:
            message = "nobody would be left to open it"
            raise CannotSeal(file.name, message, "name another recipient first: lamina secrets updatekeys")
    return Sharing(groups, sharing.threshold)


def _changed(file: SealedFile, add: Sequence[str], remove: Sequence[str]) -> Sharing:
    sharing = sharing_of(file.look)
    first, *rest = sharing.groups
    new = [name for name in add if not _holds(first, name)]
    sharing = Sharing(((*first, *dict.fromkeys(new)), *rest), sharing.threshold)
    for name in remove:
        sharing = without(file, sharing, name)
    return sharing


def _rotated(file: SealedFile, add: Sequence[str], remove: Sequence[str]) -> Rotated:
    groups = file.look.metadata.groups
    return Rotated(
        file.name,
        tuple(group_changes(file.look, _changed(file, add, remove))),
        tuple(name for name in add if _holds(groups[0].recipients, name)),
        tuple(name for name in remove if not _holds(file.look.metadata.recipients, name)),
    )


def _holds(names: Sequence[str], recipient: str) -> bool:
    return any(same_recipient(name, recipient) for name in names)
