"""open-schema: maps that let a mistyped key pass."""

import pytest
from thought.rules.schemas import of_schema

from lamina.thought.rules.open_schema import RULE
from lamina.words.address import path_text


def found(text: str, **files: str) -> list[str]:
    return [path_text(one.path) for one in of_schema(RULE, text, **files)]


@pytest.mark.parametrize(
    "text",
    [
        "{properties: {a: {}}, additionalProperties: false}",
        "{properties: {a: {}}, additionalProperties: true}",
        "{properties: {a: {}}, additionalProperties: {type: string}}",
        "{type: object}",
        "{additionalProperties: {type: string}}",
        "{allOf: [{properties: {a: {}}}, {properties: {b: {}}}], unevaluatedProperties: false}",
        "{$ref: '#/$defs/x', unevaluatedProperties: false, $defs: {x: {properties: {a: {}}}}}",
        "{properties: {a: {}}, additionalProperties: false, anyOf: [{properties: {a: {const: 1}}}, {required: [a]}]}",
        "{oneOf: [{properties: {a: {}}}, {properties: {b: {}}}], unevaluatedProperties: false}",
        "{oneOf: [{properties: {a: {}}, additionalProperties: false}, {type: string}]}",
        "{$defs: {unused: {properties: {a: {}}}}}",
        "{properties: {a: {$ref: '#'}}, additionalProperties: false}",
    ],
)
def test_what_is_closed(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "paths"),
    [
        ("{properties: {a: {}}}", ["properties"]),
        ("{properties: {a: {properties: {b: {}}}}, additionalProperties: false}", ["properties.a.properties"]),
        ("{items: {properties: {b: {}}}}", ["items.properties"]),
        ("{patternProperties: {x: {properties: {b: {}}}}}", ["patternProperties.x.properties"]),
        ("{additionalProperties: {properties: {b: {}}}}", ["additionalProperties.properties"]),
        ("{allOf: [{properties: {a: {}}}, {properties: {b: {}}}]}", ["allOf[0].properties"]),
        ("{oneOf: [{properties: {a: {}}}, {type: string}]}", ["oneOf[0].properties"]),
        (
            "{unevaluatedProperties: false, oneOf: [{properties: {a: {properties: {b: {}}}}}]}",
            ["oneOf[0].properties.a.properties"],
        ),
        (
            "{additionalProperties: false, properties: {a: {$ref: '#/$defs/x'}, b: {$ref: '#/$defs/x'}},"
            " $defs: {x: {properties: {c: {}}}}}",
            ['"$defs".x.properties'],
        ),
        ("{properties: {a: {$ref: '#'}}}", ["properties"]),
    ],
)
def test_what_is_open(text: str, paths: list[str]) -> None:
    assert found(text) == paths


def test_the_message_names_the_place_in_documents() -> None:
    text = "{additionalProperties: false, properties: {a: {items: {properties: {b: {}}}}}}"
    [breach] = of_schema(RULE, text)
    assert breach.message == "a[*] may have keys that its schema does not declare, so a mistyped one passes"
