"""A schema declares a key and does not say what it means.

What: the key has no `description`, neither beside it nor where its `$ref` leads. Whoever sets it has to guess, or to read the
program; editors, `lamina docs` and `explain` have nothing to show.

Example:

    properties:
      grace: {type: integer, minimum: 0}

Instead: say what it does, in what unit, and when one would change it:

    properties:
      grace:
        type: integer
        minimum: 0
        description: Seconds that a run may take to end by itself once it was cancelled.

Fix: none.
"""

from collections import deque
from collections.abc import Iterator

from lamina.thought.rules.rule import Breach, Rule
from lamina.thought.rules.subjects import Place, SchemaText, Shape
from lamina.thought.rules.walking import below


def _check(schema: SchemaText) -> Iterator[Breach]:
    """Every key once, however many ways lead to it."""
    waiting: deque[tuple[str, Shape]] = deque([("", schema.shape)])
    seen: set[Shape] = set()
    told: set[Place] = set()
    while waiting:
        at, shape = waiting.popleft()
        if shape in seen:
            continue
        seen.add(shape)
        for where, part in below(shape, at):
            declared = part.place.path[-2:-1] == ("properties",) and part.place not in told
            if declared and part.description is None:
                told.add(part.place)
                yield Breach(f"{where} has no description", part.place.path, True, file=part.place.file)
            waiting.append((where, part))
        waiting += [(at, part) for part in shape.alternatives]


RULE = Rule("undocumented-key", "note", __doc__, _check)
