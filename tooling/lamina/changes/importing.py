"""One way from where secrets were before into a sealed file: plain files, `.env` files, files under AES-GCM."""

from dataclasses import field
from datetime import datetime
from pathlib import Path

from lamina.changes.sheets import Sheet
from lamina.changes.writing import ChangedMeanwhile, replace_file
from lamina.project.recipes import Wishes, recipe_for
from lamina.project.sealed_files import FileOnDisk
from lamina.thought.older.blob import BadKey, DoesNotOpen, blob_key, opened_blob
from lamina.thought.older.env_file import BadLine, env_entries
from lamina.thought.sealed.cipher import Random
from lamina.thought.sealed.conversion import Branch, Note, branches, converted
from lamina.thought.sealed.creation import Indents
from lamina.thought.sealed.failures import CannotSeal
from lamina.thought.sealed.sealing import plain_parsed, sealed
from lamina.thought.sealed.stores import store_of
from lamina.thought.sealed.stores.texts import Unfit
from lamina.words.errors import Failure, Misuse
from lamina.words.values import dataclass
from lamina.world.disk import demand_replaceable
from lamina.world.files import read_file
from lamina.world.git import is_tracked
from lamina.world.private.wiping import wipe_file

_BINARY = "binary"
# What the name of a file under AES-GCM may end with, after the ending that tells what it holds.
_BLOB_ENDINGS = (".enc", ".aes", ".gcm", ".encrypted", ".b64")


class NotOpened(Failure):
    """A file under AES-GCM that does not open, or a key file that holds no key."""

    def __init__(self, name: str, reason: str, hint: str) -> None:
        super().__init__(f"{name}: {reason}", hint)


class AlreadyThere(Failure):
    """A file where a new one was to be."""

    status = 1

    def __init__(self, name: str) -> None:
        super().__init__(
            f"{name} is there already, so nothing was imported", "import into a new file, or remove that one"
        )


@dataclass(frozen=True, slots=True)
class Older:
    """Where secrets were before: the file, what it holds (None: its name tells), and its key file where it is encrypted."""

    file: FileOnDisk
    kind: str | None = None
    key: FileOnDisk | None = None


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of an import: the keys whose values a shell would have filled in, and what still holds the secrets."""

    drawing: tuple[str, ...] = ()
    wiped: bool = False
    tracked: bool = False


@dataclass(frozen=True, slots=True)
class _Text:
    """What the older file holds, as text of a format, and the keys whose values name variables."""

    kind: str
    data: bytes = field(repr=False)
    documents: list[Branch] = field(repr=False)
    drawing: tuple[str, ...] = ()


def import_older(older: Older, to: Sheet, wishes: Wishes, *, wipe: bool, random: Random, now: datetime) -> Imported:
    """Seal what an older file holds into a new file, and then wipe the older one if asked to.

    Raises AlreadyThere, NotOpened, CannotSeal, NoRule, WouldBreak (unless forced), ChangedMeanwhile and CannotWipe.
    """
    demand_replaceable(to.path)
    if wipe:  # of a link only the link would go
        demand_replaceable(older.file.path)
    if to.path.exists():
        raise AlreadyThere(to.name)
    recipe = recipe_for(to.path, to.name, wishes)
    found = _read(older)
    text = to.begun(_written(found, older.file.name, to.name, recipe.indents), recipe)
    data = sealed(text, to.name, recipe, random, now)
    to.judge(data)
    replace_file(to.path, to.name, None, data)
    tracked = is_tracked(older.file.path)
    if wipe:
        if read_file(older.file.path) != older.file.data:
            raise ChangedMeanwhile(older.file.name)
        wipe_file(older.file.path)
    return Imported(found.drawing, wipe, tracked)


def _read(older: Older) -> _Text:
    file = older.file
    data = file.data if older.key is None else _decrypted(file, older.key)
    kind = older.kind or _kind(file.name, older.key is not None)
    if kind == "dotenv":
        return _env(data, file.name)
    return _Text(kind, data, branches(plain_parsed(data, file.name, store_of(file.name, kind)).entries))


def _kind(name: str, encrypted: bool) -> str:
    """What a file holds, by its name; raises Misuse where that does not tell."""
    stem = next((name.removesuffix(end) for end in _BLOB_ENDINGS if encrypted and name.endswith(end)), name)
    kind = store_of(stem).name
    base = Path(stem).name
    if kind == _BINARY and (base.startswith(".env") or base.endswith(".envrc")):
        return "dotenv"
    if kind == _BINARY:
        raise Misuse(f"the name {name} does not tell what it holds", "say --input-type yaml, json or dotenv")
    return kind


def _env(data: bytes, name: str) -> _Text:
    fault, line = "", 1
    try:
        entries = env_entries(data.decode("utf-8"))
        items = [(one.key, one.text if one.key is not None else Note(one.text)) for one in entries]
        drawing = tuple(one.key for one in entries if one.key is not None and one.draws)
        return _Text("env", data, [Branch(True, list(items))], drawing)
    except UnicodeDecodeError as error:
        fault, line = "it is not UTF-8", data.count(b"\n", 0, error.start) + 1
    except BadLine as error:
        fault, line = str(error), error.line
    raise CannotSeal(f"{name}:{line}", fault, "mend the file")


def _decrypted(file: FileOnDisk, key: FileOnDisk) -> bytes:
    fault, name, hint = "", file.name, "check that the key belongs to it, and which of the forms it has"
    try:
        return opened_blob(file.data, blob_key(key.data))
    except BadKey as error:
        fault, name, hint = str(error), key.name, "name the file that holds the key: --key-file FILE"
    except DoesNotOpen as error:
        fault = str(error)
    raise NotOpened(name, fault, hint)


def _written(found: _Text, source: str, name: str, indents: Indents) -> bytes:
    """The text for the new file: as it was, where the format stays."""
    kind = store_of(name).name
    if kind == found.kind:
        return found.data
    fault = hint = ""
    try:
        return converted(found.documents, kind, indents)
    except Unfit as error:
        fault, hint = str(error), error.hint
    raise CannotSeal(source, fault, hint)
