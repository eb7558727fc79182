"""undocumented-key: keys that a schema declares and does not describe."""

import pytest
from thought.rules.schemas import of_schema

from lamina.thought.rules.undocumented_key import RULE

DESCRIBED = "description: of it"


@pytest.mark.parametrize(
    ("text", "messages"),
    [
        ("{properties: {a: {description: of it}}}", []),
        ("{properties: {a: {$ref: '#/$defs/x'}}, $defs: {x: {description: of it}}}", []),
        ("{properties: {a: {allOf: [{description: of it}]}}}", []),
        ("{properties: {a: false}}", []),
        ("{additionalProperties: {type: string}}", []),
        ("{properties: {a: {}}}", ["a"]),
        ("{properties: {a: true}}", ["a"]),
        ("{properties: {a: {description: of it, properties: {b.c: {}}}}}", ['a."b.c"']),
        ("{properties: {a: {description: of it, items: {properties: {b: {}}}}}}", ["a[*].b"]),
        ("{additionalProperties: {properties: {b: {}}}}", ["*.b"]),
        ("{oneOf: [{properties: {a: {}}}]}", ["a"]),
        ("{properties: {a: {$ref: '#/$defs/x'}, b: {$ref: '#/$defs/x'}}, $defs: {x: {type: string}}}", ["a", "b"]),
        ("{properties: {a: {$ref: '#', description: of it}, b: {}}}", ["b"]),
    ],
)
def test_which_keys(text: str, messages: list[str]) -> None:
    assert [one.message for one in of_schema(RULE, text)] == [f"{name} has no description" for name in messages]


def test_the_place_is_the_key() -> None:
    [breach] = of_schema(RULE, "{properties: {a: {type: string}}}")
    assert (breach.path, breach.at_key) == (("properties", "a"), True)
