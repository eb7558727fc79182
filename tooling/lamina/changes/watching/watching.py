"""Watching: each configuration that is applied is written, recorded and made known; what is rejected is recorded and told.

thread of Live:  notices a change -> applies or refuses it -> the inbox
this thread:     the inbox -> folder -> log -> stream -> signal -> command
"""

import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from queue import Empty, SimpleQueue
from typing import Literal, TypeAlias

from lamina.changes.watching.delivering import Deeds, Delivery
from lamina.changes.watching.running import CommandFailed
from lamina.changes.watching.said import Said
from lamina.project.live.live import Live
from lamina.project.live.outcomes import Outcome

# After how many seconds a folder that could not be written is tried again.
_AGAIN = 10.0
# The kernel may give a signal to any thread, but Python hears it in this one, which does not wake up for that.
_HEARING = 0.5
# What a signal to this process may ask for.
Wish: TypeAlias = Literal["stop", "reload"]
Inbox: TypeAlias = "SimpleQueue[Wish | Outcome | CommandFailed]"


def watch(
    live: Live,
    deeds: Deeds,
    version: str,
    inbox: Inbox,
    *,
    clock: Callable[[], datetime],
    variables: Mapping[str, str],
    say: Callable[[Said], None],
) -> None:
    """Do the deeds with each configuration that is applied, until the inbox says `stop`; a signal may put a wish there.

    `variables` are the environment of a command; `say` is told what happens, in this thread. Raises what is wrong at the start.
    """
    with Delivery(live, deeds, version, clock, say) as delivery:
        handle = live.on_outcome(inbox.put)
        try:
            delivery.begin(variables, inbox.put)
            while _done(live, delivery, inbox):
                pass
        finally:
            handle.cancel()


def _done(live: Live, delivery: Delivery, inbox: Inbox) -> bool:
    """Do what the inbox wants; whether to go on."""
    words = _taken(inbox, _AGAIN if "folder" in delivery.failed else None)
    if "stop" in words:
        return False
    for word in words:
        if isinstance(word, CommandFailed):
            delivery.command_failed(word)
    outcomes = [word for word in words if isinstance(word, Outcome)]
    if outcomes:
        delivery.changed(outcomes)
    if "reload" in words:
        live.reload()
    if "reload" in words or not words:
        delivery.again()
    return True


def _taken(inbox: Inbox, seconds: float | None) -> list[Wish | Outcome | CommandFailed]:
    """All that waits, and at least one of it; nothing when the time is over."""
    end = None if seconds is None else time.monotonic() + seconds
    words: list[Wish | Outcome | CommandFailed] = []
    while not words and (end is None or time.monotonic() < end):
        with suppress(Empty):
            words.append(inbox.get(timeout=_HEARING))
            while True:
                words.append(inbox.get_nowait())
    return words
