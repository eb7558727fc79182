"""The text of an anchor: a checkpoint of C2SP's tlog-checkpoint, in a note of C2SP's signed-note.

    lamina/prod-5f0c1a2b                                    whose log: the origin
    1024                                                    how many events it had
    q1b2...=                                                the root of the Merkle tree over their lines, in base64
    time 2026-11-21T16:02:00.000000Z                        when that was
    head 3f5e...                                            the hash of the last event
    config 9a0b...                                          the commit of the configuration, where it is known
    edge Zm9v...= YmFy...=                                  the left edge of the tree, from which the next anchor goes on

    — lamina/prod-5f0c1a2b AAAAAFNTSFNJRw...                a signature: base64 of a key id of four bytes and an SSHSIG blob

The SSH signature is over the text before the empty line, with its last line feed, in the namespace `lamina-anchor`. Its key id
is that of signed-note for a type without a number of its own: the start of SHA-256 over the name, a line feed, 0xff, a word
for the type, and the public key. Programs that read notes pass over signatures whose id they do not know.
"""

import re
from base64 import b64decode, b64encode
from binascii import Error as NoBase64
from hashlib import sha256

from lamina.thought.anchors.sshsig import BadSignature, SshSignature, read_signature
from lamina.thought.anchors.tree import Edge
from lamina.words.event import NOTHING
from lamina.words.values import dataclass

NAMESPACE = "lamina-anchor"
_ORIGIN = "lamina/"
_DASH = "— "
_TYPE = b"\xffopenssh.com/sshsig"
# Larger than any anchor that is made here, with room for the signatures of others.
_MOST_BYTES = 64 << 10
_STORE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}", re.ASCII)
_SIZE = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", re.ASCII)
_HASH = re.compile(r"[0-9a-f]{64}")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]")
_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")


class BadAnchor(ValueError):
    """Bytes that are no anchor; its text says why."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """What an anchor says: the log of which store had which tree and head, when, under which configuration.

    `text` is what is signed, `signatures` are the SSH signatures under it.
    """

    store: str
    edge: Edge
    time: str
    head: str
    commit: str | None
    text: str
    signatures: tuple[SshSignature, ...] = ()

    @property
    def size(self) -> int:
        """How many events the log had, which is the number of the last."""
        return self.edge.size

    @property
    def root(self) -> bytes:
        """The root of the tree over them."""
        return self.edge.root


def anchor(store: str, edge: Edge, head: str, time: str, commit: str | None = None) -> str:
    """The text of an anchor, to be signed: the log of a store up to an edge and the hash of its last event."""
    lines = [f"{_ORIGIN}{store}", str(edge.size), _base64(edge.root), f"time {time}", f"head {head}"]
    if commit is not None:
        lines.append(f"config {commit}")
    if edge.hashes:
        lines.append(f"edge {' '.join(map(_base64, edge.hashes))}")
    text = "".join(f"{line}\n" for line in lines)
    _read_text(text, ())
    return text


def signed(text: str, blob: bytes) -> str:
    """An anchor's text, or one with signatures already, with an SSH signature (its bytes) under it; raises BadSignature."""
    key = read_signature(blob).key
    name = text.partition("\n")[0]
    id = sha256(name.encode() + b"\n" + _TYPE + key).digest()[:4]
    return f"{text}{'' if _parted(text)[1] else chr(10)}{_DASH}{name} {_base64(id + blob)}\n"


def read_anchor(data: bytes) -> Anchor:
    """The anchor that bytes hold; raises BadAnchor. Signatures of other kinds, or by other names, are passed over."""
    if len(data) > _MOST_BYTES:
        raise BadAnchor("it is too long")
    try:
        text = data.decode()
    except UnicodeDecodeError:
        raise BadAnchor("it is no UTF-8") from None
    if _CONTROL.search(text):
        raise BadAnchor("it holds control characters")
    body, lines = _parted(text)
    name = body.partition("\n")[0]
    return _read_text(body, tuple(one for line in lines for one in _signature(line, name)))


def _parted(text: str) -> tuple[str, list[str]]:
    """The text that is signed, and the lines of signatures."""
    body, empty, rest = text.rpartition("\n\n")
    if not empty:
        return text, []
    if not rest.endswith("\n") or not all(line.startswith(_DASH) for line in rest[:-1].split("\n")):
        raise BadAnchor("its signatures are damaged")
    return f"{body}\n", rest[:-1].split("\n")


def _signature(line: str, origin: str) -> list[SshSignature]:
    name, space, data = line.removeprefix(_DASH).partition(" ")
    try:
        blob = b64decode(data, validate=True)
    except (NoBase64, ValueError):
        blob = b""
    if not space or len(blob) < 5:
        raise BadAnchor("a signature is damaged")
    if name != origin:
        return []
    try:
        found = read_signature(blob[4:])
    except BadSignature:
        return []
    return [found] if sha256(name.encode() + b"\n" + _TYPE + found.key).digest()[:4] == blob[:4] else []


def _read_text(text: str, signatures: tuple[SshSignature, ...]) -> Anchor:
    origin, size, root, *more = [*text.split("\n")[:-1], "", "", ""]
    store = origin.removeprefix(_ORIGIN)
    if not text.endswith("\n") or store == origin or not _STORE.fullmatch(store) or not _SIZE.fullmatch(size):
        raise BadAnchor("it is no checkpoint of a log of lamina")
    said = dict(line.split(" ", 1) for line in more if " " in line)
    if len(said) < len([line for line in more if line]):
        raise BadAnchor("it says something twice, or nothing")
    time, head, commit = said.get("time", ""), said.get("head", ""), said.get("config")
    if not _TIME.fullmatch(time) or not _HASH.fullmatch(head) or (commit is not None and not _COMMIT.fullmatch(commit)):
        raise BadAnchor("its time, head or configuration is not as lamina writes it")
    try:
        edge = Edge(int(size), tuple(b64decode(one, validate=True) for one in said.get("edge", "").split()))
    except (NoBase64, ValueError):
        raise BadAnchor("its edge is not that of a tree of its size") from None
    if _base64(edge.root) != root or (head == NOTHING) != (edge.size == 0):
        raise BadAnchor("its edge, root and head are not of one tree")
    return Anchor(store, edge, time, head, commit, text, signatures)


def _base64(data: bytes) -> str:
    return b64encode(data).decode()
