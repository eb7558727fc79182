"""The form of a member: its header, as ustar (POSIX.1-1988) has it, in which nothing is left to choose."""

import re

BLOCK = 512
SEAL = "seal"
# What a header can say with eleven octal digits.
MOST = (1 << 33) - 1
_NAME, _PREFIX = 100, 155
_PARTS = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*(?:/[A-Za-z0-9_-][A-Za-z0-9._-]*)*", re.ASCII)
_KINDS = {b"1": "a link", b"2": "a link", b"3": "a device", b"4": "a device", b"5": "a folder", b"6": "a pipe"}
_SUM = slice(148, 156)


class Malformed(ValueError):
    """A header that is not of the form; its text says why."""


def header(name: str, size: int) -> bytes:
    """The header of a member: a plain file, its owner's alone, of nobody and of no time. Raises Malformed."""
    if not _PARTS.fullmatch(name):
        raise Malformed(f"{name!r:.80} leads out of the backup, or is no name")
    if size > MOST:
        raise Malformed(f"{name} is larger than a member may be ({MOST:,} bytes)")
    folder, last = _split(name)
    fields = (
        last.encode().ljust(_NAME, b"\0")
        + b"0000600\0" + b"0000000\0" + b"0000000\0"
        + b"%011o\0" % size + b"00000000000\0" + b" " * 8
        + b"0".ljust(101, b"\0") + b"ustar\x0000".ljust(72, b"\0") + b"0000000\0" + b"0000000\0"
        + folder.encode().ljust(_PREFIX, b"\0")
    ).ljust(BLOCK, b"\0")  # fmt: skip
    return fields[: _SUM.start] + b"%06o\0 " % sum(fields) + fields[_SUM.stop :]


def read_header(block: bytes) -> tuple[str, int]:
    """The name and the size that a header says; raises Malformed for every one that `header` would not have made."""
    if not block.strip(b"\0"):
        raise Malformed("it ends before its seal")
    kind = block[156:157]
    if block[257:262] == b"ustar" and kind != b"0":
        raise Malformed(f"it holds {_KINDS.get(kind, 'a member of a kind that is not taken')}")
    last, folder = (block[at : at + size].rstrip(b"\0") for at, size in ((0, _NAME), (345, _PREFIX)))
    try:
        name = b"/".join(filter(None, (folder, last))).decode("ascii")
        size = int(block[124:135], 8)
    except ValueError:
        raise Malformed("a header is damaged") from None
    if size < 0 or header(name, size) != block:
        raise Malformed(f"the header of {name!r:.80} is damaged, or not ours")
    return name, size


def padding(size: int) -> bytes:
    """What fills the last block of a member."""
    return b"\0" * (-size % BLOCK)


# What stands behind the last member.
END = b"\0" * (2 * BLOCK)


def _split(name: str) -> tuple[str, str]:
    """The folder and the rest: the shortest folder that leaves a rest which fits; raises Malformed."""
    if len(name) <= _NAME:
        return "", name
    at = name.find("/", len(name) - _NAME - 1)
    if not 0 < at <= _PREFIX:
        raise Malformed(f"the name {name!r:.80} is too long")
    return name[:at], name[at + 1 :]
