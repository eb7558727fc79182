"""The text of an anchor: what it says, how signatures stand under it, and what is none."""

from base64 import b64encode
from hashlib import sha256

import pytest
import ssh_keys

from lamina.thought.anchors.note import NAMESPACE, BadAnchor, anchor, read_anchor, signed
from lamina.thought.anchors.sshsig import fault
from lamina.thought.anchors.tree import Edge, grown

EDGE = grown(Edge(), [b"a", b"b", b"c"])
HEAD = sha256(b"c").hexdigest()
TIME = "2026-11-21T16:02:00.000000Z"
COMMIT = "9" * 40
TEXT = anchor("prod-5f0c1a2b", EDGE, HEAD, TIME, COMMIT)
KEY = ssh_keys.ed25519()


def test_the_text() -> None:
    hashes = [b64encode(hash).decode() for hash in EDGE.hashes]
    assert (
        f"lamina/prod-5f0c1a2b\n3\n{b64encode(EDGE.root).decode()}\n"
        f"time {TIME}\nhead {HEAD}\nconfig {COMMIT}\nedge {hashes[0]} {hashes[1]}\n"
    ) == TEXT


def test_it_is_read_back() -> None:
    found = read_anchor(TEXT.encode())
    assert (found.store, found.edge, found.head, found.time, found.commit) == (
        "prod-5f0c1a2b",
        EDGE,
        HEAD,
        TIME,
        COMMIT,
    )
    assert (found.size, found.root, found.text, found.signatures) == (3, EDGE.root, TEXT, ())


def test_of_an_empty_log() -> None:
    found = read_anchor(anchor("s", Edge(), "0" * 64, TIME).encode())
    assert (found.size, found.root, found.commit) == (0, sha256().digest(), None)


def test_signatures_stand_under_it() -> None:
    other = ssh_keys.ecdsa()
    text = signed(signed(TEXT, KEY.sign(TEXT.encode())), other.sign(TEXT.encode()))
    assert text.startswith(f"{TEXT}\n— lamina/prod-5f0c1a2b ")
    found = read_anchor(text.encode())
    assert found.text == TEXT
    assert [one.key for one in found.signatures] == [KEY.public, other.public]
    assert [fault(one, NAMESPACE, found.text.encode()) for one in found.signatures] == [None, None]


def test_signatures_of_others_are_passed_over() -> None:
    text = signed(TEXT, KEY.sign(TEXT.encode()))
    witness = f"— witness.example.com/w {b64encode(b'0123' + b'x' * 64).decode()}\n"
    own_name = f"— lamina/prod-5f0c1a2b {b64encode(b'0123' + b'x' * 64).decode()}\n"
    assert len(read_anchor((text + witness + own_name).encode()).signatures) == 1


def test_a_signature_under_the_id_of_another_key_is_passed_over() -> None:
    text = signed(TEXT, KEY.sign(TEXT.encode()))
    mine = text.split(" ")[-1][:4]
    swapped = signed(TEXT, ssh_keys.ed25519().sign(TEXT.encode()))
    head, _, data = swapped.rpartition(" ")
    assert read_anchor(f"{head} {mine}{data[4:]}".encode()).signatures == ()


WRONG = {
    "nothing": (b"", "no checkpoint"),
    "another log's": (TEXT.encode().replace(b"lamina/", b"example.com/"), "no checkpoint"),
    "a store that is a path": (TEXT.encode().replace(b"prod-5f0c1a2b", b"../x"), "no checkpoint"),
    "a size with a zero": (TEXT.encode().replace(b"\n3\n", b"\n03\n"), "no checkpoint"),
    "a negative size": (TEXT.encode().replace(b"\n3\n", b"\n-3\n"), "no checkpoint"),
    "no line feed at the end": (TEXT.encode()[:-1], "no checkpoint"),
    "another size": (TEXT.encode().replace(b"\n3\n", b"\n4\n"), "edge is not that of a tree of its size"),
    "another size of as many bits": (TEXT.encode().replace(b"\n3\n", b"\n0\n"), "edge is not that"),
    "another root": (TEXT.encode().replace(b64encode(EDGE.root), b64encode(b"x" * 32)), "not of one tree"),
    "another edge": (TEXT.encode().replace(b64encode(EDGE.hashes[0]), b64encode(b"x" * 32)), "not of one tree"),
    "no head": (TEXT.encode().replace(b"head", b"haed"), "time, head or configuration"),
    "no time": (TEXT.encode().replace(b"time 2026", b"time 26"), "time, head or configuration"),
    "a commit that is none": (TEXT.encode().replace(COMMIT.encode(), b"HEAD"), "time, head or configuration"),
    "something twice": (TEXT.encode() + b"time 2030-01-01T00:00:00.000000Z\n", "twice"),
    "control characters": (TEXT.encode() + b"x \x1b[2J\n", "control characters"),
    "no UTF-8": (b"\xff" + TEXT.encode(), "no UTF-8"),
    "too much": (TEXT.encode() + b"x" * (64 << 10), "too long"),
    "text where a signature is due": (TEXT.encode() + b"\nx\n", "signatures are damaged"),
    "a signature that is cut": (TEXT.encode() + "\n— lamina/prod-5f0c1a2b AAAA\n".encode(), "a signature is damaged"),
    "a signature that is no base64": (
        TEXT.encode() + "\n— lamina/prod-5f0c1a2b ??\n".encode(),
        "a signature is damaged",
    ),
}


@pytest.mark.parametrize(("data", "reason"), WRONG.values(), ids=WRONG)
def test_no_anchor(data: bytes, reason: str) -> None:
    with pytest.raises(BadAnchor, match=reason):
        read_anchor(data)


def test_an_anchor_of_what_is_none_is_not_made() -> None:
    with pytest.raises(BadAnchor):
        anchor("s", EDGE, "0" * 64, TIME)
    with pytest.raises(BadAnchor):
        anchor("s", EDGE, HEAD, "now")
