"""The data key of a file: got out with identities, or made and wrapped for recipients; whole, or shared among groups."""

from collections.abc import Sequence
from typing import Any

from lamina.thought.sealed.cipher import KEY_BYTES, Random
from lamina.thought.sealed.failures import CannotSeal, NoKey, Unsound
from lamina.thought.sealed.metadata import Metadata, Wrap
from lamina.thought.sealed.recipients import BadRecipient, unwrapped, wrapped
from lamina.thought.sealed.shamir import MOST_SHARES, BadShares, combined, split
from lamina.words.values import dataclass


@dataclass(frozen=True, slots=True)
class Sharing:
    """For whom to seal: groups of recipients, and how many groups it takes to open (0 for all)."""

    groups: tuple[tuple[str, ...], ...]
    threshold: int = 0


def data_key(metadata: Metadata, file: str, identities: Sequence[Any]) -> bytes:
    """The data key, as far as the identities open enough groups; raises NoKey."""
    parts = [part for group in metadata.groups if (part := _part(group.wraps, identities)) is not None]
    if len(metadata.groups) > 1 and not 2 <= metadata.needed <= len(metadata.groups):
        message = f"its metadata asks for {metadata.needed} of {len(metadata.groups)} key groups"
        raise Unsound(file, message, "restore the file from git")
    if len(parts) < metadata.needed:
        of = f"; {metadata.needed} of {len(metadata.groups)} groups are needed, {len(parts)} open" if parts else ""
        raise NoKey(file, metadata.recipients, len(identities), of)
    try:
        key = combined(parts) if len(metadata.groups) > 1 else parts[0]
    except BadShares as error:
        raise Unsound(file, f"its key groups do not fit together: {error}", "restore the file from git") from None
    if len(key) != KEY_BYTES:
        raise Unsound(file, f"its data key has {len(key)} bytes, not {KEY_BYTES}", "restore the file from git")
    return key


def wraps(key: bytes, sharing: Sharing, file: str, random: Random) -> list[list[Wrap]]:
    """The data key wrapped for every recipient; raises CannotSeal."""
    groups = sharing.groups
    if not groups or not all(groups):
        what = "a key group without a recipient" if groups else "no recipient"
        raise CannotSeal(file, f"there is {what} to seal it for", "name one in .sops.yaml, or with --age")
    count = len(groups)
    threshold = sharing.threshold or count
    if count > 1 and not 2 <= threshold <= count <= MOST_SHARES:
        message = f"the threshold of the key groups is {threshold}: it must be from 2 to their number, {count}"
        raise CannotSeal(file, message, "mend shamir_threshold in .sops.yaml")
    parts = split(key, count, threshold, random) if count > 1 else [key]
    return [
        [Wrap(name, _wrapped(part, name, file)) for name in group] for part, group in zip(parts, groups, strict=True)
    ]


def _part(group: Sequence[Wrap], identities: Sequence[Any]) -> bytes | None:
    if not identities:
        return None
    return next((part for wrap in group if (part := unwrapped(wrap.enc, identities)) is not None), None)


def _wrapped(part: bytes, recipient: str, file: str) -> str:
    fault = ""
    try:
        return wrapped(part, recipient)
    except BadRecipient as error:
        fault = str(error)
    raise CannotSeal(file, fault, "mend the recipient in .sops.yaml or --age")
