"""Schemas as rules see them, from literals."""

from typing import Any

from thought.schema.making import FILE, sound

from lamina.thought.rules import Breach, Rule, SchemaText


def of_schema(rule: Rule[SchemaText], text: str, **files: str) -> list[Breach]:
    """What a rule says of a schema."""
    schema: Any = sound(text, **files)
    assert rule.check
    return list(rule.check(SchemaText("app", 1, FILE, {}, schema.shape)))
