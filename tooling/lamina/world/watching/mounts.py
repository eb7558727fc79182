"""File systems whose changes the kernel does not tell: those that another machine or another program changes too."""

import os
import re
from collections.abc import Sequence
from pathlib import Path

_MOUNTS = Path("/proc/self/mountinfo")  # proc_pid_mountinfo(5)
_SILENT = re.compile(
    r"(?x) (?: nfs4? | cifs | smb[23]?|smbfs | 9p | virtiofs | fuse (?:\..*)? | ceph | afs | lustre | gpfs | gfs2? | ocfs2"
    r"| beegfs | orangefs | coda | ncpfs | vboxsf | vmhgfs | prl_fs | drvfs | acfs )"
)


def silent_mount(places: Sequence[str], mounts: Path = _MOUNTS) -> str | None:
    """Why the kernel's events cannot be trusted for some place, for people; None where they can, or no one knows."""
    try:
        text = mounts.read_text("utf-8", "surrogateescape")
    except OSError:
        return None
    kinds = dict(_mount(line) for line in text.splitlines())  # a later mount on the same folder hides the earlier
    for place in map(os.path.realpath, places):
        above = max((point for point in kinds if _below(place, point)), key=len, default="")
        for point in (above, *(point for point in kinds if _below(point, place))):
            if _SILENT.fullmatch(kind := kinds.get(point, "")):
                return f"{place if point == above else point} lies on {kind}, which does not tell all changes"
    return None


def _mount(line: str) -> tuple[str, str]:
    """The folder and the type of a file system, of a line of mountinfo."""
    before, _, after = line.partition(" - ")
    point = re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), before.split(" ")[4])
    return point, after.partition(" ")[0]


def _below(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip("/") + "/")
