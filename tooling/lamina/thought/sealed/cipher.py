"""AES-256-GCM as SOPS uses it: one ciphertext a value, bound to the keys on the path to it."""

from binascii import Error as BadBase64
from binascii import a2b_base64, b2a_base64
from collections.abc import Callable

from lamina.words.regex import regex
from lamina.words.values import dataclass

IV_BYTES, TAG_BYTES, KEY_BYTES = 32, 16, 32
_CIPHERTEXT = regex(r"ENC\[AES256_GCM,data:(.+),iv:(.+),tag:(.+),type:(.+)\]")
Random = Callable[[int], bytes]


class DoesNotOpen(ValueError):
    """A ciphertext that is malformed or does not fit its place; says which, and nothing of what it holds."""


@dataclass(frozen=True, slots=True)
class Ciphertext:
    """An `ENC[...]` text taken apart; `rest` is what stands after its bracket, where nothing should."""

    data: str
    iv: str
    tag: str
    kind: str
    rest: str = ""


def ciphertext(text: str) -> Ciphertext | None:
    """The parts of an `ENC[...]` text, or None when it is something else."""
    found = _CIPHERTEXT.match(text) if text.startswith("ENC[AES256_GCM,") else None
    return Ciphertext(found[1], found[2], found[3], found[4], text[found.end() :]) if found else None


class Cipher:
    """The cipher under one data key; shows nothing of the key."""

    __slots__ = ("_decrypt", "_encrypt")

    def __init__(self, key: bytes) -> None:
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        aead = AESGCM(key)
        self._encrypt = aead.encrypt

        def decrypt(iv: bytes, data: bytes, bound: bytes) -> bytes:
            try:
                return aead.decrypt(iv, data, bound)
            except (InvalidTag, ValueError):
                raise DoesNotOpen(
                    "it does not open here: changed, moved from another place, or of another key"
                ) from None

        self._decrypt = decrypt

    def open(self, parts: Ciphertext, bound: str) -> bytes:
        """The bytes that a ciphertext holds, if it was made for this place; raises DoesNotOpen."""
        data, iv, tag = _decoded(parts.data), _decoded(parts.iv), _decoded(parts.tag)
        if len(tag) != TAG_BYTES:
            raise DoesNotOpen(f"its tag has {len(tag)} bytes, not {TAG_BYTES}")
        return self._decrypt(iv, data + tag, bound.encode("utf-8", "surrogateescape"))

    def seal(self, data: bytes, kind: str, bound: str, iv: bytes) -> str:
        """The `ENC[...]` text that holds the bytes, bound to a place."""
        sealed = self._encrypt(iv, data, bound.encode("utf-8", "surrogateescape"))
        body, tag = _encoded(sealed[:-TAG_BYTES]), _encoded(sealed[-TAG_BYTES:])
        return f"ENC[AES256_GCM,data:{body},iv:{_encoded(iv)},tag:{tag},type:{kind}]"


def _encoded(data: bytes) -> str:
    return b2a_base64(data, newline=False).decode("ascii")


def _decoded(text: str) -> bytes:
    try:
        return a2b_base64(text.replace("\r", "").replace("\n", ""), strict_mode=True)
    except (BadBase64, ValueError):
        raise DoesNotOpen("a part of it is not base64") from None
