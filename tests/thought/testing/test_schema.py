"""What a file with tests may say."""

from typing import Any

import pytest

from lamina.thought import testing
from lamina.thought.schema import Schema, compile_schema
from lamina.thought.testing import SCHEMA

VALUES = {"expect": {"values": {"app:x": 1}}}


def schema() -> Schema:
    return compile_schema("tests.schema", SCHEMA, lambda _: None)


def test_the_schema_is_sound() -> None:
    assert schema().faults == ()


SOUND: list[dict[str, Any]] = [
    {"environment": "prod", **VALUES},
    {"environments": ["prod", "dev"], **VALUES},
    {"environments": "all", "expect": {"findings": "none"}},
    {"environment": "prod", "with": {"app": {"x": 1}}, "expect": {"impact": ["app:x"]}},
    {
        "environment": "prod",
        "with": {"app": {"x": 1}},
        "expect": {"impact": "none", "findings": [{"rule": "r", "line": 3}]},
    },
    {"kind": "app", "layers": [{"x": 1}, {}], "expect": {"absent": ["app:y"], "secret": ["app:z"], "holds": ["true"]}},
    {"property": {"kind": "app"}},
    {"property": {"kind": "app", "examples": 3}, "environment": "prod", "expect": {"holds": ["true"]}},
]
WRONG: list[tuple[dict[str, Any], str]] = [
    ({**VALUES}, 'tests[0] needs the key "environment", "environments", "layers" or "property"'),
    ({"environment": "prod"}, 'tests[0] lacks the key "expect"'),
    (
        {"environment": "prod", "environments": ["dev"], **VALUES},
        'must not hold "environment" together with "environments"',
    ),
    ({"layers": [{}], **VALUES}, 'lacks the key "kind"'),
    ({"kind": "app", "environment": "prod", **VALUES}, 'lacks the key "layers"'),
    ({"kind": "app", "layers": [{}], "with": {"app": {}}, **VALUES}, 'must not hold "layers" together with "with"'),
    ({"environment": "prod", "expect": {}}, "is empty"),
    ({"environment": "prod", "expect": {"value": {"app:x": 1}}}, 'knows no key "value"'),
    ({"environment": "prod", "expects": {}}, 'knows no key "expects"'),
    ({"environment": "prod", "expect": {"findings": "nothing"}}, "findings"),
    ({"environment": "prod", "expect": {"findings": [{"rul": "x"}]}}, "findings[0]"),
    ({"environment": 3, **VALUES}, "must be a string"),
    ({"property": {"kind": "app", "examples": 0}}, "must be at least 1"),
    ({"environment": "prod", "with": {"app": 3}, **VALUES}, "must be a map"),
]


@pytest.mark.parametrize("said", SOUND, ids=range(len(SOUND)))
def test_what_is_sound_is_read(said: dict[str, Any]) -> None:
    value = {"tests": [{"name": "n", **said}]}
    assert schema().verdict(value) == []
    assert [one.name for one in testing.tests_of(value)] == ["n"]


@pytest.mark.parametrize(("said", "message"), WRONG, ids=[message for _, message in WRONG])
def test_what_is_wrong_is_told(said: dict[str, Any], message: str) -> None:
    faults = schema().verdict({"tests": [{"name": "n", **said}]})
    assert faults
    assert any(message in fault.message for fault in faults), [fault.message for fault in faults]


def test_a_key_that_is_near_is_asked_for() -> None:
    (fault,) = schema().verdict({"tests": [{"name": "n", "environment": "p", "expect": {"value": {}, "holds": ["x"]}}]})
    assert fault.fix == 'did you mean "values"?'


def test_none_is_no_item_and_silence_is_nothing() -> None:
    none, silent = testing.tests_of(
        {
            "tests": [
                {"name": "a", "environments": "all", "expect": {"findings": "none", "impact": "none"}},
                {"name": "b", "property": {"kind": "app"}},
            ]
        }
    )
    assert (none.expected.findings, none.expected.impact, none.environments) == ((), (), None)
    assert (silent.expected.findings, silent.expected.impact, silent.environments) == (None, None, ())
