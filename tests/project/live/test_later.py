"""Live configuration for programs that await."""

import asyncio
from pathlib import Path

import pytest
from living import replaced, written

import lamina
from lamina.project import NoSuchEnvironment
from lamina.project.live.later import AsyncLive
from lamina.project.live.outcomes import Change, Outcome


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return written(tmp_path / "repository")


def test_changes_as_they_come(root: Path) -> None:
    async def follow() -> list[tuple[object, object]]:
        found = list[tuple[object, object]]()
        async with await lamina.live_later(root, "prod") as live:
            coming = live.changes("app:n")
            for number in (2, 3):
                asked = asyncio.ensure_future(anext(coming))
                await asyncio.sleep(0)
                replaced(root / "environments/base/app.yaml", f"n: {number}\n")
                change = await asyncio.wait_for(asked, 10)
                found.append((change.new, live.current["app"]["n"]))
            await coming.aclose()
        return found

    assert asyncio.run(follow()) == [(2, 2), (3, 3)]


def test_callbacks_run_in_the_loop_and_may_await(root: Path, caplog: pytest.LogCaptureFixture) -> None:
    async def follow() -> None:
        loop, heard = asyncio.get_running_loop(), asyncio.Queue[tuple[str, bool]]()

        async def waits(change: Change) -> None:
            await asyncio.sleep(0)
            heard.put_nowait(("waits", asyncio.get_running_loop() is loop))

        def plain(outcome: Outcome) -> None:
            heard.put_nowait((outcome.verdict, asyncio.get_running_loop() is loop))

        async def fails(change: Change) -> None:
            raise ValueError(change.new)

        async with await lamina.live_later(root, "prod", watch=False) as live:
            live.on_change("app:n", fails)
            live.on_change("app:n", waits)
            live.on_outcome(plain)
            live.on_refused(plain)
            replaced(root / "environments/base/app.yaml", "n: 4711\n")
            assert (await live.reload()).verdict == "applied"
            assert sorted([await heard.get(), await heard.get()]) == [("applied", True), ("waits", True)]
            replaced(root / "environments/base/app.yaml", "n: x\n")
            await live.reload()
            assert [await heard.get(), await heard.get()] == [("refused", True)] * 2
            assert live.status().callback_failures == 1
            assert (live.generation, live.current["app"]["n"]) == (2, 4711)

    asyncio.run(follow())
    assert "4711" not in caplog.text


def test_a_loop_that_has_ended_is_told_nothing(root: Path) -> None:
    async def begin() -> AsyncLive:
        live = await lamina.live_later(root, "prod", watch=False)
        live.on_change("app:n", print)
        return live

    live = asyncio.run(begin())
    replaced(root / "environments/base/app.yaml", "n: 2\n")
    assert live.live.reload().verdict == "applied"
    assert live.status().callback_failures == 0


def test_what_is_wrong_at_the_start_is_raised(root: Path) -> None:
    with pytest.raises(NoSuchEnvironment):
        asyncio.run(lamina.live_later(root, "prd"))
