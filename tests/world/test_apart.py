"""Work in a process of its own: its result, or that it was stopped."""

import os
import resource
import signal
import time

import pytest

from lamina.world import apart as module
from lamina.world.apart import Exhausted, apart, apart_each


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


def test_the_others_go_on_after_one_that_was_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_SECONDS", 1)
    assert apart_each([lambda: b"a", spin, lambda: b"b", crash, lambda: b""]) == [b"a", None, b"b", None, b""]


def test_all_that_goes_well_goes_on_in_one_copy() -> None:
    first, second = apart_each([lambda: b"%d" % os.getpid()] * 2)
    assert first == second
    assert first != b"%d" % os.getpid()
    assert apart_each([]) == []


def test_after_three_that_were_stopped_none_is_begun() -> None:
    assert apart_each([crash, crash, lambda: b"a", crash, lambda: b"b"]) == [None, None, b"a", None, None]


def test_each_has_the_time_that_one_alone_has() -> None:
    def limit() -> bytes:
        return b"%d" % resource.getrlimit(resource.RLIMIT_CPU)[0]

    def busy() -> bytes:
        until = time.process_time() + 1.1
        while time.process_time() < until:
            pass
        return b""

    first, _, second = apart_each([limit, busy, limit])
    assert first is not None
    assert second is not None
    assert int(second) > int(first)
