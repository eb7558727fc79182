"""What a write left that was cut off: set aside, never thrown away."""

import os
from pathlib import Path

from lamina.world.log.entries import TORN, open_file, open_folder, segment_name
from lamina.world.log.scanning import Extent


def set_aside(there: int, folder: Path, first: int, found: Extent) -> str:
    """Keep the torn rest of a segment as a file of its own, on the disk before this returns; its name in the log's folder."""
    if TORN not in os.listdir(there):
        os.mkdir(TORN, 0o700, dir_fd=there)
        os.fsync(there)
    aside = open_folder(folder / TORN)
    try:
        name = _free(f"{segment_name(first)}.{found.offset}", os.listdir(aside))
        file = open_file(aside, name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, folder / TORN)
        try:
            rest = memoryview(found.rest)
            while rest:
                rest = rest[os.write(file, rest) :]
            os.fsync(file)
        finally:
            os.close(file)
        os.fsync(aside)
    finally:
        os.close(aside)
    return f"{TORN}/{name}"


def _free(name: str, taken: list[str]) -> str:
    number, found = 1, name
    while found in taken:
        number += 1
        found = f"{name}.{number}"
    return found
