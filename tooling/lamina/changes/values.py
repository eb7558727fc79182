"""Values: change a layer's text, check what the repository would be, and only then write."""

from dataclasses import dataclass

from lamina.changes.judging import WouldBreak, judged, with_file
from lamina.changes.meaning import meant
from lamina.changes.writing import ChangedMeanwhile
from lamina.project import Project
from lamina.project.explaining import Explanation, explain, value_at
from lamina.project.placing import Placing
from lamina.project.questions import NoSuchEnvironment
from lamina.project.road import Road
from lamina.thought.document.edit import drop, put, retagged
from lamina.thought.schema import Schema
from lamina.thought.topology import ENVIRONMENTS, LayerFile, kind_of_document
from lamina.words.address import Address
from lamina.words.errors import Failure, Misuse, listing
from lamina.words.finding import Finding, Position
from lamina.words.node import Path, Sealed, Tagged, at, nested
from lamina.world.disk import write_file

# The note of a word that a schema's default says.
_DEFAULT = "default"


class SecretValue(Failure):
    """A value that must be sealed, so no plain layer may hold it."""

    def __init__(self, environment: str, address: Address) -> None:
        hint = f"lamina secrets set {environment} {address} seals it"
        super().__init__(f"{address} is secret, so it cannot be written in plain text", hint)


class NotSetHere(Failure):
    """The layer does not hold the key that was to be taken out."""

    def __init__(self, file: str, address: Address, setter: str | None, default: Position | None) -> None:
        hint = f"{setter} sets it; --hide writes !unset over it" if setter else None
        if default is not None and setter is None:
            hint = f"it is the schema's default, {default}; lamina set gives it another value"
        super().__init__(f"{file} does not set {address}", hint)


class InheritedItem(Failure):
    """An item of a list that only other layers set, or none: an index says nothing to the layer that is to be changed."""

    def __init__(self, file: str, address: Address, setter: Position | None, layer: str | None) -> None:
        whole = f"set the whole list, {Address(address.document, address.path[:-1])}"
        what = f"item {address.path[-1]} of {Address(address.document, address.path[:-1])}"
        why = f"{what} is set by {setter}" if setter else f"nothing sets {what}"
        super().__init__(f"{why}, not by {file}", f"{whole}, or say --layer {layer}" if layer else whole)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a change did: the file, the value in the environment before and after, and the errors that are left.

    A side is None where nothing sets the value. Errors that were there before are notes. `beaten_by` is the place that still
    decides, when it is not the file; `written` is false where the file says so already.
    """

    file: str
    before: Explanation | None
    after: Explanation | None
    findings: tuple[Finding, ...] = ()
    beaten_by: str | None = None
    written: bool = True


def set_value(
    project: Project, environment: str, address: Address, text: str, *, layer: str | None = None, force: bool = False
) -> Outcome:
    """Set a value in the environment's own layer, or in that of `layer`, which it extends.

    Raises SecretValue, CannotEdit, WouldBreak (unless forced), and what naming the place may raise.
    """
    road = project.road(environment)
    road.demand(address.document)
    _demand_path(address)
    _demand_characters(f"{address}{text}")
    schema = _schema(project, address.document)
    value = meant(text, schema, address.path)
    if (schema is not None and schema.secrets(nested(address.path, value))) or _is_sealed(road, address):
        raise SecretValue(environment, address)
    file = _own_file(road, address.document, layer)
    path = _path_in(road, address, file)
    before = _present(project, file)
    started = _started(project, road, address.document, before)
    after = put(started, file, path, retagged(started, file, path, value))
    return _write(project, road, address, file, before, after, force)


def unset_value(
    project: Project,
    environment: str,
    address: Address,
    *,
    hide: bool = False,
    layer: str | None = None,
    force: bool = False,
) -> Outcome:
    """Take a key out of the environment's own layer; with `hide`, write `!unset` there instead.

    Raises NotSetHere where the layer does not set it, NoSuchValue where nothing does, and WouldBreak.
    """
    road = project.road(environment)
    road.demand(address.document)
    _demand_path(address)
    explanation = explain(road, address)
    file = _own_file(road, address.document, layer)
    before = _present(project, file)
    if hide:
        value_at(road, address)
        started = _started(project, road, address.document, before)
        after = put(started, file, _path_in(road, address, file), Tagged("unset", None))
    else:
        setters = [word.position.file for word in explanation.words if word.note != _DEFAULT]
        if before is None or file not in setters:
            default = next((word.position for word in explanation.words if word.note == _DEFAULT), None)
            raise NotSetHere(file, address, next(iter(setters), None), default)
        after = drop(before, file, _path_in(road, address, file))
    return _write(project, road, address, file, before, after, force)


def _demand_path(address: Address) -> None:
    if not address.path:
        raise Misuse(f"{address} names a whole document", f"name a value in it: {address}:some.key")


def _demand_characters(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise Misuse("the value is not UTF-8, and a layer is", "say it in UTF-8") from None


def _path_in(road: Road, address: Address, file: str) -> Path:
    """The path in a layer of what stands at an address: the same, but for the places of items in lists that were merged.

    Raises InheritedItem for an item that the layer does not speak of.
    """
    ends = [end for end, step in enumerate(address.path, 1) if isinstance(step, int)]
    stage = road.stage(address.document)
    path = address.path
    for end in ends:
        head = Address(address.document, address.path[:end])
        node, _ = Placing(road.tree, road.environment.name, stage).origins(head.path)
        own = next((origin for origin in node.origins if stage.stack[origin.layer].file == file), None)
        if own is None:
            raise _inherited(road, head, file)
        path = own.path + address.path[end:]
    return path


def _inherited(road: Road, item: Address, file: str) -> InheritedItem:
    """The refusal of an item that the file does not speak of: who sets it, and in which environment's layer."""
    stage = road.stage(item.document)
    placing = Placing(road.tree, road.environment.name, stage)
    node, default = placing.origins(item.path)
    if node.winner is None:
        return InheritedItem(file, item, default, None)
    setter = stage.stack[node.winner.layer]
    layer = setter.environment if _is_own(setter, setter.environment) else None
    return InheritedItem(file, item, placing.position(node.winner), layer)


def _schema(project: Project, document: str) -> Schema | None:
    kind = project.tree.schema(kind_of_document(document))
    return kind.schema if kind else None


def _is_sealed(road: Road, address: Address) -> bool:
    """Whether a layer seals the value itself; a reference to a sealed one is plain text, and may be replaced."""
    try:
        return isinstance(at(road.stage(address.document).data, address.path), Sealed)
    except LookupError:
        return False


def _own_file(road: Road, document: str, layer: str | None) -> str:
    """The plain layer of a document in the environment, or in the one of its chain that `layer` names."""
    chain = road.environment.chain
    name = layer or road.environment.name
    if name not in chain:
        raise (
            NoSuchEnvironment(name, chain)
            if name not in road.tree.topology.environments
            else Misuse(f"{road.environment.name} does not extend {name}", f"its layers are those of {listing(chain)}")
        )
    own = [of for of in road.stack(document) if _is_own(of, name)]
    return own[0].file if own else f"{ENVIRONMENTS}/{name}/{document}.yaml"


def _is_own(of: LayerFile, environment: str) -> bool:
    return of.environment == environment and not of.defaults and not of.sealed


def _present(project: Project, file: str) -> bytes | None:
    return project.source.read(file) if file in project.tree.files else None


def _started(project: Project, road: Road, document: str, before: bytes | None) -> bytes:
    """The layer's text, or that of a new layer, which says its version where the kind has several."""
    if before is not None:
        return before
    kind = project.tree.schema(kind_of_document(document))
    stated = any(project.tree.layer(of).version is not None for of in road.stack(document))
    return f"schemaVersion: {kind.version}\n".encode() if kind and (stated or kind.version > 1) else b""


def _write(
    project: Project, road: Road, address: Address, file: str, before: bytes | None, after: bytes, force: bool
) -> Outcome:
    """Check what the repository would be, and write the file if that is no worse or if it is forced."""
    changed = with_file(project, file, after)
    findings = judged(project, changed, road.environment.name, file, address)
    if not force and any(finding.severity == "error" for finding in findings):
        raise WouldBreak(findings)
    if project.root is None:
        raise Misuse("this repository is not a work tree, so nothing can be written", None)
    if _now(project, file) != before:
        raise ChangedMeanwhile(file)
    if after != before:
        write_file(project.root / file, after)
    now = _explained(changed.road(road.environment.name), address)
    return Outcome(file, _explained(road, address), now, findings, _winner(now, file), after != before)


def _now(project: Project, file: str) -> bytes | None:
    return project.source.read(file) if file in project.source.list().files else None


def _explained(road: Road, address: Address) -> Explanation | None:
    try:
        explanation = explain(road, address, depth=0)
    except Failure:
        return None
    return explanation if any(word.wins for word in explanation.words) else None


def _winner(now: Explanation | None, file: str) -> str | None:
    """The place that decides a value that `file` sets too, but in vain; a schema's default lies above nothing."""
    words = [word for word in now.words if word.note != _DEFAULT] if now else []
    winner = next((word.position for word in words if word.wins), None)
    beaten = any(word.position.file == file for word in words)
    return str(winner) if winner is not None and beaten and winner.file != file else None
