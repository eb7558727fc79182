"""Schemas for tests, from YAML."""

from textwrap import dedent
from typing import Any

import yaml

from lamina.thought.schema import Schema, compile_schema

FILE = "schemas/app/v1.schema.yaml"


def data(text: str) -> Any:
    """What a YAML text says."""
    return yaml.safe_load(dedent(text))


def compiled(text: str, **files: str) -> Schema:
    """The schema that stands in FILE; further files are named by their path below `schemas/`, `__` for `/`."""
    others = {f"schemas/{name.replace('__', '/')}.yaml": data(content) for name, content in files.items()}
    return compile_schema(FILE, data(text), others.get)


def sound(text: str, **files: str) -> Schema:
    """The same, of a schema that is meant to be right."""
    schema = compiled(text, **files)
    assert schema.faults == ()
    return schema


def rules(schema: Schema) -> list[str]:
    """The rules that a schema breaks."""
    return [fault.rule for fault in schema.faults]


def made(raw: Any) -> Schema:
    """The schema that data is."""
    return compile_schema(FILE, raw, lambda _: None)
