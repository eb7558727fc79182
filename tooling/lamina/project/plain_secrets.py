"""What is wrong with the secrets of layers, apart from how they are sealed: those that stand in plain text, above all."""

from collections.abc import Iterable, Iterator
from typing import Any

from lamina.project.tree import Tree
from lamina.thought.merge import sealed_keys
from lamina.thought.references import is_reference, may_refer
from lamina.thought.schema import Shape
from lamina.thought.topology import LayerFile, kind_of_document
from lamina.words.address import path_text
from lamina.words.finding import Finding
from lamina.words.node import Path, Sealed, Tagged

# What reading a sealed layer finds beyond what can be seen of any sealed file.
_OF_SEALED_LAYERS = ("tag-in-sealed-layer", "read-otherwise")


def layer_findings(tree: Tree, layers: Iterable[LayerFile]) -> Iterator[Finding]:
    """The findings about some layers."""
    for of in layers:
        yield from _findings_of(tree, of)


def _findings_of(tree: Tree, of: LayerFile) -> Iterator[Finding]:
    layer = tree.layer(of)
    yield from (finding for finding in layer.findings if finding.rule in _OF_SEALED_LAYERS)
    kind = tree.schema(kind_of_document(of.document))
    if kind is None or kind.schema is None:
        return
    shape = kind.schema.shape
    if of.sealed:
        for fault in sealed_keys(layer.patch, shape):
            place = tree.place(of.file, fault.path)
            yield Finding(fault.rule, fault.message, place, document=of.document, path=fault.path, fix=fault.fix)
    if shape.has_secrets:
        for path, partly in plain_secrets(layer.patch, shape):
            yield _plain_secret(tree, of, path, partly)


def plain_secrets(patch: Any, shape: Shape, at: Path = ()) -> Iterator[tuple[Path, bool]]:
    """The paths of values that must be sealed and are not, and whether a reference stands in them too.

    A value that is wholly one reference holds no secret itself; null and empty text are never sealed.
    """
    value = patch.value if isinstance(patch, Tagged) else patch
    if shape.secret:
        yield from _plain(value, at)
    elif isinstance(value, dict):
        for key, part in value.items():
            child = shape.child(key)
            if child is not None and child.has_secrets:
                yield from plain_secrets(part, child, (*at, key))
    elif isinstance(value, list) and (item := shape.item()) is not None and item.has_secrets:
        for index, part in enumerate(value):
            yield from plain_secrets(part, item, (*at, index))


def _plain(patch: Any, at: Path) -> Iterator[tuple[Path, bool]]:
    value = patch.value if isinstance(patch, Tagged) else patch
    if isinstance(value, dict | list):
        for step, part in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _plain(part, (*at, step))
    elif value is not None and value != "" and not isinstance(value, Sealed):
        refers = isinstance(value, str) and may_refer(value.encode("utf-8", "surrogatepass"))
        if not (isinstance(value, str) and is_reference(value)):
            yield at, refers


def _plain_secret(tree: Tree, of: LayerFile, path: Path, partly: bool) -> Finding:
    said = "stands partly in plain text, beside a reference" if partly else "stands in plain text"
    message = f"{path_text(path)} must be sealed (x-secret), and {said}"
    document = of.document
    fix = f"put it into {of.environment}/{document}.sops.yaml; once it was committed, make a new secret"
    severity = "warning" if partly else "error"
    place = tree.place(of.file, path)
    return Finding("plain-secret", message, place, severity, of.environment, document, path, fix=fix)  # type: ignore[arg-type]
