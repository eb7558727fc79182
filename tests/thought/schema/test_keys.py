"""Every key that a schema speaks of, in its order, to an end even where schemas refer to themselves."""

import pytest
from thought.schema.making import compiled, sound

from lamina.thought.schema import Schema
from lamina.thought.schema.key_facts import facts_of
from lamina.thought.schema.keys import MOST, Key, keys_of, steps_text

SCHEMA = sound(
    """
    x-owner: all
    required: [port]
    properties:
      port: {$ref: "#/$defs/port", maximum: 500, description: Where., default: 80, x-unit: port, examples: [443]}
      db:
        x-owner: data
        x-environments: own
        properties:
          host: {format: hostname, x-environments: [prod]}
          password: {type: string, x-secret: true, x-owner: security}
      labels: {propertyNames: {pattern: "^l"}, additionalProperties: {type: string}}
      open: {type: object, additionalProperties: true}
      closed: {type: object, additionalProperties: false}
      by_name: {patternProperties: {"^a": {type: integer}, "^b": {type: boolean}}, additionalProperties: {enum: [1, x]}}
      steps: {type: array, uniqueItems: true, x-merge: {by: id}, items: {properties: {id: {const: a}}, required: [id]}}
      model: {type: string, x-refers: [agents, "models:models", ":steps"]}
      "a.b": {type: [string, "null"], deprecated: true, x-environments: same}
    $defs: {port: {type: integer, minimum: 1, maximum: 900}}
    """
)


def listed(schema: Schema) -> dict[str, Key]:
    return {steps_text(key.steps): key for key in keys_of(schema.shape)}


def said(key: Key) -> list[str]:
    return [" ".join([fact.label, *fact.values]) for fact in facts_of(key)]


def test_keys_stand_in_the_order_of_the_schema() -> None:
    assert list(listed(SCHEMA)) == [
        *("port", "db", "db.host", "db.password", "labels", "labels.<key>", "open", "closed"),
        *(
            "by_name",
            "by_name.<^a>",
            "by_name.<^b>",
            "by_name.<key>",
            "steps",
            "steps[]",
            "steps[].id",
            "model",
            '"a.b"',
        ),
    ]


@pytest.mark.parametrize(
    ("name", "facts"),
    [
        (
            "port",
            "integer, required, default 80, at least 1, at most 500, unit port, for example 443, owner all",
        ),
        ("db", "any type, owner data, each environment has its own"),
        ("db.host", "any type, format hostname, owner data, may differ in prod"),
        ("db.password", "string, secret, owner security, each environment has its own"),
        ("labels.<key>", "string, key ^l, owner all"),
        ("by_name.<^a>", "integer, key ^a, owner all"),
        ("by_name.<key>", 'any type, one of 1 "x", owner all'),
        ("steps", "list, no item twice, merges by id, owner all"),
        ("steps[].id", 'any type, required, always "a", owner all'),
        ("model", "string, names one of agents models:models :steps, owner all"),
        ('"a.b"', "string or null, deprecated, owner all, the same in every environment"),
    ],
)
def test_facts(name: str, facts: str) -> None:
    assert ", ".join(said(listed(SCHEMA)[name])) == facts


def test_the_narrowest_of_several_bounds_is_told_and_all_patterns() -> None:
    schema = sound(
        """
        properties: {a: {allOf: [{minLength: 1, maxLength: 9, pattern: a}, {minLength: 3, maxLength: 1, pattern: b}]},
                     b: {minItems: 1, maxItems: 2, minProperties: 2, maxProperties: 1},
                     c: {exclusiveMinimum: 0, exclusiveMaximum: 1.5, multipleOf: 0.5}}
        """
    )
    keys = listed(schema)
    assert said(keys["a"]) == ["any type", "at least 3 long", "at most 1 long", "pattern a b"]
    assert said(keys["b"]) == ["any type", "at least 1 item", "at most 2 items", "at least 2 keys", "at most 1 key"]
    assert said(keys["c"]) == ["any type", "more than 0", "less than 1.5", "a multiple of 0.5"]


def test_the_places_of_a_key_in_a_document() -> None:
    keys = listed(SCHEMA)
    data = {"labels": {"x": "1", "l": "2"}, "by_name": {"a1": 1, "b1": True, "c": 1}, "steps": [{"id": "a"}, {}]}
    places = {name: list(keys[name].places(data)) for name in keys}
    assert places["port"] == [("port",)]
    assert places["db.host"] == [("db", "host")]
    assert places["labels.<key>"] == [("labels", "x"), ("labels", "l")]
    assert places["by_name.<^b>"] == [("by_name", "b1")]
    assert places["by_name.<key>"] == [("by_name", "c")]
    assert places["steps[].id"] == [("steps", 0, "id"), ("steps", 1, "id")]
    assert list(keys["labels.<key>"].places({"labels": "${x}"})) == []


def test_what_only_some_forms_have_is_listed_as_such() -> None:
    schema = sound(
        """
        properties: {kind: {enum: [a, b]}}
        anyOf:
          - {properties: {kind: {const: a}, size: {type: integer}}}
          - {oneOf: [{properties: {list: {items: {type: string}}}}, {properties: {size: {type: string}, never: false}}]}
        if: {properties: {kind: {const: a}}}
        then: {$ref: "#/$defs/more"}
        $defs: {more: {properties: {more: {type: boolean}}}}
        """
    )
    keys = listed(schema)
    assert list(keys) == ["kind", "more", "size", "list", "list[]"]
    assert [name for name, key in keys.items() if key.partial] == ["more", "size", "list"]
    assert said(keys["size"]) == ["integer", "only in some forms"]


def test_a_schema_that_refers_to_itself_is_told_once() -> None:
    schema = sound(
        """
        properties:
          tree: {$ref: "#/$defs/tree"}
          self: {$ref: "#"}
        $defs: {tree: {properties: {left: {$ref: "#/$defs/tree"}, size: {type: integer}}}}
        """
    )
    keys = listed(schema)
    again = {name: steps_text(key.again) for name, key in keys.items() if key.again is not None}
    assert again == {"tree.left.left": "tree.left", "self.tree.left.left": "self.tree.left", "self.self": "self"}
    assert list(keys)[:4] == ["tree", "tree.left", "tree.left.left", "tree.left.size"]


def test_schemas_that_refer_to_each_other_in_many_ways_come_to_an_end() -> None:
    names = [f"d{number}" for number in range(12)]
    properties = ", ".join(f'{name}: {{$ref: "#/$defs/{name}"}}' for name in names)
    defs = ", ".join(f"{name}: {{properties: {{{properties}}}}}" for name in names)
    schema = compiled(f"{{properties: {{{properties}}}, $defs: {{{defs}}}}}")
    assert len(keys_of(schema.shape)) == MOST


def test_a_thousand_definitions_deep() -> None:
    deep = ", ".join(f'd{n}: {{properties: {{k: {{$ref: "#/$defs/d{n + 1}"}}}}}}' for n in range(1500))
    schema = compiled(f'{{$ref: "#/$defs/d0", $defs: {{{deep}, d1500: {{type: string}}}}}}')
    assert len(keys_of(schema.shape)) == 1500


@pytest.mark.parametrize("text", ["true", "{}", "{type: array, items: {type: string}}", "{properties: {a: false}}"])
def test_schemas_without_keys(text: str) -> None:
    assert [name for name in listed(compiled(text)) if name != "[]"] == []
