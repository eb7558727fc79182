"""yaml-1.1-boolean: a plain word that other readers of YAML take for a boolean."""

from functools import partial

import pytest
from rendered import shape

from lamina.thought.document import plain_words, read
from lamina.thought.rules import Breach, LayerText, SchemaText
from lamina.thought.rules.yaml_1_1_boolean import IN_SCHEMAS, RULE
from lamina.words.address import path_text
from lamina.words.mend import Put, Rewrite, Span

OF = shape("""
    properties:
      flag: {type: boolean}
      maybe: {type: [boolean, 'null']}
      either: {type: [boolean, string]}
      text: {type: string}
      answer: {enum: ['yes', 'no']}
      list: {items: {type: boolean}}
      open: {type: object}
""")


def breaches(text: str, file: str = "environments/base/app.yaml", sealed: bool = False) -> list[Breach]:
    data = text.encode()
    plain = partial(plain_words, data, file)
    layer = LayerText(file, "base", "app", "app", data, read(data, file).value, OF, sealed, plain=plain)
    found = list(RULE.check(layer)) if RULE.check else []
    assert RULE.hint is not None
    assert not found or RULE.hint.search(data), "the hint would have spared it"
    return found


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("text: yes", "1:7 text"),
        ("text: No", "1:7 text"),
        ("text: ON", "1:7 text"),
        ("text: off", "1:7 text"),
        ("open:\n  countries: [de, no]\n", "2:19 open.countries[1]"),
        ("open:\n  countries:\n    - no\n    - de\n", "3:7 open.countries[0]"),
        ("on: push", "1:1 on"),
        ("open: {yes: 1}", "1:8 open.yes"),
        ("open: {a: off}", "1:11 open.a"),
        ("text: yes # why", "1:7 text"),
        ("text: no\r\nopen: {}", "1:7 text"),
    ],
)
def test_words_that_others_read_otherwise(text: str, where: str) -> None:
    [found] = breaches(text)
    assert found.spot is not None
    assert f"{found.spot[0]}:{found.spot[1]} {path_text(found.path)}" == where


@pytest.mark.parametrize(
    "text",
    [
        "text: 'yes'",
        'text: "no"',
        "'on': push",
        "text: !!str no",
        "text: true",
        "text: yesterday",
        "text: on it",
        "text: |\n  no\n",
        "# no\ntext: a # on",
        "open: {x: 1, y: 2, n: 3}",
        "y: 1",
    ],
)
def test_words_that_all_read_alike(text: str) -> None:
    assert breaches(text) == []


def test_y_and_n_are_notes() -> None:
    assert [one.severity for one in breaches("text: y\nanswer: yes")] == ["note", None]


def test_sealed_layers_are_others_business() -> None:
    assert breaches("text: no", sealed=True) == []


@pytest.mark.parametrize(
    ("text", "act"),
    [
        ("flag: yes", Put(value=True)),
        ("flag: Off", Put(value=False)),
        ("maybe: no", Put(value=False)),
        ("list: [on]", Put(value=True)),
        ("either: no", Rewrite((Span(8, 10, '"no"'),))),
        ("text: no", Rewrite((Span(6, 8, '"no"'),))),
        ("answer: yes", Rewrite((Span(8, 11, '"yes"'),))),
        ("other: on", Rewrite((Span(7, 9, '"on"'),))),
        ("on: 1", Rewrite((Span(0, 2, '"on"'),))),
    ],
)
def test_how_it_is_mended(text: str, act: object) -> None:
    [found] = breaches(text)
    assert (found.act, found.safety) == (act, "safe")


def test_schemas_are_looked_at_too() -> None:
    data = b"properties:\n  answer: {enum: [yes, no]}\n  n: {type: integer}\nrequired: [n]\n"
    file = "schemas/app/v1.schema.yaml"
    plain = partial(plain_words, data, file)
    schema = SchemaText("app", 1, file, {}, OF, plain)
    assert IN_SCHEMAS.check is not None
    assert [path_text(one.path) for one in IN_SCHEMAS.check(schema)] == [
        "properties.answer.enum[0]",
        "properties.answer.enum[1]",
    ]
