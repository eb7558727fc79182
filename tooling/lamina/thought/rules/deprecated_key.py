"""A layer sets a key that its schema calls `deprecated`.

What: the schema says `deprecated: true` at the key. Its description should say what to use instead, and `x-removed-in: N` may
say the version of the kind that no longer has it.

Example:

    retries: 3              # deprecated: use execution.retry.limit

Instead: set what the schema's description names.

Fix: safe where the schema says `x-replaced-by: KEY`, a key of the same map that is not set: the key is renamed.
"""

from collections.abc import Iterator

from lamina.thought.rules.rule import Breach, Rule
from lamina.thought.rules.subjects import LayerText
from lamina.thought.rules.walking import keys
from lamina.words.address import path_text


def _check(layer: LayerText) -> Iterator[Breach]:
    if layer.shape is None or not layer.shape.has_deprecated:
        return
    for path, _, shape in keys(layer.patch, layer.shape):
        if shape is not None and shape.deprecated:
            yield Breach(f"{path_text(path)} is deprecated", path, at_key=True, fix=shape.description)


RULE = Rule("deprecated-key", "warning", __doc__, _check)
