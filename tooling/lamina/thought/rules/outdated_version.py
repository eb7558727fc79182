"""A layer is written for an older version of its kind.

What: `schemaVersion` is lower than the newest that `schemas/KIND/` holds. It is read through the migrations, so it renders as
it should; but whoever edits it has to know the old format, and old migrations cannot go away.

Example:

    schemaVersion: 1        # schemas/orchestrator/v3.schema.yaml is the newest

Instead: `lamina migrate --write` brings all layers to the newest version, comments and all other bytes kept. Of a
sealed layer it needs a key, since each value is sealed for its place; until somebody who has one does it, it stays
as it is.

Fix: none by itself, since a migration is a change of its own.
"""

from collections.abc import Iterator

from lamina.thought.rules.rule import Breach, Rule
from lamina.thought.rules.subjects import LayerText


def _check(layer: LayerText) -> Iterator[Breach]:
    if layer.version is not None and layer.newest is not None and layer.version < layer.newest:
        message = f"the layer is of version {layer.version} of {layer.kind}, and {layer.newest} is the newest"
        fix = "lamina migrate --write" + ", with a key that opens the layer" * layer.sealed
        yield Breach(message, ("schemaVersion",), fix=fix)


RULE = Rule("outdated-version", "note", __doc__, _check)
