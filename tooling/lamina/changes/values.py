"""Values: change a layer's text, check what the repository would be, and only then write."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from lamina.changes.writing import ChangedMeanwhile
from lamina.project import Project
from lamina.project.explaining import Explanation, explain, value_at
from lamina.project.placing import Placing
from lamina.project.questions import NoSuchEnvironment
from lamina.project.road import Road
from lamina.thought.document import read
from lamina.thought.document.edit import drop, put, retagged
from lamina.thought.schema import Schema
from lamina.thought.topology import ENVIRONMENTS, LayerFile, kind_of_document
from lamina.words.address import Address
from lamina.words.errors import Failure, Misuse, listing
from lamina.words.finding import Finding, Position
from lamina.words.node import Data, Path, Sealed, Tagged, at, nested
from lamina.world.disk import write_file
from lamina.world.sources.overlay import Overlay

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


class WouldBreak(Failure):
    """The change adds errors, or leaves one where it was made, so nothing was written; `findings` are the errors."""

    status = 1

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        super().__init__("nothing was written: there would be errors", "--force writes it all the same")
        self.findings = findings


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
    value = _typed(text, schema, address)
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


def _typed(text: str, schema: Schema | None, address: Address) -> Data:
    """The value that a person meant: of the type that the schema gives the place, else as YAML would read it."""
    shape = schema.shape.at(address.path) if schema else None
    types = set(shape.types) if shape else set()
    if types == {"string"}:
        return text
    value = _as_yaml(text)
    if isinstance(value, float) and "integer" in types and "number" not in types and _is_whole(value):
        return int(value)
    return text if "string" in types and not isinstance(value, dict | list) and not _fits(value, types) else value


def _is_whole(value: float) -> bool:
    return value.is_integer() and abs(value) < _LARGEST


def _as_yaml(text: str) -> Any:
    """What YAML reads after a colon; the text itself where YAML would take a part of it for a comment, an anchor or a mark."""
    reading = read(b"value: " + text.encode(), "value.yaml")
    if reading.findings or not isinstance(reading.value, dict) or list(reading.value) != ["value"]:
        return text
    value = reading.value["value"]
    return text if isinstance(value, Tagged) or _loses(text, value) else value


def _loses(text: str, value: Any) -> bool:
    """Whether a part of the text is not in the value: a comment after it, a block's header, an anchor."""
    first, last = text[:1], text.rstrip()[-1:]
    if first in _CLOSING:
        return last != _CLOSING[first]
    if isinstance(value, str):
        return value != text
    return text not in _NULLS if value is None else _MARK.search(text) is not None


# A float holds every whole number below this one exactly.
_LARGEST = 2**53
_NULLS = ("", "~", "null", "Null", "NULL")
_CLOSING = {'"': '"', "'": "'", "[": "]", "{": "}"}
_MARK = re.compile(r"[#&!|>\n]")


_TYPES: dict[type, tuple[str, ...]] = {
    int: ("integer", "number"), float: ("number",), bool: ("boolean",), type(None): ("null",), str: ("string",)
}  # fmt: skip


def _fits(value: Data, types: set[str]) -> bool:
    return any(name in types for name in _TYPES.get(type(value), ()))


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
    changed = Project(Overlay(project.source, {file: after}), project.version, project.root)
    findings = _judged(project, changed, road, address, file)
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


def _judged(project: Project, changed: Project, road: Road, address: Address, file: str) -> tuple[Finding, ...]:
    """The errors that the change leaves: those that it adds or leaves at its own place, and as notes the older ones.

    An error of the repository as a whole hinders every change: what the layers of a document are is not sure then.
    """
    whole = changed.road(road.environment.name).findings
    checked = _checked(changed, file, address.document) | _checked(project, file, address.document)
    old = {_identity(finding) for finding in _errors(project, checked)}

    def hinders(finding: Finding) -> bool:
        path = finding.path or ()
        here = (finding.document, finding.position.file) == (address.document, file)
        return _identity(finding) not in old or (here and path[: len(address.path)] == address.path)

    left = dict.fromkeys(_errors(changed, checked))
    own = (one if hinders(one) else replace(one, severity="note") for one in left if one not in whole)
    return (*whole, *own)


def _identity(finding: Finding) -> tuple[object, ...]:
    """What makes an error the same before and after a change, which may move its place."""
    return finding.rule, finding.document, finding.environment, finding.path, finding.message


def _now(project: Project, file: str) -> bytes | None:
    return project.source.read(file) if file in project.source.list().files else None


def _checked(project: Project, file: str, document: str) -> set[tuple[str, str]]:
    """The documents that the file can touch, by environment: in every one that has it in its chain."""
    layer_environment = file.split("/")[1]
    return {
        (environment.name, name)
        for environment in project.environments()
        if not environment.abstract and not environment.broken and layer_environment in environment.chain
        for name in _touched(project.road(environment.name), document)
    }


def _touched(road: Road, document: str) -> set[str]:
    """The document and all that draw on it, near or far."""
    uses = {name: road.resolved(name).documents for name in road.names()}
    touched = {document} & set(uses)
    while fresh := {name for name, used in uses.items() if used & touched} - touched:
        touched |= fresh
    return touched


def _errors(project: Project, checked: set[tuple[str, str]]) -> Iterator[Finding]:
    """The errors of documents, by environment and name."""
    for environment, name in sorted(checked):
        road = project.road(environment)
        if road.exists(name):
            yield from (finding for finding in road.document(name).findings if finding.severity == "error")


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
