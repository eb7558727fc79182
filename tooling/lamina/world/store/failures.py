"""What stops a store, by name."""

from pathlib import Path

from lamina.words.errors import Failure


class Busy(Failure):
    """Another program holds what is needed, and did not let go of it in time; nothing was changed."""

    def __init__(self, path: Path, what: str) -> None:
        super().__init__(f"{path} is busy: {what}", "try again; `fuser` tells who has it open")


class Damaged(Failure):
    """State on the disk that nothing here wrote so."""

    def __init__(self, path: Path, what: str, hint: str | None = None) -> None:
        anew = "run `lamina state rebuild`, which makes it anew from the event log"
        super().__init__(f"{path} is damaged: {what}", hint or anew)


class ForeignFile(Failure):
    """A file at the place of state that is somebody else's; it is left alone."""

    def __init__(self, path: Path, what: str) -> None:
        super().__init__(
            f"{path} is not state of lamina ({what}), so it is left alone", "name another location, or move it"
        )


class NewerSchema(Failure):
    """State that a newer lamina wrote."""

    def __init__(self, path: Path, found: int, known: int) -> None:
        super().__init__(
            f"{path} has schema version {found}, and this lamina knows {known}", "install the newer lamina"
        )


class StoreLink(Failure):
    """A link where state lies or is to lie: it is not followed."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} is a link, and none is followed in state", "put the file or folder itself there")


class CannotStore(Failure):
    """State that cannot be read or written for a reason of the system's; nothing was changed."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path} cannot be used: {reason}", "check the folder's permissions, and the room on its disk")


class ReadOnly(Failure):
    """A change to state that may only be read here."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"{path} may only be read here, so nothing can be recorded", "check who may write to the folder"
        )


class Unlawful(Failure):
    """Records that contradict those that are there: a step that may not follow, a phase of a run that is not there."""

    def __init__(self, path: Path, what: str) -> None:
        super().__init__(f"{path} does not take the change: {what}")
