"""When events are durable: how many syncs each way of syncing takes, counted."""

import os
import re
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from running import surroundings
from world.log.logs import Opener, counted, drafts, last

from lamina.world.log import Sync

PROGRAM = Path(__file__).with_name("writers.py")
# What strace says where it may not look into a process.
DENIED = ("Operation not permitted", "ptrace(PTRACE_TRACEME", "PTRACE_SEIZE", "Function not implemented")


@pytest.fixture
def syncs(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The syncs that are made, by the name of the function."""
    return counted(monkeypatch, "fsync", "fdatasync")


def test_g8_one_sync_an_acknowledged_event(opened: Opener, syncs: list[str]) -> None:
    log = opened()
    syncs.clear()
    for number in range(100):
        log.append(drafts(1, number))
        assert log.durable == log.head.seq
    assert syncs == ["fdatasync"] * 100


def test_g8_one_sync_for_all_events_of_a_call(opened: Opener, syncs: list[str]) -> None:
    log = opened()
    syncs.clear()
    log.append(drafts(50))
    with log.writing() as tail:
        tail.write(drafts(50))
        tail.write(drafts(50))
    log.settle(log.head.seq)
    assert syncs == ["fdatasync"] * 3


def test_g8_the_kernel_counts_one_sync_an_acknowledged_event(tmp_path: Path) -> None:
    assert _counted(tmp_path / "some", "always", 150) - _counted(tmp_path / "none", "always", 0) == 150


def test_g8_the_kernel_counts_at_most_one_sync_a_batch_in_a_group(tmp_path: Path) -> None:
    assert _counted(tmp_path / "some", "group", 150) - _counted(tmp_path / "none", "group", 0) <= 150


def _counted(folder: Path, sync: str, count: int) -> int:
    """How many syncs a process makes that opens a log and appends events one by one, by `strace -c`."""
    counts = folder.with_suffix(".strace")
    trace = ["strace", "-f", "-c", "-o", str(counts), "-e", "trace=fsync,fdatasync"]
    command = [*trace, sys.executable, str(PROGRAM), str(folder), sync, str(count), "1", "w"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, env=surroundings(), check=False)
    except FileNotFoundError:
        pytest.skip("strace is not installed")
    if any(words in done.stderr for words in DENIED):
        pytest.skip(f"the kernel denies strace: {done.stderr.splitlines()[0]}")
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) == count
    lines = re.findall(r"^ *[\d.]+ +[\d.]+ +\d+ +(\d+) .*(?:fsync|fdatasync)$", counts.read_text(), re.M)
    assert lines
    return sum(map(int, lines))


def test_g8_one_sync_for_all_who_wait_meanwhile(folder: Path, opened: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first sync is held until all others have written: one more is enough for them all."""
    log = opened(Sync.GROUP)
    everyone, syncs, real = 16, 0, os.fdatasync

    def held(file: int) -> None:
        nonlocal syncs
        syncs += 1
        while log.head.seq < 1 + everyone:
            time.sleep(0.001)
        real(file)

    monkeypatch.setattr(os, "fdatasync", held)
    threads = [threading.Thread(target=log.append, args=[drafts(1, number)]) for number in range(everyone)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert 1 <= syncs <= 2
    assert log.durable == log.head.seq == 1 + everyone


def test_a_group_acknowledges_nothing_before_its_sync(
    folder: Path, opened: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = opened(Sync.GROUP)
    with log.writing() as tail:
        (event,) = tail.write(drafts(1))
    assert log.durable == 1
    synced: list[bytes] = []
    real = os.fdatasync

    def fdatasync(file: int) -> None:
        synced.append(last(folder).read_bytes())
        real(file)

    monkeypatch.setattr(os, "fdatasync", fdatasync)
    log.settle(event.seq)
    log.settle(event.seq)
    assert len(synced) == 1
    assert event.hash.encode() in synced[0]
    assert log.durable == event.seq


@pytest.mark.parametrize("sync", [Sync.GROUP, Sync.INTERVAL, Sync.NEVER])
def test_a_segment_is_durable_before_the_next_one_begins(sync: Sync, opened: Opener, syncs: list[str]) -> None:
    log = opened(sync, interval_milliseconds=600_000, segment_events=4)
    with log.writing() as tail:
        tail.write(drafts(3))
        syncs.clear()
        tail.write(drafts(1))
    assert syncs == ["fdatasync", "fsync", "fsync"]
    assert log.durable == log.head.seq


def test_an_interval_syncs_in_the_background(opened: Opener) -> None:
    log = opened(Sync.INTERVAL, interval_milliseconds=1)
    for number in range(3):
        log.append(drafts(1, number))
        log.settle(log.head.seq)
        while log.durable < log.head.seq:
            time.sleep(0.001)


def test_an_interval_syncs_once_for_what_is_written_within_it_and_at_the_end(opened: Opener, syncs: list[str]) -> None:
    log = opened(Sync.INTERVAL, interval_milliseconds=600_000)
    syncs.clear()
    for number in range(20):
        log.append(drafts(1, number))
    assert syncs == []
    assert log.durable == 1
    log.close()
    assert syncs == ["fdatasync"]
    assert log.durable == log.head.seq


def test_never_leaves_it_to_the_system(opened: Opener, syncs: list[str]) -> None:
    log = opened(Sync.NEVER)
    syncs.clear()
    log.append(drafts(20))
    log.settle(log.head.seq)
    log.close()
    assert syncs == []


def test_an_opened_log_is_durable_as_far_as_it_goes(opened: Opener, syncs: list[str]) -> None:
    """What a process wrote that died before its sync is not to be built upon unsynced."""
    with opened(Sync.NEVER) as log:
        log.append(drafts(3))
    syncs.clear()
    again = opened(Sync.GROUP)
    assert "fdatasync" in syncs
    assert again.durable == again.head.seq == 4


def test_nothing_is_asked_of_the_system_to_learn_that_nobody_else_wrote(
    opened: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = opened()
    calls = counted(monkeypatch, "fstat", "pread", "scandir", "stat")
    log.append(drafts(1))
    assert calls == ["fstat", "fstat"]  # of the lock that is opened, and of the segment
