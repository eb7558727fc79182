"""A layer sets what lies below it already.

What: the value equals the one that the lower layers of the stack give. It reads as a difference where there is none, and the
day that the lower value changes it silently stays behind. Where the schema says `x-environments: own`, each environment
is to say it.

Example:

    # environments/base/app.yaml        # environments/prod/app.yaml
    retries: 3                          retries: 3

Instead: leave the line out. Where the value is to stay whatever lies below, say so:

    retries: 3  # lamina: allow redundant-override -- the contract of production names this number

Fix: safe: the line goes away, and nothing that is rendered changes.
"""

from collections.abc import Iterator
from typing import Any

from lamina.thought.rules.rule import Also, Breach, Rule
from lamina.thought.rules.subjects import Shape, Stack
from lamina.words.address import path_text
from lamina.words.mend import Drop
from lamina.words.node import Patch, Path, Sealed, Tagged, same


def _check(stack: Stack) -> Iterator[Breach]:
    for number, patch in enumerate(stack.patches):
        if stack.judged[number] and not stack.sealed[number] and not stack.defaults[number] and number:
            yield from _repeated(patch, stack.patches[:number], number, stack.shape, ())


def _repeated(patch: Patch, lower: Any, number: int, shape: Shape | None, at: Path) -> Iterator[Breach]:
    """Values of a layer that a lower one has; tags and lists that join with others are their author's business."""
    if not isinstance(patch, dict):
        return
    for key, value in patch.items():
        path, below = (*at, key), [_under(one, key) for one in lower]
        if all(one is _NOTHING for one in below):
            continue
        inside = shape.child(key) if shape is not None else None
        if inside is not None and inside.environments == "own":
            continue
        if isinstance(value, dict) and value:
            yield from _repeated(value, below, number, inside, path)
        elif not isinstance(value, Tagged | Sealed | dict) and (inside is None or inside.merge is None):
            winner = next((place for place in range(number - 1, -1, -1) if below[place] is not _NOTHING), None)
            if winner is not None and same(below[winner], value):
                also = (Also("is what lies below", path, layer=winner),)
                message = f"{path_text(path)} is set to what lies below it already"
                yield Breach(message, path, True, "leave the line out", layer=number, also=also, act=Drop())


_NOTHING = object()


def _under(patch: Any, key: str) -> Any:
    """What a layer says under a key; a tag, which may change what is below it, is a word that equals no value."""
    if isinstance(patch, dict):
        return patch.get(key, _NOTHING)
    return patch if patch is _NOTHING else Tagged("replace", None)


RULE = Rule("redundant-override", "warning", __doc__, _check)
