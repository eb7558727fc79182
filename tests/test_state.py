"""The face of run state for programs: opening, ids, and policies that are read anew while a program is at work."""

import asyncio
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import Builder
from runs import ticking

import lamina.state
from lamina.state import (
    ArtifactSettings,
    BadStateSettings,
    CheckpointSettings,
    CleanupSettings,
    Decision,
    EventSettings,
    NoEnvironment,
    NotFound,
    NothingKept,
    PersistenceSettings,
    StateSettings,
    StateStore,
)
from lamina.thought.upkeep.settings import StorageSettings
from lamina.words.event import Event
from lamina.world.log import read

SCHEMA = "type: object\nx-identity: {kind: orchestrator, version: 1}\n"
Writing = Callable[..., Path]


@pytest.fixture
def writing(repository: Builder, tmp_path: Path) -> Writing:
    """Writes the policies of an environment, and says where the repository is."""

    def write(location: str = "state.sqlite", more: str = "") -> Path:
        text = f"persistence: {{format: sqlite, location: {tmp_path / location}}}\n{more}"
        return repository(
            {"environments/prod/orchestrator.yaml": text, "schemas/orchestrator/v1.schema.yaml": SCHEMA},
        )

    return write


def reloaded(store: StateStore, root: Path) -> tuple[str, str | None]:
    decision: Decision = lamina.state.reload(store, root)
    assert decision.settings == store.settings
    return decision.verdict, decision.reason


def told(location: Path) -> list[Event]:
    """What the log says of policies after those that the store was made with."""
    first, *others = (event for event in read(location / "log") if event.type.startswith("config."))
    assert (first.type, "old" in first.data) == ("config.applied", False)
    return others


def types(location: Path) -> list[str]:
    return [event.type for event in told(location)]


def test_a_changed_policy_is_followed_without_a_restart(writing: Writing, tmp_path: Path) -> None:
    root = writing()
    with lamina.state.open(root, "prod", clock=ticking()) as store:
        store.create_run("r", "feature")
        assert reloaded(store, root) == ("unchanged", None)
        writing(more="checkpoint: {keep: 1}")
        assert reloaded(store, root) == ("applied", None)
        for number in range(3):
            store.checkpoint("r", number)
        assert len(store.checkpoints("r")) == 1
    [event] = told(tmp_path / "state")
    assert (event.type, event.data["old"] != event.data["new"]) == ("config.applied", True)


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ("checkpoint: {mode: bogus}", r"checkpoint\.mode = 'bogus': has to be one of .*"),
        ("checkpoint: [", r"orchestrator has errors: environments/prod/orchestrator\.yaml:2:13: not YAML: .*"),
    ],
    ids=["policy", "yaml"],
)
def test_h4_what_has_errors_is_refused_and_recorded_once(
    more: str, reason: str, writing: Writing, tmp_path: Path
) -> None:
    root = writing()
    with lamina.state.open(root, "prod", clock=ticking()) as store:
        before = store.settings
        writing(more=more)
        for _ in range(3):
            verdict, why = reloaded(store, root)
            assert verdict == "refused"
            assert re.fullmatch(reason, why or "")
        assert store.settings == before
        store.create_run("r", "feature")
        writing(more="checkpoint: {keep: 3}")
        assert reloaded(store, root) == ("applied", None)
        writing(more=more)
        assert reloaded(store, root)[0] == "refused"
    assert types(tmp_path / "state") == ["config.rejected", "config.applied", "config.rejected"]


def test_h3_another_location_waits_for_the_runs_and_is_forgotten_when_it_is_taken_back(
    writing: Writing, tmp_path: Path
) -> None:
    root = writing()
    with lamina.state.open(root, "prod", clock=ticking()) as store:
        store.create_run("r", "feature")
        for location, verdict in (
            ("new.sqlite", "deferred"),
            ("new.sqlite", "deferred"),
            ("state.sqlite", "unchanged"),
        ):
            writing(location)
            assert reloaded(store, root)[0] == verdict
        store.move_run("r", "aborted")
        assert store.run("r").status == "aborted"
        store.create_run("s", "feature")
        writing("new.sqlite")
        assert reloaded(store, root)[0] == "deferred"
        store.move_run("s", "aborted")
        with pytest.raises(NotFound):
            store.run("s")
    assert types(tmp_path / "state") == ["config.deferred", "config.deferred"]
    assert types(tmp_path / "new") == []


def test_a_location_that_cannot_be_used_is_refused_and_the_store_goes_on(writing: Writing, tmp_path: Path) -> None:
    root = writing()
    (tmp_path / "file").write_text("")
    with lamina.state.open(root, "prod", clock=ticking()) as store:
        writing("file/state.sqlite")
        verdict, reason = reloaded(store, root)
        assert verdict == "refused"
        assert reason is not None
        store.create_run("r", "feature")
        assert reloaded(store, root)[0] == "deferred"
        assert store.move_run("r", "aborted").status == "aborted"
        assert store.run("r").status == "aborted"
        assert [one.id for one in store.runs()] == ["r"]
    assert types(tmp_path / "state") == ["config.rejected", "config.deferred", "config.rejected"]


def test_a_store_that_was_opened_by_its_location_has_no_environment_to_follow(writing: Writing, tmp_path: Path) -> None:
    with (
        lamina.state.open_at(tmp_path / "state") as store,
        pytest.raises(NoEnvironment, match="opened by its location"),
    ):
        lamina.state.reload(store, writing())


def test_p3_where_a_program_keeps_nothing_nothing_is_written(tmp_path: Path) -> None:
    nothing = StateSettings(PersistenceSettings(enabled=False))
    with lamina.state.open_at(tmp_path / "state", nothing) as store:
        assert store.create_run("r", "feature").status == "planning"
        with pytest.raises(NothingKept):
            store.resume("r")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        (StateSettings(checkpoint=CheckpointSettings("every_n_steps")), "checkpoint.n: is needed with"),
        (StateSettings(checkpoint=CheckpointSettings("bogus")), "checkpoint.mode = 'bogus': has to be one of"),  # type: ignore[arg-type]
        (StateSettings(PersistenceSettings(events=EventSettings(sync="never"))), "is for durability best_effort alone"),
        (StateSettings(cleanup=CleanupSettings(retention_days=0)), "has to lie between 1 and"),
    ],
)
def test_p6_policies_that_a_program_makes_are_judged_as_those_of_a_document_are(
    settings: StateSettings, reason: str, tmp_path: Path
) -> None:
    with pytest.raises(BadStateSettings, match=reason):
        lamina.state.open_at(tmp_path / "state", settings)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["state", "state.sqlite"])
def test_sound_policies_of_a_program_fit_any_location(name: str, tmp_path: Path) -> None:
    for settings in (StateSettings(), StateSettings(artifacts=ArtifactSettings(storage=StorageSettings(path="/a/")))):
        with lamina.state.open_at(tmp_path / "a folder" / name, settings) as store:
            assert store.settings.persistence.format == ("json" if name == "state" else "sqlite")


def test_an_environment_is_opened_for_a_program_that_awaits(writing: Writing) -> None:
    async def work() -> str:
        async with await lamina.state.open_later(writing(), "prod") as store:
            await store.create_run("r", "feature", environment=store.store.place.environment)
            return (await store.run("r")).environment or ""

    assert asyncio.run(work()) == "prod"


def test_ids_of_runs_sort_by_time() -> None:
    clock = ticking()
    first, second = lamina.state.new_run_id(clock), lamina.state.new_run_id(clock)
    assert re.fullmatch(r"20261121T120000-[0-9a-f]{8}", first)
    assert first < second


def test_everything_that_is_offered_is_there() -> None:
    assert [name for name in lamina.state.__all__ if not hasattr(lamina.state, name)] == []
    assert sorted(lamina.state.__all__) == sorted(set(lamina.state.__all__))


def test_programs_that_check_their_types_see_those_of_lamina() -> None:
    assert Path(lamina.state.__file__).with_name("py.typed").exists()
