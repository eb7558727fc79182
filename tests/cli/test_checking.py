"""The gate at the command line: `check`, and `rule`."""

import json

import pytest
from conftest import Builder, Lamina

FILES = {
    "schemas/app/v1.schema.yaml": """
        type: object
        properties: {retries: {type: integer, description: How often.}}
        additionalProperties: false
    """,
    "environments/base/app.yaml": "retries: 2\n",
    "environments/prod/app.yaml": "retries: 2\n",
}


def test_warnings_are_told_and_errors_count(repository: Builder, lamina: Lamina) -> None:
    done = lamina("check", cwd=repository(FILES))
    assert (done.code, done.err) == (0, "")
    assert done.out.splitlines() == [
        "environments/prod/app.yaml:1:1: warning: retries is set to what lies below it already [redundant-override]",
        "    retries: 2",
        "    ^",
        "  environments/base/app.yaml:1:10: is what lies below",
        "  fix: leave the line out (lamina fix)",
        "1 warning in prod",
    ]
    done = lamina("check", cwd=repository({"environments/prod/app.yaml": "retires: 2\n"}))
    assert done.code == 1


@pytest.mark.parametrize("form", ["text", "json", "github", "sarif", "junit", "gitlab", "markdown"])
def test_every_format_names_the_rule(form: str, repository: Builder, lamina: Lamina) -> None:
    done = lamina("check", "--format", form, cwd=repository(FILES))
    assert done.code == 0
    assert "redundant-override" in done.out


def test_a_baseline_takes_what_is_known_out(repository: Builder, lamina: Lamina) -> None:
    root = repository(FILES)
    (root / "known.json").write_text(lamina("check", "--format", "baseline", cwd=root).out)
    done = lamina("check", "--baseline", "known.json", cwd=root)
    assert done.out.splitlines() == ["no findings in prod; 1 more is in known.json"]


def test_a_rule_has_a_page(repository: Builder, lamina: Lamina) -> None:
    root = repository({})
    page = lamina("rule", "redundant-override", cwd=root)
    assert page.out.startswith("redundant-override: A layer sets what lies below it already.\n\nWhat: ")
    shape = json.loads(lamina("rule", "redundant-override", "--json", cwd=root).out)
    assert (shape["rule"], shape["severity"], shape["silenced"]) == ("redundant-override", "warning", True)
    assert json.loads(lamina("rule", "syntax", "--json", cwd=root).out)["silenced"] is False
    listed = {one["rule"] for one in json.loads(lamina("rule", "--format", "json", cwd=root).out)["rules"]}
    assert {"redundant-override", "syntax", "outside-mac"} <= listed
    assert ["redundant-override", "warning"] in [line.split()[:2] for line in lamina("rule", cwd=root).out.splitlines()]


def test_a_rule_that_is_none_is_refused_with_the_near_one(repository: Builder, lamina: Lamina) -> None:
    done = lamina("rule", "redundant-overide", cwd=repository({}))
    assert (done.code, done.err) == (
        2,
        "lamina: error: no rule redundant-overide\nlamina: hint: did you mean redundant-override?\n",
    )


def test_the_page_of_a_rule_is_its_help_in_sarif(repository: Builder, lamina: Lamina) -> None:
    run = json.loads(lamina("check", "--format", "sarif", cwd=repository(FILES)).out)["runs"][0]
    [rule] = run["tool"]["driver"]["rules"]
    assert rule["fullDescription"]["text"] == "A layer sets what lies below it already."
    assert rule["help"]["text"].startswith("What: ")


@pytest.mark.parametrize("words", [("--base", "HEAD"), ("--staged",), ("prod",)], ids=" ".join)
def test_a_message_is_judged_alone(repository: Builder, lamina: Lamina, words: tuple[str, ...]) -> None:
    root = repository({**FILES, "message": "Begin\n"})
    assert lamina("check", "--message", "message", cwd=root).code == 0
    done = lamina("check", "--message", "message", *words, cwd=root)
    assert (done.code, done.out) == (2, "")
    assert "a message and nothing else" in done.err
