"""Files under AES-256-GCM, in every form that was in use."""

import json
from base64 import b64encode, urlsafe_b64encode

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from lamina.thought.older.blob import BadKey, DoesNotOpen, blob_key, opened_blob

KEY = bytes(range(32))
NONCE = b"\xfb\xff" * 6
PLAIN = b"token: hunter2\n"
WHOLE = NONCE + AESGCM(KEY).encrypt(NONCE, PLAIN, None)
BODY, TAG = WHOLE[12:-16], WHOLE[-16:]


def text(data: bytes) -> str:
    return b64encode(data).decode()


def broken(data: bytes, width: int = 20) -> bytes:
    return b"\n".join(data[at : at + width] for at in range(0, len(data), width)) + b"\n"


FORMS = {
    "bytes": WHOLE,
    "base64": b64encode(WHOLE),
    "base64 on several lines": broken(b64encode(WHOLE)),
    "URL-safe base64": urlsafe_b64encode(WHOLE),
    "base64 without padding": b64encode(WHOLE).rstrip(b"="),
    "an envelope": json.dumps({"nonce": text(NONCE), "ciphertext": text(BODY), "tag": text(TAG)}).encode(),
    "an envelope by other names": json.dumps({"iv": text(NONCE), "data": text(BODY), "tag": text(TAG)}).encode(),
    "an envelope without a tag": json.dumps({"nonce": text(NONCE), "ciphertext": text(BODY + TAG), "v": 1}).encode(),
}
KEYS = {
    "as it is": KEY,
    "hex": KEY.hex().encode() + b"\n",
    "hex in capitals": KEY.hex().upper().encode(),
    "base64": b64encode(KEY) + b"\n",
    "URL-safe base64": urlsafe_b64encode(KEY),
    "base64 without padding": b64encode(KEY).rstrip(b"="),
}


@pytest.mark.parametrize("data", FORMS.values(), ids=FORMS)
def test_every_form_opens(data: bytes) -> None:
    assert opened_blob(data, KEY) == PLAIN


@pytest.mark.parametrize("data", KEYS.values(), ids=KEYS)
def test_every_form_of_a_key_is_one(data: bytes) -> None:
    assert blob_key(data) == KEY


@pytest.mark.parametrize("data", [b"", b"x", b"0" * 63, b64encode(bytes(31)), b64encode(bytes(33)), bytes(33)])
def test_what_is_no_key_is_refused(data: bytes) -> None:
    with pytest.raises(BadKey, match="no key of 32 bytes"):
        blob_key(data)


@pytest.mark.parametrize("data", FORMS.values(), ids=FORMS)
def test_another_key_opens_none(data: bytes) -> None:
    with pytest.raises(DoesNotOpen, match="the key does not open it"):
        opened_blob(data, bytes(32))


def test_a_changed_file_does_not_open() -> None:
    for at in (0, 12, len(WHOLE) - 1):
        with pytest.raises(DoesNotOpen, match="or it was changed"):
            opened_blob(WHOLE[:at] + bytes([WHOLE[at] ^ 1]) + WHOLE[at + 1 :], KEY)


@pytest.mark.parametrize(
    "data", [b"", b"short", b"{}", b'{"nonce": 1}', b"[" * 5000, b'{"nonce": "x"}', b64encode(bytes(27))]
)
def test_what_is_no_such_file_is_refused(data: bytes) -> None:
    with pytest.raises(DoesNotOpen):
        opened_blob(data, KEY)
