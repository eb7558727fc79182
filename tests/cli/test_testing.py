"""`lamina test`: what it says, and how it ends."""

import json
from pathlib import Path
from textwrap import dedent
from xml.etree import ElementTree

import pytest
from conftest import Builder, Lamina
from githistory import begun, committed

FILES = {
    "lamina.yaml": "",
    "schemas/app/v1.schema.yaml": "type: object\nproperties: {retries: {type: integer}, name: {type: string}}\n",
    "environments/prod/app.yaml": "retries: 5\nname: a\n",
}
TESTS = """
    tests:
      - name: retries are bounded
        environment: prod
        expect:
          values: {"app:retries": 4}
      - name: it has a name
        environment: prod
        expect: {values: {"app:name": a}}
"""
HOSTILE = 'tests: [{name: "::error::\\e[31m\\n## `x` ##[group]", environment: prod, expect: {absent: ["app:name"]}}]\n'


@pytest.fixture
def root(repository: Builder) -> Path:
    return repository({**FILES, "tests/config/app.yaml": TESTS})


def test_what_failed_is_told_with_its_place(root: Path, lamina: Lamina) -> None:
    outcome = lamina("test", cwd=root)
    assert (outcome.code, outcome.err) == (1, "")
    assert outcome.out.splitlines() == [
        "FAILED retries are bounded [prod]",
        "  tests/config/app.yaml:5:31: error: app:retries is 5, and should be 4 (in prod) [unexpected-value]",
        "    environments/prod/app.yaml:1:10: set here",
        "2 tests: 1 passed, 1 failed",
    ]


def test_what_passed_is_told_when_asked(root: Path, lamina: Lamina) -> None:
    outcome = lamina("test", "-v", "-k", "name", cwd=root)
    assert (outcome.code, outcome.out) == (0, "passed it has a name [prod]\n1 test: 1 passed, 0 failed\n")


def test_json(root: Path, lamina: Lamina) -> None:
    told = json.loads(lamina("test", "--format", "json", cwd=root).out)
    assert (told["passed"], told["failed"]) == (1, 1)
    first = told["tests"][0]
    (finding,) = first.pop("findings")
    assert first == {
        "name": "retries are bounded", "environment": "prod", "file": "tests/config/app.yaml", "line": 2, "column": 5,
        "passed": False,
    }  # fmt: skip
    assert (finding["rule"], finding["line"], finding["document"], finding["path"]) == (
        "unexpected-value",
        5,
        "app",
        "retries",
    )
    assert finding["related"][0]["file"] == "environments/prod/app.yaml"


def test_junit(root: Path, lamina: Lamina) -> None:
    suites = ElementTree.fromstring(lamina("test", "--format", "junit", cwd=root).out)
    assert (suites.get("tests"), suites.get("failures")) == ("2", "1")
    cases = [(case.get("name"), case.get("classname"), len(case)) for case in suites.iter("testcase")]
    assert cases == [
        ("retries are bounded [prod]", "tests/config/app.yaml", 1),
        ("it has a name [prod]", "tests/config/app.yaml", 0),
    ]


def test_no_test_is_no_failure_and_how_to_write_one_is_told(repository: Builder, lamina: Lamina) -> None:
    root = repository(FILES)
    outcome = lamina("test", cwd=root)
    assert (outcome.code, outcome.out) == (0, "0 tests: 0 passed, 0 failed\n")
    assert outcome.err.startswith("lamina: hint: a file tests/config/NAME.yaml holds some: {tests: [")
    suites = ElementTree.fromstring(lamina("test", "--format", "junit", cwd=root).out)
    assert [case.get("name") for case in suites.iter("testcase")] == ["lamina test"]


def test_some_of_them(root: Path, lamina: Lamina) -> None:
    (root / "tests/config/other.yaml").write_text("tests: []\n")
    for path in ("tests/config/app.yaml", "tests", str(root / "tests/config")):
        assert lamina("test", path, cwd=root).out.endswith("2 tests: 1 passed, 1 failed\n")
    for words in (["tests/config/none.yaml"], ["tests/config/other.yaml"], ["/"], ["-k", "nowhere"]):
        outcome = lamina("test", *words, cwd=root)
        assert (outcome.code, outcome.out) == (2, "")
        assert "lamina test -v lists all that there are" in outcome.err


@pytest.mark.parametrize("form", ["text", "json", "junit"])
def test_a_name_is_only_text(form: str, repository: Builder, lamina: Lamina) -> None:
    outcome = lamina("test", "--format", form, cwd=repository({**FILES, "tests/config/app.yaml": HOSTILE}))
    assert outcome.code == 1
    assert not any(bad in outcome.out for bad in ("\x1b", "##["))
    assert not any(line.lstrip().startswith(("::", "##")) for line in outcome.out.splitlines())


def test_a_broken_file_is_told_and_the_rest_runs(root: Path, lamina: Lamina) -> None:
    (root / "tests/config/a.yaml").write_text("tests: {\n")
    outcome = lamina("test", cwd=root)
    assert outcome.code == 1
    assert outcome.out.splitlines()[0] == "FAILED tests/config/a.yaml"
    assert outcome.out.endswith("3 tests: 1 passed, 2 failed\n")


def test_links_and_folders_that_lead_out_are_not_followed(root: Path, lamina: Lamina, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "b.yaml").write_text("tests: [secret stuff\n")
    (root / "tests/config/b.yaml").symlink_to(outside / "b.yaml")
    outcome = lamina("test", cwd=root)
    assert "link-out" in outcome.out
    assert "secret stuff" not in outcome.out
    (root / "tests").rename(root / "kept")
    (root / "tests").symlink_to(root / "kept")
    outcome = lamina("test", cwd=root)
    assert (outcome.code, "tests:1:1: error: is no folder" in outcome.out) == (1, True)


def test_at_a_revision(tmp_path: Path, lamina: Lamina) -> None:
    root = begun(tmp_path / "r")
    committed(root, {**FILES, "tests/config/app.yaml": dedent(TESTS)}, "1")
    (root / "tests/config/app.yaml").write_text("tests: []\n")
    assert lamina("test", cwd=root).out == "0 tests: 0 passed, 0 failed\n"
    outcome = lamina("test", "--at", "HEAD", cwd=root)
    assert (outcome.code, outcome.out.splitlines()[-1]) == (1, "2 tests: 1 passed, 1 failed")
    assert json.loads(lamina("test", "--at", "HEAD", "--format", "json", cwd=root).out)["commit"]


PLAIN = """
    tests:
      - {name: a, environment: prod, with: {app: {key: hunter2, kei: hunter2}}, expect: {findings: none, impact: none}}
      - {name: b, environment: prod, expect: {values: {"app:key": hunter2}}}
      - name: c
        kind: app
        layers:
          - key:
              deep: hunter2
        expect: {holds: ['documents.app.key == "x"'], findings: none}
      - {name: d, environment: prod, with: {app: {key: hunter2}}, expect: {holds: ['documents.app.key == "x"']}}
"""


@pytest.mark.parametrize("form", ["text", "json", "junit"])
def test_a_secret_that_stands_in_a_test_is_not_shown(form: str, repository: Builder, lamina: Lamina) -> None:
    schema = (
        "type: object\nadditionalProperties: false\nproperties: {key: {type: string, x-secret: true, maxLength: 3}}\n"
    )
    files = {"schemas/app/v1.schema.yaml": schema, "environments/prod/app.yaml": "{}\n", "tests/config/app.yaml": PLAIN}
    outcome = lamina("test", "--format", form, cwd=repository({"lamina.yaml": "", **files}))
    assert outcome.code == 1
    assert "must have at most 3 characters" in outcome.out
    assert "hunter2" not in outcome.out + outcome.err
