"""The header of an age file, which all may read: for what kinds of keys it is made, and how long what it holds is.

By https://age-encryption.org/v1. An SSH key is known by a tag; an X25519 key leaves no trace.
"""

from binascii import Error as BadBase64
from binascii import a2b_base64, b2a_base64
from hashlib import sha256

from lamina.words.values import dataclass

_BEGIN, _END = "-----BEGIN AGE ENCRYPTED FILE-----", "-----END AGE ENCRYPTED FILE-----"
_VERSION = b"age-encryption.org/v1\n"
_NONCE, _TAG = 16, 16


@dataclass(frozen=True, slots=True)
class Armored:
    """The stanzas of a header, each a list of words, without those that are only there to keep readers on their toes."""

    stanzas: tuple[tuple[str, ...], ...]
    holds: int

    def fits(self, recipient: str) -> bool | None:
        """Whether this can be made for a recipient; None where that cannot be told."""
        kinds = {stanza[0] for stanza in self.stanzas}
        if recipient.startswith("ssh-"):
            words = recipient.split()
            return any(stanza[:2] == (words[0], _tag(words[1])) for stanza in self.stanzas) if len(words) > 1 else None
        if recipient.startswith("age1pq1"):
            return "mlkem768x25519" in kinds
        plain = recipient.startswith("age1") and recipient.count("1") == 1
        return "X25519" in kinds if plain else None


def armored(text: str) -> Armored | None:
    """The header of an armored age file, or None where the text is none, or not all of one."""
    lines = text.strip().splitlines()
    if len(lines) < 3 or lines[0].strip() != _BEGIN or lines[-1].strip() != _END:
        return None
    try:
        data = a2b_base64("".join(line.strip() for line in lines[1:-1]), strict_mode=True)
    except (BadBase64, ValueError):
        return None
    if not data.startswith(_VERSION):
        return None
    head, mark, rest = data.partition(b"\n--- ")
    mac, newline, payload = rest.partition(b"\n")
    if not mark or not newline or not mac:
        return None
    words = [
        tuple(line[3:].decode("ascii", "replace").split()) for line in head.split(b"\n") if line.startswith(b"-> ")
    ]
    stanzas = tuple(stanza for stanza in words if stanza and not stanza[0].endswith("-grease"))
    return Armored(stanzas, len(payload) - _NONCE - _TAG) if stanzas else None


def _tag(key: str) -> str:
    """How a stanza names an SSH key: four bytes of the hash of its public half."""
    try:
        wire = a2b_base64(key)
    except (BadBase64, ValueError):
        return ""
    return b2a_base64(sha256(wire).digest()[:4], newline=False).decode().rstrip("=")
