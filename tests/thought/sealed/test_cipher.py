"""One ciphertext: its text, its place, and nothing in its errors."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lamina.thought.sealed.cipher import Cipher, Ciphertext, DoesNotOpen, ciphertext

KEY, IV = bytes(range(32)), bytes(range(32, 64))
# The shape of the text; its data and tag are taken from what is sealed.
KNOWN = "ENC[AES256_GCM,data:{data},iv:ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8=,tag:{tag},type:str]"


def parts_of(text: str) -> Ciphertext:
    parts = ciphertext(text)
    assert parts is not None
    return parts


def test_the_text_of_a_ciphertext() -> None:
    text = Cipher(KEY).seal(b"secret", "str", "a:b:", IV)
    parts = parts_of(text)
    assert text == KNOWN.format(data=parts.data, tag=parts.tag)
    assert (len(parts.data), len(parts.tag), parts.kind, parts.rest) == (8, 24, "str", "")
    assert Cipher(KEY).open(parts, "a:b:") == b"secret"


@given(st.binary(min_size=1, max_size=100), st.text(st.characters(codec="utf-8")), st.binary(min_size=1, max_size=64))
def test_what_is_sealed_opens_at_its_place_alone(data: bytes, bound: str, iv: bytes) -> None:
    iv = iv if len(iv) >= 8 else iv * 8
    cipher = Cipher(KEY)
    parts = parts_of(cipher.seal(data, "str", bound, iv))
    assert cipher.open(parts, bound) == data
    with pytest.raises(DoesNotOpen):
        cipher.open(parts, bound + "x")
    with pytest.raises(DoesNotOpen):
        Cipher(bytes(32)).open(parts, bound)


def test_a_text_that_is_no_ciphertext() -> None:
    for text in ("", "ENC", "ENC[AES256_GCM,data:,iv:,tag:,type:]", "xENC[AES256_GCM,data:a,iv:b,tag:c,type:d]"):
        assert ciphertext(text) is None


def test_text_behind_the_bracket_is_told() -> None:
    assert parts_of("ENC[AES256_GCM,data:a,iv:b,tag:c,type:str] x").rest == " x"


@pytest.mark.parametrize(
    "parts",
    [
        Ciphertext("AAAA", "", "AAAA", "str"),
        Ciphertext("A", "AAAA", "AAAAAAAAAAAAAAAAAAAAAA==", "str"),
        Ciphertext("A A=", "AAAA", "AAAAAAAAAAAAAAAAAAAAAA==", "str"),
        Ciphertext("AAAA", "AAAA", "AAAA", "str"),
        Ciphertext("AAAA", "AAAAAAAAAAA=", "AAAAAAAAAAAAAAAAAAAAAA==", "str"),
        Ciphertext("ÄÄ==", "AAAA", "AAAAAAAAAAAAAAAAAAAAAA==", "str"),
    ],
    ids=["short tag", "no base64", "a blank", "tag of three bytes", "another key", "no ASCII"],
)
def test_a_malformed_one_does_not_open(parts: Ciphertext) -> None:
    with pytest.raises(DoesNotOpen):
        Cipher(KEY).open(parts, "a:")


def test_line_breaks_in_base64_are_skipped() -> None:
    parts = parts_of(Cipher(KEY).seal(b"secret", "str", "a:", IV))
    broken = Ciphertext(f"{parts.data[:4]}\r\n{parts.data[4:]}", parts.iv, parts.tag, parts.kind)
    assert Cipher(KEY).open(broken, "a:") == b"secret"


def test_a_cipher_shows_no_key() -> None:
    assert KEY.hex() not in repr(Cipher(KEY))
    assert not hasattr(Cipher(KEY), "__dict__")
