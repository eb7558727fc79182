"""Findings for people."""

from thought.reports.samples import commands, finding, report

from lamina.thought.reports.text import write
from lamina.words.finding import Position, Related


def test_place_sentence_rule_line_caret_related_and_fix() -> None:
    related = (Related(Position("b.yaml", 2, 3), "the other one"),)
    found = finding(line=4, environment="dev", related=related, fix="mend it")
    assert write(report([found], excerpt=lambda _: "level: x")).splitlines() == [
        "environments/dev/app.yaml:4:1: error: it is wrong (in dev) [some-rule]",
        "    level: x",
        "    ^",
        "  b.yaml:2:3: the other one",
        "  fix: mend it",
        "1 error in dev, prod",
    ]


def test_colours_are_those_that_it_is_given() -> None:
    text = write(report([finding(severity="warning")], paint=lambda text, colour: f"<{colour} {text}>"))
    assert "<yellow warning:> it is wrong <bright_black [some-rule]>" in text


def test_neither_a_file_nor_an_excerpt_commands_a_workflow() -> None:
    text = write(report([finding(file="::error::forged")], excerpt=lambda _: "::error::forged too"))
    assert list(commands(text)) == []
    assert text.splitlines()[:2] == [
        r"\x3a:error::forged:1:1: error: it is wrong [some-rule]",
        r"    \x3a:error::forged too",
    ]
