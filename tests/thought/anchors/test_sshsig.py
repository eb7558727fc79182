"""SSH signatures read and verified; that ssh-keygen says the same is for tests/world/test_signing.py."""

import pytest
import ssh_keys
from ssh_keys import Key

from lamina.thought.anchors.sshsig import BadSignature, armoured, fault, fingerprint, read_signature, unarmoured
from lamina.thought.anchors.wire import BadWire, Reader, string

MESSAGE = b"what is signed\n"
KEYS = {
    "ed25519": ssh_keys.ed25519(),
    "ecdsa": ssh_keys.ecdsa(),
    "rsa": ssh_keys.rsa_key(),
    "rsa with sha-256": ssh_keys.rsa_key(algorithm="rsa-sha2-256"),
    "hardware ed25519": ssh_keys.hardware_ed25519(),
    "hardware ecdsa": ssh_keys.hardware_ecdsa(),
}


@pytest.mark.parametrize("hash", ["sha256", "sha512"])
@pytest.mark.parametrize("key", KEYS.values(), ids=KEYS)
def test_a_signature_is_of_its_message_namespace_and_key_alone(key: Key, hash: str) -> None:
    signature = read_signature(key.sign(MESSAGE, hash=hash))
    assert signature.key == key.public
    assert fault(signature, "lamina-anchor", MESSAGE) is None
    assert fault(signature, "lamina-anchor", MESSAGE + b"x") == "it is not by the key that it names, or of another text"
    assert fault(signature, "git", MESSAGE) == "it is for 'lamina-anchor', not for 'git'"


@pytest.mark.parametrize("key", KEYS.values(), ids=KEYS)
def test_no_bit_of_a_signature_can_be_another(key: Key) -> None:
    blob = key.sign(MESSAGE)
    for at in range(len(blob)):
        changed = blob[:at] + bytes([blob[at] ^ 1]) + blob[at + 1 :]
        try:
            signature = read_signature(changed)
        except BadSignature:
            continue
        # The length of what is reserved, which is read and left, is the one thing that nothing covers.
        assert fault(signature, "lamina-anchor", MESSAGE) is not None


@pytest.mark.parametrize("key", KEYS.values(), ids=KEYS)
def test_a_signature_that_is_cut_is_none(key: Key) -> None:
    blob = key.sign(MESSAGE)
    for end in range(len(blob)):
        with pytest.raises(BadSignature):
            read_signature(blob[:end])
    with pytest.raises(BadSignature, match="more follows"):
        read_signature(blob + b"x")


def test_old_and_small_rsa_is_refused() -> None:
    sha1 = read_signature(ssh_keys.rsa_key(algorithm="ssh-rsa").sign(MESSAGE))
    assert fault(sha1, "lamina-anchor", MESSAGE) == "it is made by ssh-rsa, which is not taken of ssh-rsa"
    key = ssh_keys.ed25519()
    small = Key(
        "ssh-rsa", string(b"ssh-rsa") + string(b"\1\0\1") + string(b"\x7f" * 64), lambda _: string(b"rsa-sha2-512")
    )
    assert fault(read_signature(small.sign(MESSAGE)), "lamina-anchor", MESSAGE) == (
        "it is damaged: its key has fewer than 1024 bits"
    )
    other = Key("ssh-dss", string(b"ssh-dss"), key.inner)
    assert fault(read_signature(other.sign(MESSAGE)), "lamina-anchor", MESSAGE) == (
        "it is by a key of the kind ssh-dss, which is not taken"
    )


def test_other_hashes_are_refused() -> None:
    blob = ssh_keys.ed25519().sign(MESSAGE).replace(b"\0\0\0\x06sha512", b"\0\0\0\x04sha1")
    with pytest.raises(BadSignature, match="over the hash sha1"):
        read_signature(blob)


def test_armour() -> None:
    blob = ssh_keys.ed25519().sign(MESSAGE)
    assert unarmoured(armoured(blob)) == blob
    for text in ("", "x", armoured(blob).replace("BEGIN", "START"), armoured(blob).replace("\n", "\n?", 1)):
        with pytest.raises(BadSignature):
            unarmoured(text)


def test_a_key_is_shown_by_its_fingerprint() -> None:
    assert fingerprint(b"") == "SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU"


def test_numbers_and_names_on_the_wire() -> None:
    assert Reader(string(b"\0\xff")).mpint() == 255
    with pytest.raises(BadWire, match="negative"):
        Reader(string(b"\xff")).mpint()
    with pytest.raises(BadWire, match="not ASCII"):
        Reader(string(b"\xff")).text()
    with pytest.raises(BadWire, match="ends too early"):
        Reader(b"\0\0\0\2x").string()
