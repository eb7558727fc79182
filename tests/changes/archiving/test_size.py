"""How large an archive gets, and what a snapshot costs: of what changed, and not of what there is."""

import os
from pathlib import Path

import pytest
from archiving import BRANCH
from githistory import git
from growing import STORE, Growing

from lamina.thought.archiving import layout
from lamina.world.archive.commits import Archive
from lamina.world.archive.opening import held
from lamina.world.archive.shelf import Shelf
from lamina.world.archive.upkeep import pack, size


def objects(folder: Path) -> int:
    return int(dict(line.split(": ") for line in git(folder, "count-objects", "-v").splitlines())["count"])


def text_size(growing: Growing) -> int:
    shelf = Shelf.open(growing.folder, BRANCH)
    assert shelf is not None
    return sum(len(data) for _, data in shelf.files(str(shelf.tip), layout.own(STORE)))


def test_two_hundred_snapshots_of_a_megabyte_pack_to_less_than_one_and_a_half(memory: Path) -> None:
    growing = Growing(memory / "home")
    growing.home.mkdir()
    for number in range(100):
        growing.begin(f"run-{number}")
        for step in range(5):
            growing.step(f"run-{number}", f"step-{step}")
    growing.snapshot()
    began = text_size(growing)
    for number in range(199):
        growing.step(f"run-{number * 7 % 100}", f"more-{number}")
        growing.snapshot()
    with held(growing.home / "archive.lock") as lock:
        archive = Archive(growing.folder, BRANCH, layout.own(STORE), lock)
        pack(archive, always=True)
        packed = size(archive).bytes_packed
    print(f"200 snapshots of {began / 1e6:.2f} to {text_size(growing) / 1e6:.2f} MB pack to {packed / 1e6:.2f} MB")
    assert began >= 1_000_000
    assert packed <= 1_500_000


@pytest.mark.parametrize("many", [10_000 if os.environ.get("LAMINA_TORTURE") else 2_000])
def test_a_snapshot_costs_as_much_among_many_runs_as_among_few(memory: Path, many: int) -> None:
    costs = {}
    for number in (100, many):
        growing = Growing(memory / str(number))
        growing.home.mkdir()
        for run in range(number):
            growing.begin(f"run-{run}")
        growing.snapshot()
        before = objects(growing.folder)
        growing.step("run-7", "more")
        growing.snapshot()
        costs[number] = objects(growing.folder) - before
    print(f"objects that a snapshot writes: {costs}")
    assert costs[many] <= 2 * costs[100]
