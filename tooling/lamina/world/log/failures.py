"""What goes wrong with a log on a disk."""

import errno
from pathlib import Path

from lamina.words.errors import Failure
from lamina.words.event import Head

FULL = (errno.ENOSPC, errno.EDQUOT)


class CannotOpen(Failure):
    """A log that cannot be opened or read: the system says no."""

    def __init__(self, path: Path, error: OSError) -> None:
        super().__init__(f"cannot open the log {path}: {error.strerror}", "check that the folder is yours")


class LinkInLog(Failure):
    """A link, or what is no file, in the folder of a log: neither it nor what it leads to is touched."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"{path} is no file of a log but a link or a device, so nothing is read or written", "remove it"
        )


class CorruptLog(Failure):
    """A record that was acknowledged and is not what was written: the log is read up to there, and never written."""

    def __init__(self, path: Path, offset: int, seq: int, reason: str) -> None:
        hint = "what stands before it can be read; bring the file back from an archive or a backup"
        super().__init__(f"the log is corrupt: event {seq}, at byte {offset} of {path}, {reason}", hint)
        self.path, self.offset, self.seq, self.reason = path, offset, seq, reason


class LostEvents(CorruptLog):
    """Events that are known to have been in the log, and are not, or are others."""

    def __init__(self, path: Path, offset: int, known: Head, head: Head) -> None:
        last = f"the log ends with event {head.seq}" if head.seq < known.seq else "another stands in its place"
        super().__init__(path, offset, known.seq, f"was acknowledged, but {last}")


class EventsGone(Failure):
    """Retention dropped the segment that was being read."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} was dropped by retention while it was being read", "read again from the first event")


class CannotAppend(Failure):
    """Events that were not recorded; the log is as it was."""

    def __init__(
        self, path: Path, error: OSError, message: str = "cannot append to {}", hint: str = "nothing was recorded"
    ) -> None:
        super().__init__(f"{message.format(path)}: {error.strerror}", hint)


class DiskFull(CannotAppend):
    """No room for an event. What was kept free for this is given back, so that something small can still be recorded."""

    def __init__(self, path: Path, error: OSError) -> None:
        super().__init__(path, error, hint="nothing was recorded; make room, and do it again")


class Poisoned(CannotAppend):
    """A disk that failed while events were brought to it: what it holds is not known until the log is opened again."""

    def __init__(self, path: Path, error: OSError) -> None:
        message = "nothing more is appended to {}, since it could not be synced"
        super().__init__(path, error, message, "check the disk, then open the log again: it is verified from the disk")


class Closed(Failure):
    """A log that was closed, or the hold on one that has ended."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"the log {path} is closed", "open it again")
