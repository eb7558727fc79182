"""deprecated-key: what is said of it, with the version it goes, and the key that takes its place."""

from typing import Any

import pytest
from thought.schema.making import sound

from lamina.thought.rules import Breach, LayerText
from lamina.thought.rules.deprecated_key import RULE
from lamina.words.mend import Rename
from lamina.words.node import Patch, Sealed, Tagged

OLD = """
    properties:
      old: {deprecated: true, description: Use new., x-removed-in: 3, x-replaced-by: new}
      new: {}
      bare: {deprecated: true}
      told: {deprecated: true, description: Leave it out.}
      in: {properties: {old: {$ref: '#/properties/told'}}}
      list: {items: {properties: {old: {deprecated: true}}}}
"""


def found(patch: Patch, version: int | None = 1, newest: int = 1, sealed: bool = False) -> list[Breach]:
    shape: Any = sound(OLD).shape
    layer = LayerText("a.yaml", "dev", "a", "a", b"", patch, shape, sealed, False, version, newest)
    assert RULE.check
    return list(RULE.check(layer))


@pytest.mark.parametrize(
    ("patch", "messages"),
    [
        ({"new": 1}, []),
        ({"bare": 1}, ["bare is deprecated"]),
        ({"in": {"old": 1}}, ["in.old is deprecated"]),
        ({"list": [{}, {"old": 1}]}, ["list[1].old is deprecated"]),
        ({"in": Tagged("replace", {"old": 1})}, ["in.old is deprecated"]),
        ({"old": 1}, ["old is deprecated, and goes with version 3"]),
        ({"other": {"old": 1}}, []),
        (Tagged("unset", None), []),
    ],
    ids=str,
)
def test_where(patch: Patch, messages: list[str]) -> None:
    assert [one.message for one in found(patch)] == messages


@pytest.mark.parametrize(
    ("version", "newest", "severity"), [(1, 1, None), (2, 2, None), (2, 3, None), (3, 3, "error"), (None, 4, "error")]
)
def test_it_is_an_error_once_it_was_to_be_gone(version: int | None, newest: int, severity: str | None) -> None:
    [breach] = found({"old": 1}, version, newest)
    assert breach.severity == severity
    assert ("was to go with version 3" in breach.message) == (severity == "error")


@pytest.mark.parametrize(
    ("patch", "act"),
    [
        ({"old": 1}, Rename("new")),
        ({"old": 1, "new": 2}, None),
        ({"old": Tagged("unset", None)}, None),
        ({"bare": 1}, None),
    ],
    ids=str,
)
def test_it_is_renamed_where_that_is_safe(patch: Patch, act: Rename | None) -> None:
    assert [one.act for one in found(patch)] == [act]


def test_a_sealed_value_keeps_its_place() -> None:
    assert [one.act for one in found({"old": Sealed("ENC[x]", "str")}, sealed=True)] == [None]


def test_the_way_out_is_the_other_key_or_what_the_schema_says() -> None:
    assert [one.fix for one in found({"old": 1, "told": 1, "bare": 1})] == ["use new", "Leave it out.", None]
