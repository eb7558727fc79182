"""A layer sets a key that its schema calls `deprecated`.

What: the schema says `deprecated: true` at the key. Its description should say what to use instead; `x-removed-in: N` says the
version of the kind that no longer has it. Where the layer is of that version already, the key was to be gone: an error.

Example:

    retries: 3              # deprecated: true, x-removed-in: 4, x-replaced-by: attempts

Instead: set what the schema's description names.

Fix: safe where the schema says `x-replaced-by: KEY` and that key is not set in the same map: the key is renamed. In a sealed
layer none, since a value is sealed for its place: set it anew with `lamina secrets set`.
"""

from collections.abc import Iterator
from typing import Any

from lamina.thought.rules.rule import Breach, Rule
from lamina.thought.rules.subjects import LayerText, Shape
from lamina.words.address import path_text
from lamina.words.mend import Rename
from lamina.words.node import Patch, Path, Tagged


def _check(layer: LayerText) -> Iterator[Breach]:
    if layer.shape is not None and layer.shape.has_deprecated:
        yield from _below(layer, layer.patch, layer.shape, ())


def _below(layer: LayerText, patch: Patch, shape: Shape, at: Path) -> Iterator[Breach]:
    value = patch.value if isinstance(patch, Tagged) else patch
    if isinstance(value, dict):
        for key, part in value.items():
            child = shape.child(key)
            if child is not None and child.has_deprecated:
                if child.deprecated:
                    yield _breach(layer, (*at, key), child, value)
                yield from _below(layer, part, child, (*at, key))
    elif isinstance(value, list) and (item := shape.item()) is not None and item.has_deprecated:
        for index, part in enumerate(value):
            yield from _below(layer, part, item, (*at, index))


def _breach(layer: LayerText, path: Path, shape: Shape, beside: dict[str, Any]) -> Breach:
    """What is said of one key; `beside` is the map that it stands in."""
    removed, other = shape.removed_in, shape.replaced_by
    version = layer.version or layer.newest
    late = removed is not None and version is not None and version >= removed
    message = f"{path_text(path)} is deprecated"
    if removed is not None:
        message += f", and {'was to go' if late else 'goes'} with version {removed}"
    renamed = other is not None and other not in beside and not layer.sealed
    return Breach(
        message,
        path,
        at_key=True,
        fix=f"use {path_text((*path[:-1], other))}" if other is not None else shape.description,
        severity="error" if late else None,
        act=Rename(other) if other is not None and renamed and not isinstance(beside[str(path[-1])], Tagged) else None,
    )


RULE = Rule("deprecated-key", "warning", __doc__, _check)
