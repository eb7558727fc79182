"""Values in sealed files: set and taken out by address, or by file and path; the file stays sealed, and only they change."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path as DiskPath
from typing import Any

from lamina.changes.judging import WouldBreak, judged
from lamina.changes.layers import demand_path, own_file, path_in, schema_of, started
from lamina.changes.meaning import as_yaml, meant
from lamina.changes.writing import replace_file
from lamina.project import Project
from lamina.project.keyring import Keyring
from lamina.thought.document import edit
from lamina.thought.sealed.merging import Edits
from lamina.thought.topology import LayerFile
from lamina.words.address import Address, path_text
from lamina.words.errors import Failure, Misuse, near
from lamina.words.finding import Finding
from lamina.words.node import Data, Path, at, kind_of
from lamina.words.values import dataclass
from lamina.world.files import read_file


class NotInFile(Failure):
    """A sealed file has nothing at a path."""

    def __init__(self, file: str, path: Path, like: str | None) -> None:
        hint = f"did you mean {like}?" if like else f"lamina secrets get {file} shows all of it"
        super().__init__(f"{file} sets nothing at {path_text(path)}", hint)


class LeftInPlain(Failure):
    """A value that the file's rule of selection would leave in plain text."""

    status = 1

    def __init__(self, file: str, path: Path) -> None:
        message = f"{file}: the file's rule of selection leaves {path_text(path)} in plain text, so nothing was written"
        super().__init__(message, "choose another key, mend the rule in .sops.yaml and run lamina secrets reseal")


@dataclass(frozen=True, slots=True)
class Place:
    """A path in a sealed file: the file on disk, what messages call it, and what layer of which project it is, if any."""

    disk: DiskPath
    name: str
    path: Path
    project: Project | None = None
    layer: LayerFile | None = None

    @property
    def address(self) -> Address | None:
        """The address in the layer's environment; of defaults and of loose files there is none."""
        return Address(self.layer.document, self.path) if self.layer and not self.layer.defaults else None


@dataclass(frozen=True, slots=True)
class SealedOutcome:
    """What a change of a sealed file did: the file, whether it was written, is new, and the errors that are left."""

    file: str
    written: bool
    created: bool = False
    findings: tuple[Finding, ...] = ()


def place_of_address(project: Project, environment: str, address: Address, layer: str | None = None) -> Place:
    """Where the sealed part of an environment has a value, or would have it; raises what naming the place may raise."""
    demand_path(address)
    if project.root is None:
        raise Misuse("this repository is not a work tree, so nothing can be written", None)
    road = project.road(environment)
    road.demand(address.document)
    file = own_file(road, address.document, layer, sealed=True)
    of = LayerFile(file, layer or environment, address.document, False, True)
    return Place(project.root / file, file, path_in(road, address, file), project, of)


def place_of_file(project: Project | None, folder: DiskPath, file: str, path: Path) -> Place:
    """A path in a file as a command names it; one of the project's layers is treated as such."""
    disk = folder / file
    if project is not None and project.root is not None:
        known = {
            of.file: of for layers in project.tree.topology.layers.values() for ofs in layers.values() for of in ofs
        }
        root = project.root.resolve()
        real = DiskPath(disk.parent.resolve(), disk.name)
        layer = known.get(real.relative_to(root).as_posix()) if real.is_relative_to(root) else None
        if layer is not None:
            return Place(disk, file, path, project, layer)
    return Place(disk, file, path)


def get_secret(place: Place, keyring: Keyring) -> Data:
    """What stands at a place of a sealed file, opened; raises CannotRead, NotInFile, NoKey, Unsound and Tampered."""
    from lamina.thought.sealed.opening import look

    documents = keyring.open(look(read_file(place.disk), place.name)).documents()
    data = documents[0] if len(documents) == 1 else documents
    return _found(data, place)


def set_secret(
    place: Place, text: str, keyring: Keyring, random: Callable[[int], bytes], now: datetime, force: bool = False
) -> SealedOutcome:
    """Seal a value at a place; a file that is not there is made by the rule of `.sops.yaml`.

    Raises NoKey, NoRule, CannotSeal, CannotEdit, LeftInPlain, and WouldBreak unless forced.
    """
    before = read_file(place.disk) if place.disk.exists() else None
    if before is None:
        plain, seal = _new_file(place, random, now)
        value = _meant(place, text, None)
    else:
        plain, seal = _opened_file(place, before, keyring, random, now)
        value = _meant(place, text, _present(plain, place))
    after = seal(_edits(place).put(plain, place.name, place.path, value))
    _demand_sealed(after, place)
    return _written(place, before, after, keyring, force)


def unset_secret(
    place: Place, keyring: Keyring, random: Callable[[int], bytes], now: datetime, force: bool = False
) -> SealedOutcome:
    """Take a key out of a sealed file; raises NotInFile, NoKey, CannotSeal, CannotEdit, and WouldBreak unless forced."""
    before = read_file(place.disk)
    plain, seal = _opened_file(place, before, keyring, random, now)
    _found(_read(plain, place), place)
    return _written(place, before, seal(_edits(place).drop(plain, place.name, place.path)), keyring, force)


Seal = Callable[[bytes], bytes]


def _opened_file(
    place: Place, before: bytes, keyring: Keyring, random: Callable[[int], bytes], now: datetime
) -> tuple[bytes, Seal]:
    """The plain text of a sealed file, and what seals it again."""
    from lamina.thought.sealed.opening import look
    from lamina.thought.sealed.plaintext import plain_text
    from lamina.thought.sealed.sealing import resealed

    of = look(before, place.name)
    opened = keyring.open(of)
    return plain_text(opened), lambda plain: resealed(opened, plain, random, now)


def _new_file(place: Place, random: Callable[[int], bytes], now: datetime) -> tuple[bytes, Seal]:
    """The text that a new sealed file starts from, and what seals it."""
    from lamina.project.recipes import Wishes, recipe_for
    from lamina.thought.sealed.sealing import sealed

    recipe = recipe_for(place.disk, place.name, Wishes())
    plain = b"{}\n" if place.name.endswith(".json") else b""
    if place.project is not None and place.layer is not None:
        plain = started(place.project, place.project.road(place.layer.environment), place.layer.document, None) or plain
    return plain, lambda text: sealed(text, place.name, recipe, random, now)


def _edits(place: Place) -> Edits:
    """What changes one value in the text of a file of its format; raises Misuse for a file that is one value."""
    from lamina.thought.sealed.line_edits import LineEdits
    from lamina.thought.sealed.stores import store_of

    store = store_of(place.name)
    if store.name == "binary":
        raise Misuse(f"{place.name} is one value, so none in it can be named", f"lamina secrets edit {place.name}")
    return edit if store.name in ("yaml", "json") else LineEdits(store)


def _read(plain: bytes, place: Place) -> Any:
    from lamina.thought.sealed.stores import store_of
    from lamina.thought.sealed.tree import documents

    return documents(store_of(place.name).parse(plain, False).entries)[0]


def _present(plain: bytes, place: Place) -> Any:
    """What stands at the place now, or None."""
    try:
        return at(_read(plain, place), place.path)
    except LookupError:
        return None


def _found(data: Data, place: Place) -> Data:
    """The value at the place; raises NotInFile."""
    try:
        return at(data, place.path)
    except LookupError:
        pass
    above = data
    for depth, step in enumerate(place.path):
        if not isinstance(above, dict) or not isinstance(step, str) or step not in above:
            like = near(str(step), above) if isinstance(above, dict) else None
            raise NotInFile(place.name, place.path, path_text((*place.path[:depth], like)) if like else None)
        above = above[step]
    raise NotInFile(place.name, place.path, None)


def _meant(place: Place, text: str, present: Any) -> Data:
    """The value that a person meant: of the schema's type, else of the type that the value has now, else text.

    Text is the last word, since a password that looks like a number is none.
    """
    schema = schema_of(place.project, place.layer.document) if place.project and place.layer else None
    shape = schema.shape.at(place.path) if schema else None
    if shape is not None and shape.types:
        return meant(text, schema, place.path)
    if _is_of_texts(place):
        return text
    value: Data = as_yaml(text)
    return value if kind_of(value) != "scalar" or type(value) is type(present) else text


def _is_of_texts(place: Place) -> bool:
    from lamina.thought.sealed.stores import store_of

    return store_of(place.name).texts_only


def _demand_sealed(after: bytes, place: Place) -> None:
    """Raise LeftInPlain where the value that was set stands in plain text all the same."""
    from lamina.thought.sealed.opening import look
    from lamina.thought.sealed.tree import Leaf

    of = look(after, place.name)
    for entry, selected in zip(of.parsed.entries, of.selected, strict=True):
        if isinstance(entry, Leaf) and not entry.note and entry.path[: len(place.path)] == place.path and not selected:
            raise LeftInPlain(place.name, entry.path)


def _written(place: Place, before: bytes | None, after: bytes, keyring: Keyring, force: bool) -> SealedOutcome:
    findings: tuple[Finding, ...] = ()
    if place.project is not None and place.layer is not None:
        findings = _judged(place, place.project, place.layer, after, keyring)
        if not force and any(finding.severity == "error" for finding in findings):
            raise WouldBreak(findings)
    written = replace_file(place.disk, place.name, before, after)
    return SealedOutcome(place.name, written, before is None, findings)


def _judged(place: Place, project: Project, layer: LayerFile, after: bytes, keyring: Keyring) -> tuple[Finding, ...]:
    """The errors that the change leaves; of its own document also those that only its opened values show.

    Where another layer of that document does not open, its values are judged as far as their types go.
    """
    changed = project.with_files({layer.file: after})
    findings = judged(project, changed, layer.environment, layer.file, place.address)
    environment = changed.environment(layer.environment)
    if place.address is None or environment.abstract or environment.broken:
        return findings
    try:
        document = changed.road(environment.name, keyring=keyring).document(place.address.document)
    except Failure:
        return findings
    own = (one for one in document.findings if one.severity == "error" and _is_below(one, place.path))
    return tuple(dict.fromkeys((*findings, *own)))


def _is_below(finding: Finding, path: Path) -> bool:
    return finding.path is not None and finding.path[: len(path)] == path
