"""What is wrong with a file that should be a backup, or forbids to write one."""

from pathlib import Path

from lamina.words.errors import Failure


class BadBackup(Failure):
    """A file that is no backup, or not the one that was written: nothing of it is used."""

    status = 1

    def __init__(self, path: Path, what: str) -> None:
        super().__init__(f"{path} is no sound backup: {what}", "take another backup; of this one nothing was used")
        self.what = what


class CannotReadBackup(Failure):
    """A backup that the system does not let us read."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path} cannot be read: {reason}", "name a file that is there and that you may read")


class CannotWriteBackup(Failure):
    """A backup that could not be written; what was written of it is gone again."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path} cannot be written: {reason}", "name a file in a folder that is there, with room")


class BackupThere(Failure):
    """A file in the place of a new backup."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} is there already", "name a file that is not: no backup is written over")
