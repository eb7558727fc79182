"""The graph of a repository: its links with their places, what is unused, and who leads to an address."""

import pytest
from held import project

from lamina.project import NoSuchDocument
from lamina.project.explaining import NoSuchValue
from lamina.project.graph import graphs, why
from lamina.thought.graph import Graph
from lamina.words.address import parse_address

AGENTS = """
    type: object
    properties:
      model: {type: string, x-refers: "models:models"}
      helper: {type: string, default: tester, x-refers: agents}
      swaps: {type: object, x-refers: "models:models"}
      note: {type: string}
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
    "environments/base/models.yaml": "main: deep\nmodels:\n  deep: {tokens: 5}\n  quick: {}\n",
    "environments/base/agents/_defaults.yaml": "model: ${models:main}\n",
    "environments/base/agents/coder.yaml": "note: ${models:models.deep.tokens} of ${models:main}\n",
    "environments/base/agents/tester.yaml": "swaps:\n  quick: x\n",
    "environments/dev/models.yaml": "models: {local: {}}\n",
    "environments/prod/agents/coder.yaml": "model: quick\nhelper: nobody\n",
}


def graph(environment: str, files: dict[str, str] | None = None) -> Graph:
    (answer,) = graphs(project({**FILES, **(files or {})}), [environment])
    return answer.graph


def told(graph: Graph) -> list[str]:
    arrows = {"name": "->", "reference": "=>"}
    return [
        f"{link.position} {link.source} {arrows[link.way]} {','.join(map(str, link.targets))}"
        + ("" if link.state == "found" else f" ({link.state})")
        for link in graph.links
    ]


def test_every_link_stands_where_its_value_was_set() -> None:
    assert told(graph("dev")) == [
        "environments/base/agents/_defaults.yaml:1:8 agents/coder:model => models:main",
        "environments/base/agents/coder.yaml:1:7 agents/coder:note => models:models.deep.tokens",
        "environments/base/agents/coder.yaml:1:7 agents/coder:note => models:main",
        "environments/base/agents/_defaults.yaml:1:8 agents/coder:model -> models:models.deep",
        "schemas/agents/v1.schema.yaml:5:26 agents/coder:helper -> agents/tester",
        "environments/base/agents/_defaults.yaml:1:8 agents/tester:model => models:main",
        "environments/base/agents/_defaults.yaml:1:8 agents/tester:model -> models:models.deep",
        "environments/base/agents/tester.yaml:2:3 agents/tester:swaps.quick -> models:models.quick",
        "schemas/agents/v1.schema.yaml:5:26 agents/tester:helper -> agents/tester",
    ]


def test_what_is_missing_unused_and_in_a_circle() -> None:
    found = graph("prod")
    assert [str(link.position) for link in found.of_state("missing")] == ["environments/prod/agents/coder.yaml:2:9"]
    assert list(map(str, found.unused)) == ["agents/coder", "agents/tester"]
    assert found.cycles == (("agents/tester", "agents/tester"),)
    assert list(map(str, graph("dev").unused)) == ["agents/coder", "models:models.local"]


BROKEN = {
    "a reference to nothing": ({"note": "${models:man}"}, "=> models:man (missing)"),
    "a reference to no document": ({"note": "${nobody:x}"}, "=> nobody:x (missing)"),
    "a reference through another": ({"note": "${agents/tester:model}"}, "=> agents/tester:model"),
    "a reference that is none": ({"note": "${a b} $${models:main} ${@environment}"}, None),
    "a name that its reference lacks": ({"model": "${models:man}"}, "=> models:man (missing)"),
}


@pytest.mark.parametrize(("values", "line"), BROKEN.values(), ids=BROKEN)
def test_what_has_errors_is_read_as_far_as_it_goes(values: dict[str, str], line: str | None) -> None:
    text = "".join(f"{key}: {value!r}\n" for key, value in {"model": "deep", **values}.items())
    lines = [
        one for one in told(graph("dev", {"environments/dev/agents/coder.yaml": text})) if "dev/agents/coder" in one
    ]
    links = [one.partition(" agents/coder:")[2].partition(" ")[2] for one in lines]
    assert [one for one in links if one != "-> models:models.deep"] == ([line] if line else [])


def test_into_a_document_that_cannot_be_read_nothing_is_missing() -> None:
    found = graph("dev", {"environments/dev/models.yaml": "models: [\n"})
    assert found.of_state("missing") == ()
    assert next(str(link.targets[0]) for link in found.links if link.way == "reference") == "models:main"


def test_a_reference_leads_to_where_a_migration_took_what_it_names() -> None:
    files = {
        "schemas/models/v2.schema.yaml": MODELS.replace("main:", "first:"),
        "schemas/models/v2.migration.yaml": "operations:\n- rename: {path: main, to: first}\n",
        "environments/base/models.yaml": "schemaVersion: 1\n" + FILES["environments/base/models.yaml"],
        "environments/dev/models.yaml": "schemaVersion: 2\nmodels: {local: {}}\n",
    }
    assert "agents/coder:model => models:first" in told(graph("dev", files))[0]


def test_a_dead_reference_in_a_secret_is_not_told() -> None:
    found = graph("dev", {"environments/dev/models.yaml": "key: hunter${2}\n"})
    (link,) = found.of_state("missing")
    assert (str(link.source), link.targets) == ("models:key", ())


def test_why_in_the_environments_that_have_it() -> None:
    whole = project(FILES)
    (dev,) = why(whole, parse_address("models:models.local"))
    assert (dev.graph.environment, dev.steps) == ("dev", ())
    answers = why(whole, parse_address("models:models.deep"))
    assert {one.graph.environment: len(one.steps) for one in answers} == {"dev": 5, "prod": 3}
    (prod,) = why(whole, parse_address("agents/nobody"))
    assert [str(step.link.position) for step in prod.steps] == ["environments/prod/agents/coder.yaml:2:9"]


def test_why_of_what_is_nowhere() -> None:
    whole = project(FILES)
    with pytest.raises(NoSuchDocument):
        why(whole, parse_address("agents/none"))
    with pytest.raises(NoSuchValue):
        why(whole, parse_address("models:models.none"), ["dev"])
