"""SARIF, read back as JSON; that it fits its schema is for tests/conformance."""

import json
import random
from typing import Any
from urllib.parse import unquote_to_bytes

import pytest
from hypothesis import given
from thought.reports.samples import finding, many, report, texts

from lamina.thought.reports import sarif
from lamina.words.finding import Finding, Position, Related
from lamina.words.harmless import safe


def run_of(found: list[Finding], **more: Any) -> dict[str, Any]:
    [run] = json.loads(sarif.write(report(found, **more)))["runs"]
    return run  # type: ignore[no-any-return]


def test_a_result() -> None:
    found = finding(
        line=7,
        environment="dev",
        document="app",
        path=("server", "port"),
        related=(Related(Position("b c.yaml", 2, 3), "the other one"),),
        fix="mend it",
    )
    run = run_of([found], folder="conf/")
    [rule] = run["tool"]["driver"]["rules"]
    assert (rule["id"], rule["shortDescription"]) == ("some-rule", {"text": "some rule"})
    assert rule.keys() >= {"fullDescription", "help"}  # which GitHub demands
    assert run["invocations"] == [{"executionSuccessful": True, "toolExecutionNotifications": []}]
    place = {"uri": "conf/environments/dev/app.yaml", "uriBaseId": "%SRCROOT%"}
    other = {"uri": "conf/b%20c.yaml", "uriBaseId": "%SRCROOT%"}
    assert run["results"] == [
        {
            "ruleId": "some-rule",
            "ruleIndex": 0,
            "level": "error",
            "message": {"text": "it is wrong (in dev)\nfix: mend it"},
            "locations": [
                {
                    "physicalLocation": {"artifactLocation": place, "region": {"startLine": 7, "startColumn": 1}},
                    "logicalLocations": [{"fullyQualifiedName": "app:server.port"}],
                }
            ],
            "relatedLocations": [
                {
                    "id": 1,
                    "physicalLocation": {"artifactLocation": other, "region": {"startLine": 2, "startColumn": 3}},
                    "message": {"text": "the other one"},
                }
            ],
            "partialFingerprints": {"laminaFinding/v1": report([found]).found[0].fingerprint},
            "properties": {"environments": ["dev"]},
        }
    ]


def test_a_file_outside_has_a_whole_address() -> None:
    [result] = run_of([finding(file="/tmp/a.yaml")], folder="conf/")["results"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"] == {"uri": "file:///tmp/a.yaml"}


def test_each_rule_is_told_once_and_found_by_its_index() -> None:
    run = run_of([finding(rule="b"), finding("m", 2, rule="a"), finding("n", 3, rule="b")])
    assert [one["id"] for one in run["tool"]["driver"]["rules"]] == ["a", "b"]
    assert [(one["ruleId"], one["ruleIndex"]) for one in run["results"]] == [("b", 1), ("a", 0), ("b", 1)]


def test_no_message_holds_a_link() -> None:
    [result] = run_of([finding("see [here](https://evil.example)", related=(Related(Position("f"), "[x](y)"),))])[
        "results"
    ]
    assert result["message"]["text"] == "see [here] (https://evil.example)"
    assert result["relatedLocations"][0]["message"]["text"] == "[x] (y)"


def test_github_takes_25_000_results_and_the_rest_is_counted() -> None:
    run = run_of([*many(25_100, severity="warning"), finding("last", 99_999)])
    assert len(run["results"]) == 25_000
    assert run["results"][0]["message"]["text"] == "last"
    [told] = run["invocations"][0]["toolExecutionNotifications"]
    assert told["message"]["text"] == "101 warnings more, which are left out: lamina validate tells of all"


def test_a_file_that_would_be_too_large_is_halved(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sarif, "_ROOM", 100_000)
    dice = random.Random(1)
    noise = ["".join(chr(dice.randrange(0x4E00, 0x9FFF)) for _ in range(2_000)) for _ in range(40)]
    run = run_of([finding(text, line) for line, text in enumerate(noise, 1)])
    assert len(run["results"]) == 20
    assert "20 errors more" in run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"]


def test_a_hundred_related_places_are_enough() -> None:
    related = tuple(Related(Position("f", line), "here") for line in range(1, 200))
    assert len(run_of([finding(related=related)])["results"][0]["relatedLocations"]) == 100


@given(texts, texts)
def test_texts_and_file_names_are_read_back(file: str, message: str) -> None:
    [result] = run_of([finding(message, file=file)])["results"]
    assert result["message"]["text"] == safe(message).replace("](", "] (")
    uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].removeprefix("file://")
    assert uri.isascii()
    assert unquote_to_bytes(uri) == file.encode(errors="surrogateescape")
