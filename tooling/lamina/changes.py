"""The acts: change a layer's text, check what the repository would be, and only then write."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lamina.project import Project
from lamina.project.explaining import Explanation, NoSuchValue, explain, value_at
from lamina.project.questions import NoSuchEnvironment
from lamina.project.road import Road
from lamina.thought.document import read
from lamina.thought.document.edit import drop, put
from lamina.thought.merge import trace
from lamina.thought.schema import Schema
from lamina.thought.topology import ENVIRONMENTS, LayerFile, kind_of_document
from lamina.words.address import Address
from lamina.words.errors import Failure, Misuse, listing
from lamina.words.finding import Finding
from lamina.words.node import Data, Path, Sealed, Tagged, nested
from lamina.world.disk import write_file
from lamina.world.sources.overlay import Overlay

_MENTION = re.compile(rb'\$\{([^}:"]+):')


class SecretValue(Failure):
    """A value that must be sealed, so no plain layer may hold it."""

    def __init__(self, environment: str, address: Address) -> None:
        hint = f"lamina secrets set {environment} {address} seals it"
        super().__init__(f"{address} is secret, so it cannot be written in plain text", hint)


class NotSetHere(Failure):
    """The layer does not hold the key that was to be taken out."""

    def __init__(self, file: str, address: Address, setter: str | None) -> None:
        hint = f"{setter} sets it; --hide writes !unset over it" if setter else None
        super().__init__(f"{file} does not set {address}", hint)


class InheritedItem(Failure):
    """An item of a list that another layer set, or none: an index says nothing to the layer that is to be changed."""

    def __init__(self, file: str, address: Address) -> None:
        hint = f"set the whole list, {Address(address.document, address.path[:-1])}, or write the item into the file by hand"
        super().__init__(f"{file} sets no item {address}", hint)


class WouldBreak(Failure):
    """The change would leave errors behind, so nothing was written; `findings` are the errors."""

    status = 1

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        super().__init__("nothing was written: there would be errors", "--force writes it all the same")
        self.findings = findings


class ChangedMeanwhile(Failure):
    """Somebody else changed the file between the reading and the writing."""

    def __init__(self, file: str) -> None:
        super().__init__(
            f"{file} was changed by somebody else just now, so nothing was written", "run the command again"
        )


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a change did: the file, the value in the environment before and after, and the errors it was forced over.

    A side is None where nothing sets the value. `beaten_by` is the place that still decides, when it is not the file.
    """

    file: str
    before: Explanation | None
    after: Explanation | None
    findings: tuple[Finding, ...] = ()
    beaten_by: str | None = None


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
    after = put(_started(project, road, address.document, before), file, path, value)
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
        setters = [word.position.file for word in explanation.words]
        if before is None or file not in setters:
            raise NotSetHere(file, address, next(iter(setters), None))
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
    if not ends:
        return address.path
    stage, end = road.stage(address.document), ends[-1]
    for origin in trace(stage.merged.layers, address.path[:end]).origins:
        if stage.stack[origin.layer].file == file:
            return origin.path + address.path[end:]
    raise InheritedItem(file, Address(address.document, address.path[:end]))


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
    return text if "string" in types and not isinstance(value, dict | list) and not _fits(value, types) else value


def _as_yaml(text: str) -> Any:
    """What YAML reads after a colon; the text itself where YAML would take a part of it for a comment, an anchor or a mark."""
    reading = read(b"value: " + text.encode(), "value.yaml")
    if reading.findings or not isinstance(reading.value, dict) or list(reading.value) != ["value"]:
        return text
    value = reading.value["value"]
    lost = isinstance(value, str | None) and value != text and text[:1] not in ('"', "'") and text not in _NULLS
    return text if lost or isinstance(value, Tagged) else value


_NULLS = ("", "~", "null", "Null", "NULL")


_TYPES: dict[type, tuple[str, ...]] = {
    int: ("integer", "number"), float: ("number",), bool: ("boolean",), type(None): ("null",), str: ("string",)
}  # fmt: skip


def _fits(value: Data, types: set[str]) -> bool:
    return any(name in types for name in _TYPES.get(type(value), ()))


def _is_sealed(road: Road, address: Address) -> bool:
    try:
        return isinstance(value_at(road, address), Sealed)
    except NoSuchValue:
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
    """Check what the repository would be, and write the file if it is sound or if that is forced."""
    changed = Project(Overlay(project.source, {file: after}), project.version, project.root)
    findings = tuple(dict.fromkeys(_errors(changed, file, address.document)))
    if findings and not force:
        raise WouldBreak(findings)
    if project.root is None:
        raise Misuse("this repository is not a work tree, so nothing can be written", None)
    if _now(project, file) != before:
        raise ChangedMeanwhile(file)
    if after != before:
        write_file(project.root / file, after)
    now = _explained(changed.road(road.environment.name), address)
    return Outcome(file, _explained(road, address), now, findings, _winner(now, file))


def _now(project: Project, file: str) -> bytes | None:
    return project.source.read(file) if file in project.source.list().files else None


def _errors(project: Project, file: str, document: str) -> Iterator[Finding]:
    """The errors of every document that the file can touch, in every environment that has it in its chain."""
    layer_environment = file.split("/")[1]
    for environment in project.environments():
        if environment.abstract or environment.broken or layer_environment not in environment.chain:
            continue
        road = project.road(environment.name)
        for name in sorted(_touched(road, document)):
            yield from (finding for finding in road.document(name).findings if finding.severity == "error")


def _touched(road: Road, document: str) -> set[str]:
    """The document and all that refer to it, near or far, as far as their texts tell."""
    mentions = {
        name: {match.decode() for of in road.stack(name) for match in _MENTION.findall(road.tree.layer(of).data)}
        for name in road.names()
    }
    touched = {document} & set(mentions)
    while fresh := {name for name, named in mentions.items() if named & touched} - touched:
        touched |= fresh
    return touched


def _explained(road: Road, address: Address) -> Explanation | None:
    try:
        explanation = explain(road, address, depth=0)
    except Failure:
        return None
    return explanation if any(word.wins for word in explanation.words) else None


def _winner(now: Explanation | None, file: str) -> str | None:
    """The place that decides a value that `file` sets too, but in vain."""
    words = now.words if now else ()
    winner = next((word.position for word in words if word.wins), None)
    beaten = any(word.position.file == file for word in words)
    return str(winner) if winner is not None and beaten and winner.file != file else None
