"""Snapshots of a store."""

import pytest
from archived import BRANCH, Keeper
from githistory import git

from lamina.thought.archiving.contents import OtherLog


def test_a_snapshot_holds_the_log_and_the_runs(keeper: Keeper) -> None:
    keeper.work("r1")
    made = keeper.made()
    name = f"v1/{made.snapshot.store}"
    files = git(keeper.home.archive, "ls-tree", "-r", "--name-only", BRANCH).splitlines()
    assert sorted(path.removeprefix(f"{name}/").split("/")[0] for path in files) == [
        *("blobs", "events", "head.json"),
        *["runs"] * 6,
        "store.json",
    ]
    log = (keeper.home.log / "00000000000000000001.jsonl").read_bytes()
    block = next(path for path in files if "/events/" in path)
    archived = git(keeper.home.archive, "cat-file", "blob", f"{BRANCH}:{block}").encode() + b"\n"
    assert log.startswith(archived)
    assert archived.count(b"\n") == made.snapshot.seq
    assert made.runs == 1
    assert keeper.verify().faults == ()


def test_nothing_is_committed_where_nothing_happened(keeper: Keeper) -> None:
    keeper.work("r1")
    first = keeper.made()
    assert keeper.create() is None
    keeper.push()
    assert keeper.create() is None
    keeper.work("r2")
    second = keeper.made()
    assert second.snapshot.previous == first.snapshot.name
    assert second.snapshot.first == first.snapshot.seq + 1
    assert keeper.create() is None
    assert [one.snapshot for one in keeper.snapshots] == [first.snapshot, second.snapshot]
    assert [one.pushed for one in keeper.snapshots] == [True, False]
    assert keeper.verify().faults == ()


def test_a_store_in_which_nothing_happened_is_archived_once_for_its_policies(keeper: Keeper) -> None:
    with keeper.store():
        pass
    assert keeper.made().runs == 0
    assert keeper.create() is None


def test_a_log_that_was_replaced_is_not_archived(plain: Keeper) -> None:
    plain.work("r1")
    plain.made()
    for path in plain.home.log.iterdir():
        path.unlink()
    plain.location.unlink()
    plain.work("r2")
    with pytest.raises(OtherLog):
        plain.create()


def test_a_checkpoint_whose_state_is_gone_is_told(plain: Keeper) -> None:
    plain.work("r1")
    for path in plain.home.blobs.glob("*/*"):
        path.unlink()
    assert plain.made().left_out == ("r1.c10",)
