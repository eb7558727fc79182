"""Schemas as a whole: what they cost to import and to ask."""

import sys
from subprocess import run

from thought.schema.making import FILE, data, sound

from lamina.thought.schema import compile_schema


def imported_by(script: str) -> set[str]:
    """The heavy modules that a script has imported by its end."""
    end = "\nimport sys; print(*{'jsonschema', 'jsonschema_rs', 'referencing', 'urllib.parse'} & sys.modules.keys())"
    done = run([sys.executable, "-c", script + end], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


MAKE = """
from lamina.thought.schema import compile_schema
schema = compile_schema("schemas/a/v1.schema.yaml", {"properties": {"a": {"type": "integer", "default": 1}}}, None)
"""


def test_reading_annotations_imports_no_validator() -> None:
    assert imported_by(MAKE + "assert schema.fill({})[0] == {'a': 1}; assert schema.secrets({}) == frozenset()") <= {
        "urllib.parse"
    }


def test_a_good_document_under_a_good_schema_imports_only_the_fast_validator() -> None:
    assert "jsonschema" not in imported_by(MAKE + "assert not schema.faults; assert not schema.verdict({'a': 1})")


def test_a_schema_is_not_changed_by_being_asked() -> None:
    raw = data("{properties: {a: {$ref: '#/$defs/d', pattern: '^\\d$'}, b: false}, $defs: {d: {type: string}}}")
    before = repr(raw)
    schema = compile_schema(FILE, raw, lambda _: None)
    assert schema.verdict({"a": "x", "b": 1}) != []
    assert repr(raw) == before


def test_keys_that_are_named_like_keywords_are_keys() -> None:
    schema = sound("""
        properties: {$ref: {type: string}, properties: {type: integer, default: 1}, x-merge: {}, not: false}
        const: {$ref: a, properties: 1}
    """)
    assert schema.verdict({"$ref": "a", "properties": 1}) == []
    assert [fault.path for fault in schema.verdict({"$ref": 1, "not": 1})] == [(), ("$ref",), ("not",)]
    assert schema.shape.keys() == ("$ref", "properties", "x-merge", "not")
