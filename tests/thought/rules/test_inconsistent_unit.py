"""inconsistent-unit: a value's unit is said twice, and not alike."""

from typing import Any

import pytest
import yaml
from rendered import breaches, document, paths, shape

from lamina.thought.rules import SchemaText
from lamina.thought.rules.inconsistent_unit import IN_SCHEMAS, RULE
from lamina.words.address import path_text


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("timeout_seconds: 5m", "timeout_seconds"),
        ("timeout_seconds: 500ms", "timeout_seconds"),
        ("timeoutSeconds: 1h30m", "timeoutSeconds"),
        ("timeout_ms: 30s", "timeout_ms"),
        ("TIMEOUT_MS: '30 s'", "TIMEOUT_MS"),
        ("retention_days: 2w", "retention_days"),
        ("interval_minutes: '90 seconds'", "interval_minutes"),
        ("max_size_mb: 10GB", "max_size_mb"),
        ("max_body_bytes: 10MB", "max_body_bytes"),
        ("buffer_kb: 1Mi", "buffer_kb"),
        ("timeout_seconds: 10MB", "timeout_seconds"),
        ("seconds: 5m", "seconds"),
        ("delays_ms: [100ms, 1s]", "delays_ms[1]"),
    ],
)
def test_a_value_of_another_unit_than_its_key(text: str, where: str) -> None:
    assert paths(RULE, text) == paths(RULE, text, protected=False) == [where]


@pytest.mark.parametrize(
    "text",
    [
        "timeout_seconds: 30",
        "timeout_seconds: 30s",
        "timeout_seconds: '30'",
        "timeout_seconds: '30 seconds'",
        "timeout_ms: 1500ms",
        "timeout: 30s",
        "memory_mib: 512Mi",
        "memory_mb: 512MiB",
        "memory_mb: 512m",
        "cpu: 250m",
        "requests_per_second: 5m",
        "per_minute: 10s",
        "min: 5s",
        "region_us: 1s",
        "default_ns: 3d",
        "zone_mins: 4 people",
        "start_hour: 9h",
        "timeout_seconds: soon",
        "timeout_seconds: 2026-01-01",
        "timeout_seconds: null",
        "timeout_seconds: {}",
        "size_gb: ''",
    ],
)
def test_units_that_agree_or_are_none(text: str) -> None:
    assert paths(RULE, text) == []


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("connect_timeout_ms: 1\nread_timeout_seconds: 1", ["read_timeout_seconds"]),
        ("http: {readTimeoutMs: 1, writeTimeoutSeconds: 1}", ["http.writeTimeoutSeconds"]),
        ("min_size_kb: 1\nmax_size_mb: 1", ["max_size_mb"]),
        ("connect_timeout_ms: 1\nread_timeout_ms: 1", []),
        ("connect_timeout_ms: 1\nidle_timeout_minutes: 1", []),
        ("session_timeout_minutes: 1\nread_timeout_ms: 1", []),
        ("read_ms: 1\nwrite_seconds: 1", []),
        ("a: {connect_timeout_ms: 1}\nb: {read_timeout_seconds: 1}", []),
        ("read_timeout_ms: 1\nread_buffer_kb: 1", []),
        ("max_retries: 1\nmax_wait_seconds: 1", []),
    ],
)
def test_neighbours_that_measure_the_same(text: str, where: list[str]) -> None:
    assert paths(RULE, text) == where


def test_neighbours_are_a_note() -> None:
    seen = document({"connect_timeout_ms": 1, "read_timeout_seconds": 1})
    [found] = breaches(RULE, seen)
    assert found.severity == "note"
    assert found.message == "read_timeout_seconds is in seconds, and connect_timeout_ms beside it in milliseconds"
    assert [one.path for one in found.also] == [("connect_timeout_ms",)]


def test_the_unit_may_be_the_schema_s() -> None:
    of = shape("""
        properties:
          timeout: {type: string, x-unit: seconds}
          memory: {type: string, x-unit: MiB}
          cpu: {type: string, x-unit: cores}
          rate: {type: string, x-unit: requests/minute}
          waits: {items: {type: string, x-unit: ms}}
    """)
    assert paths(RULE, "timeout: 5m\nmemory: 1Gi\ncpu: 250m\nrate: 5s", of=of) == ["memory", "timeout"]
    assert paths(RULE, "timeout: 5s\nmemory: 512Mi", of=of) == []


def in_schema(text: str) -> list[str]:
    schema: Any = yaml.safe_load(text)
    subject = SchemaText("app", 1, "schemas/app/v1.schema.yaml", schema, shape(text))
    assert IN_SCHEMAS.check is not None
    return [path_text(one.path) for one in IN_SCHEMAS.check(subject)]


@pytest.mark.parametrize(
    ("key", "unit", "found"),
    [
        ("timeout_seconds", "minutes", True),
        ("timeout_ms", "s", True),
        ("timeout_ms", "seconds", True),
        ("size_mb", "MiB", False),
        ("size_mb", "GiB", True),
        ("size_mb", "seconds", True),
        ("interval_milliseconds", "milliseconds", False),
        ("step_minutes", "minutes", False),
        ("input_usd", "USD/million tokens", False),
        ("max_tokens", "tokens", False),
        ("requests_per_minute", "requests/minute", False),
        ("timeout", "minutes", False),
    ],
)
def test_a_name_and_its_x_unit(key: str, unit: str, found: bool) -> None:
    assert in_schema(f"properties: {{{key}: {{type: integer, x-unit: {unit}}}}}") == [f"properties.{key}"] * found


def test_a_unit_from_a_definition_is_told_at_the_key() -> None:
    text = """
        properties:
          retry: {properties: {wait_seconds: {$ref: '#/$defs/minutes', description: d}}}
          again: {$ref: '#/$defs/again'}
        $defs:
          minutes: {type: integer, x-unit: minutes}
          again: {properties: {inner: {$ref: '#/$defs/again'}}}
    """
    assert in_schema(text) == ["properties.retry.properties.wait_seconds"]
