"""Every key of this repository's schemas says what it is, and what a schema says about itself is true."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from jsonschema import Draft202012Validator
from repository.schema_files import FILES, KINDS, MIGRATIONS, newest, schema, validator

READ_THROUGH = ("properties", "patternProperties", "$defs")


@pytest.mark.parametrize("file", FILES)
def test_a_schema_is_a_schema(file: str) -> None:
    Draft202012Validator.check_schema(schema(file))


def test_every_kind_has_a_schema_and_everything_else_is_shared() -> None:
    kinds = {name for name in FILES if name.endswith(".schema.yaml")}
    assert set(FILES) - kinds == {"common/types.yaml"}
    assert {name.split("/")[0] for name in kinds} == set(KINDS)


def test_a_migration_leads_to_every_version_but_the_first() -> None:
    later = {name for name in FILES if name.endswith(".schema.yaml") and "/v1." not in name}
    assert {name.replace(".migration.", ".schema.") for name in MIGRATIONS} == later


@pytest.mark.parametrize("file", FILES)
def test_every_key_is_described_as_a_sentence(file: str) -> None:
    keys = [(pointer, part) for pointer, part in parts(file) if "/$defs/" not in pointer or "/properties/" in pointer]
    assert [pointer for pointer, part in keys if not part.get("description", "").endswith(".")] == []


@pytest.mark.parametrize("file", FILES)
def test_every_key_has_a_type_or_refers_to_one(file: str) -> None:
    assert [pointer for pointer, part in parts(file) if not part.keys() & {"type", "$ref"}] == []


@pytest.mark.parametrize("file", FILES)
def test_every_map_says_which_keys_it_takes(file: str) -> None:
    """All but the part that compositions share, which cannot close itself without closing them."""
    closed = {"additionalProperties", "unevaluatedProperties"}
    maps = [(pointer, part) for pointer, part in parts(file) if part.get("type") == "object"]
    assert [pointer for pointer, part in maps if not part.keys() & closed and not pointer.endswith("/open-check")] == []


@pytest.mark.parametrize("file", FILES)
def test_every_number_list_and_text_is_bounded(file: str) -> None:
    """A list is bounded by its length or by the few values that it may hold once each."""
    bounds = {
        "integer": {"minimum", "enum"},
        "number": {"minimum", "exclusiveMinimum"},
        "string": {"enum", "pattern", "maxLength", "format"},
        "array": {"maxItems", "uniqueItems"},
    }
    unbounded = [
        pointer
        for pointer, part in parts(file)
        for kind in kinds_of(part)
        if kind in bounds and not part.keys() & bounds[kind]
    ]
    assert unbounded == []


@pytest.mark.parametrize("file", FILES)
def test_examples_and_defaults_fit_their_own_key(file: str) -> None:
    wrong = [
        (pointer, value)
        for pointer, part in parts(file)
        for value in [*part.get("examples", []), *([part["default"]] if "default" in part else [])]
        if "${" not in repr(value) and not validator(f"{file}#{pointer}").is_valid(value)
    ]
    assert wrong == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_key_with_a_default_is_not_required(kind: str) -> None:
    """The default would never be needed, or the demand never felt."""
    both = [
        f"{pointer}/{key}"
        for pointer, part in parts(newest(kind))
        for key in part.get("required", [])
        if "default" in part.get("properties", {}).get(key, {})
    ]
    assert both == []


@pytest.mark.parametrize("file", FILES)
def test_the_unit_of_a_number_is_that_of_its_name(file: str) -> None:
    units = {
        "seconds": "seconds",
        "minutes": "minutes",
        "days": "days",
        "mib": "MiB",
        "usd": "USD",
        "tokens": "tokens",
        "percent": "percent",
    }
    odd = [
        (pointer, unit)
        for pointer, part in parts(file)
        for ending, expected in units.items()
        if pointer.endswith(f"_{ending}") and not (unit := unit_of(file, part)).startswith(expected)
    ]
    assert odd == []


def test_exactly_the_keys_and_the_password_are_secret() -> None:
    secret = {
        f"{kind}: {pointer.rpartition('/')[2]}"
        for kind in KINDS
        for pointer, part in parts(newest(kind))
        if part.get("x-secret")
    }
    assert secret == {"models: api_key", "orchestrator: password"}


def parts(file: str) -> list[tuple[str, dict[str, Any]]]:
    """Every described place of a schema with its JSON pointer: keys, items and definitions, however deep."""
    root = schema(file)
    return [(pointer, part) for pointer, part in below("", root) if pointer or "type" in root]


def below(pointer: str, part: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """A subschema and those in it, through the keywords that name keys and items (not through conditions)."""
    yield pointer, part
    for keyword in READ_THROUGH:
        for name, inner in part.get(keyword, {}).items():
            escaped = quote(name.replace("~", "~0").replace("/", "~1"), safe="~")
            yield from below(f"{pointer}/{keyword}/{escaped}", inner)
    for keyword in ("items", "additionalProperties"):
        if isinstance(inner := part.get(keyword), dict):
            yield from below(f"{pointer}/{keyword}", inner)


def kinds_of(part: dict[str, Any]) -> list[str]:
    """The types that a subschema names itself."""
    named = part.get("type", [])
    return [named] if isinstance(named, str) else named


def unit_of(file: str, part: dict[str, Any]) -> str:
    """The unit of a key: its own, or that of the shared type it refers to."""
    if "x-unit" in part:
        return str(part["x-unit"])
    name = part.get("$ref", "#/").rsplit("/", 1)[-1]
    shared = {**schema("common/types.yaml")["$defs"], **schema(file).get("$defs", {})}
    return str(shared.get(name, {}).get("x-unit", ""))
