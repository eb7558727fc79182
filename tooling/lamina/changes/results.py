"""Results of whole files: in which format, and where they go."""

from collections.abc import Callable
from dataclasses import field
from pathlib import Path
from typing import TypeVar

from lamina.changes.writing import replace_file, write_out
from lamina.project.sealed_files import FileOnDisk
from lamina.thought.sealed import SealedFault
from lamina.thought.sealed.failures import CannotSeal, Unsound
from lamina.thought.sealed.stores import store_of
from lamina.thought.sealed.stores.texts import Unfit
from lamina.words.values import dataclass
from lamina.world.disk import demand_replaceable

Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class Formats:
    """The formats of what is read and of what is written; None for the one that the file's name tells, and for the same."""

    input: str | None = None
    output: str | None = None

    def of(self, name: str) -> tuple[str, str]:
        """Both, for a file of that name."""
        kind = store_of(name, self.input).name
        return kind, self.output or kind


@dataclass(frozen=True, slots=True)
class Target:
    """Where a result goes: into a file, or, with none, to be printed; `in_place` is over the file that was read."""

    file: Path | None = None
    in_place: bool = False


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a file: the bytes, whether they were written somewhere, and what there is to doubt about the sealed file."""

    data: bytes = field(repr=False)
    written: bool
    doubts: tuple[SealedFault, ...] = ()


def fitting(make: Callable[[], Made], failure: "type[CannotSeal | Unsound]", name: str) -> Made:
    """What is made, where the format can hold it; raises the failure where it cannot."""
    fault = hint = ""
    try:
        return make()
    except Unfit as error:
        fault, hint = str(error), error.hint
    raise failure(name, fault, hint)


def put(file: FileOnDisk, data: bytes, to: Target, mode: int | None) -> bool:
    """Write a result where it belongs, and say whether that is a file; `mode` is that of a new one."""
    if to.file is None:
        return False
    if to.in_place:
        demand_replaceable(to.file)
        replace_file(to.file, file.name, file.data, data)
    else:
        write_out(to.file, data, mode)
    return True
