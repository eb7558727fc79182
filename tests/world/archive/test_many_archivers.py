"""Many archivers at once, and archivers that are killed: no snapshot is lost, and nobody is stopped by what one left.

LAMINA_TORTURE=1 asks for 400 snapshots and 200 kills.
"""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from archiving import BRANCH, Store, pushed
from conftest import Counted
from githistory import git
from running import surroundings

TORTURE = bool(os.environ.get("LAMINA_TORTURE"))
EACH = 50 if TORTURE else 3
KILLS = 200 if TORTURE else 8
CLONES, PROCESSES = 4, 8
PROGRAM = (sys.executable, str(Path(__file__).parents[2] / "archiver.py"))


def started(store: Store, server: Path, first: int, last: int) -> "subprocess.Popen[str]":
    words = (*PROGRAM, str(store.home), store.name, str(server), str(first), str(last))
    paths = os.pathsep.join([str(Path(PROGRAM[1]).parent), *filter(None, sys.path)])
    env = surroundings({"PYTHONPATH": paths})
    return subprocess.Popen(words, env=env, stdout=subprocess.PIPE, text=True, start_new_session=True)


def test_eight_archivers_of_four_clones_lose_no_snapshot(tmp_path: Path, server: Path, counted: Counted) -> None:
    stores = [Store(tmp_path / f"clone{n}", f"store-{n}") for n in range(CLONES)]
    at_once = [started(stores[n % CLONES], server, n * 1000, n * 1000 + EACH) for n in range(PROCESSES)]
    told = [line.split() for process in at_once for line in process.communicate()[0].splitlines()]
    assert [process.returncode for process in at_once] == [0] * PROCESSES
    for store in stores:
        store.push(server)
    wanted = {f"store-{n % CLONES}@{n * 1000 + i}" for n in range(PROCESSES) for i in range(EACH)}
    found = pushed(server)
    assert sorted(found) == sorted(wanted)
    waits = [float(words[3]) for words in told if words[0] == "pushed"]
    tries = [int(words[2]) for words in told if words[0] == "pushed"]
    longest = f"longest push {max(waits):.2f} s, most tries {max(tries)}, given up for the next time {tries.count(-1)}"
    print(f"{len(found)} snapshots of {PROCESSES} archivers; {longest}")
    counted("G11", f"snapshots of {PROCESSES} archivers of {CLONES} clones", len(wanted), len(found))
    assert git(server, "fsck", "--strict", "--no-dangling") == ""
    # Each commit changes what belongs to its own store, and nothing else.
    for line in git(server, "log", "--format=%H %s", BRANCH).splitlines():
        commit, subject = line.split()
        changed = git(server, "show", "--format=", "--name-only", commit).split()
        assert {path.split("/")[1] for path in changed} == {subject.split("@")[0]}


def test_an_archiver_that_is_killed_loses_nothing_and_stops_nobody(
    tmp_path: Path, server: Path, counted: Counted
) -> None:
    store = Store(tmp_path / "killed", "killed-1")
    acknowledged: list[int] = []
    for number in range(KILLS):
        process = started(store, server, number * 1000, number * 1000 + 1000)
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        time.sleep(random.uniform(0, 0.25))
        os.killpg(process.pid, signal.SIGKILL)
        out, _ = process.communicate()
        acknowledged += [int(line.split()[1]) for line in out.splitlines() if line.startswith("committed")]
    store.commit(-1)
    store.push(server)
    found = pushed(server)
    print(f"{KILLS} archivers killed, {len(acknowledged)} snapshots acknowledged, {len(found)} found")
    counted("G11", "kill -9 of an archiver that pushes", KILLS)
    assert {f"killed-1@{number}" for number in acknowledged} <= set(found)
    assert len(found) == len(set(found))
    assert found[-1] == "killed-1@-1"
    assert git(store.folder, "fsck", "--strict", "--no-dangling") == ""
    assert not list(store.folder.rglob("*.lock"))
