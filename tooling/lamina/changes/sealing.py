"""Whole files: sealed, and opened again; printed, written to another file, or in place."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from lamina.changes.writing import replace_file, write_out
from lamina.project.keyring import Keyring
from lamina.project.recipes import Wishes, indents_for, recipe_for
from lamina.project.sealed_files import FileOnDisk
from lamina.thought.sealed import SealedFault
from lamina.thought.sealed.cipher import Random
from lamina.thought.sealed.conversion import Branch, branches, converted, extract, keys_at
from lamina.thought.sealed.failures import CannotSeal, NotSealed, Unsound
from lamina.thought.sealed.opening import Opened, look
from lamina.thought.sealed.plaintext import plain_text
from lamina.thought.sealed.sealing import plain_parsed, sealed
from lamina.thought.sealed.stores import store_of
from lamina.thought.sealed.stores.texts import Unfit
from lamina.words.errors import Failure, near
from lamina.words.node import Path as TreePath
from lamina.words.tree_path import tree_path_text
from lamina.world.disk import demand_replaceable

# A new file of plain text is for its owner alone, whatever the umask says.
_PRIVATE = 0o600

Made = TypeVar("Made")


class NoSuchPlace(Failure):
    """A file has no value at the place that was asked for."""

    status = 1

    def __init__(self, name: str, reason: str, hint: str) -> None:
        super().__init__(f"{name}: {reason}", hint)


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


def encrypt(file: FileOnDisk, formats: Formats, wishes: Wishes, to: Target, *, random: Random, now: datetime) -> Result:
    """Seal a plain file; raises NoRule, CannotSeal, Misuse, and what writing may raise."""
    kind, output = formats.of(file.name)
    _demand_plain(file, kind)
    recipe = recipe_for(file.path, file.name, wishes)
    plain = file.data
    if output != kind:
        documents = branches(plain_parsed(plain, file.name, store_of(file.name, kind)).entries)
        plain = _fitting(lambda: converted(documents, output, recipe.indents), CannotSeal, file.name)
    data = sealed(plain, file.name, recipe, random, now, output)
    return Result(data, _put(file, data, to, None))


def decrypt(
    file: FileOnDisk, formats: Formats, part: TreePath, to: Target, keyring: Keyring, *, check_mac: bool = True
) -> Result:
    """Open a sealed file, or the `part` of it at a path that is not empty.

    Raises NotSealed, Unsound, NoKey, Tampered, NoSuchPlace, and what writing may raise.
    """
    kind, output = formats.of(file.name)
    found = keyring.open(look(file.data, file.name, kind), check_mac=check_mac)
    data = _fitting(lambda: _opened(found, file, part, output), Unsound, file.name)
    return Result(data, _put(file, data, to, _PRIVATE), found.doubts)


def _opened(found: Opened, file: FileOnDisk, part: TreePath, output: str) -> bytes:
    if not part and output == found.look.store.name:
        return plain_text(found)
    documents = branches(found.look.parsed.entries, found.values)
    indents = indents_for(file.path)
    if not part:
        return converted(documents, output, indents)
    reason = ""
    try:
        return extract(documents, part, output, indents)
    except LookupError as error:
        reason = str(error.args[0])
    raise NoSuchPlace(file.name, reason, _instead(documents, part))


def _instead(documents: list[Branch], part: TreePath) -> str:
    """What may have been meant by a path that leads nowhere: the first step that is wrong, mended."""
    for depth, step in enumerate(part):
        keys = keys_at(documents, part[:depth])
        if isinstance(step, str) and keys and step not in keys:
            like = near(step, keys)
            return (
                f"did you mean {tree_path_text((*part[:depth], like))}?"
                if like
                else "look at the file: its keys are plain"
            )
    return """a path is keys and places in brackets: '["db"]["users"][0]'"""


def _demand_plain(file: FileOnDisk, kind: str) -> None:
    """Raise CannotSeal for a file that is sealed already, in the format it is said to have."""
    try:
        look(file.data, file.name, kind)
    except (NotSealed, Unsound):
        return
    raise CannotSeal(file.name, "it is sealed already", f"to change it: lamina secrets edit {file.name}")


def _fitting(make: Callable[[], Made], failure: "type[CannotSeal | Unsound]", name: str) -> Made:
    """What is made, where the format can hold it; raises the failure where it cannot."""
    fault = hint = ""
    try:
        return make()
    except Unfit as error:
        fault, hint = str(error), error.hint
    raise failure(name, fault, hint)


def _put(file: FileOnDisk, data: bytes, to: Target, mode: int | None) -> bool:
    if to.file is None:
        return False
    if to.in_place:
        demand_replaceable(to.file)
        replace_file(to.file, file.name, file.data, data)
    else:
        write_out(to.file, data, mode)
    return True
