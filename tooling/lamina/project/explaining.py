"""Explaining one value: every layer's word on it, the winner first."""

from collections.abc import Iterator
from typing import Any

from lamina.project.hiding import SecretsMode, doubtful, hidden
from lamina.project.placing import Placing
from lamina.project.road import Broken, Road
from lamina.project.stages import Stage
from lamina.thought.merge import ABSENT, settle
from lamina.thought.references import references_in
from lamina.thought.schema import MISSING
from lamina.thought.sealed import sealed_paths
from lamina.words.address import Address
from lamina.words.errors import Failure, near
from lamina.words.finding import Finding, Position, worst
from lamina.words.node import Data, Path, Tagged, at, nested
from lamina.words.values import dataclass

_MOST_REFERENCES = 20


class NoSuchValue(Failure, LookupError):
    """The document has nothing at that path."""

    def __init__(self, address: Address, environment: str, like: str | None) -> None:
        hint = (
            f"did you mean {like}?" if like else f"lamina get {environment} {address.document} shows the whole document"
        )
        super().__init__(f"{environment} sets nothing at {address}", hint)


@dataclass(frozen=True, slots=True)
class Word:
    """What one layer (or a schema's default) says of a value: where, what, whether that is what counts, and what is secret."""

    position: Position
    value: Data
    wins: bool
    note: str | None = None
    merged: bool = False
    secrets: frozenset[Path] = frozenset()


@dataclass(frozen=True, slots=True)
class Explanation:
    """A value, whether it is secret, the words on it, winner first, and the values that the winner refers to."""

    environment: str
    address: Address
    value: Data
    secret: bool
    secrets: frozenset[Path]
    words: tuple[Word, ...]
    references: "tuple[Explanation, ...]" = ()


def value_at(road: Road, address: Address) -> Data:
    """The value at an address; raises NoSuchDocument and NoSuchValue."""
    road.demand(address.document)
    data = road.resolved(address.document).value
    try:
        return at(data, address.path)
    except LookupError:
        raise no_such_value(data, address, road.environment.name) from None


def no_such_value(data: Any, address: Address, environment: str) -> NoSuchValue:
    """The failure that a document's data has nothing at an address, with the nearest that is there."""
    return NoSuchValue(address, environment, _alike(data, address))


def value_of(road: Road, address: Address, mode: SecretsMode = "redact") -> tuple[Data, bool]:
    """The value at an address with its secrets put away, and whether there were any.

    Raises Broken when a layer does not parse, or an error stands at, above or below the address.
    """
    road.demand(address.document)
    stage, resolved = road.stage(address.document), road.resolved(address.document)
    placing = Placing(road.tree, road.environment.name, stage)
    findings = [*stage.findings, *(placing.reference_finding(fault) for fault in resolved.faults)]
    touching = tuple(one for one in findings if not stage.whole or _touches(one, address.path))
    if any(_meets(path, address.path) for path in resolved.broken):
        touching += tuple(one for document in road.drawn_on(address.document) for one in document.findings)
    if worst((*road.findings, *touching)) == "error":
        raise Broken(address.document, (*road.findings, *touching))
    value = value_at(road, address)
    secrets = secrets_below(resolved.secrets, address.path) | _secrets_of(stage, address.path, value)
    return hidden(value, secrets, mode), bool(secrets)


def _touches(finding: Finding, path: Path) -> bool:
    return finding.path is not None and _meets(finding.path, path)


def _meets(left: Path, right: Path) -> bool:
    """Whether one path is the other, or leads to it."""
    return all(a == b for a, b in zip(left, right, strict=False))


def secrets_below(secrets: frozenset[Path], path: Path) -> frozenset[Path]:
    """Secret paths as seen from `path`: relative to it, and the empty path when it lies in a secret itself."""
    below = set()
    for secret in secrets:
        if path[: len(secret)] == secret:
            return frozenset({()})
        if secret[: len(path)] == path:
            below.add(secret[len(path) :])
    return frozenset(below)


def explain(road: Road, address: Address, depth: int = 4, told: frozenset[Address] = frozenset()) -> Explanation:
    """Where the value at an address comes from; raises NoSuchDocument and NoSuchValue.

    A path that a layer or a default sets but another takes away is explained too, with the value None and no winner.
    References are followed `depth` deep, and not to the addresses that are `told` already.
    """
    road.demand(address.document)
    stage = road.stage(address.document)
    placing = Placing(road.tree, road.environment.name, stage)
    node, default = placing.origins(address.path)
    try:
        value, absent = value_at(road, address), False
    except NoSuchValue:
        if not node.origins:
            raise
        value, absent = None, True
    merged_secrets = secrets_below(road.resolved(address.document).secrets, address.path)
    words = [Word(default, value, True, "default", secrets=merged_secrets)] if default is not None else []
    for origin in reversed(node.origins):
        said = settle(origin.patch)
        wins = origin == node.winner and not absent
        note = f"!{origin.patch.tag}" if isinstance(origin.patch, Tagged) else None
        merged = origin in node.live and not wins and not absent
        said = None if said is ABSENT else said
        secrets = merged_secrets | _secrets_of(stage, address.path, said)
        words.append(Word(placing.position(origin), said, wins, note, merged, secrets))
    words += _beaten_default(road, address) if default is None else ()
    if not words:
        words = list(_through_reference(placing, road, address, merged_secrets))
    secrets = merged_secrets | _secrets_of(stage, address.path, value)
    secret = () in secrets or any(() in word.secrets for word in words)
    references = tuple(_referred(road, address, words, depth, told | {address}))
    return Explanation(road.environment.name, address, value, secret, secrets, tuple(words), references)


def _secrets_of(stage: Stage, path: Path, value: Data) -> frozenset[Path]:
    """What must not be shown of a value that some layer, perhaps in vain, has at a path: by the schema, not by the merge."""
    if stage.kind is None or value is None:
        return frozenset(sealed_paths(value))
    if stage.kind.schema is None:
        return frozenset({()})  # a schema that is wrong may mean any value to be secret
    schema = stage.kind.schema
    if not schema.shape.has_secrets:
        return frozenset(sealed_paths(value))
    whole = nested(path, value)
    place = tuple(0 if isinstance(step, int) else step for step in path)
    secrets = schema.secrets(whole) | frozenset(doubtful(whole, schema.shape))
    return secrets_below(secrets, place) | frozenset(sealed_paths(value))


def _beaten_default(road: Road, address: Address) -> Iterator[Word]:
    """The schema's default, where a layer has set the value all the same."""
    kind = road.stage(address.document).kind
    shape = kind.schema.shape.at(address.path) if kind and kind.schema else None
    if shape is not None and shape.default is not MISSING and shape.default_place is not None:
        yield Word(road.tree.schema_place(shape.default_place), shape.default, False, "default")


def _referred(
    road: Road, address: Address, words: list[Word], depth: int, told: frozenset[Address]
) -> Iterator[Explanation]:
    """The explanations of what the winning word refers to, each once and not without end."""
    text = next((word.value for word in words if word.wins), None)
    references = references_in(text) if isinstance(text, str) and depth else []
    targets = dict.fromkeys(Address(one.document or address.document, one.path) for one in references)
    for target in [target for target in targets if target not in told][:_MOST_REFERENCES]:
        try:
            yield explain(road, target, depth - 1, told | set(targets))
        except Failure:
            continue  # a reference that leads nowhere is a finding, and not for this question


def _through_reference(placing: Placing, road: Road, address: Address, secrets: frozenset[Path]) -> tuple[Word, ...]:
    """The word on a value inside one that a reference brought in: the reference itself."""
    position, _ = placing.locate(address.path)
    return (Word(position, value_at(road, address), True, "by reference", secrets=secrets),)


def _alike(data: Any, address: Address) -> str | None:
    """The address with its first wrong key replaced by the nearest that exists."""
    node = data
    for depth, step in enumerate(address.path):
        if not isinstance(node, dict) or not isinstance(step, str):
            return None
        if step in node:
            node = node[step]
            continue
        like = near(step, node)
        return (
            str(Address(address.document, (*address.path[:depth], like, *address.path[depth + 1 :]))) if like else None
        )
    return None
