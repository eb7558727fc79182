"""Retention: whole segments go, the oldest first."""

import os
from itertools import pairwise
from pathlib import Path

from lamina.world.log.entries import Segment, listed, opened_file, opened_folder
from lamina.world.log.failures import CannotAppend


def force(folder: Path) -> None:
    """Make all that was written last, whatever the log's way of syncing; nothing where there is no log. Raises CannotAppend."""
    try:
        with opened_folder(folder) as there:
            for one in listed(there, folder)[-1:]:
                with opened_file(there, one.path.name, folder) as file:
                    os.fsync(file)
    except FileNotFoundError:
        return
    except OSError as error:
        raise CannotAppend(folder, error) from error


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
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise CannotAppend(folder, error) from error
