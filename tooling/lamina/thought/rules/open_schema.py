"""A schema lets keys pass that it does not declare.

What: a map has `properties`, and nothing says what becomes of other keys. A mistyped key is then a valid one that nobody reads:
the value that was meant keeps its default, and no check says so.

Example:

    type: object
    properties:
      retries: {type: integer}      # and `retires: 5` is valid

Instead: `additionalProperties: false` beside `properties`; where the map is put together with `allOf` or `$ref`,
`unevaluatedProperties: false` at the outermost place. A map that really takes any key says so: `additionalProperties: true`, or
better what the values of those keys are.

Fix: none, since documents may have such keys already: `lamina check` shows them once the schema is closed.
"""

from collections import deque
from collections.abc import Iterator

from lamina.thought.rules.rule import Breach, Rule
from lamina.thought.rules.subjects import Place, SchemaText, Shape
from lamina.thought.rules.walking import below

_FIX = "write additionalProperties: false; where several schemas make one map, unevaluatedProperties: false around them"


def _check(schema: SchemaText) -> Iterator[Breach]:
    """Every map once, however many ways lead to it; what stands around alternatives may close them."""
    waiting: deque[tuple[Shape, str, bool]] = deque([(schema.shape, "", False)])
    seen: set[tuple[Shape, bool]] = set()
    told: set[Place] = set()
    while waiting:
        shape, at, judged = waiting.popleft()
        if (shape, judged) in seen:
            continue
        seen.add((shape, judged))
        place = None if judged or shape.says_others else shape.declared_at
        if place is not None and place not in told:
            told.add(place)
            message = f"{at or 'a document'} may have keys that its schema does not declare, so a mistyped one passes"
            yield Breach(message, place.path, True, _FIX, file=place.file)
        settled = judged or shape.says_others or place is not None
        waiting += [(part, at, settled) for part in shape.alternatives]
        waiting += [(part, where, False) for where, part in below(shape, at)]


RULE = Rule("open-schema", "warning", __doc__, _check)
