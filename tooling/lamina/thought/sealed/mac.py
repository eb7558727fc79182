"""The MAC over a file's values: what it covers is their bytes and their order; not keys, types, comments, null and empties."""

from collections.abc import Iterable
from hashlib import sha256, sha512

from lamina.thought.sealed.values import Time, time_of

_ONLY_ENCRYPTED = sha256(b"sops").digest()


def digest(values: Iterable[bytes], only_encrypted: bool) -> str:
    """The digest of values in the file's order, as the MAC holds it."""
    state = sha512(_ONLY_ENCRYPTED if only_encrypted else b"")
    for value in values:
        state.update(value)
    return state.hexdigest().upper()


def bound(last_modified: str) -> str | None:
    """What the MAC is bound to: `lastmodified` to the second, in the one spelling that is hashed; None if it is no time."""
    time = time_of(last_modified) if "T" in last_modified else None
    return to_the_second(time) if time is not None else None


def to_the_second(time: Time) -> str:
    """An instant without the fraction of its second."""
    head, dot, tail = time.partition(".")
    return head + tail.lstrip("0123456789") if dot else time
