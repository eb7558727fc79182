"""Changes are told as they come: by events alone, the look being an hour away."""

import os
import shutil
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from world.watching.watched import LONG, Watching, later, quiet, silent, told, written

from lamina.world.watching import watching as watching_now

CHANGES: dict[str, Callable[[Path], object]] = {
    "written": lambda root: written(root / "base/a.yaml", "a: 2\n"),
    "made": lambda root: written(root / "base/b.yaml"),
    "renamed into place": lambda root: written(root / "base/.new").rename(root / "base/a.yaml"),
    "moved in from elsewhere": lambda root: written(root.parent / "new").rename(root / "base/b.yaml"),
    "moved away": lambda root: (root / "base/a.yaml").rename(root.parent / "gone"),
    "removed": lambda root: (root / "base/a.yaml").unlink(),
    "touched": lambda root: os.utime(root / "base/a.yaml"),
    "its permissions changed": lambda root: (root / "base/a.yaml").chmod(0o600),
    "deeper": lambda root: written(root / "base/agents/deep/a.yaml"),
    "a link": lambda root: (root / "base/link").symlink_to("a.yaml"),
    "a folder removed": lambda root: shutil.rmtree(root / "base"),
    "a folder renamed": lambda root: (root / "base").rename(root / "other"),
    "a name that is no text": lambda root: written(root / "base" / os.fsdecode(b"\xff\n.yaml")),
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return written(tmp_path / "environments/base/a.yaml").parents[1]


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_change_is_told_once(change: Callable[[Path], object], root: Path, watching: Watching) -> None:
    watch = watching(root)
    assert watch.how == "events"
    assert silent(watch)
    change(root)
    assert told(watch)
    assert silent(watch)


def test_what_is_not_below_a_place_is_not_told(root: Path, watching: Watching) -> None:
    watch = watching(root, root.parent / "lamina.yaml")
    written(root.parent / "notes.txt")
    written(root / ".git/index")
    assert silent(watch)
    written(root.parent / "lamina.yaml")
    assert told(watch)


def test_reading_is_no_change(root: Path, watching: Watching) -> None:
    watch = watching(root)
    assert (root / "base/a.yaml").read_text() == "a: 1\n"
    assert sorted(os.listdir(root)) == ["base"]
    assert silent(watch)


def test_folders_that_come_are_watched_with_what_comes_into_them(root: Path, watching: Watching) -> None:
    watch = watching(root)
    written(root / "new/deep/a.yaml")
    assert told(watch)
    written(root / "new/deep/a.yaml", "a: 3\n")
    assert told(watch)
    (root / "new").rename(root / "newer")
    assert told(watch)
    written(root / "newer/deep/b.yaml")
    assert told(watch)


def test_a_folder_that_went_elsewhere_is_watched_no_more(root: Path, watching: Watching) -> None:
    watch = watching(root)
    (root / "base").rename(root.parent / "aside")
    assert told(watch)
    written(root.parent / "aside/a.yaml", "a: 4\n")
    assert silent(watch)


def test_a_place_may_be_absent_with_all_above_it(tmp_path: Path, watching: Watching) -> None:
    watch = watching(tmp_path / "far/away/environments")
    (tmp_path / "other").mkdir()
    assert silent(watch)
    written(tmp_path / "far/away/environments/base/a.yaml")
    assert told(watch)
    written(tmp_path / "far/away/environments/base/a.yaml", "a: 2\n")
    assert told(watch)


@pytest.mark.parametrize("depth", [0, 1, 2])
def test_a_place_that_is_deleted_and_made_again_is_watched_again(depth: int, root: Path, watching: Watching) -> None:
    watch = watching(root / "base")
    gone = [root / "base", root, root.parent][depth]
    shutil.rmtree(gone)
    assert told(watch)
    assert silent(watch)
    written(root / "base/a.yaml")
    assert told(watch)
    written(root / "base/a.yaml", "a: 2\n")
    assert told(watch)


def test_a_place_that_is_exchanged_whole_is_watched_anew(root: Path, watching: Watching) -> None:
    written(root.parent / "next/base/a.yaml", "a: 2\n")
    watch = watching(root)
    root.rename(root.parent / "before")
    (root.parent / "next").rename(root)
    assert told(watch)
    written(root.parent / "before/base/a.yaml", "a: 0\n")
    assert silent(watch)
    written(root / "base/a.yaml", "a: 3\n")
    assert told(watch)


def test_links_on_the_way_to_a_place_are_followed_when_they_are_swapped(tmp_path: Path, watching: Watching) -> None:
    """As a rendered folder is swapped by its link, here two of them, one of which is not the last name."""
    for number in (1, 2):
        written(tmp_path / f"releases/{number}/prod/a.json", "{}")
    (tmp_path / "current").symlink_to("releases/1")
    (tmp_path / "render").symlink_to("current/prod")
    watch = watching(tmp_path / "render")
    assert silent(watch)
    (tmp_path / "next").symlink_to("releases/2")
    (tmp_path / "next").rename(tmp_path / "current")
    assert told(watch)
    written(tmp_path / "releases/1/prod/a.json", "{ }")
    assert silent(watch)
    written(tmp_path / "releases/2/prod/a.json", "{ }")
    assert told(watch)


def test_links_that_go_round_are_no_place_until_they_end(tmp_path: Path, watching: Watching) -> None:
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    watch = watching(tmp_path / "a")
    assert silent(watch)
    (tmp_path / "b").unlink()
    (tmp_path / "b").mkdir()
    assert told(watch)


def test_a_mounted_configmap_is_swapped_by_its_data_link(tmp_path: Path, watching: Watching) -> None:
    """As the kubelet writes it: a new folder of a time, a link beside, renamed over `..data`, the old folder removed."""
    mount = tmp_path / "config"
    written(mount / "..2026_1/orchestrator.json", "{}")
    (mount / "..data").symlink_to("..2026_1")
    (mount / "orchestrator.json").symlink_to("..data/orchestrator.json")
    watch = watching(mount)
    for number in (2, 3):
        written(mount / f"..2026_{number}/orchestrator.json", f'{{"a": {number}}}')
        (mount / "..data_tmp").symlink_to(f"..2026_{number}")
        quiet(watch)
        (mount / "..data_tmp").rename(mount / "..data")
        assert told(watch)
        shutil.rmtree(mount / f"..2026_{number - 1}")
        assert told(watch)


def test_a_thousand_edits_end_in_the_last_one_and_starve_no_one(root: Path, watching: Watching) -> None:
    watch = watching(root)
    done = threading.Event()

    def edit() -> None:
        for number in range(1000):
            written(root / "base/a.yaml", f"a: {number}\n")
        done.set()

    seen, thread = [], later(edit)
    while watch.wait(1) or not done.is_set():
        seen.append((root / "base/a.yaml").read_text())
    thread.join()
    assert seen[-1] == "a: 999\n"
    assert len(seen) > 2  # also while the storm went on


def test_a_watch_is_woken(root: Path, watching: Watching) -> None:
    watch = watching(root)
    thread = later(watch.wake)
    assert watch.wait(LONG)
    thread.join()
    assert silent(watch)


def test_a_watch_is_woken_by_a_signal_handler(root: Path, watching: Watching) -> None:
    watch = watching(root)
    before = signal.signal(signal.SIGUSR2, lambda *_: watch.wake())
    try:
        thread = later(lambda: (time.sleep(0.02), os.kill(os.getpid(), signal.SIGUSR2)))
        assert watch.wait(LONG)
        thread.join()
    finally:
        signal.signal(signal.SIGUSR2, before)


def test_a_thousand_wakes_are_one(root: Path, watching: Watching) -> None:
    watch = watching(root)
    for _ in range(10_000):
        watch.wake()
    assert told(watch)
    assert silent(watch)


def test_a_watch_that_is_closed_lets_its_thread_go(root: Path, watching: Watching) -> None:
    watch = watching(root)
    answers: list[bool] = []
    thread = later(lambda: answers.append(watch.wait()))
    watch.close()
    thread.join(LONG)
    assert answers == [False]
    watch.close()
    watch.wake()
    assert not watch.wait()


def test_no_descriptor_is_left_open(root: Path) -> None:
    before = sorted(os.listdir("/proc/self/fd"))
    for _ in range(50):
        watch = watching_now([root])
        thread = later(watch.wait)
        watch.close()
        thread.join()
        watch.wait(0)
    assert sorted(os.listdir("/proc/self/fd")) == before
