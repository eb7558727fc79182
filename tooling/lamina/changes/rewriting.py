"""Several sealed files rewritten in one act: all computed and checked before the first is written."""

from collections.abc import Callable, Sequence
from dataclasses import field

from lamina.changes.writing import ChangedMeanwhile, replace_file
from lamina.project.sealed_files import FileOnDisk
from lamina.project.sealed_looks import SealedFile
from lamina.words.errors import Failure, listing
from lamina.words.values import dataclass
from lamina.world.disk import demand_replaceable
from lamina.world.files import CannotRead, read_file


class NothingWritten(Failure):
    """Some files cannot be rewritten, so none was; the details say which and why."""

    def __init__(self, failures: Sequence[Failure], files: int) -> None:
        of = f"{len(failures)} of {files} files" if files > 1 else "the file"
        super().__init__(f"{of} cannot be rewritten, so nothing was written", failures[0].hint)
        self.status = max(failure.status for failure in failures)
        self.details = tuple(_details(failures))


@dataclass(frozen=True, slots=True)
class Rewrite:
    """New bytes for a file."""

    file: FileOnDisk
    after: bytes = field(repr=False)


def computed(files: Sequence[SealedFile], after: Callable[[SealedFile], bytes]) -> list[Rewrite]:
    """What is to be written in place of each file; raises NothingWritten with everything that is in the way."""
    rewrites: list[Rewrite] = []
    failures: list[Failure] = []
    for file in files:
        try:
            demand_replaceable(file.disk.path)
            rewrites.append(Rewrite(file.disk, after(file)))
        except Failure as failure:
            failures.append(failure)
    demand_none(failures, len(files))
    return rewrites


def write(rewrites: Sequence[Rewrite]) -> None:
    """Write all files, each whole, if none has changed since it was read; raises ChangedMeanwhile, CannotWrite."""
    for one in rewrites:
        if not _is_unchanged(one.file):
            raise ChangedMeanwhile(one.file.name)
    written: list[str] = []
    for one in rewrites:
        try:
            replace_file(one.file.path, one.file.name, one.file.data, one.after)
        except Failure as failure:
            failure.details = (*failure.details, f"written before that: {listing(written)}") * bool(written)
            raise
        written.append(one.file.name)


def demand_none(failures: Sequence[Failure], files: int) -> None:
    """Stop where something is in the way of any file: alone as it is, else with all that is."""
    if len(failures) == 1 and files == 1:
        raise failures[0]
    if failures:
        raise NothingWritten(failures, files)


def _is_unchanged(file: FileOnDisk) -> bool:
    try:
        return read_file(file.path) == file.data
    except CannotRead:
        return False


def _details(failures: Sequence[Failure]) -> list[str]:
    """Each failure, and once the further lines that several share."""
    lines = [failure.message for failure in failures]
    return [*lines, *dict.fromkeys(line for failure in failures for line in failure.details)]
