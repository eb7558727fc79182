"""Seal whole files: printed, written to another file, or in place."""

from datetime import datetime

from lamina.changes.results import Formats, Result, Target, fitting, put
from lamina.project.recipes import Wishes, recipe_for
from lamina.project.sealed_files import FileOnDisk
from lamina.thought.sealed.cipher import Random
from lamina.thought.sealed.conversion import branches, converted
from lamina.thought.sealed.failures import CannotSeal, NotSealed, Unsound
from lamina.thought.sealed.opening import look
from lamina.thought.sealed.sealing import plain_parsed, sealed
from lamina.thought.sealed.stores import store_of


def encrypt(file: FileOnDisk, formats: Formats, wishes: Wishes, to: Target, *, random: Random, now: datetime) -> Result:
    """Seal a plain file; raises NoRule, CannotSeal, Misuse, and what writing may raise."""
    kind, output = formats.of(file.name)
    _demand_plain(file, kind)
    recipe = recipe_for(file.path, file.name, wishes)
    plain = file.data
    if output != kind:
        documents = branches(plain_parsed(plain, file.name, store_of(file.name, kind)).entries)
        plain = fitting(lambda: converted(documents, output, recipe.indents), CannotSeal, file.name)
    data = sealed(plain, file.name, recipe, random, now, output)
    return Result(data, put(file, data, to, None))


def _demand_plain(file: FileOnDisk, kind: str) -> None:
    """Raise CannotSeal for a file that is sealed already, in the format it is said to have."""
    try:
        look(file.data, file.name, kind)
    except (NotSealed, Unsound):
        return
    raise CannotSeal(file.name, "it is sealed already", f"to change it: lamina secrets edit {file.name}")
