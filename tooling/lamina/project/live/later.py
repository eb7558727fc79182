"""The live configuration for programs that await: callbacks run in the event loop, and changes can be awaited."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import suppress
from inspect import isawaitable
from typing import TypeVar

from lamina.project.live.current import Current
from lamina.project.live.listening import Handle
from lamina.project.live.live import Live
from lamina.project.live.outcomes import Change, Outcome, Status

_Word = TypeVar("_Word")
_Heard = Callable[[_Word], object]


class AsyncLive:
    """What `Live` is, for one event loop; to be closed, or used in an `async with`."""

    def __init__(self, live: Live, loop: asyncio.AbstractEventLoop) -> None:
        self.live = live
        self._loop = loop
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def current(self) -> Current:
        """The configuration that is in force."""
        return self.live.current

    @property
    def generation(self) -> int:
        """How often the configuration was another, from 1."""
        return self.live.generation

    def status(self) -> Status:
        """How it is doing."""
        return self.live.status()

    async def reload(self) -> Outcome:
        """Look at what is there now; what is sound is in force when this returns."""
        return await asyncio.to_thread(self.live.reload)

    def on_change(self, pattern: str, callback: _Heard[Change]) -> Handle:
        """Have `callback`, a function or a coroutine function, called in the loop (see `Live.on_change`)."""
        return self.live.on_change(pattern, self._in_loop(callback))

    def on_refused(self, callback: _Heard[Outcome]) -> Handle:
        """Have `callback` called in the loop when a change is wrong."""
        return self.live.on_refused(self._in_loop(callback))

    def on_outcome(self, callback: _Heard[Outcome]) -> Handle:
        """Have `callback` called in the loop when a change was applied, or refused."""
        return self.live.on_outcome(self._in_loop(callback))

    def on_sighup(self) -> None:
        """Have SIGHUP reload it; to be called by the main thread."""
        self.live.on_sighup()

    async def changes(self, pattern: str) -> AsyncGenerator[Change, None]:
        """Every value that is another, at the addresses that a pattern fits, as it comes; until the task is cancelled."""
        coming: asyncio.Queue[Change] = asyncio.Queue()
        handle = self.on_change(pattern, coming.put_nowait)
        try:
            while True:
                yield await coming.get()
        finally:
            handle.cancel()

    async def close(self) -> None:
        """Let go of everything but the current configuration."""
        await asyncio.to_thread(self.live.close)
        for task in self._tasks:
            task.cancel()

    async def __aenter__(self) -> "AsyncLive":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    def _in_loop(self, callback: _Heard[_Word]) -> Callable[[_Word], None]:
        def told(word: _Word) -> None:
            with suppress(RuntimeError):  # the loop has ended, and nobody is there to be told
                self._loop.call_soon_threadsafe(call, word)

        def call(word: _Word) -> None:
            task = self._loop.create_task(self._called(callback, word))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

        return told

    async def _called(self, callback: _Heard[_Word], word: _Word) -> None:
        try:
            found = callback(word)
            if isawaitable(found):
                await found
        except Exception as error:
            self.live.listeners.failed(error)
