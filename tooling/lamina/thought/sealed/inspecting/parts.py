"""The parts of a ciphertext, judged by their form alone."""

from binascii import Error as BadBase64
from binascii import a2b_base64

from lamina.thought.sealed.cipher import TAG_BYTES, Ciphertext

_KINDS = ("str", "int", "float", "bool", "time", "comment")
# How many bytes the shortest and the longest value of a type has.
_LENGTHS = {"int": (1, 20), "bool": (1, 5), "time": (20, 40)}


def decoded(text: str) -> bytes | None:
    """The bytes that base64 says, as Go reads it; None where it says none."""
    try:
        return a2b_base64(text.replace("\r", "").replace("\n", ""), strict_mode=True)
    except (BadBase64, ValueError):
        return None


def part_fault(parts: Ciphertext) -> str | None:
    """Why a ciphertext cannot be one that SOPS wrote, or None."""
    data, iv, tag = decoded(parts.data), decoded(parts.iv), decoded(parts.tag)
    if data is None or iv is None or tag is None:
        return "a part of its ciphertext is not base64"
    if not data or not iv or len(tag) != TAG_BYTES:
        return "a part of its ciphertext is missing or cut off"
    if parts.kind not in _KINDS:
        return "its ciphertext has a type that SOPS does not write"
    least, most = _LENGTHS.get(parts.kind, (1, len(data)))
    if not least <= len(data) <= most:
        return f"its ciphertext is not as long as that of a value of type {parts.kind}"
    return "text follows its ciphertext" if parts.rest else None
