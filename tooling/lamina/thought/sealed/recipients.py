"""age: wrapping a data key for recipients, and unwrapping it with identities (X25519 and SSH keys)."""

from collections.abc import Sequence
from typing import Any

from lamina.words.values import dataclass

_PLAIN_KEY = "AGE-SECRET-KEY-1"
_OTHER_KEYS = {
    "AGE-SECRET-KEY-PQ-1": "a post-quantum key, which lamina does not use",
    "AGE-PLUGIN-": "a plugin's key, and lamina runs no plugins",
}


class BadRecipient(ValueError):
    """A text that names no recipient; quotes it only where it cannot be a secret."""


class BadIdentity(ValueError):
    """A text that is no identity; never quotes it."""


@dataclass(frozen=True, slots=True)
class Identities:
    """The identities that a text holds, and the lines of it (from one) that are none, with what is wrong there."""

    found: tuple[Any, ...]
    faults: tuple[tuple[int, str], ...] = ()

    def __repr__(self) -> str:
        return f"Identities({len(self.found)} found, {len(self.faults)} faults)"


def identities(text: str) -> Identities:
    """The identities in a key file or variable: one a line, comments and empty lines skipped; or one SSH private key.

    A bad line hides no other.
    """
    if "PRIVATE KEY-----" in text:
        return _ssh_identity(text)
    found, faults = [], []
    for number, line in enumerate(text.splitlines(), 1):
        for word in line.split() if not line.lstrip().startswith("#") else ():
            try:
                found.append(identity(word))
            except BadIdentity as error:
                faults.append((number, str(error)))
    return Identities(tuple(found), tuple(faults))


def identity(text: str) -> Any:
    """One age identity; raises BadIdentity."""
    import pyrage

    for start, what in _OTHER_KEYS.items():
        if text.startswith(start):
            raise BadIdentity(f"this is {what}")
    made = None
    if text.startswith(_PLAIN_KEY):
        try:
            made = pyrage.x25519.Identity.from_str(text)
        except pyrage.IdentityError:
            made = None
    if made is None:
        raise BadIdentity("this is no age identity: it starts with AGE-SECRET-KEY-1 and has 74 characters")
    return made


def recipient_of(identity: Any) -> str | None:
    """The recipient that an X25519 identity belongs to; None for others."""
    return str(identity.to_public()) if hasattr(identity, "to_public") else None


def recipient_fault(text: str) -> str | None:
    """Why a text names no recipient, or None."""
    try:
        _recipient(text)
    except BadRecipient as error:
        return str(error)
    return None


def same_recipient(left: str, right: str) -> bool:
    """Whether two texts name the same key; the comment of an SSH key is no part of it."""
    return _key_part(left) == _key_part(right)


def new_identity() -> Any:
    """A new X25519 identity; its text is a secret."""
    import pyrage

    return pyrage.x25519.Identity.generate()


def wrapped(secret: bytes, recipient: str) -> str:
    """A data key, or a share of one, sealed for a recipient: armored age text. Raises BadRecipient."""
    import pyrage

    text: str = pyrage.encrypt(secret, [_recipient(recipient)], armored=True).decode("ascii")
    return text


def unwrapped(enc: str, found: Sequence[Any]) -> bytes | None:
    """What armored age text holds, or None when no identity opens it."""
    import pyrage

    try:
        secret: bytes = pyrage.decrypt(enc.encode("ascii", "replace"), list(found))
    except pyrage.DecryptError:
        return None
    return secret


def _key_part(recipient: str) -> list[str]:
    return recipient.split()[:2]


def _recipient(text: str) -> Any:
    import pyrage

    if "SECRET-KEY" in text.upper() or "PRIVATE KEY" in text.upper():
        raise BadRecipient(
            "a private key stands where a recipient belongs: give the public key, and replace the private one"
        )
    if text.startswith("age1") and text.count("1") > 1:
        raise BadRecipient(f"{text[:40]!r} is of an age plugin, or of a new kind, which lamina does not seal for")
    made = None
    try:
        if text.startswith("ssh-"):
            made = pyrage.ssh.Recipient.from_str(text)
        elif text.startswith("age1"):
            made = pyrage.x25519.Recipient.from_str(text)
    except pyrage.RecipientError:
        made = None
    if made is None:
        shown = f"{text[:40]!r} is" if text.startswith(("age1", "ssh-")) else "this is"
        raise BadRecipient(f"{shown} no recipient: one starts with age1 (X25519), ssh-ed25519 or ssh-rsa")
    return made


def _ssh_identity(text: str) -> Identities:
    import pyrage

    made = None
    try:
        made = pyrage.ssh.Identity.from_buffer(text.encode())
    except pyrage.IdentityError:
        made = None
    if made is None:
        return Identities((), ((1, "this SSH key cannot be used: it is not ed25519 or rsa, or has a passphrase"),))
    return Identities((made,))
