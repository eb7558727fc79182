"""Generated files: told where they are not what lamina would write, and brought to it, all or none."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Literal

from lamina.words.errors import Failure
from lamina.words.values import dataclass
from lamina.world.disk import CannotWrite, LinkInTheWay, write_files


class NotGenerated(Failure):
    """A file that somebody wrote stands where one would be generated."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} was not written by lamina, so it is left alone", "move it, or choose another place")


@dataclass(frozen=True, slots=True)
class Stale:
    """A file that is not what it would be now, by its name below a folder."""

    file: str
    state: Literal["missing", "outdated", "left over"]


def stale_files(top: Path, files: Mapping[str, bytes | None]) -> list[Stale]:
    """Of files below a folder, those that are not what they would be (None: not there), by name; raises CannotWrite."""
    found = []
    for name, data in sorted(files.items()):
        present = _present(top / name)
        if present != data:
            found.append(Stale(name, "missing" if present is None else "left over" if data is None else "outdated"))
    return found


def write_generated(top: Path, files: Mapping[str, bytes | None]) -> list[Stale]:
    """Bring files below a folder to what they would be, and say which were not; raises CannotWrite and LinkInTheWay."""
    stale = stale_files(top, files)
    for one in stale:
        _demand_inside(top, one.file)
    write_files(top, {one.file: files[one.file] for one in stale})
    return stale


def left_over(top: Path, pattern: str, mark: bytes, files: Iterable[str]) -> dict[str, None]:
    """The files below a folder that lamina once generated, by a pattern and how they begin, and now would not."""
    found = (path for path in sorted(top.glob(pattern)) if path.is_file() and not path.is_symlink())
    marked = (path.relative_to(top).as_posix() for path in found if (_present(path) or b"").startswith(mark))
    return dict.fromkeys(name for name in marked if name not in set(files))


def demand_generated(top: Path, files: Iterable[str], mark: bytes) -> None:
    """Raise NotGenerated for a file that is there and does not begin as those that lamina generates."""
    for name in files:
        present = _present(top / name)
        if present is not None and not present.startswith(mark):
            raise NotGenerated(top / name)


def _present(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise CannotWrite(path, error) from error


def _demand_inside(top: Path, name: str) -> None:
    """Raise LinkInTheWay where a folder below the top leads elsewhere."""
    for above in Path(name).parents:
        if (top / above).is_symlink() and above != Path():
            raise LinkInTheWay(top / above)
