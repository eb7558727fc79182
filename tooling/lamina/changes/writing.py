"""Writing what was computed from a file, if the file is still the one that was read."""

from pathlib import Path

from lamina.words.errors import Failure
from lamina.world.disk import demand_replaceable, write_file


class ChangedMeanwhile(Failure):
    """Somebody else changed the file between the reading and the writing."""

    def __init__(self, file: str) -> None:
        super().__init__(
            f"{file} was changed by somebody else just now, so nothing was written", "run the command again"
        )


def write_out(path: Path, data: bytes, mode: int | None = None) -> None:
    """Put a result into the file that the user named for it, whatever it held; raises as `demand_replaceable` does."""
    demand_replaceable(path)
    write_file(path, data, mode)


def replace_file(path: Path, name: str, before: bytes | None, after: bytes) -> bool:
    """Put new bytes in the place of those that were read (None: there was no file), and say whether they differ.

    `name` is what messages call the file. Raises ChangedMeanwhile, CannotWrite and LinkInTheWay.
    """
    if _now(path) != before:
        raise ChangedMeanwhile(name)
    if after == before:
        return False
    write_file(path, after)
    return True


def _now(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
