"""What one document of this repository calls another by is there: each kind of name, misspelt, is found where it stands."""

import pytest
from repository.schema_files import ROOT

import lamina

# The layer, a line of it, the same with a name that leads nowhere, and what is offered instead.
MISSPELT = {
    "an agent's model": ("agents/planner", "model: deep", "model: dep", "deep"),
    "an agent's reviewer": ("agents/coder", "reviewed_by: reviewer", "reviewed_by: reviwer", "reviewer"),
    "an agent that is delegated to": ("agents/planner", "  - researcher", "  - reseacher", "researcher"),
    "an artifact of an agent": ("agents/planner", "outputs: [plan]", "outputs: [plam]", "plan"),
    "the agent of a step": ("workflows/bugfix", "    agent: debugger", "    agent: debuger", "debugger"),
    "a step before another": ("workflows/bugfix", "    needs: [diagnose]", "    needs: [diagnos]", "diagnose"),
    "an artifact that is read": ("workflows/bugfix", "consumes: [diagnosis, tests]", "consumes: [diagnosis, test]", "tests"),
    "an artifact that is made": ("workflows/bugfix", "produces: [patch]", "produces: [pach]", "patch"),
    "a model's provider": ("models", "    provider: openai", "    provider: opena", "openai"),
    "a model's fallback": ("models", "    fallback: alternate", "    fallback: altrnate", "alternate"),
    "the model of agents without one": ("models", "default_model: standard", "default_model: standrd", "standard"),
    "a model that is replaced": ("models", "        deep: standard", "        depe: standard", "deep"),
    "a model that replaces another": ("models", "        standard: quick", "        standard: quikc", "quick"),
    "the model of the index": ("orchestrator", "embedding_model: embedding", "embedding_model: embeding", "embedding"),
}  # fmt: skip


@pytest.mark.parametrize(("document", "line", "wrong", "offered"), MISSPELT.values(), ids=MISSPELT)
def test_a_misspelt_name_is_found(document: str, line: str, wrong: str, offered: str) -> None:
    file = f"environments/base/{document}.yaml"
    text = (ROOT / file).read_text(encoding="utf-8")
    assert line in text
    number = text[: text.index(line)].count("\n") + 1
    project = lamina.open(ROOT).with_files({file: text.replace(line, wrong, 1).encode()})
    found = {(one.rule, one.position.file, one.position.line, one.fix) for one in project.validate(["staging"])}
    assert ("dead-reference", file, number, f'did you mean "{offered}"?') in found
    assert {rule for rule, *_ in found} == {"dead-reference"}
