"""Files with tests: what is wrong with one is told, and the rest runs."""

import pytest
from held import project
from project.testing.trying import BASE, FILE, ran

from lamina.project.testing import SOURCES, run
from lamina.project.testing.running import NoSuchTest

GOOD = '{name: good, environment: prod, expect: {values: {"app:retries": 5}}}'


def told(files: dict[str, str]) -> list[tuple[str, list[str]]]:
    results = run(project({**BASE, **files}))
    return [(one.case.name, [f"{each.position} {each.rule}" for each in one.findings]) for one in results]


def test_a_file_that_is_broken_costs_only_itself() -> None:
    files = {"tests/config/a.yaml": "tests: [\n", "tests/config/b.yaml": f"tests: [{GOOD}]\n"}
    assert told(files) == [("tests/config/a.yaml", ["tests/config/a.yaml:1:8 syntax"]), ("good", [])]


BROKEN = {
    "nothing": ("", "missing-key"),
    "no tests": ("test: []\n", "unknown-key"),
    "a key twice": (f"tests: [{GOOD}]\ntests: []\n", "duplicate-key"),
    "no list": ("tests: {}\n", "wrong-type"),
    "a list": ("[]\n", "not-a-map"),
    "bytes": ("tests: [\x07]\n", "control-character"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file(name: str) -> None:
    text, rule = BROKEN[name]
    results = run(project({**BASE, FILE: text}))
    assert results
    assert rule in [one.rule for every in results for one in every.findings]


def test_a_test_that_is_wrong_costs_only_itself() -> None:
    text = f"tests:\n- {{name: bad, environment: prod, expects: 1}}\n- {GOOD}\n- 3\n- {{environment: prod}}\n"
    found = told({FILE: text})
    assert [name for name, findings in found if findings] == ["bad", "test 3", "test 4"]
    assert found[-1] == ("good", [])
    assert f"{FILE}:2:34 unknown-key" in found[0][1]


@pytest.mark.parametrize(
    ("said", "line", "message"),
    [
        ("environment: prd", 2, "no environment prd"),
        ("environments: [prod, prd]", 2, "no environment prd"),
        ("environment: base", 2, "base is abstract"),
    ],
)
def test_an_environment_that_is_none(said: str, line: int, message: str) -> None:
    results = ran(f"- name: t\n  {said}\n  expect: {{findings: none}}")
    (finding,) = [one for every in results for one in every.findings]
    assert (finding.position.file, finding.position.line, finding.rule) == (FILE, line + 1, "bad-test")
    assert finding.message.startswith(message)
    assert finding.fix is not None


def test_files_lie_at_any_depth_and_others_are_not_read() -> None:
    files = {
        "tests/config/deep/er/a.yaml": f"tests: [{GOOD}]\n",
        "tests/config/b.json": '{"tests": [{"name": "json", "environment": "prod", "expect": {"findings": "none"}}]}',
        "tests/config/README.md": "[",
        "tests/other/c.yaml": "[",
    }
    assert told(files) == [("json", []), ("good", [])]


def test_no_test_is_no_result() -> None:
    assert run(project(BASE)) == []


def test_some_are_chosen() -> None:
    other = GOOD.replace("good", "other")
    held = project(
        {**BASE, "tests/config/a.yaml": f"tests: [{GOOD}]\n", "tests/config/b/c.yaml": f"tests: [{other}]\n"}
    )
    assert [one.case.name for one in run(held, ["tests/config/b"])] == ["other"]
    assert [one.case.name for one in run(held, ["tests/config/a.yaml"])] == ["good"]
    assert [one.case.name for one in run(held, part="the")] == ["other"]
    for paths, part in ((["tests/config/d.yaml"], ""), ([], "nowhere")):
        with pytest.raises(NoSuchTest):
            run(held, paths, part)


def test_a_source_more_is_a_row_more(monkeypatch: pytest.MonkeyPatch) -> None:
    from lamina.project.testing import Case
    from lamina.words.finding import Position

    case = Case("policy", Position("policies/p.yaml"), None, lambda _: [])
    monkeypatch.setattr("lamina.project.testing.running.SOURCES", {**SOURCES, "policies": lambda _: [case]})
    assert [one.case.name for one in ran(f"- {GOOD}")] == ["good", "policy"]


def test_a_thousand_tests_cost_a_moment_each() -> None:
    test = (
        "- {{name: t{0}, environment: prod, with: {{app: {{retries: {0}}}}}, "
        'expect: {{values: {{"app:retries": {0}}}, holds: ["documents.app.retries == {0}"], findings: none}}}}'
    )
    results = ran("\n".join(test.format(number % 10) for number in range(1000)))
    assert [one.case.name for one in results if not one.passed] == []
    assert len(results) == 1000
