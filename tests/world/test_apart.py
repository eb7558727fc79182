"""Work in a process of its own: its result, or that it was stopped."""

import os
import signal

import pytest

from lamina.world import apart as module
from lamina.world.apart import Exhausted, apart


def test_the_result_comes_back_whole() -> None:
    data = os.urandom(3_000_000)
    assert apart(lambda: data) == data
    assert apart(lambda: b"") == b""


def test_it_changes_nothing_here() -> None:
    seen: list[int] = []

    def work() -> bytes:
        seen.append(1)
        return b"%d" % os.getpid()

    assert apart(work) != b"%d" % os.getpid()
    assert seen == []


def grow() -> bytes:
    parts = []
    while True:
        parts.append(b"x" * 2**24)


def spin() -> bytes:
    while True:
        pass


def wait() -> bytes:
    signal.pause()
    return b"never"


def crash() -> bytes:
    os.kill(os.getpid(), signal.SIGTERM)
    return b"never"


@pytest.mark.parametrize("work", [grow, spin, wait, crash])
def test_what_does_not_end_well_is_stopped(work: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_SECONDS", 1)
    with pytest.raises(Exhausted):
        apart(work)  # type: ignore[arg-type]
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)
