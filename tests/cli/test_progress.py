"""Progress: drawn on a terminal only, after a second, by one process for all that work, and taken away before results come."""

import io
import os
from pathlib import Path
from types import SimpleNamespace

import pytest
from conftest import Builder, Lamina
from githistory import begun, committed

from lamina.cli import progress
from lamina.cli.progress import Progress

CLEAR = "\r\033[K"


class Terminal(io.StringIO):
    """A screen that remembers all that was written to it."""

    def isatty(self) -> bool:
        return True


class Clock:
    """Seconds that go by when they are told to."""

    def __init__(self) -> None:
        self.now = 50.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    terminal = Terminal()
    monkeypatch.setattr(progress, "sys", SimpleNamespace(stderr=terminal))
    monkeypatch.setenv("TERM", "xterm")
    return terminal


def descriptors() -> int:
    return len(os.listdir("/proc/self/fd"))


def test_nothing_is_drawn_in_the_first_second(screen: Terminal) -> None:
    clock = Clock()
    shown = Progress("documents", lambda: 10, clock)
    for _ in range(5):
        shown.advance()
        clock.now += 0.19
    shown.close()
    assert screen.getvalue() == ""


def test_a_bar_ten_times_a_second(screen: Terminal) -> None:
    clock = Clock()
    shown = Progress("documents", lambda: 4000, clock)
    clock.now += 1
    for _ in range(1000):
        shown.advance()
    clock.now += 0.1
    for _ in range(1000):
        shown.advance()
    shown.close()
    assert screen.getvalue().split(CLEAR) == [
        "", "[....................] 1 of 4,000 documents", "[#####...............] 1,001 of 4,000 documents", "",
    ]  # fmt: skip


def test_a_count_where_nobody_knows_how_many_there_are(screen: Terminal) -> None:
    clock = Clock()
    shown = Progress("documents", clock=clock)
    clock.now += 1
    shown.advance()
    assert screen.getvalue() == f"{CLEAR}1 documents"


def test_never_more_than_all(screen: Terminal) -> None:
    clock = Clock()
    shown = Progress("documents", lambda: 1, clock)
    shown.advance()
    clock.now += 1
    shown.advance()
    assert screen.getvalue() == f"{CLEAR}[####################] 2 of 2 documents"


@pytest.mark.parametrize("dumb", [True, False], ids=["a dumb terminal", "no terminal"])
def test_where_nobody_can_see_it_nothing_is_drawn_nor_asked(
    dumb: bool, screen: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    if dumb:
        monkeypatch.setenv("TERM", "dumb")
    else:
        monkeypatch.setattr(screen, "isatty", lambda: False)
    clock, before = Clock(), descriptors()

    def total() -> int:
        raise AssertionError

    shown = Progress("documents", total, clock)
    clock.now += 9
    shown.advance()
    assert descriptors() == before
    shown.close()
    assert screen.getvalue() == ""


def test_copies_tell_the_process_that_began_and_draw_nothing(screen: Terminal) -> None:
    clock, before = Clock(), descriptors()
    shown = Progress("documents", lambda: 100, clock)
    clock.now += 1
    copies = []
    for _ in range(2):
        copy = os.fork()
        if copy == 0:
            for _ in range(20):
                shown.advance()
            os._exit(0 if screen.getvalue() == "" else 1)
        copies.append(copy)
    assert [os.waitstatus_to_exitcode(os.waitpid(copy, 0)[1]) for copy in copies] == [0, 0]
    shown.advance()
    assert screen.getvalue().endswith("41 of 100 documents")
    shown.close()
    shown.close()
    assert descriptors() == before


def test_a_copy_waits_for_nobody(screen: Terminal) -> None:
    shown = Progress("documents", clock=Clock())
    copy = os.fork()
    if copy == 0:
        for _ in range(100_000):
            shown.advance()
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(copy, 0)[1]) == 0
    shown.close()


FILES = {
    "schemas/app/v1.schema.yaml": "type: object\n",
    **{f"environments/{name}/app/{one}.yaml": f"a: {one}\n" for name in ("dev", "prod") for one in ("x", "y", "z")},
}
COMMANDS = {
    "validate": (["validate"], 6, "checked"),
    "validate an environment": (["validate", "dev"], 3, "checked"),
    "validate a shard": (["validate", "dev", "--shard", "1/1"], 3, "checked"),
    "check": (["check"], 6, "checked"),
    "check a change": (["check", "--base", "HEAD"], 2, "checked"),
    "render": (["render", "dev"], 3, "rendered"),
    "render into a folder": (["render", "--all", "-o", "out"], 6, "rendered"),
    "size": (["size"], 6, "weighed"),
}


@pytest.mark.parametrize(("words", "count", "what"), COMMANDS.values(), ids=COMMANDS)
def test_long_work_shows_how_far_it_is(
    words: list[str],
    count: int,
    what: str,
    repository: Builder,
    lamina: Lamina,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    root = begun(repository(FILES))
    committed(root, {})
    (root / "environments/dev/app/x.yaml").write_text("a: 2\n")
    alone = lamina(*words, cwd=root)
    assert "\r" not in alone.err
    monkeypatch.setattr(progress, "is_seen", lambda: True)
    monkeypatch.setattr(progress, "_PATIENCE", 0.0)
    monkeypatch.setattr(progress, "_PAUSE", 0.0)
    (root / "environments/dev/app/x.yaml").write_text("a: 3\n")
    seen = lamina(*words, cwd=root)
    *_, last, after = seen.err.split(CLEAR)
    assert last == f"[####################] {count} of {count} documents {what}"
    assert (seen.code, after) == (alone.code, alone.err)
    assert seen.out.replace("a: 3", "a: 2") == alone.out
