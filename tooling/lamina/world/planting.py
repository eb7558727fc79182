"""Planting: many new files put into a folder at once, all or none, and nothing overwritten."""

import errno
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from lamina.words.errors import Failure


class CannotPlant(Failure):
    """The files cannot be put there; nothing was changed."""

    def __init__(self, folder: Path, error: OSError) -> None:
        hint = "check that it is a folder and that you may write there"
        super().__init__(f"nothing was written to {folder}: {error.strerror or error}", hint)


def in_the_way(folder: Path, names: Iterable[str]) -> list[str]:
    """What keeps new files of these names out of a folder: files that are there, and links where folders should be."""
    found = set()
    for name in names:
        parts = Path(name).parts
        for depth in range(1, len(parts)):
            above = folder.joinpath(*parts[:depth])
            if above.is_symlink() or (above.exists() and not above.is_dir()):
                found.add("/".join(parts[:depth]))
                break
        else:
            found |= {name} if os.path.lexists(folder / name) else set()
    return sorted(found)


def plant(folder: Path, files: Mapping[str, bytes], prepare: Callable[[Path], object] | None = None) -> None:
    """Put new files into a folder, which is made when it is absent; raises CannotPlant.

    They are written beside, `prepare` adds to them there, and then they are moved into place: a new folder in one step; into
    one that is there by as few as it takes, and back again when one of them fails.
    """
    folder = folder.resolve()
    anchor = next(above for above in (folder, *folder.parents) if above.exists())
    below = folder.relative_to(anchor)
    try:
        stage = Path(tempfile.mkdtemp(dir=anchor, prefix=".lamina-init."))
    except OSError as error:
        raise CannotPlant(folder, error) from error
    try:
        for name, data in files.items():
            _write(stage / below / name, data)
        if prepare is not None:
            prepare(stage / below)
        _move(stage, anchor)
        _sync(anchor)
    except OSError as error:
        raise CannotPlant(folder, error) from error
    finally:
        shutil.rmtree(stage, ignore_errors=True)


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "xb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())


def _move(stage: Path, place: Path) -> None:
    """Move all that a folder holds into another, or nothing."""
    moving: list[tuple[Path, Path]] = []
    try:
        for source, target in _absent(stage, place):
            moving.append((source, target))
            os.rename(source, target)
    except BaseException:
        for source, target in reversed(moving):
            if not os.path.lexists(source):
                os.rename(target, source)
        raise


def _absent(stage: Path, place: Path) -> Iterator[tuple[Path, Path]]:
    """The topmost entries of a folder that another lacks, with where they belong; raises FileExistsError."""
    for source in sorted(stage.iterdir()):
        target = place / source.name
        if not os.path.lexists(target):
            yield source, target
        elif source.is_dir() and target.is_dir() and not target.is_symlink():
            yield from _absent(source, target)
        else:
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(target))


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
