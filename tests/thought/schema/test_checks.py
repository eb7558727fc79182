"""What is wrong with a schema itself: the rule, the place, the way out."""

from typing import Any

import pytest
from thought.schema.making import FILE, compiled, data, rules

from lamina.thought.schema import Place, Schema, compile_schema
from lamina.words.node import Path, Sealed

FAULTS: dict[str, tuple[str, str, Path, str]] = {
    "a type that there is not": (
        "properties: {a: {type: strin}}",
        "bad-schema",
        ("properties", "a", "type"),
        'properties.a.type is "strin", but must be one of "array", ',
    ),
    "a bound that is no number": (
        "minimum: x",
        "bad-schema",
        ("minimum",),
        'minimum is the string "x", but must be a number',
    ),
    "properties that are a list": (
        "properties: []",
        "bad-schema",
        ("properties",),
        "is an empty list, but must be a map",
    ),
    "another dialect": (
        '$schema: "http://json-schema.org/draft-07/schema#"',
        "unsupported-draft",
        ("$schema",),
        'the dialect "http://json-schema.org/draft-07/schema#" is not supported',
    ),
    "a keyword of an older draft": (
        "dependencies: {a: [b]}",
        "unknown-keyword",
        ("dependencies",),
        '"dependencies" is no keyword',
    ),
    "a format that there is not": ("format: datetime", "unknown-format", ("format",), '"datetime" is no known format'),
    "a pattern that is not portable": (
        "properties: {a: {pattern: '(?=a)'}}",
        "non-portable-pattern",
        ("properties", "a", "pattern"),
        'the pattern "(?=a)" cannot be used',
    ),
    "a pattern for keys that is not portable": (
        "patternProperties: {'\\p{L}': {}}",
        "non-portable-pattern",
        ("patternProperties", "\\p{L}"),
        "cannot be used",
    ),
    "a pattern that is too large": (
        "pattern: '(?:[a-z]{1,1000}){1,1000}'",
        "non-portable-pattern",
        ("pattern",),
        "it is too large",
    ),
    "a merge that there is not": ("x-merge: apend", "bad-annotation", ("x-merge",), "must be append, prepend, replace"),
    "a merge by nothing": ("x-merge: {by: ''}", "bad-annotation", ("x-merge",), "or {by: KEY}"),
    "a merge of what is no list": (
        "{type: [string, 'null'], x-merge: append}",
        "bad-annotation",
        ("x-merge",),
        "the value here is never a list",
    ),
    "a merge by a key that no item has": (
        "{x-merge: {by: id}, items: {properties: {name: {}}, additionalProperties: false}}",
        "bad-annotation",
        ("x-merge",),
        'by the key "id", but no item has it',
    ),
    "a version that is none": (
        "{deprecated: true, x-removed-in: soon}",
        "bad-annotation",
        ("x-removed-in",),
        "x-removed-in must be the number of a version, from 2",
    ),
    "the first version": ("{deprecated: true, x-removed-in: 1}", "bad-annotation", ("x-removed-in",), "from 2"),
    "a going of what stays": (
        "properties: {a: {x-removed-in: 2}}",
        "bad-annotation",
        ("properties", "a", "x-removed-in"),
        "x-removed-in is about a deprecated key, and deprecated: true does not stand beside it",
    ),
    "a replacement by nothing": (
        "{deprecated: true, x-replaced-by: ''}",
        "bad-annotation",
        ("x-replaced-by",),
        "x-replaced-by must be the name of a key of the same map",
    ),
    "a replacement by itself": (
        "properties: {a: {deprecated: true, x-replaced-by: a}}",
        "bad-annotation",
        ("properties", "a", "x-replaced-by"),
        'x-replaced-by: "a" is the key itself',
    ),
    "a replacement that there is not": (
        "{properties: {a: {deprecated: true, x-replaced-by: b}}, additionalProperties: false}",
        "bad-annotation",
        ("properties", "a", "x-replaced-by"),
        'x-replaced-by: "b" is no key of the same map',
    ),
    "a secret that is perhaps one": ("x-secret: maybe", "bad-annotation", ("x-secret",), "true or false"),
    "environments that are a number": ("x-environments: 3", "bad-annotation", ("x-environments",), "free, own, same"),
    "an owner that is a list": ("x-owner: [a]", "bad-annotation", ("x-owner",), "must be a text"),
    "a name of nowhere": ("x-refers: agents/", "bad-annotation", ("x-refers",), "must be a kind (agents), an address"),
    "a name of two places that are one": ("x-refers: [a, a]", "bad-annotation", ("x-refers",), "or a list of such"),
    "a name that is a number": (
        "{type: integer, x-refers: agents}",
        "bad-annotation",
        ("x-refers",),
        "the value here is neither",
    ),
    "a name that is secret": (
        "{type: string, x-secret: true, x-refers: agents}",
        "bad-annotation",
        ("x-refers",),
        "would tell others what a secret is",
    ),
    "a secret with a default": (
        "{x-secret: true, default: hunter2}",
        "bad-annotation",
        ("default",),
        "default would hold the value of a secret in plain text",
    ),
    "a default of the wrong type": (
        "properties: {a: {type: integer, default: x}}",
        "bad-default",
        ("properties", "a", "default"),
        'the default does not fit its own schema: it is the string "x", but must be an integer',
    ),
    "a default that is refused inside": (
        "properties: {a: {default: {b: 1}, properties: {b: {type: string}}}}",
        "bad-default",
        ("properties", "a", "default"),
        "its own schema: b is 1, but must be a string",
    ),
    "a default that never ends": (
        "{$ref: '#/$defs/n', $defs: {n: {properties: {n: {$ref: '#/$defs/n', default: {}}}}}}",
        "bad-default",
        ("$defs", "n", "properties", "n", "default"),
        "this default holds itself",
    ),
}


@pytest.mark.parametrize(("text", "rule", "path", "message"), FAULTS.values(), ids=FAULTS)
def test_a_fault(text: str, rule: str, path: Path, message: str) -> None:
    (fault,) = compiled(text).faults
    assert (fault.rule, fault.place, fault.severity) == (rule, Place(FILE, path), "error")
    assert message in fault.message


@pytest.mark.parametrize(
    "text",
    [
        "default: ${other}",
        "properties: {a: {type: integer, default: '${b}'}}",
        "{x-secret: true, default: ''}",
        "{x-secret: true, default: null}",
        "{default: {}, required: [a], properties: {a: {default: 1}}}",
        "{x-merge: {by: name}, items: {properties: {name: {}}, additionalProperties: false}}",
        "{x-team: us, $comment: fine}",
        "{anyOf: [{deprecated: true, description: d, examples: [1]}]}",
        '$schema: "https://json-schema.org/draft/2020-12/schema"',
        "$defs: {unused: {anyOf: [{default: 1}]}}",
    ],
)
def test_nothing_is_wrong_with(text: str) -> None:
    assert compiled(text).faults == ()


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("requird: [a]", 'did you mean "required"?'),
        ("x-secrt: true", 'did you mean "x-secret"?'),
        ("wholly-mine: us", "a keyword of your own begins with x-"),
    ],
)
def test_an_unknown_keyword_is_worth_a_warning(text: str, hint: str) -> None:
    (fault,) = compiled(text).faults
    assert (fault.rule, fault.severity, fault.hint) == ("unknown-keyword", "warning", hint)


UNREAD = {
    "anyOf": "{anyOf: [{x-secret: true}]}",
    "oneOf": "{oneOf: [{properties: {a: {default: 1}}}]}",
    "not": "{not: {x-owner: me}}",
    "if": "{if: {x-unit: s}}",
    "then": "{if: {}, then: {properties: {a: {default: 1}}}}",
    "contains": "{contains: {default: 1}}",
    "prefixItems": "{prefixItems: [{x-merge: append}]}",
    "dependentSchemas": "{dependentSchemas: {a: {x-environments: own}}}",
    "propertyNames": "{propertyNames: {x-refers: agents}}",
    "unevaluatedProperties": "{unevaluatedProperties: {default: 1}}",
}


@pytest.mark.parametrize(("keyword", "text"), UNREAD.items())
def test_an_annotation_where_it_is_not_read(keyword: str, text: str) -> None:
    for placed in (text, f"{{allOf: [{{properties: {{p: {text}}}}}]}}"):
        (fault,) = compiled(placed).faults
        assert fault.rule == "unread-annotation"
        assert f"is not read below {keyword}" in fault.message


def test_an_annotation_that_is_not_read_through_a_reference_is_told_at_the_reference() -> None:
    schema = compiled("""
        properties:
          read: {$ref: "#/$defs/port"}
          unread: {anyOf: [{$ref: "#/$defs/port"}, {type: "null"}]}
        $defs: {port: {type: integer, default: 80}}
    """)
    (fault,) = schema.faults
    assert fault.place == Place(FILE, ("properties", "unread", "anyOf", 0, "$ref"))
    assert fault.message.startswith(f"default in {FILE}#/$defs/port is not read through this $ref")


def beside_a_secret(text: str) -> Schema:
    """The schema of a text, of a document with a secret."""
    secret = "properties: {password: {x-secret: true, type: string}, mode: {type: string}}"
    return compile_schema(FILE, {"allOf": [data(secret)], **data(text)}, lambda _: None)


BRANCHES: dict[str, tuple[str, Path]] = {
    "if": ("if: {properties: {password: {const: a}}}", ("if", "properties", "password")),
    "not": ("not: {properties: {password: {minLength: 3}}}", ("not", "properties", "password")),
    "oneOf": (
        "oneOf: [{properties: {password: {pattern: a}}}, {required: [mode]}]",
        ("oneOf", 0, "properties", "password"),
    ),
    "anyOf": (
        "anyOf: [{allOf: [{properties: {password: {enum: [a]}}}]}]",
        ("anyOf", 0, "allOf", 0, "properties", "password"),
    ),
    "if in then": (
        "{if: {required: [mode]}, then: {if: {properties: {password: {const: a}}}}}",
        ("then", "if", "properties", "password"),
    ),
    "if in dependentSchemas": (
        "dependentSchemas: {mode: {not: {patternProperties: {word: {const: a}}}}}",
        ("dependentSchemas", "mode", "not", "patternProperties", "word"),
    ),
    "any other key": ("if: {additionalProperties: {maxLength: 3}}", ("if", "additionalProperties")),
    "the whole map": ("if: {const: {password: a}}", ("if",)),
    "a reference": (
        "{if: {$ref: '#/$defs/d'}, $defs: {d: {properties: {password: {const: a}}}}}",
        ("$defs", "d", "properties", "password"),
    ),
}


@pytest.mark.parametrize(("text", "path"), BRANCHES.values(), ids=BRANCHES)
def test_a_condition_must_not_test_a_secret(text: str, path: Path) -> None:
    assert [(fault.rule, fault.place.path) for fault in beside_a_secret(text).faults] == [("branch-on-secret", path)]


@pytest.mark.parametrize(
    "text",
    [
        "if: {properties: {password: {type: string}}}",
        "if: {required: [password]}",
        "if: {properties: {mode: {const: a}}}",
        "dependentRequired: {password: [mode]}",
        "{if: {required: [mode]}, then: {properties: {password: {minLength: 3}}}}",
        "allOf: [{properties: {password: {minLength: 3}}}]",
        "not: {properties: {password: true}}",
    ],
)
def test_a_condition_may_ask_for_the_type_or_the_presence_of_a_secret(text: str) -> None:
    assert beside_a_secret(text).faults == ()


def test_a_condition_on_the_items_of_a_list() -> None:
    items = "items: {properties: {token: {x-secret: true}}}"
    schema = compiled(f"{items}\ncontains: {{properties: {{token: {{const: a}}}}}}")
    assert rules(schema) == ["branch-on-secret"]


@pytest.mark.parametrize("value", [Sealed("ENC[...]", "str"), object()])
def test_what_only_layers_hold_is_no_schema(value: Any) -> None:
    (fault,) = compile_schema(FILE, {"properties": {"a": {"const": value}}}, lambda _: None).faults
    assert (fault.rule, fault.place.path) == ("bad-schema", ("properties", "a", "const"))


def test_every_fault_is_told_in_the_order_of_places() -> None:
    schema = compiled("{type: strin, format: x, properties: {a: {pattern: '('}, b: {$ref: 'http://x/'}}}")
    assert rules(schema) == ["unknown-format", "non-portable-pattern", "remote-reference", "bad-schema"]
