"""Whole files under AES-256-GCM, in the forms that were in use.

    nonce (12 bytes) || ciphertext || tag (16 bytes)      as bytes, or as base64 (also URL-safe, with or without padding)
    {"nonce": ..., "ciphertext": ..., "tag": ...}         JSON of base64 texts; "iv" for "nonce", "data" for "ciphertext";
                                                          without "tag", the tag is the end of the ciphertext

There is no associated data. The key is 32 bytes: as they are, or as hex or base64.
"""

import json
import re
from base64 import b64decode
from binascii import Error as BadBase64
from binascii import unhexlify
from collections.abc import Iterator

KEY_BYTES, NONCE_BYTES, TAG_BYTES = 32, 12, 16
_HEX = re.compile(rb"[0-9A-Fa-f]{64}")
_BASE64 = re.compile(rb"[A-Za-z0-9+/_-]+={0,2}")
_SPACE = re.compile(rb"\s+")


class BadKey(ValueError):
    """A text that is no key of 32 bytes; never quotes it."""


class DoesNotOpen(ValueError):
    """A file that this key does not open, or that is in none of the forms."""


def blob_key(data: bytes) -> bytes:
    """The key that a key file holds; raises BadKey."""
    if len(data) == KEY_BYTES:
        return data
    text = data.strip()
    if _HEX.fullmatch(text):
        return unhexlify(text)
    key = _from_base64(text)
    if key is None or len(key) != KEY_BYTES:
        raise BadKey(f"it holds no key of {KEY_BYTES} bytes, as hex, as base64 or as they are")
    return key


def opened_blob(data: bytes, key: bytes) -> bytes:
    """The plain text of a file in any of the forms; raises DoesNotOpen."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    cipher = AESGCM(key)
    known = False
    for nonce, sealed in _forms(data):
        known = True
        try:
            return cipher.decrypt(nonce, sealed, None)
        except (InvalidTag, ValueError):
            continue
    if known:
        raise DoesNotOpen("the key does not open it, or it was changed")
    raise DoesNotOpen("it is no AES-GCM file: a nonce of 12 bytes, the ciphertext, and a tag of 16")


def _forms(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The nonce, and the ciphertext with its tag, by every form that the bytes may have."""
    envelope = _envelope(data)
    if envelope is not None:
        yield envelope
    for whole in (_from_base64(data), data):
        if whole is not None and len(whole) >= NONCE_BYTES + TAG_BYTES:
            yield whole[:NONCE_BYTES], whole[NONCE_BYTES:]


def _envelope(data: bytes) -> tuple[bytes, bytes] | None:
    try:
        said = json.loads(data)
    except (ValueError, RecursionError):
        return None
    if not isinstance(said, dict):
        return None
    parts = [said.get("nonce", said.get("iv")), said.get("ciphertext", said.get("data")), said.get("tag", "")]
    found = [_from_base64(part.encode()) if isinstance(part, str) else None for part in parts]
    nonce, sealed, tag = found
    return (nonce, sealed + tag) if nonce and sealed is not None and tag is not None else None


def _from_base64(data: bytes) -> bytes | None:
    """What base64 says, its blanks and line breaks left out; None where it is none."""
    text = _SPACE.sub(b"", data)
    if text and not _BASE64.fullmatch(text):
        return None
    text = text.rstrip(b"=").translate(bytes.maketrans(b"-_", b"+/"))
    try:
        return b64decode(text + b"=" * (-len(text) % 4), validate=True)
    except BadBase64:
        return None
