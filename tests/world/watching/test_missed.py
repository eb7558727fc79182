"""What events do not tell: lost ones, a file written through memory, a folder that may not be read, a system without any."""

import errno
import mmap
import os
import shutil
from pathlib import Path

import pytest
from world.unprivileged import bound
from world.watching.watched import LONG, Watching, quiet, silent, told, written

from lamina.world.watching import noticing
from lamina.world.watching import watching as watching_now
from lamina.world.watching.inotify import Inotify

ONLY_EVENTS, SOON = 3600.0, 0.05  # seconds from look to look
QUEUE = Path("/proc/sys/fs/inotify/max_queued_events")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    written(tmp_path / "environments/base/b.yaml")
    return written(tmp_path / "environments/base/a.yaml").parents[1]


def test_a_queue_that_overflows_is_a_change_and_all_folders_are_looked_for_again(
    root: Path, watching: Watching
) -> None:
    watch = watching(root)
    for _ in range(int(QUEUE.read_text()) // 2 + 1):  # the same twice in a row would be one event
        os.utime(root / "base/a.yaml")
        os.utime(root / "base/b.yaml")
    written(root / "new/deep/a.yaml")  # of this, nothing is told
    assert told(watch)
    assert silent(watch)
    written(root / "new/deep/a.yaml", "a: 2\n")
    assert told(watch)


def test_what_is_written_through_memory_is_found_by_the_next_look(root: Path, watching: Watching) -> None:
    with open(root / "base/a.yaml", "r+b") as file, mmap.mmap(file.fileno(), 0) as memory:
        deaf, looking = watching(root), watching(root, sweep=SOON)
        memory[3:4] = b"2"
        memory.flush()
        assert silent(deaf)
        assert told(looking)
        assert silent(looking)
        assert looking.how == "events"


def test_a_look_repeats_nothing_that_events_told(root: Path, watching: Watching) -> None:
    watch = watching(root, sweep=SOON)
    written(root / "base/a.yaml", "a: 2\n")
    assert watch.wait(LONG)
    written(root / "new/deep/a.yaml", "a: 2\n")
    shutil.rmtree(root / "base")
    assert watch.wait(LONG)
    quiet(watch)  # also of what came while it answered
    assert not watch.wait(4 * SOON)


def test_what_events_tell_hides_nothing_that_they_do_not_tell_later(root: Path, watching: Watching) -> None:
    with open(root / "base/a.yaml", "r+b") as file, mmap.mmap(file.fileno(), 0) as memory:
        watch = watching(root, sweep=0.2)
        os.utime(root / "base/a.yaml")
        assert watch.wait(LONG)
        memory[3:4] = b"2"
        memory.flush()
        assert told(watch)


def test_a_folder_that_goes_as_it_is_about_to_be_watched_is_waited_for(
    root: Path, watching: Watching, monkeypatch: pytest.MonkeyPatch
) -> None:
    add, gone = Inotify.add, []

    def late(kernel: Inotify, folder: str) -> int:
        if folder == str(root) and not gone:
            gone.append(folder)
            shutil.rmtree(root)
        return add(kernel, folder)

    monkeypatch.setattr(Inotify, "add", late)
    watch = watching(root / "base")
    assert gone
    written(root / "base/a.yaml")
    assert told(watch)


def test_a_folder_that_vanishes_while_it_is_looked_at_is_no_error(root: Path, watching: Watching) -> None:
    watch = watching(root, sweep=0.0)
    for _ in range(50):
        shutil.rmtree(root)
        watch.wait(0)
        written(root / "base/deep/a.yaml")
        watch.wait(0)
    quiet(watch)
    written(root / "base/deep/a.yaml", "a: 2\n")
    assert told(watch)


def _loses_and_regains(root: Path, folder: Path) -> int:
    """0: the loss, the return and what was written later were told; else the number of the step that was not."""
    watch = watching_now([root], sweep=ONLY_EVENTS)
    try:
        steps = (
            lambda: folder.chmod(0),
            lambda: folder.chmod(0o700),
            lambda: written(root / "base/a.yaml", "a: 2\n"),
        )
        for number, step in enumerate(steps, 1):
            step()
            if not told(watch):
                return number
        return 0 if silent(watch) else 9
    finally:
        watch.close()


def _begins_without(root: Path, folder: Path) -> int:
    folder.chmod(0)
    watch = watching_now([root], sweep=ONLY_EVENTS)
    try:
        folder.chmod(0o700)
        if not told(watch):
            return 1
        written(root / "base/a.yaml", "a: 2\n")
        return 0 if told(watch) else 2
    finally:
        watch.close()


@pytest.mark.parametrize("name", ["", "base"])
@pytest.mark.parametrize("trial", [_loses_and_regains, _begins_without])
def test_permission_that_is_lost_and_given_back_is_told(trial, name: str, root: Path) -> None:  # type: ignore[no-untyped-def]
    try:
        assert bound(lambda: trial(root, root / name)) == 0
    finally:
        (root / name).chmod(0o700)


@pytest.fixture
def no_more(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """A kernel that has no watch to give, and looks that follow each other quickly."""

    def refused(*_: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(noticing, "_POLL", 0.02)
    monkeypatch.setattr(Inotify, "add", refused)
    return monkeypatch


def test_without_events_contents_are_compared(root: Path, watching: Watching, no_more: pytest.MonkeyPatch) -> None:
    watch = watching(root)
    assert watch.how == "polling every 0.0 s, since fs.inotify.max_user_watches allows no more"
    file = root / "base/a.yaml"
    before = file.stat()
    os.utime(file, ns=(0, 0))
    assert silent(watch)
    file.write_text("a: 2\n")
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))  # neither its size nor its time tells
    assert told(watch)
    for change in (lambda: written(root / "new/a.yaml"), lambda: shutil.rmtree(root), lambda: written(file)):
        change()
        assert told(watch)


def test_a_pipe_a_device_and_a_huge_file_are_not_read(
    root: Path, watching: Watching, no_more: pytest.MonkeyPatch
) -> None:
    os.mkfifo(root / "pipe")
    (root / "zero").symlink_to("/dev/zero")
    with open(root / "huge", "wb") as file:
        file.truncate(2**40)
    watch = watching(root, root / "zero")
    assert silent(watch)
    (root / "huge").unlink()
    assert told(watch)


def test_events_come_back_when_the_system_gives_them_again(
    root: Path, watching: Watching, no_more: pytest.MonkeyPatch
) -> None:
    watch = watching(root)
    no_more.undo()
    written(root / "base/a.yaml", "a: 2\n")
    assert told(watch)
    assert watch.how == "events"


def test_watches_that_run_out_later_are_no_end(root: Path, watching: Watching, monkeypatch: pytest.MonkeyPatch) -> None:
    watch = watching(root)
    monkeypatch.setattr(noticing, "_POLL", 0.02)
    add, left = Inotify.add, 3

    def scarce(kernel: Inotify, folder: str) -> int:
        nonlocal left
        left -= 1
        if left < 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return add(kernel, folder)

    monkeypatch.setattr(Inotify, "add", scarce)
    for number in range(5):
        written(root / f"new/{number}/a.yaml")
    assert told(watch)
    assert watch.how.startswith("polling")
    written(root / "new/4/a.yaml", "a: 2\n")
    assert told(watch)


def test_a_system_without_inotify_is_polled(root: Path, watching: Watching, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ctypes.CDLL", lambda *_, **__: object())
    watch = watching(root)
    assert watch.how == "polling every 0.5 s, since the system gives no events: this system has no inotify"
