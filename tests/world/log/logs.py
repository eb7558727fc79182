"""A clock, drafts and short questions for the tests of the log."""

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from lamina.words.event import Draft
from lamina.world.log import EventLog, read, segments

Opener = Callable[..., EventLog]


class Clock:
    """A clock that goes on by a microsecond a look, and can be set."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 21, 15, 42, 3, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(microseconds=1)
        return self.now


def drafts(count: int, start: int = 0) -> list[Draft]:
    """Some events of runs."""
    return [Draft("run.created", f"run-{start + n}", {"workflow": "build", "number": start + n}) for n in range(count)]


def numbers(folder: Path, after: int = 0, upto: int | None = None) -> list[int]:
    """The sequence numbers that are read."""
    return [one.seq for one in read(folder, after, upto)]


def types(folder: Path) -> list[str]:
    """The types of the events that are read."""
    return [one.type for one in read(folder)]


def last(folder: Path) -> Path:
    """The segment that is written to."""
    return segments(folder)[-1].path


def counted(monkeypatch: pytest.MonkeyPatch, *names: str) -> list[str]:
    """The calls of functions of `os` from here on, by name."""
    calls: list[str] = []

    def counting(name: str) -> Callable[..., object]:
        real = getattr(os, name)

        def call(*given: object, **named: object) -> object:
            calls.append(name)
            return real(*given, **named)

        return call

    for name in names:
        monkeypatch.setattr(os, name, counting(name))
    return calls
