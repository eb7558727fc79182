"""Bad days of what is watched: gone, locked, flooded, forced, or in the midst of a rebase. The last sound configuration stays
until a sound one is there again, and then that is in force, without a call to `reload`."""

import gc
import logging
import os
import shutil
import tracemalloc
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from subprocess import CalledProcessError
from threading import Event

import pytest
from githistory import begun, committed, git
from living import FILES, replaced, until, written
from world.unprivileged import bound

import lamina
from lamina.project.live.live import Live

BASE = "environments/base/app.yaml"
QUEUE = Path("/proc/sys/fs/inotify/max_queued_events")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return written(tmp_path / "repository")


def number(root: Path, value: int) -> None:
    """Say another number in the base."""
    replaced(root / BASE, f"n: {value}\nname: base\nmap: {{a: 1, b: 2}}\n")


def stays(live: Live, value: int) -> None:
    """It refuses what is there, says why, and goes on with what it has."""
    until(lambda: live.status().refused)
    refused = live.status().refused
    assert refused is not None
    assert refused.reason
    assert not live.status().healthy
    assert (live.current["app"]["n"], live.current["web"]["from"]) == (value, value)


def becomes(live: Live, value: int) -> None:
    """It is in force, and all is well."""
    until(lambda: live.current["app"]["n"] == value)
    assert live.current["web"]["from"] == value
    until(lambda: live.status().healthy)


@pytest.mark.parametrize("gone", ["environments/base", "environments", ".", ".."])
def test_a_watched_folder_is_deleted_and_made_again(gone: str, tmp_path: Path) -> None:
    root = written(tmp_path / "above/repository")
    with lamina.live(root, "prod") as live:
        for value in (2, 3):
            shutil.rmtree(os.path.normpath(root / gone))
            stays(live, value - 1)
            written(root, {**FILES, BASE: f"n: {value}\n"})
            becomes(live, value)
            assert live.status().watched == "events"


def test_a_folder_is_exchanged_for_another(root: Path, tmp_path: Path) -> None:
    with lamina.live(root, "prod") as live:
        written(tmp_path / "next", {**FILES, BASE: "n: 2\n"})
        root.rename(tmp_path / "before")
        (tmp_path / "next").rename(root)
        becomes(live, 2)
        number(tmp_path / "before", 7)
        number(root, 3)
        becomes(live, 3)


def test_a_bare_repository_is_deleted_and_cloned_again(tmp_path: Path) -> None:
    root, bare = begun(tmp_path / "repository"), tmp_path / "bare.git"
    committed(root, FILES)
    git(root, "clone", "--quiet", "--bare", ".", str(bare))
    with lamina.live(bare, "prod", at="main") as live:
        for value in (2, 3):
            shutil.rmtree(bare)
            stays(live, value - 1)
            committed(root, {BASE: f"n: {value}\n"})
            git(root, "clone", "--quiet", "--bare", ".", str(bare))
            becomes(live, value)


def _loses_permission(root: Path) -> int:
    """0, when it went as it should, in a process that permissions bind."""
    with lamina.live(root, "prod") as live:
        for value, name in enumerate(("environments/base", "environments", BASE), 2):
            mode = (root / name).stat().st_mode
            (root / name).chmod(0)
            stays(live, value - 1)
            (root / name).chmod(mode)
            until(lambda: live.status().healthy)
            number(root, value)
            becomes(live, value)
    return 0


def test_permission_is_lost_and_given_back(root: Path) -> None:
    assert bound(lambda: _loses_permission(root)) == 0


def test_more_events_than_the_queue_holds_end_in_the_last_edit(root: Path) -> None:
    """While a callback takes its time, nothing reads the queue: what is told of the last edit is lost."""
    busy, free = Event(), Event()
    with ExitStack() as stack:
        live = stack.enter_context(lamina.live(root, "prod"))
        stack.callback(free.set)
        live.on_change("app:n", lambda change: (busy.set(), free.wait(60)))
        number(root, 2)
        assert busy.wait(60)
        for _ in range(int(QUEUE.read_text()) // 2 + 1):  # the same twice in a row would be one event
            os.utime(root / BASE)
            os.utime(root / "environments/prod/app.yaml")
        number(root, 3)
        written(root, {"environments/prod/teams/green.yaml": "n: 30\n"})
        free.set()
        becomes(live, 3)
        until(lambda: "teams/green" in live.current)
        replaced(root / "environments/prod/teams/green.yaml", "n: 31\n")  # a folder of which nothing was told
        until(lambda: live.current["teams/green"]["n"] == 31)


def local(root: Path) -> Path:
    return root


def bare(root: Path) -> Path:
    git(root, "clone", "--quiet", "--bare", ".", str(root.parent / "bare.git"))
    git(root, "remote", "add", "origin", str(root.parent / "bare.git"))
    return root.parent / "bare.git"


@pytest.mark.parametrize("where", [local, bare])
def test_a_branch_moves_backwards_and_by_force(where: Callable[[Path], Path], tmp_path: Path) -> None:
    root = begun(tmp_path / "repository")
    first = committed(root, FILES)
    committed(root, {BASE: "n: 2\n"})
    repository = where(root)

    def pushed() -> None:
        if where is bare:
            git(root, "push", "--quiet", "--force", "origin", "main")

    with lamina.live(repository, "prod", at="main") as live:
        git(root, "reset", "--quiet", "--hard", first)
        pushed()
        becomes(live, 1)
        assert live.current.commit == first
        git(root, "checkout", "--quiet", "--orphan", "other")
        forced = committed(root, {BASE: "n: 4\n"})  # no history in common
        git(root, "branch", "--quiet", "--force", "main")
        pushed()
        becomes(live, 4)
        assert live.current.commit == forced
        committed(root, {BASE: "n: x\n"})
        git(root, "branch", "--quiet", "--force", "main")
        pushed()
        stays(live, 4)
        git(root, "branch", "--quiet", "--force", "main", forced)
        pushed()
        until(lambda: live.status().healthy)
        assert live.current["app"]["n"] == 4


@pytest.fixture
def torn(tmp_path: Path) -> Path:
    """A repository whose branch `side` cannot be rebased on `main` without a conflict; `main` is checked out nowhere."""
    root = begun(tmp_path / "repository")
    committed(root, FILES)
    git(root, "checkout", "--quiet", "-b", "side")
    committed(root, {BASE: "n: 2\nname: base\n"})
    git(root, "checkout", "--quiet", "main")
    committed(root, {BASE: "n: 3\nname: base\n"})
    git(root, "checkout", "--quiet", "side")
    return root


def test_a_work_tree_in_the_middle_of_a_rebase(torn: Path) -> None:
    with lamina.live(torn, "prod") as live:
        with pytest.raises(CalledProcessError):
            git(torn, "rebase", "--quiet", "main")
        assert "<<<<<<<" in (torn / BASE).read_text()
        until(lambda: live.status().refused)
        assert live.current["app"]["n"] in (2, 3)  # that of the branch, or of what it is put upon, never half of both
        git(torn, "rebase", "--abort")
        becomes(live, 2)
        with pytest.raises(CalledProcessError):
            git(torn, "rebase", "--quiet", "main")
        until(lambda: live.status().refused)
        (torn / BASE).write_text("n: 4\nname: base\n")
        git(torn, "add", "--all")
        git(torn, "-c", "core.editor=true", "rebase", "--continue")
        becomes(live, 4)


def test_a_branch_in_the_middle_of_a_rebase(torn: Path) -> None:
    with lamina.live(torn, "prod", at="side") as live:
        with pytest.raises(CalledProcessError):
            git(torn, "rebase", "--quiet", "main")
        assert live.reload().verdict == "unchanged"
        (torn / BASE).write_text("n: 4\nname: base\n")
        git(torn, "add", "--all")
        git(torn, "-c", "core.editor=true", "rebase", "--continue")
        becomes(live, 4)
        assert live.current.commit == git(torn, "rev-parse", "side")
        assert live.generation == 2


def test_a_thousand_edits_in_a_storm_end_in_the_last_one(root: Path) -> None:
    seen = []
    with lamina.live(root, "prod") as live:
        live.on_change("app:n", lambda change: seen.append(change.new))
        for value in range(2, 1002):
            number(root, value)
        becomes(live, 1001)
    assert seen == sorted(set(seen))
    assert seen[-1] == 1001


LONG = {
    "a text": "name: {long}\n",
    "a key": "? {long}\n: 1\n",
    "a reference": "name: ${{app:{long}}}\n",
    "a number": "n: {long}1\n",
    "a tagged number": "n: !!int {long}1\n",
    "an anchor": "name: &{long} a\n",
    "a tag": "name: !{long} a\n",
}


@pytest.mark.parametrize("text", [pytest.param(text, id=name) for name, text in LONG.items()])
def test_many_long_texts_leave_nothing_in_memory(text: str, root: Path) -> None:
    """A program that follows for long reads many: what is kept of them for speed would be its end."""
    long, many, log = 2**17, 16, logging.getLogger("lamina.live")
    file, log.disabled = root / "environments/prod/app.yaml", True  # pytest would keep what is logged
    with lamina.live(root, "prod", watch=False) as live:
        replaced(file, text.format(long="f" * 1000))
        live.reload()  # which imports what it needs
        tracemalloc.start()
        try:
            for number in range(many):
                replaced(file, text.format(long=f"{number:04x}" * (long // 4)))
                live.reload()
            replaced(file, FILES["environments/prod/app.yaml"])
            live.reload()
            gc.collect()
            assert tracemalloc.get_traced_memory()[0] < many * long // 4
        finally:
            tracemalloc.stop()
            log.disabled = False


def test_what_is_said_of_a_file_is_one_line_and_no_more_than_a_page(
    root: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with lamina.live(root, "prod", watch=False) as live:
        replaced(root / "environments/prod/app.yaml", f'? "a\\n\\e[31mlamina: all is well {"x" * 5000}"\n: 1\n')
        outcome = live.reload()
    assert outcome.verdict == "refused"
    (told,) = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
    for text in (told, outcome.reason or ""):
        assert "all is well" in text
        assert text.isprintable()
        assert len(text) < 1200
