"""The store for programs that await."""

import asyncio
from pathlib import Path

import pytest
from runs import ticking

from lamina.changes.state.later import AsyncStateStore
from lamina.changes.state.opening import opened
from lamina.changes.state.store import StateStore
from lamina.project.state.opening import place_at
from lamina.thought.runs.failures import NotFound


def test_it_does_all_that_the_other_does() -> None:
    public = {name for name in dir(StateStore) if not name.startswith("_")}
    assert public - {"settings", "owner", "records", "place"} <= set(dir(AsyncStateStore))


def test_many_tasks_at_once(tmp_path: Path) -> None:
    async def work() -> list[str]:
        store = AsyncStateStore(opened(place_at(tmp_path / "state.sqlite"), ticking(), pytest.fail))
        async with store:
            await store.create_run("r", "feature")
            await asyncio.gather(*(store.record_finding("r", "low", f"f{number}") for number in range(20)))
            with pytest.raises(NotFound):
                await store.run("none")
            return sorted(one.title for one in await store.findings("r"))

    assert asyncio.run(work()) == sorted(f"f{number}" for number in range(20))


def test_a_task_that_is_cancelled_leaves_a_whole_act_or_none(tmp_path: Path) -> None:
    async def work() -> None:
        store = AsyncStateStore(opened(place_at(tmp_path / "state.sqlite"), ticking(), pytest.fail))
        async with store:
            await store.create_run("r", "feature")
            task = asyncio.create_task(store.add_phase("r", "plan"))  # type: ignore[arg-type]
            await asyncio.sleep(0)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            await store.add_phase("r", "build")
            names = [one.name for one in await store.phases("r")]
            assert names in (["plan", "build"], ["build"])

    asyncio.run(work())
