"""Annotations, read as the runner of a workflow reads them."""

from hypothesis import given
from thought.reports.samples import Command, commands, finding, many, report, texts

from lamina.thought.reports.github import escaped, escaped_property, write
from lamina.words.finding import Finding
from lamina.words.harmless import safe


def test_an_annotation_says_where_which_rule_what_and_the_way_out() -> None:
    [told] = commands(write(report([finding(line=7, environment="dev", fix="mend it")], folder="conf/")))
    place = {"file": "conf/environments/dev/app.yaml", "line": "7", "col": "1", "title": "some-rule"}
    assert told == Command("error", place, "it is wrong (in dev)\nfix: mend it")


def test_a_file_outside_is_where_it_is() -> None:
    for file in ("/tmp/app.yaml", "../app.yaml"):
        [told] = commands(write(report([finding(file=file)], folder="conf/")))
        assert told.properties["file"] == file


def test_ten_of_each_are_all_shown() -> None:
    found = many(10) + many(10, severity="warning") + many(10, severity="note")
    assert [one.name for one in commands(write(report(found)))] == ["error"] * 10 + ["warning"] * 10 + ["notice"] * 10


def test_the_rest_is_counted_in_one_of_the_ten_notices() -> None:
    found = many(11, severity="note") + many(12, severity="warning") + many(13)
    told = list(commands(write(report(found))))
    assert [one.name for one in told] == ["error"] * 10 + ["warning"] * 10 + ["notice"] * 10
    assert told[-1].data == (
        "3 errors, 2 warnings, 2 notes more, which GitHub has no room for: lamina validate tells of all"
    )
    assert told[0].data == "value 0 is wrong"


def test_the_last_line_is_for_people() -> None:
    assert write(report([finding()])).splitlines()[-1] == "1 error in dev, prod"


@given(texts, texts, texts)
def test_what_is_escaped_is_read_back(file: str, rule: str, message: str) -> None:
    position = finding(file=file).position
    [told] = commands(write(report([Finding(rule, message, position)])))
    assert told.properties == {"file": safe(file), "line": "1", "col": "1", "title": safe(rule)}
    assert told.data == safe(message)


@given(texts)
def test_lines_of_data_and_properties_are_read_back(text: str) -> None:
    [told] = commands(f"::notice title={escaped_property(text)}::{escaped(text)}")
    assert told.properties == {"title": safe(text)}
    assert told.data == safe(text, keep="\n")
