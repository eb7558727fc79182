"""SQLite on a disk that is full or fails, and `kill -9` at any act: a change is whole or absent, and told.

LAMINA_TORTURE=1 takes every act, not some.
"""

import shutil
from pathlib import Path

import apsw
import pytest
from world.store import records as some
from world.store.dying import counted_files, killed, moments
from world.store.records import head

from lamina.words.runs import KINDS, Record
from lamina.world.store.failures import Busy, CannotStore
from lamina.world.store.sqlite import SqliteProjection

HELD: list[Record] = [some.run(), some.phase(), some.run("r2")]


def opened(place: Path, durable: bool) -> SqliteProjection:
    """The projection of a place."""
    return SqliteProjection.open(place / "x.sqlite", place / "lock", durable=durable)


def content(one: SqliteProjection) -> list[Record]:
    """All that it holds."""
    return [record for kind in KINDS for record in one.every(kind)]


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Where some records lie."""
    made = tmp_path / "state"
    made.mkdir()
    one = opened(made, False)
    one.apply(head(5), HELD)
    one.close()
    return made


# What SQLite could not raise, as it was rolling back or closing.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("error", [apsw.FullError, apsw.IOError])
@pytest.mark.parametrize("durable", [False, True])
@pytest.mark.parametrize("act", ["apply", "vacuum"])
def test_a_full_or_failing_disk_is_told_and_changes_nothing(
    place: Path, durable: bool, error: type[apsw.Error], act: str
) -> None:
    refused = 0
    for number in moments():
        left = [number]

        def count(what: str, left: list[int] = left) -> None:
            left[0] -= 1
            if left[0] == -1:
                raise error()

        with counted_files(count):
            one = opened(place, durable)
            before = (one.applied, content(one))
            try:
                if act == "apply":
                    one.apply(head(100 + number), [some.run(f"n{number}"), some.finding(f"f{number}", f"n{number}")])
                else:
                    one.vacuum()
            except (CannotStore, Busy):
                refused += 1
                assert (one.applied, content(one)) == before
            after = (one.applied, content(one))
            if left[0] >= 0:
                break
        one.close()
        again = opened(place, durable)
        assert (again.applied, content(again)) == after
        assert again.faults() == []
        again.close()
    assert left[0] >= 0
    assert refused > 0


@pytest.mark.parametrize("durable", [False, True])
@pytest.mark.parametrize("act", ["apply", "vacuum", "open"])
def test_a_kill_at_any_act_leaves_the_old_or_the_new(place: Path, tmp_path: Path, durable: bool, act: str) -> None:
    with_one = opened(place, durable)
    before = content(with_one)
    with_one.close()
    new: list[Record] = [some.run("r3"), some.phase("r3"), some.finding("f3", "r3")]
    after = [before[0], before[1], new[0], before[2], *new[1:]]

    def work(here: Path) -> None:
        one = opened(here, durable)
        if act == "apply":
            one.apply(head(6), new)
        elif act == "vacuum":
            one.vacuum()
        one.close()

    outcomes = []
    for number in moments():
        here = tmp_path / "here"
        if act == "open":
            here.mkdir()
        else:
            shutil.copytree(place, here)
        died = killed(lambda here=here: work(here), number)
        one = opened(here, durable)
        assert one.faults() == []
        expected = [(0, [])] if act == "open" else [(5, before), (6, after)] if act == "apply" else [(5, before)]
        assert (one.applied.seq, content(one)) in expected
        outcomes.append(one.applied.seq)
        one.apply(head(7), [some.run("r9")])
        one.close()
        shutil.rmtree(here)
        if not died:
            break
    assert outcomes == sorted(outcomes)
    assert len(outcomes) > 2
    assert outcomes[-1] == {"apply": 6, "vacuum": 5, "open": 0}[act]
