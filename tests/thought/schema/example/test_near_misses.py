"""Near misses: one fault each, of every kind, and exactly the one that is told."""

from typing import Any

import pytest
from thought.schema.making import made

from lamina.thought.schema.example import NearMiss, example, near_misses
from lamina.words.address import path_text
from lamina.words.node import Data

RAW: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["name", "size", "level", "tags", "mail", "half", "code", "map", "token", "low", "high"],
    "properties": {
        "name": {"type": "string", "minLength": 3, "maxLength": 9},
        "size": {"type": "integer", "minimum": 1, "maximum": 9},
        "level": {"enum": ["debug", "info"]},
        "tags": {"type": "array", "minItems": 1, "maxItems": 2, "uniqueItems": True, "items": {"type": "string"}},
        "mail": {"type": "string", "format": "email"},
        "half": {"type": "number", "multipleOf": 0.5},
        "code": {"type": "string", "pattern": "^[A-Z]{2}-[0-9]$"},
        "map": {"type": "object", "minProperties": 1, "maxProperties": 2, "additionalProperties": {"type": "boolean"}},
        "token": {"type": "string", "minLength": 12, "x-secret": True},
        "low": {"type": "number", "exclusiveMinimum": 0, "examples": [1]},
        "high": {"type": "number", "exclusiveMaximum": 5, "examples": [1]},
        "free": {"type": "integer"},
    },
}
FAULTS = {
    ("required", "missing-key", ""): '"name" is taken away from the document',
    ("additionalProperties", "unknown-key", "nmae"): '"nmae" stands in the document',
    ("type", "wrong-type", "size"): "size is a string",
    ("enum", "not-allowed", "level"): "level is misspelt",
    ("minimum", "out-of-bounds", "size"): "size is beyond its minimum",
    ("maximum", "out-of-bounds", "size"): "size is beyond its maximum",
    ("exclusiveMinimum", "out-of-bounds", "low"): "low is beyond its exclusiveMinimum",
    ("exclusiveMaximum", "out-of-bounds", "high"): "high is beyond its exclusiveMaximum",
    ("multipleOf", "out-of-bounds", "half"): "half is no multiple of 0.5",
    ("minLength", "out-of-bounds", "name"): "name is one character too short",
    ("maxLength", "out-of-bounds", "name"): "name is one character too long",
    ("pattern", "pattern-mismatch", "code"): "code misses its pattern",
    ("format", "wrong-format", "mail"): "mail is no email",
    ("minItems", "out-of-bounds", "tags"): "tags has an item too few",
    ("maxItems", "out-of-bounds", "tags"): "tags has an item too many",
    ("minProperties", "out-of-bounds", "map"): "map has a key too few",
    ("maxProperties", "out-of-bounds", "map"): "map has a key too many",
    ("uniqueItems", "not-allowed", "tags[1]"): "tags says its first item again",
    ("x-secret", "plain-secret", "token"): "token is not sealed",
}


def missed(raw: Any) -> tuple[Data, list[NearMiss]]:
    schema = made(raw)
    document = example(schema)
    return document, list(near_misses(schema, document))


@pytest.mark.parametrize("name", FAULTS)
def test_every_kind_of_fault(name: tuple[str, str, str]) -> None:
    _, found = missed(RAW)
    told = {(one.keyword, one.fault.rule, path_text(one.fault.path)): one.change for one in found}
    assert told.get(name) == FAULTS[name]


def test_each_has_that_fault_alone() -> None:
    schema = made(RAW)
    document, found = missed(RAW)
    assert len(found) > len(FAULTS)
    for one in found:
        assert one.document != document
        faults = schema.verdict(schema.fill(one.document)[0])
        assert faults == ([] if one.keyword == "x-secret" else [one.fault])


def test_bounds_are_overstepped_by_one() -> None:
    documents: dict[str, Any] = {one.keyword: one.document for one in missed(RAW)[1][::-1]}
    assert (documents["minimum"]["size"], documents["maximum"]["size"]) == (0, 10)
    assert (len(documents["minLength"]["name"]), len(documents["maxLength"]["name"])) == (2, 10)


def test_what_would_have_two_faults_is_none() -> None:
    raw = {
        "type": "object",
        "required": ["a"],
        "properties": {"a": {"enum": ["x"]}, "b": {"type": "integer"}},
        "anyOf": [{"properties": {"a": {"const": "x"}}, "required": ["b"]}],
    }
    for one in missed(raw)[1]:
        schema = made(raw)
        assert len(schema.verdict(schema.fill(one.document)[0])) == 1


def test_braces_in_a_name_are_text() -> None:
    raw = {"type": "object", "required": ["{place}"], "properties": {"{place}": {"const": 1}}}
    assert missed(raw)[1][0].change == '"{place}" is taken away from the document'


def test_known_keywords_are_passed_over() -> None:
    schema = made(RAW)
    known = {"required", "type"}
    assert known.isdisjoint(one.keyword for one in near_misses(schema, example(schema), known))
