"""`lamina bisect`: what it says, and how it ends."""

import json
from pathlib import Path

import pytest
from conftest import Lamina
from githistory import begun, committed, git

WORDS = ["bisect", "prod"]
EXPRESSION = "documents.app.n > 2"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = begun(tmp_path / "r")
    files = {"schemas/app/v1.schema.yaml": "type: object\n", "environments/prod/app.yaml": "n: 0\n"}
    committed(root, dict(files), "0")
    for number, text in enumerate(["n: 1\n", "n: 3\n", "n: [\n", "n: 4\n", "n: 5\n"], 1):
        committed(root, {"environments/prod/app.yaml": text}, f"{number} \x1b[31m| `x`")
    return root


def test_the_commit(root: Path, lamina: Lamina) -> None:
    outcome = lamina(*WORDS, EXPRESSION, "HEAD~5", "HEAD", cwd=root)
    assert (outcome.code, outcome.err) == (0, "lamina: 4 of 6 commits tried\n")
    assert outcome.out.splitlines() == [
        rf"{git(root, 'rev-parse', 'HEAD~3')[:12]}  2026-01-02  Ada  2 \x1b[31m| `x`",
        "  false before, true from here on",
        "  app",
        "    ~ n: 1 -> 3",
    ]


def test_several_are_left(root: Path, lamina: Lamina) -> None:
    outcome = lamina(*WORDS, "documents.app.n > 3", "HEAD~5", "HEAD", cwd=root)
    third, fourth = (git(root, "rev-parse", f"HEAD~{back}")[:12] for back in (2, 1))
    assert outcome.code == 3
    lines = outcome.out.splitlines()
    assert lines[0] == "false before, true after one of these commits:"
    assert [line[:12] for line in lines[1::2]] == [third, fourth]
    assert lines[2].startswith("  cannot be evaluated: app has errors: environments/prod/app.yaml:")


def test_json(root: Path, lamina: Lamina) -> None:
    first, last = git(root, "rev-parse", "HEAD~5"), git(root, "rev-parse", "HEAD")
    outcome = lamina(*WORDS, EXPRESSION, "HEAD~5", "HEAD", "--format", "json", cwd=root)
    told = json.loads(outcome.out)
    commit = told.pop("commit")
    assert (commit["id"], commit["subject"]) == (git(root, "rev-parse", "HEAD~3"), "2 \x1b[31m| `x`")
    change = {"environment": "prod", "document": "app", "path": "n", "change": "changed"}
    assert told == {
        "environment": "prod",
        "expression": EXPRESSION,
        "good": {"commit": first, "value": False},
        "bad": {"commit": last, "value": True},
        "changes": [{**change, "before": 1, "after": 3, "secret": False}],
        "candidates": [commit],
        "skipped": [],
        "tried": 4,
        "commits": 6,
    }
    told = json.loads(lamina(*WORDS, "documents.app.n > 3", "HEAD~5", "HEAD", "--format", "json", cwd=root).out)
    assert (told["commit"], told["changes"], len(told["candidates"])) == (None, [], 2)
    assert [skip["commit"] for skip in told["skipped"]] == told["candidates"][:1]


FAILURES = {
    "no such commit": (["true", "nowhere", "HEAD"], 3, "no revision nowhere"),
    "syntax": (["documents.app.n >", "HEAD~5", "HEAD"], 2, "the expression is wrong at line 1, column 18"),
    "no condition": (["size(documents)", "HEAD~5", "HEAD"], 2, "it gives a value of the type int"),
    "one commit": (["true", "HEAD", "HEAD"], 2, "are the same commit"),
    "the same truth": (["true", "HEAD~5", "HEAD"], 3, "is true both at HEAD~5 and at HEAD"),
    "turned round": (["true", "HEAD", "HEAD~5"], 3, "is not among the commits before"),
    "no such key": (["documents.app.m", "HEAD~5", "HEAD"], 3, "cannot be evaluated at"),
    "bytes": (["\udcff", "HEAD~5", "HEAD"], 2, "it is not UTF-8"),
}


@pytest.mark.parametrize("name", FAILURES)
def test_failures(name: str, root: Path, lamina: Lamina) -> None:
    words, status, sentence = FAILURES[name]
    outcome = lamina(*WORDS, *words, cwd=root)
    assert (outcome.code, outcome.out) == (status, "")
    assert sentence in outcome.err
    assert "lamina: hint: " in outcome.err


def test_outside_git(tmp_path: Path, lamina: Lamina) -> None:
    outcome = lamina(*WORDS, "true", "HEAD~1", "HEAD", cwd=tmp_path)
    assert outcome.code == 3
    assert "is in no git repository" in outcome.err
