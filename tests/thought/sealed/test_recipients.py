"""age: recipients and identities, and that no error shows a private key."""

import pyrage
import pytest
from thought.sealed.golden_files import ALICE, GOLDEN, keys

from lamina.thought.sealed.recipients import (
    BadIdentity,
    BadRecipient,
    identities,
    identity,
    recipient_fault,
    recipient_of,
    unwrapped,
    wrapped,
)

SSH = [(GOLDEN / "_keys" / f"{name}.pub").read_text().strip() for name in ("ssh_ed25519", "ssh_rsa")]


@pytest.mark.parametrize(("recipient", "name"), [(ALICE, "alice"), (SSH[0], "ssh_ed25519"), (SSH[1], "ssh_rsa")])
def test_what_is_wrapped_is_unwrapped_by_its_key_alone(recipient: str, name: str) -> None:
    enc = wrapped(b"s" * 32, recipient)
    assert enc.startswith("-----BEGIN AGE ENCRYPTED FILE-----\n")
    assert enc.endswith("-----END AGE ENCRYPTED FILE-----\n")
    assert unwrapped(enc, keys(name)) == b"s" * 32
    assert unwrapped(enc, keys("mallory", name)) == b"s" * 32
    assert unwrapped(enc, keys("mallory")) is None


@pytest.mark.parametrize(
    "enc", ["", "x", "é", "-----BEGIN AGE ENCRYPTED FILE-----\n-----END AGE ENCRYPTED FILE-----\n"]
)
def test_what_is_no_age_text_opens_nothing(enc: str) -> None:
    assert unwrapped(enc, keys("alice")) is None


def test_the_recipient_of_an_identity() -> None:
    (one,) = keys("alice")
    assert recipient_of(one) == ALICE
    assert recipient_of(keys("ssh_ed25519")[0]) is None


def test_a_key_file_with_comments_and_several_keys_on_a_line() -> None:
    one, two = (str(pyrage.x25519.Identity.generate()) for _ in range(2))
    read = identities(f"# created: now\r\n\r\n  {one} {two}\r\n# {one}\r\n")
    assert (len(read.found), read.faults) == (2, ())


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("AGE-SECRET-KEY-PQ-1QQQQ", "post-quantum"),
        ("AGE-PLUGIN-YUBIKEY-1QQQQ", "plugin"),
        ("AGE-SECRET-KEY-1QQQQ", "no age identity"),
        ("QQQQ", "no age identity"),
    ],
)
def test_a_text_that_is_no_identity_is_not_quoted(text: str, why: str) -> None:
    with pytest.raises(BadIdentity, match=why) as error:
        identity(text)
    assert "QQQQ" not in str(error.value)
    assert identities(text).faults[0][0] == 1


def test_an_ssh_key_that_cannot_be_used() -> None:
    read = identities("-----BEGIN OPENSSH PRIVATE KEY-----\nQQQQ\n-----END OPENSSH PRIVATE KEY-----\n")
    assert read.found == ()
    assert "QQQQ" not in str(read.faults)


@pytest.mark.parametrize("text", ["age1nobody", "ssh-ed25519 AAAA", "ssh-dss AAAA", "bob", "", f"{ALICE} "])
def test_a_text_that_names_no_recipient(text: str) -> None:
    assert "no recipient" in str(recipient_fault(text))
    with pytest.raises(BadRecipient):
        wrapped(b"s", text)


def test_a_recipient_has_no_fault() -> None:
    assert [recipient_fault(text) for text in (ALICE, *SSH)] == [None] * 3
