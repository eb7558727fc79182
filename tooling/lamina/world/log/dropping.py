"""Retention: whole segments go, the oldest first."""

import os
from itertools import pairwise
from pathlib import Path

from lamina.world.log.entries import Segment, listed, opened_folder
from lamina.world.log.failures import CannotAppend


def drop_before(folder: Path, first: int) -> tuple[Segment, ...]:
    """Remove the segments that hold only events before `first`, and tell which; the last two always stay.

    What a crash leaves is a log that begins later. Needs no lock: nobody writes to such a segment. Raises CannotAppend.
    """
    try:
        with opened_folder(folder) as there:
            present = listed(there, folder)
            going = tuple(one for one, following in pairwise(present[:-1]) if following.first <= first)
            for one in going:
                os.unlink(one.path.name, dir_fd=there)
                os.fsync(there)
            return going
    except OSError as error:
        raise CannotAppend(folder, error) from error
