"""A store of run state that follows a live configuration: policies change without a restart, and each verdict is recorded."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import Builder
from living import until
from runs import ticking

import lamina
import lamina.state
from lamina.state import NoEnvironment, NotItsEnvironment
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


def told(location: Path) -> list[str]:
    """What the log says of policies after those that the store was made with."""
    return [event.type for event in read(location / "log") if event.type.startswith("config.")][1:]


def test_policies_are_followed_as_they_change(writing: Writing, tmp_path: Path) -> None:
    root = writing()
    with lamina.state.open(root, "prod", clock=ticking()) as store, lamina.live(root, "prod") as live:
        lamina.state.follow(store, live)
        store.create_run("r", "feature")
        writing(more="checkpoint: {keep: 1}")
        until(lambda: store.settings.checkpoint.keep == 1)
        for number in range(3):
            store.checkpoint("r", number)
        assert len(store.checkpoints("r")) == 1
    assert told(tmp_path / "state") == ["config.applied"]


def test_what_changed_before_it_followed_is_followed_too(writing: Writing) -> None:
    root = writing()
    with lamina.state.open(root, "prod", clock=ticking()) as store:
        writing(more="checkpoint: {keep: 1}")
        with lamina.live(root, "prod", watch=False) as live:
            lamina.state.follow(store, live)
            assert store.settings.checkpoint.keep == 1


def test_each_refusal_is_recorded_once_and_again_after_it_ended(writing: Writing, tmp_path: Path) -> None:
    root = writing()
    with (
        lamina.state.open(root, "prod", clock=ticking()) as store,
        lamina.live(root, "prod", watch=False) as live,
    ):
        lamina.state.follow(store, live)
        before = store.settings
        for more in ("checkpoint: [", "checkpoint: [", "", "checkpoint: [", "checkpoint: {mode: bogus}", ""):
            writing(more=more)
            live.reload()
            live.reload()
            assert store.settings == before
    assert told(tmp_path / "state") == ["config.rejected"] * 3


def test_another_storage_waits_for_the_runs(writing: Writing, tmp_path: Path) -> None:
    root = writing()
    with (
        lamina.state.open(root, "prod", clock=ticking()) as store,
        lamina.live(root, "prod", watch=False) as live,
    ):
        lamina.state.follow(store, live)
        store.create_run("r", "feature")
        writing("new.sqlite")
        assert live.reload().verdict == "applied"
        assert str(store.settings.persistence.location).endswith("state.sqlite")
        store.move_run("r", "aborted")
        assert str(store.settings.persistence.location).endswith("new.sqlite")
    assert told(tmp_path / "state") == ["config.deferred"]


def test_a_document_that_is_gone_is_refused(writing: Writing, tmp_path: Path) -> None:
    root = writing()
    (root / "schemas/app").mkdir()
    (root / "schemas/app/v1.schema.yaml").write_text("{}\n")
    (root / "environments/prod/app.yaml").write_text("a: 1\n")
    with (
        lamina.state.open(root, "prod", clock=ticking()) as store,
        lamina.live(root, "prod", watch=False) as live,
    ):
        lamina.state.follow(store, live)
        (root / "environments/prod/orchestrator.yaml").unlink()
        live.reload()
        assert store.settings.persistence.format == "sqlite"
    assert told(tmp_path / "state") == ["config.rejected"]


def test_following_ends_when_it_is_cancelled(writing: Writing) -> None:
    root = writing()
    with (
        lamina.state.open(root, "prod", clock=ticking()) as store,
        lamina.live(root, "prod", watch=False) as live,
    ):
        lamina.state.follow(store, live).cancel()
        writing(more="checkpoint: {keep: 1}")
        assert live.reload().verdict == "applied"
        assert store.settings.checkpoint.keep != 1


def test_programs_that_await_follow_too(writing: Writing) -> None:
    async def work() -> int | None:
        root = writing()
        async with await lamina.state.open_later(root, "prod") as store, await lamina.live_later(root, "prod") as live:
            lamina.state.follow(store, live)
            writing(more="checkpoint: {keep: 1}")
            while store.store.settings.checkpoint.keep != 1:
                await asyncio.sleep(0.005)
            return store.store.settings.checkpoint.keep

    assert asyncio.run(asyncio.wait_for(work(), 20)) == 1


def test_a_store_and_a_configuration_that_do_not_belong_together(writing: Writing, tmp_path: Path) -> None:
    root = writing()
    (root / "environments/dev").mkdir()
    (root / "environments/dev/orchestrator.yaml").write_text("{}\n")
    with lamina.live(root, "dev", watch=False) as live:
        with (
            lamina.state.open(root, "prod", clock=ticking()) as store,
            pytest.raises(NotItsEnvironment, match="the store is of prod, and the live configuration of dev"),
        ):
            lamina.state.follow(store, live)
        with lamina.state.open_at(tmp_path / "other") as store, pytest.raises(NoEnvironment):
            lamina.state.follow(store, live)
