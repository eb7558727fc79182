"""Editing: a sealed file as plain text in the user's editor, and sealed again; only what was changed changes."""

import os
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import field
from datetime import datetime
from pathlib import Path
from typing import Literal, TypeAlias

from lamina.changes.judging import WouldBreak
from lamina.changes.sheets import Sheet
from lamina.changes.writing import ChangedMeanwhile, replace_file
from lamina.project.keyring import Keyring
from lamina.project.recipes import Wishes, recipe_for
from lamina.thought.sealed.cipher import Random
from lamina.thought.sealed.failures import CannotSeal
from lamina.thought.sealed.opening import look
from lamina.thought.sealed.plaintext import plain_text
from lamina.thought.sealed.sealing import resealed, sealed
from lamina.thought.sealed.stores import store_of
from lamina.words.errors import Failure
from lamina.words.values import dataclass
from lamina.world.disk import demand_replaceable
from lamina.world.files import read_file

Edited: TypeAlias = Literal["sealed", "sealed again", "nothing changed"]

_EMPTY = {"json": b"{}\n"}


class NothingLeft(Failure):
    """The file that was being edited is gone."""

    def __init__(self, name: str) -> None:
        message = f"the editor left no file {name}, so nothing was written"
        super().__init__(message, "let the editor save under the name that it was given")


@dataclass(frozen=True, slots=True)
class Desk:
    """Where and with what a person works: a private folder, an editor for a file, and whether to work on after a failure."""

    folder: Callable[[], AbstractContextManager[Path]]
    work: Callable[[Path], None]
    again: Callable[[Failure], bool]


@dataclass(frozen=True, slots=True)
class _Draft:
    """What is edited: the bytes of the file (None: there is none yet), their plain text, and how that is sealed again."""

    before: bytes | None = field(repr=False)
    text: bytes = field(repr=False)
    seal: Callable[[bytes], bytes] = field(repr=False)


def edit(
    sheet: Sheet, wishes: Wishes, keyring: Keyring, desk: Desk, *, random: Random, clock: Callable[[], datetime]
) -> Edited:
    """Let a person change a sealed file, or begin one, and say what came of it.

    Raises NotSealed, NoKey, Tampered, NoRule, CannotSeal, WouldBreak, ChangedMeanwhile, and what the desk raises.
    """
    demand_replaceable(sheet.path)
    there = sheet.path.exists()
    draft = _opened(sheet, keyring, random, clock) if there else _begun(sheet, wishes, random, clock)
    with desk.folder() as folder:
        after = _worked_on(folder / sheet.path.name, draft, sheet, desk)
    if after is None or not replace_file(sheet.path, sheet.name, draft.before, after):
        return "nothing changed"
    return "sealed again" if there else "sealed"


def _opened(sheet: Sheet, keyring: Keyring, random: Random, clock: Callable[[], datetime]) -> _Draft:
    data = read_file(sheet.path)
    found = keyring.open(look(data, sheet.name))
    return _Draft(data, plain_text(found), lambda plain: resealed(found, plain, random, clock()))


def _begun(sheet: Sheet, wishes: Wishes, random: Random, clock: Callable[[], datetime]) -> _Draft:
    recipe = recipe_for(sheet.path, sheet.name, wishes)
    text = sheet.begun(_EMPTY.get(store_of(sheet.name).name, b""), recipe)
    return _Draft(None, text, lambda plain: sealed(plain, sheet.name, recipe, random, clock()))


def _worked_on(file: Path, draft: _Draft, sheet: Sheet, desk: Desk) -> bytes | None:
    """The file sealed again after the work, or None where nothing was changed."""
    with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
        stream.write(draft.text)
    while True:
        desk.work(file)
        plain = _left(file)
        if plain == draft.text:
            return None
        try:
            after = draft.seal(plain)
            _judge(sheet, draft, after)
            return after
        except (CannotSeal, WouldBreak) as failure:
            if not desk.again(failure):
                raise


def _left(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError:
        pass
    raise NothingLeft(file.name)


def _judge(sheet: Sheet, draft: _Draft, after: bytes) -> None:
    """Raise ChangedMeanwhile, and WouldBreak where the repository would have errors that it does not have now."""
    now = sheet.path.read_bytes() if sheet.path.exists() else None
    if now != draft.before:
        raise ChangedMeanwhile(sheet.name)
    sheet.judge(after)
