"""What lies in a folder that somebody else may have filled: no link in it is followed, so nothing outside is ever read."""

import os
import stat
from pathlib import Path
from typing import Literal, TypeAlias

from lamina.words.errors import Failure

Kind: TypeAlias = Literal["file", "link", "special"]

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_FILE = os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC


class CannotLook(Failure):
    """A folder, or a file in it, that cannot be read."""

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(f"{place} cannot be read: {reason}", "name a folder that is there and that you may read")


def contents(folder: Path) -> dict[str, Kind]:
    """All that lies below a folder but for folders, by its name in it; raises CannotLook."""
    found: dict[str, Kind] = {}
    waiting = [""]
    while waiting:
        below = waiting.pop()
        try:
            with os.scandir(folder / below) as entries:
                for entry in entries:
                    name = f"{below}{entry.name}"
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(f"{name}/")
                    else:
                        found[name] = _kind(entry)
        except OSError as error:
            raise CannotLook(str(folder / below), error.strerror or str(error)) from error
    return found


def _kind(entry: os.DirEntry[str]) -> Kind:
    return "link" if entry.is_symlink() else "file" if entry.is_file(follow_symlinks=False) else "special"


def read_inside(folder: Path, name: str, most: int) -> bytes:
    """The bytes of a plain file in a folder; raises CannotLook, also for one that is larger than `most`."""
    *above, last = name.split("/")
    place = str(folder / name)
    descriptors: list[int] = []
    try:
        # The folder itself may be a link: the user named it.
        descriptors.append(os.open(folder, _FOLDER & ~os.O_NOFOLLOW))
        for step in above:
            descriptors.append(os.open(step, _FOLDER, dir_fd=descriptors[-1]))
        descriptor = os.open(last, _FILE, dir_fd=descriptors[-1])
        with open(descriptor, "rb") as stream:
            state = os.fstat(descriptor)
            if not stat.S_ISREG(state.st_mode):
                raise CannotLook(place, "it is no file")
            if state.st_size > most:
                raise CannotLook(place, f"it is larger than {most // 2**20} MiB")
            return stream.read(most + 1)
    except OSError as error:
        raise CannotLook(place, error.strerror or str(error)) from error
    finally:
        for descriptor in descriptors:
            os.close(descriptor)
