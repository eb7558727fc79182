"""What every projection does alike. A new one, on a database server say, is one more line in PROJECTIONS."""

import asyncio
import multiprocessing
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from threading import Event, Thread

import pytest
from world.store import records as some
from world.store.records import head

from lamina.words.event import Head
from lamina.words.runs import (
    EXECUTION_STEPS,
    INTERVENTION_STEPS,
    KINDS,
    PHASE_STEPS,
    RUN_STEPS,
    ExecutionStatus,
    InterventionStatus,
    PhaseStatus,
    Record,
    Run,
    RunStatus,
)
from lamina.world.store.failures import Unlawful
from lamina.world.store.folder import FolderProjection
from lamina.world.store.locking import locked
from lamina.world.store.projection import Projection
from lamina.world.store.sqlite import SqliteProjection

Opening = Callable[[], Projection]

PROJECTIONS: dict[str, Callable[[Path, bool], Projection]] = {
    "sqlite": lambda place, durable: SqliteProjection.open(place / "x.sqlite", place / "lock", durable=durable),
    "folder": lambda place, durable: FolderProjection.open(place / "records", place / "lock", durable=durable),
}

EVERYTHING: list[Record] = [
    replace(some.run(), labels={"team": "blue", "ticket": "7"}, pinned=True, error="bad \x1b[31m thing"),
    some.phase(),
    some.phase(number=2),
    some.execution(),
    some.finding(execution="e1"),
    some.artifact(execution="e1"),
    some.intervention(),
    some.checkpoint(),
]


@pytest.fixture(params=[(name, durable) for name in PROJECTIONS for durable in (False, True)], ids=str)
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Opening]:
    """Opens the projection that a place holds, anew each time."""
    name, durable = request.param
    every: list[Projection] = []

    def again() -> Projection:
        every.append(PROJECTIONS[name](tmp_path, durable))
        return every[-1]

    yield again
    for one in every:
        one.close()


def content(projection: Projection) -> dict[str, list[Record]]:
    """All that a projection holds."""
    return {kind: list(projection.every(kind)) for kind in KINDS}


def test_an_empty_one_is_before_all_events_and_holds_nothing(opened: Opening) -> None:
    one = opened()
    assert one.applied == Head()
    assert content(one) == {kind: [] for kind in KINDS}
    assert one.get("run", "r1") is None
    assert one.of_run("phase", "r1") == []
    assert list(one.runs()) == []
    assert one.faults() == []


def test_every_record_is_read_back_as_it_was_put_also_when_opened_anew(opened: Opening) -> None:
    opened().apply(head(8), EVERYTHING)
    for one in (opened(), opened()):
        assert one.applied == head(8)
        assert [only for kind in KINDS for only in one.every(kind)] == EVERYTHING
        assert [one.get(kind, record.id) for kind in KINDS for record in one.every(kind)] == EVERYTHING
        assert one.size > 0


def test_a_record_that_is_put_again_takes_the_place_of_the_former(opened: Opening) -> None:
    one = opened()
    one.apply(head(1), [some.run()])
    begun = replace(some.run(status=RunStatus.EXECUTING, version=2), started=some.LATER, labels={"a": "b"})
    one.apply(head(2), [begun])
    assert list(one.every("run")) == [begun]
    assert one.applied == head(2)


def test_one_change_may_hold_many_states_of_a_record(opened: Opening) -> None:
    one = opened()
    states = [some.run(status=status) for status in (RunStatus.PLANNING, RunStatus.EXECUTING, RunStatus.COMPLETED)]
    one.apply(head(3), states)
    assert list(one.every("run")) == states[-1:]


def test_records_of_a_run_are_in_the_order_of_their_making_and_phases_in_that_of_their_numbers(opened: Opening) -> None:
    one = opened()
    one.apply(head(1), [some.run(), some.phase(number=2), some.finding("z"), some.finding("b")])
    one.apply(head(2), [some.phase(number=10), some.phase(number=1), some.finding("a"), some.finding("z")])
    assert [each.id for each in one.of_run("phase", "r1")] == ["r1.1", "r1.2", "r1.10"]
    assert [each.id for each in one.of_run("finding", "r1")] == ["z", "b", "a"]
    assert [each.id for each in one.every("finding")] == ["a", "b", "z"]
    assert [each.id for each in one.of_run("run", "r1")] == ["r1"]


def test_runs_are_found_by_status_and_workflow_the_newest_first(opened: Opening) -> None:
    one = opened()
    one.apply(head(1), [some.run(f"r{number}", workflow=f"w{number % 2}") for number in (3, 1, 2, 4)])
    one.apply(head(2), [some.run("r1", RunStatus.EXECUTING, workflow="w1"), some.run("r4", RunStatus.ABORTED)])
    assert [each.id for each in one.runs()] == ["r4", "r2", "r1", "r3"]
    assert [each.id for each in one.runs(newest_first=False)] == ["r3", "r1", "r2", "r4"]
    assert [each.id for each in one.runs([RunStatus.PLANNING])] == ["r2", "r3"]
    assert [each.id for each in one.runs([RunStatus.PLANNING, RunStatus.EXECUTING], workflow="w1")] == ["r1", "r3"]
    assert list(one.runs([])) == []


def test_there_is_no_limit_to_the_runs_that_are_listed(opened: Opening) -> None:
    one = opened()
    runs: list[Record] = [some.run(f"r{number:04}") for number in range(1101)]
    one.apply(head(1), runs)
    assert list(one.runs([RunStatus.PLANNING], newest_first=False)) == runs
    assert list(one.runs()) == runs[::-1]
    assert list(one.every("run")) == runs


def test_dropped_runs_go_with_all_that_is_theirs_and_others_stay(opened: Opening) -> None:
    one = opened()
    one.apply(head(8), EVERYTHING)
    other: list[Record] = [some.run("r2"), some.phase("r2"), some.finding("f2", "r2")]
    one.apply(head(11), other)
    one.apply(head(12), [], dropped=["r1", "unknown"])
    assert [only for kind in KINDS for only in one.every(kind)] == other
    assert one.of_run("finding", "r1") == []
    assert one.faults() == []
    one.apply(head(13), EVERYTHING)
    assert one.get("finding", "f1") == some.finding(execution="e1")


def test_single_records_are_removed(opened: Opening) -> None:
    one = opened()
    one.apply(head(3), [some.run(), some.checkpoint(1), some.checkpoint(2)])
    one.apply(head(4), [some.checkpoint(3)], removed=[("checkpoint", "r1-c1"), ("checkpoint", "unknown")])
    assert [each.id for each in one.of_run("checkpoint", "r1")] == ["r1-c2", "r1-c3"]


def test_a_change_is_whole_or_not_at_all(opened: Opening) -> None:
    one = opened()
    one.apply(head(1), [some.run()])
    with pytest.raises(Unlawful):
        one.apply(head(9), [some.run("r2"), some.phase(), some.phase("nobody")], dropped=["r1"])

    def broken() -> Iterator[Record]:
        yield some.run("r3")
        raise LookupError

    with pytest.raises(LookupError):
        one.apply(head(9), broken())
    for each in (one, opened()):
        assert each.applied == head(1)
        assert [only for kind in KINDS for only in each.every(kind)] == [some.run()]


@pytest.mark.parametrize(
    ("table", "made"),
    [
        (RUN_STEPS, lambda status: some.run(status=status)),
        (PHASE_STEPS, lambda status: some.phase(status=status)),
        (EXECUTION_STEPS, lambda status: some.execution(status=status)),
        (INTERVENTION_STEPS, lambda status: some.intervention(status=status, phase=None)),
    ],
    ids=["run", "phase", "execution", "intervention"],
)
def test_s1_only_the_steps_of_the_table_are_taken(
    opened: Opening, table: dict[str, tuple[str, ...]], made: Callable[[str], Record]
) -> None:
    one = opened()
    for start in table:
        for end in table:
            above = [above for above in (some.run(), some.phase()) if above.id != made(start).id]
            one.apply(head(1), [*above, made(start)] if made(start).id != "r1" else [made(start)])
            may = end == start or end in table[start]
            if (start, end) == (PhaseStatus.FAILED, PhaseStatus.SKIPPED):
                may = False  # until a person says so
            if may:
                one.apply(head(2), [made(end)])
            else:
                with pytest.raises(Unlawful):
                    one.apply(head(2), [made(end)])
            found = one.get(next(kind for kind in KINDS if type(made(end)) is KINDS[kind]), made(end).id)
            assert found == made(end if may else start)
            one.reset()


def test_a_failed_phase_is_skipped_only_with_the_word_of_a_person_about_that_very_phase(opened: Opening) -> None:
    one = opened()
    failed = [some.phase(number=number, status=PhaseStatus.FAILED) for number in (1, 2)]
    one.apply(head(1), [some.run(), *failed, some.intervention("i2", phase=2), some.intervention("i3", phase=None)])
    with pytest.raises(Unlawful):
        one.apply(head(2), [some.phase(status=PhaseStatus.SKIPPED)])
    one.apply(head(2), [some.intervention("i1", phase=1), some.phase(status=PhaseStatus.SKIPPED)])
    assert one.get("phase", "r1.1") == some.phase(status=PhaseStatus.SKIPPED)


@pytest.mark.parametrize(
    "record",
    [
        some.phase("nobody"),
        some.execution(run="nobody"),
        some.execution(phase=7),
        some.finding(run="nobody"),
        some.finding(execution="e7"),
        some.finding(run="r2", execution="e1"),
        some.artifact(execution="e7"),
        some.intervention(phase=7),
        some.checkpoint(run="nobody"),
        replace(some.phase(), id="r1.9", number=8),
        replace(some.phase(), number=2),
        replace(some.finding("f1"), run="r2"),
    ],
    ids=lambda record: f"{type(record).__name__} {record.id} of {record.run}",
)
def test_s4_what_belongs_to_nothing_or_changes_its_place_is_refused(opened: Opening, record: Record) -> None:
    one = opened()
    one.apply(head(1), [some.run(), some.run("r2"), some.phase(), some.execution(), some.finding()])
    before = content(one)
    with pytest.raises(Unlawful):
        one.apply(head(2), [record])
    assert content(one) == before
    assert one.applied == head(1)


def test_reading_is_of_one_moment_while_others_write(opened: Opening) -> None:
    one, other = opened(), opened()
    one.apply(head(1), [some.run()])
    for writer in (one, other):
        with one.reading():
            before = (one.applied, content(one), list(one.runs()), one.of_run("run", "r1"))
            done = Event()

            def write(writer: Projection = writer, done: Event = done) -> None:
                at = writer.applied.seq + 1
                writer.apply(head(at), [some.run(f"new-{at}"), replace(some.run(), error=f"{at}")])
                done.set()

            thread = Thread(target=write)
            thread.start()
            if writer is one or isinstance(one, SqliteProjection):
                assert done.wait(60)
            with one.reading():
                assert (one.applied, content(one), list(one.runs()), one.of_run("run", "r1")) == before
        thread.join(60)
        assert done.is_set()
    assert [each.id for each in one.runs()] == ["new-3", "new-2", "r1"]


def test_many_threads_share_one(opened: Opening) -> None:
    one = opened()
    one.apply(head(1), [some.run(f"r{number}") for number in range(4)])
    wrong: list[BaseException] = []

    def work(number: int) -> None:
        try:
            for turn in range(10):
                one.apply(head(1), [some.run(f"r{number}", RunStatus.EXECUTING, version=turn)])
                found = one.get("run", f"r{number}")
                assert found is not None
                assert found.version == turn
                assert len(list(one.runs())) == 4
        except BaseException as error:
            wrong.append(error)

    threads = [Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert {run.version for run in one.runs()} == {9}


def test_what_one_has_written_the_other_reads(opened: Opening) -> None:
    one, other = opened(), opened()
    for turn, (writer, reader) in enumerate(pairwise([one, other, one, other]), start=1):
        writer.apply(head(turn), [some.run(f"r{turn}")], dropped=[f"r{turn - 1}"])
        assert reader.applied == head(turn)
        assert list(reader.runs()) == list(reader.every("run")) == [some.run(f"r{turn}")]
        assert reader.get("run", f"r{turn - 1}") is None


def test_reset_makes_it_empty_and_vacuum_changes_nothing(opened: Opening) -> None:
    one = opened()
    one.apply(head(8), EVERYTHING)
    before = content(one)
    one.vacuum()
    assert content(one) == before
    assert one.applied == head(8)
    one.reset()
    assert one.applied == Head()
    assert content(one) == {kind: [] for kind in KINDS}
    one.apply(head(8), EVERYTHING)
    assert content(opened()) == before


def test_statuses_and_grades_are_words_again_when_they_are_read(opened: Opening) -> None:
    one = opened()
    one.apply(head(8), EVERYTHING)
    (execution,) = one.every("execution")
    (question,) = one.every("intervention")
    assert type(execution.status) is ExecutionStatus
    assert type(question.status) is InterventionStatus
    (found,) = one.runs()
    assert found.pinned is True
    assert type(found.status) is RunStatus


def test_closing_twice_is_no_harm(opened: Opening) -> None:
    one = opened()
    one.apply(head(1), [some.run()])
    one.close()
    one.close()
    assert opened().applied == head(1)


def _count_up(projection: Projection, lock: Path, times: int) -> None:
    for _ in range(times):
        with locked(lock):
            found = projection.get("run", "r1")
            assert isinstance(found, Run)
            at = found.version + 1
            projection.apply(head(at), [replace(found, version=at), replace(some.run("r2"), version=at)])
        with projection.reading():
            assert {run.version for run in projection.runs()} == {projection.applied.seq}


def test_s3_eight_processes_lose_no_update_and_each_reads_one_moment(opened: Opening, tmp_path: Path) -> None:
    fork = multiprocessing.get_context("fork")
    one = opened()
    one.apply(head(1), [some.run(), some.run("r2")])
    processes = [fork.Process(target=_count_up, args=(one, tmp_path / "above", 12)) for _ in range(8)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0] * 8
    assert {run.version for run in one.runs()} == {1 + 8 * 12}
    assert one.faults() == opened().faults() == []


def test_whole_operations_run_in_threads_of_asyncio(opened: Opening) -> None:
    one = opened()

    def act(number: int) -> int:
        one.apply(head(1), [some.run(f"r{number}")])
        with one.reading():
            return len(list(one.runs()))

    async def every() -> list[int]:
        return await asyncio.gather(*(asyncio.to_thread(act, number) for number in range(20)))

    assert max(asyncio.run(every())) == 20


def test_p2_a_change_of_format_is_a_copy_and_the_other_is_left_alone(tmp_path: Path) -> None:
    sqlite, folder = (PROJECTIONS[name](tmp_path, False) for name in ("sqlite", "folder"))
    sqlite.apply(head(8), EVERYTHING)
    assert folder.applied == Head()
    folder.apply(head(8), [record for kind in KINDS for record in sqlite.every(kind)])
    assert content(folder) == content(sqlite)
    folder.apply(head(9), [some.run("r2")])
    assert sqlite.applied == head(8)
    assert len(list(sqlite.runs())) == 1
