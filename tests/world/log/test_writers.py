"""Many write one log: processes, threads, children of a fork."""

import os
import subprocess
import sys
import threading
from itertools import pairwise
from pathlib import Path

import pytest
from conftest import Counted
from running import surroundings
from world.log.logs import Opener, drafts, numbers, types

from lamina.world.log import Sync, check, head, read, segments

LONG = bool(os.environ.get("LAMINA_TORTURE"))
PROCESSES, EACH = 8, 10_000 if LONG else 1000


def started(folder: Path, sync: str, count: int, batch: int, name: str) -> "subprocess.Popen[str]":
    command = [
        sys.executable,
        str(Path(__file__).with_name("writers.py")),
        str(folder),
        sync,
        str(count),
        str(batch),
        name,
    ]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=surroundings())


@pytest.mark.parametrize("sync", ["always", "group"])
def test_g7_eight_processes_write_numbers_without_gap_or_repeat(sync: str, folder: Path, counted: Counted) -> None:
    """With `always` by batches, so that the many small syncs of a slow disk do not take all day."""
    batch = 10 if sync == "always" else 5
    writers = [started(folder, sync, EACH, batch, f"w{n}") for n in range(PROCESSES)]
    acknowledged = {}
    for writer in writers:
        printed, _ = writer.communicate()
        assert writer.returncode == 0
        for one in printed.splitlines():
            seq, run = one.split()
            assert acknowledged.setdefault(int(seq), run) == run
    found = {one.seq: one.run for one in read(folder) if one.type == "run.created"}
    print(f"{len(acknowledged)} events of {PROCESSES} processes in {len(segments(folder))} segments")
    counted("G7", f"events of {PROCESSES} processes have numbers without gap or repeat", PROCESSES * EACH, len(found))
    assert len(acknowledged) == PROCESSES * EACH
    assert found == acknowledged
    assert numbers(folder) == list(range(1, head(folder).seq + 1))
    assert check(folder).fault is None


@pytest.mark.parametrize("sync", list(Sync))
def test_e1_threads_write_one_order(sync: Sync, folder: Path, opened: Opener) -> None:
    log = opened(sync, segment_events=100)
    found: list[list[int]] = [[] for _ in range(8)]

    def write(mine: list[int]) -> None:
        for number in range(50):
            mine.extend(one.seq for one in log.append(drafts(1, number)))

    threads = [threading.Thread(target=write, args=[mine]) for mine in found]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(a < b for mine in found for a, b in pairwise(mine))
    runs = [one.seq for one in read(folder) if one.type == "run.created"]
    assert sorted(one for mine in found for one in mine) == runs
    assert numbers(folder) == list(range(1, head(folder).seq + 1))
    assert check(folder).fault is None


def test_two_logs_of_one_process_see_each_other(folder: Path, opened: Opener) -> None:
    one, other = opened(segment_events=4), opened(segment_events=4)
    for _ in range(10):
        one.append(drafts(1))
        with other.writing() as tail:
            assert tail.head == one.head
        other.append(drafts(1))
    assert check(folder).events == head(folder).seq
    assert len(segments(folder)) > 4


def test_a_fork_writes_with_files_and_locks_of_its_own(folder: Path, opened: Opener) -> None:
    log = opened(Sync.GROUP, segment_events=20)
    log.append(drafts(1))
    children = []
    for _ in range(3):
        child = os.fork()
        if not child:
            status = 1
            try:
                for _ in range(20):
                    log.append(drafts(1))
                log.close()
                status = 0
            finally:
                os._exit(status)
        children.append(child)
    for _ in range(20):
        log.append(drafts(1))
    assert [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children] == [0, 0, 0]
    assert types(folder).count("run.created") == 81
    assert check(folder).fault is None


def test_e11_readers_beside_writers_see_whole_events_only(folder: Path) -> None:
    writers = [started(folder, "never", 2000, 3, f"w{n}") for n in range(2)]
    seen: list[int] = []
    while any(writer.poll() is None for writer in writers):
        seen += numbers(folder, after=len(seen))
    seen += numbers(folder, after=len(seen))
    for writer in writers:
        writer.communicate()
    assert seen == list(range(1, head(folder).seq + 1))


def test_e11_a_reader_does_not_wait_for_who_holds_the_log(folder: Path, opened: Opener) -> None:
    log = opened()
    with log.writing() as tail:
        tail.write(drafts(2))
        assert numbers(folder) == [1, 2, 3]
        assert head(folder) == tail.head
