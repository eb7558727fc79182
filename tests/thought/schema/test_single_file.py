"""A schema in one file: the same verdict as that of the files it was made of, by any validator."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from thought.schema.making import FILE, compiled, sound
from thought.schema.test_agreement import JSON, SCHEMAS

from lamina.thought.schema import compile_schema
from lamina.thought.schema.single_file import DynamicReference, single_file

SCHEMA = sound(
    """
    title: App
    type: object
    additionalProperties: false
    properties:
      port: {$ref: "../common/types.yaml#/$defs/port", default: 80, x-unit: port}
      mode: {enum: [{$ref: no reference}, slow]}
      tree: {$ref: "#tree"}
      size: {$ref: "#/$defs/a~1b%20%25"}
      odd: {$ref: "../common/types.yaml#/$defs/a~1b%20%25"}
      again: {$ref: "#"}
      never: false
      any: true
      secret: {type: string, x-secret: true}
      schema: {$ref: "https://json-schema.org/draft/2020-12/schema"}
    $defs:
      tree: {$anchor: tree, type: object, additionalProperties: {$ref: "#/$defs/tree"}}
      a/b %: {type: integer}
      unused: {type: "null"}
    """,
    common__types="""
    $defs:
      port: {$ref: "#/$defs/number", maximum: 99}
      number: {type: integer}
      a/b %: {type: boolean}
    """,
)
WHOLE = single_file(SCHEMA)


def test_it_holds_what_it_refers_to_and_nothing_else() -> None:
    Draft202012Validator.check_schema(WHOLE)
    assert set(WHOLE["$defs"]) == {"port", "number", "tree", "a/b %", "a/b %2"}
    references = {
        place["$ref"] for place in WHOLE["properties"].values() if isinstance(place, dict) and "$ref" in place
    }
    assert references == {
        *("#/$defs/port", "#/$defs/tree", "#/$defs/a~1b%20%25", "#/$defs/a~1b%20%252", "#"),
        "https://json-schema.org/draft/2020-12/schema",
    }
    assert WHOLE["$defs"]["port"] == {"$ref": "#/$defs/number", "maximum": 99}
    assert (WHOLE["properties"]["port"]["default"], WHOLE["properties"]["secret"]["x-secret"]) == (80, True)


@pytest.mark.parametrize(
    ("document", "valid"),
    [
        ({"port": 80, "tree": {"a": {"b": {}}}, "again": {"size": 1}, "odd": True, "any": None}, True),
        ({"mode": {"$ref": "no reference"}, "schema": {"type": "string"}}, True),
        ({"port": 100}, False),
        ({"port": True}, False),
        ({"size": True}, False),
        ({"odd": 1}, False),
        ({"tree": {"a": {"b": 1}}}, False),
        ({"again": {"again": {"unknown": 1}}}, False),
        ({"never": 1}, False),
        ({"schema": {"type": "strange"}}, False),
    ],
)
def test_it_is_of_the_same_opinion(document: Any, valid: bool) -> None:
    assert SCHEMA.accepts(document) is valid
    assert Draft202012Validator(WHOLE).is_valid(document) is valid


@pytest.mark.parametrize(("text", "valid"), [("true", True), ("false", False)])
def test_a_schema_may_be_one_word(text: str, valid: bool) -> None:
    assert Draft202012Validator(single_file(compiled(text))).is_valid({}) is valid


def test_what_one_file_cannot_say_is_refused() -> None:
    schema = compiled("{$defs: {a: {$dynamicAnchor: a}}, properties: {b: {$dynamicRef: '#a'}}}")
    with pytest.raises(DynamicReference, match=FILE):
        single_file(schema)


OTHER = st.fixed_dictionaries({"d": SCHEMAS, "e": SCHEMAS.map(lambda one: one if isinstance(one, bool) else {**one})})


@given(schema=SCHEMAS, other=OTHER, document=JSON)
def test_the_verdict_is_that_of_the_files(schema: Any, other: dict[str, Any], document: Any) -> None:
    # Both files have the definition and the anchor that drawn references lead to, each its own.
    own = {"$defs": {"d": {"minLength": 2}, "e": {"$anchor": "e", "minItems": 1}}}
    others = {"$defs": {**other, "d": {"type": "integer"}, "f": {"$anchor": "e", "maxItems": 2}}}
    raw: Any = {"allOf": [schema, {"properties": {"ab": {"$ref": "../common/types.yaml#/$defs/e"}}}], **own}
    made = compile_schema(FILE, raw, {"schemas/common/types.yaml": others}.get)  # type: ignore[arg-type]
    assert made.faults == ()
    whole = single_file(made)
    Draft202012Validator.check_schema(whole)
    again = compile_schema("schemas/app/v1.schema.json", whole, lambda _: None)
    assert again.faults == ()
    assert again.accepts(document) is made.accepts(document)
    assert len(again.faults_of(document)) == len(made.faults_of(document))
