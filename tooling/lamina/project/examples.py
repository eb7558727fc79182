"""Examples: documents made from a kind's schema, and near misses, each as a layer that can be pasted."""

from collections.abc import Iterator
from dataclasses import replace
from textwrap import wrap
from typing import Any

from lamina.project.hiding import hidden
from lamina.project.tree import Tree
from lamina.thought.document import VERSION_KEY, find, outline
from lamina.thought.export import EXPORTS
from lamina.thought.merge import repeated_keys
from lamina.thought.schema import Schema, Shape
from lamina.thought.schema.example import NearMiss, Unmakeable, example, near_misses
from lamina.thought.sealed import sealed_paths
from lamina.words.address import Address
from lamina.words.errors import Failure, listing, near
from lamina.words.harmless import safe
from lamina.words.node import Data, Path
from lamina.words.values import dataclass

_WIDTH = 110


class NoSuchKind(Failure):
    """The repository has no schema of a kind."""

    def __init__(self, kind: str, known: list[str]) -> None:
        like = near(kind, known)
        there = listing(known) or "none yet: write schemas/KIND/v1.schema.yaml"
        hint = f"did you mean {like}?" if like else f"there are {there}"
        super().__init__(f"no kind {kind}", hint)


class WrongSchema(Failure):
    """The schema of a kind has errors, so nothing can be made from it."""

    status = 1

    def __init__(self, kind: str) -> None:
        super().__init__(f"the schema of {kind} has errors", "lamina validate shows them")


@dataclass(frozen=True, slots=True)
class Exampled:
    """A valid document of a kind as a layer without its secrets, which are at addresses of their own, and its text."""

    kind: str
    version: int
    layer: Data
    secrets: tuple[Address, ...]
    text: str


def valid_example(tree: Tree, kind: str, everything: bool = False) -> Exampled:
    """A document that the kind's schema allows; raises NoSuchKind, WrongSchema and Unmakeable."""
    version, schema = sound_schema(tree, kind)
    document = _made(schema, everything)
    paths = sorted(schema.secrets(document), key=str)
    name = document_name(tree, kind, "NAME")
    secrets = tuple(Address(name, path) for path in paths)
    layer = {VERSION_KEY: version, **_without_emptied(document, hidden(document, frozenset(paths), "omit"))}
    return Exampled(kind, version, layer, secrets, _text(layer, schema.shape, kind, secrets))


def invalid_examples(tree: Tree, kind: str, everything: bool = False) -> tuple[int, list[NearMiss]]:
    """The kind's version, and near misses: one a keyword, or one a keyword and place; raises as `valid_example` does."""
    version, schema = sound_schema(tree, kind)
    found: dict[str, NearMiss] = {}
    for whole in (True,) if everything else (False, True):
        for number, one in enumerate(near_misses(schema, _made(schema, whole), () if everything else found)):
            found.setdefault(str(number) if everything else one.keyword, one)
    return version, [replace(one, document=_layer(one.document, version)) for one in found.values()]


def _layer(document: Any, version: int) -> Data:
    """A document as one layer, with ciphertexts in place of what would stand in a sealed one."""
    return {VERSION_KEY: version, **hidden(document, frozenset(sealed_paths(document)), "cipher")}


def sound_schema(tree: Tree, kind: str) -> tuple[int, Schema]:
    """The newest version of a kind and its schema; raises NoSuchKind and WrongSchema."""
    found = tree.schema(kind)
    if found is None:
        raise NoSuchKind(kind, list(tree.topology.schemas))
    if found.schema is None:
        raise WrongSchema(kind)
    return found.version, found.schema


def _made(schema: Schema, everything: bool) -> Any:
    document = example(schema, everything)
    for path, by in repeated_keys(document, schema.shape):
        raise Unmakeable(f"two items of a list had the same {by}", path)
    if not isinstance(document, dict):
        raise Unmakeable("a document is a map", ())
    return document


def document_name(tree: Tree, kind: str, name: str) -> str:
    """What a document of a kind would be called: in a folder by its own name, where the others are; else as the kind."""
    known = {name for layers in tree.topology.layers.values() for name in layers}
    return kind if kind in known or not any(name.startswith(f"{kind}/") for name in known) else f"{kind}/{name}"


def _without_emptied(before: Any, after: Any) -> Any:
    """Data without the maps that are empty since their secrets were left out: a layer would say null there."""
    if not isinstance(after, dict):
        return after
    return {key: _without_emptied(before[key], part) for key, part in after.items() if part != {} or before[key] == {}}


def _text(layer: Any, shape: Shape, kind: str, secrets: tuple[Address, ...]) -> str:
    """The layer as YAML, with what the schema says of each key above it."""
    data = EXPORTS["yaml"](layer)
    lines = data.decode().splitlines()
    above: dict[int, list[str]] = {}
    for path, about in _descriptions(layer, shape, ()):
        spot = find(outline(data, "x.yaml"), path)
        if spot is not None and spot.key is not None:
            above.setdefault(spot.key.line, []).extend(_comment(about, " " * (spot.key.column - 1)))
    text = [*_comment(f"{kind}: {shape.description}" if shape.description else kind, "")]
    for number, line in enumerate(lines, 1):
        text += [*above.get(number, ()), line]
    if secrets:
        text += _comment("Secrets stand in a sealed layer of their own:", "")
        text += [f"#   lamina secrets set ENV {safe(str(address))} VALUE" for address in secrets]
    return "\n".join(text) + "\n"


def _descriptions(value: Any, shape: Shape | None, path: Path) -> Iterator[tuple[Path, str]]:
    if shape is None:
        return
    if isinstance(value, dict):
        for key, part in value.items():
            child = shape.child(key)
            if child is not None and child.description:
                yield (*path, key), child.description
            yield from _descriptions(part, child, (*path, key))
    elif isinstance(value, list):
        for index, part in enumerate(value[:1]):
            yield from _descriptions(part, shape.item(), (*path, index))


def _comment(text: str, pad: str) -> list[str]:
    return [f"{pad}# {line}" for line in wrap(safe(" ".join(text.split())), _WIDTH - len(pad))]
