"""What a refused value or key is proposed to be: only what was surely meant."""

from typing import Any

import pytest

from lamina.thought.schema import compile_schema
from lamina.thought.schema.mending import another_name, another_value, missing_value
from lamina.words.mend import OneOf, Put, Rename


@pytest.mark.parametrize(
    ("text", "types", "value"),
    [
        ("30", "integer", 30),
        ("+30", "integer", 30),
        ("-0", "integer", 0),
        ("030", "integer", None),
        ("3.0", "integer", None),
        ("0x1f", "integer", None),
        ("1_000", "integer", None),
        ("30s", "integer", None),
        ("9" * 19, "integer", None),
        ("3.50", "number", 3.5),
        ("3", ["number", "null"], 3),
        ("1e3", "number", None),
        ("True", "boolean", True),
        ("OFF", "boolean", False),
        ("y", "boolean", None),
        ("1", "boolean", None),
        ("null", "null", None),
        ("x", "array", None),
    ],
)
def test_a_text_that_spells_what_is_wanted(text: str, types: Any, value: Any) -> None:
    act, safety = another_value("type", types, text)
    assert safety == "safe"
    if value is None:
        assert act is None
    else:
        assert isinstance(act, Put)
        assert (act.value, type(act.value)) == (value, type(value))


def test_another_case_is_safe_and_a_typo_is_not() -> None:
    allowed = ["read_only", "read-write", "append", 3]
    assert another_value("enum", allowed, "Read-Only") == (Put("read_only"), "safe")
    assert another_value("enum", allowed, "apend") == (Put("append"), "unsafe")
    assert another_value("enum", allowed, "delete") == (None, "unsafe")
    assert another_value("enum", ["a-b", "A_B"], "a b") == (OneOf((Put("a-b"), Put("A_B"))), "safe")
    assert another_value("const", "v2", "v1") == (None, "unsafe")
    assert another_value("enum", allowed, 4) == (None, "safe")
    assert another_value("maximum", 3, "x") == (None, "safe")


def test_a_name_that_may_be_a_secret_is_not_proposed() -> None:
    assert another_name("pasword", ["password", "host"]) == Rename("password")
    assert another_name("pasword", ["password", "host"], ["password"]) is None


def test_a_missing_key_that_can_only_hold_one_thing() -> None:
    properties: dict[str, Any] = {
        "kind": {"const": "app"},
        "engine": {"enum": ["postgres"]},
        "mode": {"enum": ["a", "b"]},
        "pool": {"type": "object", "properties": {"size": {"default": 3}}},
        "labels": {"type": "object", "properties": {"name": {}}},
        "key": {"const": "x", "x-secret": True},
        "old": {"const": "x", "deprecated": True},
        "size": {"type": "integer"},
    }
    schema = compile_schema("s.yaml", {"type": "object", "properties": properties}, lambda _: None)
    found = {key: missing_value(schema.shape.child(key)) for key in properties}
    assert {key: act for key, act in found.items() if act} == {
        "kind": Put("app"),
        "engine": Put("postgres"),
        "pool": Put({}),
    }
    assert missing_value(None) is None
