"""Names that lead nowhere, as findings of a repository: where they stand, and what is made anew because of them."""

from pathlib import Path

import pytest
from githistory import begun, committed
from held import project, told

import lamina
from lamina.changes.judging import WouldBreak
from lamina.changes.landing import Landing
from lamina.changes.values import set_value, unset_value
from lamina.project.impact import impact
from lamina.words.address import parse_address
from lamina.words.finding import Finding

AGENTS = """
    type: object
    additionalProperties: false
    properties:
      model: {type: string, pattern: "^[a-z]+$", x-refers: "models:models"}
      helpers: {type: array, items: {type: string, x-refers: agents}}
      token: {type: string}
"""
MODELS = """
    type: object
    properties:
      main: {type: string}
      key: {type: string, x-secret: true}
      models: {type: object}
"""
FILES = {
    "schemas/agents/v1.schema.yaml": AGENTS,
    "schemas/models/v1.schema.yaml": MODELS,
    "environments/base/models.yaml": "main: deep\nmodels:\n  deep: {}\n  quick: {}\n",
    "environments/base/agents/_defaults.yaml": "model: ${models:main}\n",
    "environments/base/agents/coder.yaml": "helpers:\n- tester\n",
    "environments/base/agents/tester.yaml": "model: quick\n",
    "environments/dev/models.yaml": "models: {local: {}}\n",
}


def validated(files: dict[str, str]) -> list[Finding]:
    return list(project({**FILES, **files}).validate())


def test_names_that_lead_somewhere_are_no_findings() -> None:
    assert validated({}) == []


FOUND = {
    "a value, where its layer set it": (
        {"environments/dev/agents/tester.yaml": "model: dep\n"},
        ["environments/dev/agents/tester.yaml:1:8 dead-reference"],
    ),
    "a value of another environment only": (
        {"environments/prod/agents/tester.yaml": "model: local\n"},
        ["environments/prod/agents/tester.yaml:1:8 dead-reference"],
    ),
    "an item of a list": (
        {"environments/dev/agents/coder.yaml": "helpers: !append [coder, nobody]\n"},
        ["environments/dev/agents/coder.yaml:1:26 dead-reference"],
    ),
    "what a reference brought, at the reference": (
        {"environments/dev/models.yaml": "main: dep\n", "environments/dev/agents/coder.yaml": "model: ${models:main}\n"},
        [
            "environments/dev/agents/coder.yaml:1:8 dead-reference",
        ],
    ),
    "a document that its environment takes away": (
        {"environments/dev/agents/tester.yaml": "!unset\n"},
        ["environments/base/agents/coder.yaml:2:3 dead-reference"],
    ),
    "not where its schema refuses it already": (
        {"environments/dev/agents/tester.yaml": "model: DEEP\n"},
        ["environments/dev/agents/tester.yaml:1:8 pattern-mismatch"],
    ),
    "not where its reference is dead already": (
        {"environments/dev/agents/tester.yaml": "model: ${models:mian}\n"},
        ["environments/dev/agents/tester.yaml:1:8 dead-reference"],
    ),
    "not where the names cannot be read": (
        {"environments/dev/models.yaml": "models: [\n"},
        ["environments/dev/models.yaml:1:9 syntax"],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("files", "lines"), FOUND.values(), ids=FOUND)
def test_a_broken_name(files: dict[str, str], lines: list[str]) -> None:
    assert told(validated(files)) == lines


def test_the_finding_says_what_was_meant() -> None:
    (finding,) = validated({"environments/dev/agents/tester.yaml": "model: qick\n"})
    assert (finding.document, finding.path, finding.severity) == ("agents/tester", ("model",), "error")
    assert finding.message == '"qick" names nothing in models:models'
    assert finding.fix == 'did you mean "quick"?'


def test_a_name_that_was_made_from_a_secret_is_not_told() -> None:
    (finding,) = validated(
        {
            "environments/dev/models.yaml": "key: hunter\n",
            "environments/dev/agents/tester.yaml": "model: ${models:key}\n",
        }
    )
    assert finding.rule == "dead-reference"
    assert "hunter" not in repr(finding)


def test_two_kinds_may_hold_it_but_only_one_may() -> None:
    both = AGENTS.replace("x-refers: agents", "x-refers: [agents, people]")
    files = {"schemas/agents/v1.schema.yaml": both, "schemas/people/v1.schema.yaml": "type: object\n"}
    assert validated({**files, "environments/base/people/ann.yaml": "{}\n"}) == []
    found = validated({**files, "environments/base/people/tester.yaml": "{}\n"})
    assert {(one.rule, str(one.position)) for one in found} == {
        ("ambiguous-reference", "environments/base/agents/coder.yaml:2:3")
    }


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = begun(tmp_path / "r")
    committed(root, FILES, "first")
    return root


def test_a_document_whose_name_goes_dead_is_broken_for_impact_too(root: Path) -> None:
    """It is made of what it was: only what its names lead to is another."""
    (root / "environments/base/agents/tester.yaml").unlink()
    (dev,) = impact(root, "0.1.0", "HEAD").environments
    assert [(one.document, one.finding.rule) for one in dev.troubles] == [("agents/coder", "dead-reference")]


def test_a_document_whose_name_turns_ambiguous_is_broken_for_impact_too(root: Path) -> None:
    both = AGENTS.replace("x-refers: agents", "x-refers: [agents, people]")
    committed(root, {"schemas/agents/v1.schema.yaml": both, "schemas/people/v1.schema.yaml": "{}\n"}, "two kinds")
    committed(root, {"environments/dev/people/tester.yaml": "{}\n"}, "an agent's namesake")
    (dev,) = impact(root, "0.1.0", "HEAD~1", "HEAD").environments
    assert [(one.document, one.finding.rule) for one in dev.troubles] == [("agents/coder", "ambiguous-reference")]


def test_a_name_that_leads_nowhere_is_not_written(root: Path) -> None:
    with pytest.raises(WouldBreak):
        set_value(Landing(lamina.open(root)), "dev", parse_address("agents/tester:model"), "dep")


def test_what_is_named_is_not_taken_away(root: Path) -> None:
    with pytest.raises(WouldBreak) as refused:
        unset_value(Landing(lamina.open(root)), "dev", parse_address("models:models.quick"), layer="base")
    assert [one.document for one in refused.value.findings] == ["agents/tester"]


def test_what_names_nothing_is_not_rendered(root: Path) -> None:
    (root / "environments/dev/agents").mkdir()
    (root / "environments/dev/agents/tester.yaml").write_text("model: dep\n")
    assert [one.rule for one in lamina.open(root).render("dev", "agents/tester").findings] == ["dead-reference"]
