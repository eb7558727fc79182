"""Sealed leaves: only their type is tested, whichever validator is asked."""

import sys
from subprocess import run
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from thought.schema.making import sound

from lamina.words.node import Data, Sealed

SCHEMA = sound("""
    type: object
    properties:
      password: {x-secret: true, type: string, minLength: 99, pattern: "^a$"}
      port: {x-secret: true, type: integer, minimum: 9}
      ratio: {x-secret: true, type: number}
      active: {x-secret: true, type: boolean}
      plain: {type: string, const: x}
      keys: {type: array, uniqueItems: true, items: {x-secret: true, type: [string, "null"], enum: ["", null]}}
      named: {$ref: "#/$defs/token"}
      login: {type: object, x-secret: true, properties: {user: {type: string}}}
      mode: {type: string}
    if: {properties: {mode: {const: strict}}, required: [mode]}
    then: {required: [password]}
    $defs: {token: {x-secret: true, allOf: [{type: string}], maxLength: 3}}
""")


def sealed(type: str = "str", text: str = "ENC[AES256_GCM,data:x]") -> Sealed:
    return Sealed(text, type)


@pytest.mark.parametrize(
    "document",
    [
        {"password": sealed()},
        {"port": sealed("int")},
        {"port": sealed("float")},
        {"ratio": sealed("int")},
        {"ratio": sealed("float")},
        {"active": sealed("bool")},
        {"plain": sealed()},
        {"keys": [sealed(), sealed(text="ENC[other]"), None, ""]},
        {"named": sealed()},
        {"login": {"user": sealed(), "more": [sealed("time")]}},
        {"mode": "strict", "password": sealed("bytes")},
        {"unknown": {"deep": sealed("int")}},
    ],
)
def test_passes(document: Any) -> None:
    assert SCHEMA.verdict(document) == []
    assert SCHEMA.faults_of(document) == []


@pytest.mark.parametrize(
    ("document", "messages"),
    [
        ({"password": sealed("int")}, ["password is a sealed integer, but must be a string"]),
        ({"port": sealed()}, ["port is a sealed string, but must be an integer"]),
        ({"active": sealed("float")}, ["active is a sealed number, but must be true or false"]),
        ({"password": sealed(), "mode": 1}, ["mode is 1, but must be a string"]),
        ({"named": sealed(), "mode": "strict"}, ['the document lacks the key "password" (because mode is "strict")']),
        ({"named": sealed(), "keys": ["a"]}, ['keys[0] must be one of "", null']),
        ({"named": sealed(), "password": "a"}, ["password must have at least 99 characters"]),
    ],
)
def test_refuses(document: Any, messages: list[str]) -> None:
    assert [fault.message for fault in SCHEMA.verdict(document)] == messages


def test_a_text_that_looks_like_a_mark_gets_no_favour() -> None:
    faults = SCHEMA.verdict({"password": "\0ENC[x]", "login": {"user": sealed()}})
    assert [fault.rule for fault in faults] == ["out-of-bounds", "pattern-mismatch"]


def test_one_of_counts_as_any_of_over_sealed_leaves() -> None:
    schema = sound("properties: {a: {oneOf: [{items: {minLength: 1}}, {items: {maxLength: 1}}]}}")
    given: Any = {"a": [sealed()]}
    assert schema.verdict(given) == []
    assert [fault.rule for fault in schema.verdict({"a": ["x"]})] == ["schema-mismatch"]


def test_not_passes_at_a_sealed_leaf() -> None:
    assert sound("properties: {a: {not: {type: string}}}").verdict({"a": sealed()}) == []


@pytest.mark.parametrize(
    "keyword", ["additionalProperties: false", "unevaluatedProperties: false", "properties: {b: false}"]
)
def test_a_key_that_is_not_allowed_is_none_with_a_sealed_value_either(keyword: str) -> None:
    for rest in ("a: {}", "a: {x-secret: true}"):
        schema = sound(f"{keyword}\n{'' if 'b:' in keyword else f'properties: {{{rest}}}'}")
        assert [fault.path for fault in schema.verdict({"a": sealed(), "b": sealed()})] == [("b",)], rest


def test_a_sealed_document_needs_no_slow_validator() -> None:
    script = (
        "import sys; from lamina.thought.schema import compile_schema; from lamina.words.node import Sealed\n"
        "raw = {'properties': {'p': {'x-secret': True, 'type': 'string', 'minLength': 50}}}\n"
        "schema = compile_schema('schemas/a/v1.schema.yaml', raw, lambda _: None)\n"
        "assert schema.faults == () and schema.verdict({'p': Sealed('ENC[x]', 'str')}) == []\n"
        "sys.exit('jsonschema' in sys.modules)"
    )
    assert run([sys.executable, "-c", script], check=False).returncode == 0


LEAVES = st.one_of(
    st.builds(sealed, st.sampled_from(["str", "int", "float", "bool", "time"]), st.sampled_from(["ENC[a]", "ENC[b]"])),
    st.sampled_from(["", "a", "strict", "x", "\0ENC[a]", None, 9, 1.5, True]),
)
VALUES = st.one_of(
    LEAVES, st.lists(LEAVES, max_size=3), st.dictionaries(st.sampled_from(["user", "more"]), LEAVES, max_size=2)
)
KEYS = st.sampled_from(["password", "port", "ratio", "active", "plain", "keys", "named", "login", "mode", "other"])


@given(document=st.dictionaries(KEYS, VALUES, max_size=4))
def test_the_fast_answer_is_the_slow_one(document: dict[str, Data]) -> None:
    assert SCHEMA.verdict(document) == SCHEMA.faults_of(document)
