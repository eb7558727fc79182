"""Room that is kept for the moment when the disk is full: a file that is given back then."""

import os
from contextlib import suppress
from pathlib import Path

from lamina.world.log.entries import SLACK, open_file

SIZE = 1 << 20


def keep_slack(there: int, folder: Path) -> bool:
    """Make the slack file if it is not there and there is room for twice its size; whether it is there."""
    with suppress(OSError):
        os.stat(SLACK, dir_fd=there, follow_symlinks=False)
        return True
    try:
        file = open_file(there, SLACK, os.O_WRONLY | os.O_CREAT | os.O_EXCL, folder)
    except OSError:
        return False
    try:
        os.posix_fallocate(file, 0, 2 * SIZE)
        os.ftruncate(file, SIZE)
        return True
    except OSError:
        give_slack(there)
        return False
    finally:
        os.close(file)


def give_slack(there: int) -> None:
    """Give the room back."""
    with suppress(OSError):
        os.unlink(SLACK, dir_fd=there)
