"""Cutting a corrupt log where a person says so: what stands from the fault on is set aside, never thrown away."""

import os
from pathlib import Path

from lamina.world.log.entries import Segment, listed, open_file, opened_file, opened_folder
from lamina.world.log.failures import CannotOpen, CorruptLog
from lamina.world.log.lock import locked
from lamina.world.log.repair import set_aside
from lamina.world.log.scanning import Extent


def cut(folder: Path, fault: CorruptLog) -> tuple[str, ...]:
    """End a log before a fault; the names, in its folder, of what was set aside. Raises CannotOpen.

    Later segments go first and the broken one is shortened last, so a cut that is broken off can be made again.
    """
    try:
        with opened_folder(folder) as there, locked(there, folder):
            return _cut(there, folder, fault)
    except OSError as error:
        raise CannotOpen(folder, error) from error


def _cut(there: int, folder: Path, fault: CorruptLog) -> tuple[str, ...]:
    found = listed(there, folder)
    broken = next(one for one in found if one.path.name == fault.path.name)
    aside = []
    for one in reversed([one for one in found if one.first > broken.first or (one is broken and not fault.offset)]):
        aside.append(_set_aside(there, folder, one, 0))
        os.unlink(one.path.name, dir_fd=there)
        os.fsync(there)
    if fault.offset:
        aside.append(_set_aside(there, folder, broken, fault.offset))
        os.chmod(broken.path.name, 0o600, dir_fd=there)
        file = open_file(there, broken.path.name, os.O_RDWR, folder)
        try:
            os.ftruncate(file, fault.offset)
            os.fsync(file)
        finally:
            os.close(file)
    return tuple(aside)


def _set_aside(there: int, folder: Path, one: Segment, offset: int) -> str:
    with opened_file(there, one.path.name, folder) as file:
        rest = os.pread(file, one.size - offset, offset)
    return set_aside(there, folder, one.first, Extent(offset, None, 0, rest))
