"""Which file system a folder lies on, and whether it may break what run state relies on."""

import os
import re
from pathlib import Path

_MOUNTS = Path("/proc/self/mountinfo")
# Over a network, or served by a program: locks may not hold between machines, and a sync may not reach a disk.
_RISKY = re.compile(r"nfs4?|cifs|smb(fs|[23])|9p|fuse(\..+|blk)?|afs|ceph|glusterfs|lustre|vboxsf|prl_fs|davfs")


def risky(folder: Path, mounts: str | None = None) -> str | None:
    """The name of a file system that locks or syncs may fail on, if the folder lies on one, or would; None for a sound one.

    `mounts` is the text of /proc/self/mountinfo; where there is none, nothing is known.
    """
    try:
        text = _MOUNTS.read_text("utf-8", "surrogateescape") if mounts is None else mounts
    except OSError:
        return None
    name = _kind(Path(os.path.realpath(folder)), text)
    return name if _RISKY.fullmatch(name) else None


def _kind(folder: Path, mounts: str) -> str:
    """The file system of the mount that is nearest above, of the last one where one hides another."""
    found, depth = "", 0
    for fields in map(str.split, mounts.splitlines()):
        point = Path(re.sub(r"\\([0-7]{3})", lambda code: chr(int(code[1], 8)), fields[4]))
        if folder.is_relative_to(point) and len(point.parts) >= depth:
            found, depth = fields[fields.index("-") + 1], len(point.parts)
    return found
