"""The policies of run state that this repository's own environments set, and the schema's judgement beside the program's."""

import shutil
from math import inf, nan
from pathlib import Path
from typing import Any

import pytest
from conftest import Lamina
from hypothesis import given, settings
from hypothesis import strategies as st
from repository.schema_files import ROOT, newest, schema, validator

import lamina as package
from lamina.thought.upkeep.settings import BadStateSettings, Mode, StateSettings, state_settings

NEWEST = newest("orchestrator")
SECTIONS = ("persistence", "checkpoint", "cleanup", "artifacts")


def rendered(environment: str) -> StateSettings:
    return state_settings(package.open(ROOT).render(environment)["orchestrator"])


@pytest.mark.parametrize(
    ("environment", "place", "sync", "mode", "days"),
    [
        ("dev", "/var/tmp/agent-orchestrator/state/", "interval", "every_step", 3),
        ("staging", "/srv/agent-orchestrator/staging/state.sqlite", "group", "time_based", 14),
        ("prod", "/var/lib/agent-orchestrator/prod/state.sqlite", "group", "every_n_steps", 90),
        ("prod-eu", "/var/lib/agent-orchestrator/prod-eu/state.sqlite", "group", "on_gates", 30),
    ],
)
def test_every_environment_of_this_repository_sets_its_policies(
    environment: str, place: str, sync: str, mode: Mode, days: int
) -> None:
    found = rendered(environment)
    assert (found.persistence.location, found.persistence.events.sync) == (place, sync)
    assert (found.checkpoint.mode, found.cleanup.retention_days) == (mode, days)


WORDS = [
    "json",
    "sqlite",
    "always",
    "group",
    "interval",
    "never",
    "strict",
    "best_effort",
    "fail",
    "degrade",
    "local",
    "s3",
]
WORDS += [
    "every_step",
    "every_n_steps",
    "on_gates",
    "time_based",
    "sha256",
    "sha512",
    "@daily",
    "15 2 * * *",
    "@yearly",
]
WORDS += ["/srv/state.sqlite", "/srv/state/", "srv/", "abc", "eu-central-1", "runs/", ""]
VALUES = st.sampled_from([*WORDS, True, False, None, -1, 0, 1, 2, 10, 64, 500, 5000, 10**9, 2.0, 10.5, nan, inf])


def sections(place: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Maps with the schema's keys and a stranger: each absent, or sound, or any value at all."""
    keys = {}
    for name, said in place["properties"].items():
        if "properties" in said:
            keys[name] = sections(said)
        else:
            sound = [
                *said.get("enum", ()),
                *said.get("examples", ()),
                *([said["default"]] if "default" in said else []),
            ]
            keys[name] = st.sampled_from(sound) | VALUES if sound else VALUES
    return st.fixed_dictionaries({}, optional=keys) | st.fixed_dictionaries({}, optional={**keys, "stranger": VALUES})


def state_of(name: str) -> st.SearchStrategy[tuple[str, dict[str, Any]]]:
    place = schema(NEWEST)["properties"][name]
    packed = {**place, "properties": {key: said for key, said in place["properties"].items() if key != "compression"}}
    return st.tuples(st.just(name), sections(packed))


@settings(max_examples=600)
@given(st.sampled_from(SECTIONS).flatmap(state_of))
def test_the_program_and_the_schema_judge_alike(drawn: tuple[str, dict[str, Any]]) -> None:
    name, said = drawn
    fits = validator(f"{NEWEST}#/properties/{name}").is_valid(said)
    try:
        state_settings({"persistence": {"enabled": False}, name: said})
        taken = True
    except BadStateSettings:
        taken = False
    assert taken == fits


def test_defaults_and_bounds_are_the_schemas() -> None:
    """Each default is taken and is the program's; each bound is taken, and what lies beyond it is not."""
    empty = StateSettings()
    seen = 0
    for name in SECTIONS:
        for key, said in schema(NEWEST)["properties"][name]["properties"].items():
            if said.get("type") != "object" and "default" in said:
                assert getattr(getattr(empty, name), key) == said["default"], f"{name}.{key}"
                seen += 1
    for key, said in schema(NEWEST)["properties"]["persistence"]["properties"]["events"]["properties"].items():
        if "default" in said:
            assert getattr(empty.persistence.events, key) == said["default"], key
            seen += 1
    assert seen == 18


BROKEN = {
    "unknown key": ("cleanup:\n  keep_lates: 3\n", "2:3", "keep_lates"),
    "wrong enum": ("checkpoint:\n  mode: bogus\n", "2:9", "bogus"),
    "negative": ("cleanup:\n  retention_days: -1\n", "2:19", "-1"),
    "boolean for a number": ("cleanup:\n  retention_days: true\n", "2:19", "true"),
    "not a number": ("cleanup:\n  retention_days: .nan\n", "2:19", "nan"),
    "n without its mode": ("checkpoint:\n  mode: on_gates\n  n: 3\n", "3:3", "n"),
}


@pytest.mark.parametrize(("text", "place", "named"), BROKEN.values(), ids=BROKEN)
def test_p6_a_wrong_policy_is_a_finding_with_its_line(
    text: str, place: str, named: str, tmp_path: Path, lamina: Lamina
) -> None:
    shutil.copytree(ROOT / "schemas", tmp_path / "schemas")
    layer = tmp_path / "environments/prod/orchestrator.yaml"
    layer.parent.mkdir(parents=True)
    layer.write_text(text + "schemaVersion: 3\n")
    outcome = lamina("validate", "prod", cwd=tmp_path)
    assert outcome.code == 1
    [found] = [
        line for line in outcome.out.splitlines() if line.startswith(f"environments/prod/orchestrator.yaml:{place}: ")
    ]
    assert named in found
