"""`graph`: what it prints, in each form, and when it cannot."""

import json
from pathlib import Path

import pytest
from conftest import Builder, Lamina
from githistory import committed, git

FILES = {
    "schemas/agents/v1.schema.yaml": """\
type: object
properties:
  model: {type: string, x-refers: "models:models"}
  helper: {type: string, x-refers: agents}
""",
    "schemas/models/v1.schema.yaml": "type: object\n",
    "environments/base/models.yaml": "models:\n  deep: {}\n  \"a\\e[31m\\n::error::b\": {}\n",
    "environments/base/agents/coder.yaml": "model: deep\nhelper: tester\n",
    "environments/base/agents/tester.yaml": "model: ${agents/coder:model}\nhelper: coder\n",
    "environments/dev/agents/tester.yaml": "helper: codr\n",
    "environments/prod/models.yaml": "{}\n",
}  # fmt: skip


@pytest.fixture
def root(repository: Builder) -> Path:
    return repository(FILES)


def test_one_environment(root: Path, lamina: Lamina) -> None:
    outcome = lamina("graph", "dev", cwd=root)
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out.splitlines() == [
        "agents/coder -> agents/tester, models:models.deep",
        "agents/tester -> agents/coder, models:models.deep",
        "missing: environments/dev/agents/tester.yaml:1:9: agents/tester:helper names agents/codr",
        'unused: models:models."a\\x1b[31m\\n::error::b"',
        "dev: 3 documents, 5 references; 1 missing, 1 unused",
    ]


def test_every_environment(root: Path, lamina: Lamina) -> None:
    lines = lamina("graph", cwd=root).out.splitlines()
    assert "cycle: agents/coder -> agents/tester -> agents/coder" in lines
    assert [line.partition(":")[0] for line in lines if " documents, " in line] == ["dev", "prod"]
    shape = json.loads(lamina("graph", "--format", "json", cwd=root).out)
    assert [one["environment"] for one in shape["environments"]] == ["dev", "prod"]


def test_why(root: Path, lamina: Lamina) -> None:
    outcome = lamina("graph", "prod", "--why", "models:models.deep", cwd=root)
    assert outcome.out.splitlines() == [
        "models:models.deep in prod: 2 near, 3 further off",
        "  agents/coder:model      environments/base/agents/coder.yaml:1:8   names models:models.deep",
        "    agents/tester:model   environments/base/agents/tester.yaml:1:8  holds ${agents/coder:model}",
        "    agents/tester:helper  environments/base/agents/tester.yaml:2:9  names agents/coder",
        "  agents/tester:model     environments/base/agents/tester.yaml:1:8  names models:models.deep",
        "    agents/coder:helper   environments/base/agents/coder.yaml:2:9   names agents/tester",
    ]


def test_pictures(root: Path, lamina: Lamina) -> None:
    assert lamina("graph", "prod", "--format", "mermaid", cwd=root).out.startswith("flowchart LR\n")
    text = lamina("graph", "prod", "--format", "dot", cwd=root).out
    assert text.startswith('digraph "prod" {\n')
    assert '"agents/coder" -> "models:models.deep";' in text


def test_at_a_revision(root: Path, lamina: Lamina) -> None:
    git(root, "init", "-q", "-b", "main")
    committed(root, {}, "first")
    (root / "environments/dev/agents/tester.yaml").unlink()
    then = lamina("graph", "dev", "--at", "HEAD", cwd=root)
    assert "1 missing" in then.out
    assert "dev at " in then.out
    assert "missing" not in lamina("graph", "dev", cwd=root).out
    assert len(json.loads(lamina("graph", "--at", "HEAD", "--format", "json", cwd=root).out)["commit"]) == 40


WRONG = {
    "no such environment": (["graph", "pord"], 3, "did you mean prod?"),
    "no such document": (["graph", "prod", "--why", "agents/codre"], 3, "did you mean agents/coder?"),
    "no such value": (["graph", "--why", "models:models.depe"], 3, "did you mean models:models.deep?"),
    "no address": (["graph", "prod", "--why", "a:"], 2, "an address is document:path"),
}


@pytest.mark.parametrize(("words", "code", "hint"), WRONG.values(), ids=WRONG)
def test_what_cannot_be_asked(root: Path, lamina: Lamina, words: list[str], code: int, hint: str) -> None:
    outcome = lamina(*words, cwd=root)
    assert (outcome.code, outcome.out) == (code, "")
    assert hint in outcome.err
