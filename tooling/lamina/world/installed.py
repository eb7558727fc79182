"""What other installed packages offer to this program, by entry points; nothing that lies in a folder is taken from there."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from lamina.words.values import dataclass

_METADATA = (".dist-info", ".egg-info")


@dataclass(frozen=True, slots=True)
class Offer:
    """An object that a package offers under a name; to `load` it imports the package, and may raise anything."""

    name: str
    package: str
    load: Callable[[], object]


def offers(group: str, outside: Path | None) -> list[Offer]:
    """What installed packages offer in a group of entry points, by package and name.

    Neither a package whose metadata lies in the git repository of `outside`, nor a module there, counts as installed.
    """
    forbidden = _repository(outside) if outside is not None else None
    found: dict[tuple[str, str], Offer] = {}
    for folder in _search_path(forbidden):
        for metadata in _offering(folder, group):
            found = {**dict(_of(metadata, group, forbidden)), **found}
    return [found[key] for key in sorted(found)]


def _offering(folder: str, group: str) -> Iterator[Path]:
    """The metadata in a folder of packages that name the group; looked for by hand, since importing what parses it is slow."""
    try:
        names = [name for name in os.listdir(folder) if name.endswith(_METADATA)]
    except OSError:
        return
    for name in names:
        try:
            text = Path(folder, name, "entry_points.txt").read_text("utf-8", "replace")
        except OSError:
            continue
        if f"[{group}]" in text:
            yield Path(folder, name)


def _of(metadata: Path, group: str, forbidden: Path | None) -> Iterator[tuple[tuple[str, str], Offer]]:
    from importlib.metadata import Distribution, EntryPoint

    def load(point: EntryPoint) -> object:
        with _without(forbidden):
            return point.load()

    package = Distribution.at(metadata)
    for point in package.entry_points:
        if point.group == group:
            name = str(package.metadata["Name"])
            yield (name, point.name), Offer(point.name, name, partial(load, point))


def _search_path(forbidden: Path | None) -> list[str]:
    """Where modules are looked for, without what is in the forbidden folder, and without the folder where one stands."""
    return [
        entry
        for entry in sys.path
        if entry and os.path.isabs(entry) and (forbidden is None or not _is_inside(Path(entry), forbidden))
    ]


@contextmanager
def _without(forbidden: Path | None) -> Iterator[None]:
    """Nothing is imported from the forbidden folder meanwhile."""
    before = list(sys.path)
    sys.path[:] = _search_path(forbidden)
    try:
        yield
    finally:
        sys.path[:] = before


def _is_inside(path: Path, folder: Path) -> bool:
    return path.resolve().is_relative_to(folder)


def _repository(folder: Path) -> Path:
    """The top of the git repository that a folder is in; itself where it is in none."""
    folder = folder.resolve()
    return next((above for above in (folder, *folder.parents) if (above / ".git").exists()), folder)
