"""From file names to environments, documents and stacks."""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lamina.thought.settings import EnvironmentSettings
from lamina.thought.topology import Topology, kind_of_document, survey


def surveyed(*files: str, **extends: str) -> Topology:
    return survey(files, {name.replace("_", "-"): EnvironmentSettings(parent) for name, parent in extends.items()})


def stack(topology: Topology, environment: str, document: str) -> list[str]:
    return [layer.file.removeprefix("environments/") for layer in topology.stack(environment, document)]


def faults(topology: Topology) -> list[tuple[str, str]]:
    return [(fault.rule, fault.file) for fault in topology.faults]


def test_an_environment_is_a_folder_and_extends_base() -> None:
    topology = surveyed("environments/dev/app.yaml", "environments/base/app.yaml")
    assert {name: (one.chain, one.extends, one.abstract) for name, one in topology.environments.items()} == {
        "base": (("base",), None, True),
        "dev": (("base", "dev"), "base", False),
    }
    assert topology.faults == ()


def test_base_is_there_without_a_folder() -> None:
    assert list(surveyed().environments) == ["base"]
    assert surveyed("environments/dev/app.yaml").environments["dev"].chain == ("base", "dev")


def test_an_environment_may_extend_another() -> None:
    topology = surveyed("environments/prod/app.yaml", prod_eu="prod")
    assert topology.environments["prod-eu"].chain == ("base", "prod", "prod-eu")
    assert topology.environments["prod-eu"].extends == "prod"


def test_settings_say_what_is_abstract_and_protected() -> None:
    settings = {"base": EnvironmentSettings(None, False), "dev": EnvironmentSettings(None, True, True)}
    one, other = survey([], settings).environments.values()
    assert (one.name, one.abstract, one.protected) == ("base", False, False)
    assert (other.name, other.abstract, other.protected) == ("dev", True, True)


def test_a_stack_is_lowest_first() -> None:
    """An environment's defaults beat its parent's documents, outer defaults before inner, plain before sealed."""
    topology = surveyed(
        "environments/base/agents/_defaults.yaml",
        "environments/base/agents/eu/_defaults.json",
        "environments/base/agents/eu/planner.yaml",
        "environments/base/agents/eu/planner.sops.yaml",
        "environments/prod/agents/_defaults.sops.yaml",
        "environments/prod/agents/_defaults.yaml",
        "environments/prod/agents/eu/planner.sops.json",
        "environments/prod-eu/agents/eu/planner.json",
        "environments/dev/agents/eu/planner.yaml",
        prod_eu="prod",
    )
    assert stack(topology, "prod-eu", "agents/eu/planner") == [
        "base/agents/_defaults.yaml",
        "base/agents/eu/_defaults.json",
        "base/agents/eu/planner.yaml",
        "base/agents/eu/planner.sops.yaml",
        "prod/agents/_defaults.yaml",
        "prod/agents/_defaults.sops.yaml",
        "prod/agents/eu/planner.sops.json",
        "prod-eu/agents/eu/planner.json",
    ]
    assert [layer.sealed for layer in topology.stack("base", "agents/eu/planner")] == [False, False, False, True]
    assert [layer.defaults for layer in topology.stack("base", "agents/eu/planner")] == [True, True, False, False]
    assert topology.faults == ()


def test_documents_are_named_by_layers_that_are_no_defaults() -> None:
    topology = surveyed(
        "environments/base/agents/_defaults.yaml",
        "environments/base/app.yaml",
        "environments/dev/agents/b.yaml",
        "environments/dev/agents/a.sops.yaml",
    )
    assert topology.documents("base") == ["app"]
    assert topology.documents("dev") == ["agents/a", "agents/b", "app"]
    assert topology.files_of("dev") == ["environments/dev/agents/a.sops.yaml", "environments/dev/agents/b.yaml"]


def test_schemas_by_kind_and_version() -> None:
    topology = surveyed(
        "schemas/app/v1.schema.yaml",
        "schemas/app/v10.schema.json",
        "schemas/app/v2.migration.yaml",
        "schemas/app/v0.schema.yaml",
        "schemas/common/types.yaml",
    )
    assert topology.schemas == {"app": {1: "schemas/app/v1.schema.yaml", 10: "schemas/app/v10.schema.json"}}


@pytest.mark.parametrize(("document", "kind"), [("app", "app"), ("agents/planner", "agents"), ("a/b/c", "a")])
def test_the_kind_is_the_first_folder(document: str, kind: str) -> None:
    assert kind_of_document(document) == kind


ODD_NAMES = {
    "environments/base/a..b.yaml": "bad-name",
    "environments/base/_private.yaml": "bad-name",
    "environments/base/a b.yaml": "bad-name",
    "environments/base/-a.yaml": "bad-name",
    "environments/my env/a.yaml": "bad-name",
    "environments/base/_defaults/a.yaml": "bad-name",
    "environments/base/été.yaml": "bad-name",
    "environments/base/_defaults.yaml": "misplaced-defaults",
    "environments/base/a.yml": "stray-file",
    "environments/base/a.txt": "stray-file",
    "environments/a.yaml": "stray-file",
}


@pytest.mark.parametrize(("file", "rule"), ODD_NAMES.items())
def test_odd_names(file: str, rule: str) -> None:
    topology = surveyed(file, "environments/base/good.yaml")
    assert faults(topology) == [(rule, file)]
    assert topology.faults[0].fix
    assert topology.documents("base") == ["good"]


@pytest.mark.parametrize(
    "file", ["environments/base/.hidden.yaml", "environments/base/README.md", "environments/README"]
)
def test_what_may_stand_beside_layers(file: str) -> None:
    assert faults(surveyed(file)) == []


def test_names_that_clash() -> None:
    topology = surveyed("environments/base/a.json", "environments/base/a.yaml", "environments/dev/a.yaml")
    assert faults(topology) == [("name-clash", "environments/base/a.yaml")]
    assert "environments/base/a.json" in topology.faults[0].message
    sealed = surveyed("environments/base/a.yaml", "environments/base/a.sops.json", "environments/base/a.sops.yaml")
    assert faults(sealed) == [("name-clash", "environments/base/a.sops.yaml")]


def test_a_document_beside_the_folder_of_its_name() -> None:
    topology = surveyed("environments/base/agents.yaml", "environments/dev/agents/a.yaml")
    assert faults(topology) == [("name-clash", "environments/base/agents.yaml")]


def test_circular_extends() -> None:
    topology = surveyed("environments/dev/app.yaml", a="b", b="c", c="a", d="a")
    [fault] = topology.faults
    assert (fault.rule, fault.path) == ("circular-extends", ("environments", "a", "extends"))
    assert fault.message == "a extends b extends c extends a: an environment cannot extend itself"
    assert fault.fix == "let one of them extend base"
    broken = {name for name, one in topology.environments.items() if one.broken}
    assert broken == {"a", "b", "c", "d"}


def test_every_circle_is_one_fault() -> None:
    topology = surveyed(d="c", c="d", b="a", a="b")
    assert [fault.path[1] for fault in topology.faults] == ["a", "c"]


@pytest.mark.parametrize(
    ("extends", "circle"),
    [({"base": "prod"}, "base extends prod extends base"), ({"base": "base"}, "base extends base")],
)
def test_base_extends_nothing(extends: dict[str, str], circle: str) -> None:
    [fault] = surveyed("environments/prod/app.yaml", **extends).faults
    assert fault.message.startswith(f"{circle}: ")
    assert (fault.path, fault.fix) == (("environments", "base", "extends"), "base extends nothing: leave that out")


def test_an_environment_that_extends_itself() -> None:
    topology = surveyed(a="a", base="a")
    assert {fault.rule for fault in topology.faults} == {"circular-extends"}
    assert topology.environments["base"].broken


def test_extending_nobody() -> None:
    topology = surveyed("environments/staging/app.yaml", prod="stagging", eu="prod")
    [fault] = topology.faults
    assert (fault.rule, fault.path) == ("unknown-environment", ("environments", "prod", "extends"))
    assert fault.fix == "did you mean staging?"
    assert {name for name, one in topology.environments.items() if one.broken} == {"prod", "eu"}


@given(
    st.permutations(
        [
            "environments/base/a.json",
            "environments/base/a.yaml",
            "environments/dev/k/b.yaml",
            "environments/dev/k/_defaults.yaml",
            "schemas/a/v1.schema.yaml",
            "environments/dev/x.yml",
        ]
    )
)
def test_the_order_of_files_does_not_matter(files: list[str]) -> None:
    settings: Mapping[str, Any] = {"prod": EnvironmentSettings("dev")}
    assert survey(files, settings) == survey(sorted(files), settings)


_PARTS = st.sampled_from(["base", "dev", "a", "b", "a.k", "a..b", "_defaults", "_x", "README", ".h", "é"])
_STEMS = st.sampled_from(["a", "b", "agents", "_defaults", "a.sops", "README", "a..b", ".hid", "_q", "-", ""])
_ENDINGS = st.sampled_from([".yaml", ".json", ".sops.yaml", ".sops.json", ".yml", "", ".txt"])
_FILES = st.builds(
    lambda parts, stem, ending: "/".join(("environments", *parts, stem + ending)),
    st.lists(_PARTS, max_size=3),
    _STEMS,
    _ENDINGS,
)


@given(st.sets(_FILES, max_size=14))
def test_what_a_file_is_does_not_turn_on_the_others(files: set[str]) -> None:
    together, alone = survey(files, {}), [survey([file], {}) for file in sorted(files)]
    layers = sorted((of for one in alone for of in one.layer_files()), key=lambda of: of.file)
    assert sorted(together.layer_files(), key=lambda of: of.file) == layers
    assert [fault for fault in together.faults if fault.rule != "name-clash"] == [
        fault for one in alone for fault in one.faults
    ]
    assert {of.file: together.layer_of(of.file) for of in layers} == {of.file: of for of in layers}
    folders = {of.document.partition("/")[0] for of in layers if "/" in of.document}
    clashing = {
        of.file
        for place, of in enumerate(layers)
        if of.document in folders
        or any(
            (other.environment, other.document, other.sealed) == (of.environment, of.document, of.sealed)
            for other in layers[:place]
        )
    }
    assert {fault.file for fault in together.faults if fault.rule == "name-clash"} == clashing
    assert len(set(together.faults)) == len(together.faults)


@given(st.sets(_FILES, max_size=14))
def test_a_stack_is_of_the_layers_of_its_chain(files: set[str]) -> None:
    topology = survey(files, {"prod": EnvironmentSettings("dev"), "dev": EnvironmentSettings(None)})
    for name, environment in topology.environments.items():
        for document in topology.documents(name):
            parents = document.split("/")[:-1]
            named = [document, *("/".join((*parents[: end + 1], "_defaults")) for end in range(len(parents)))]
            expected = {
                of.file for of in topology.layer_files() if of.environment in environment.chain and of.document in named
            }
            # Asked twice: what is kept of the first answer must not make another of the second.
            first, second = topology.stack(name, document), topology.stack(name, document)
            assert first == second
            assert {of.file for of in first} == expected
            order = [environment.chain.index(of.environment) for of in first]
            assert order == sorted(order)
