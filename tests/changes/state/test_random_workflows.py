"""G10: any workflow, its acts refused or not, cut off or not; the log alone gives the same records and the same numbers.

LAMINA_TORTURE=1 makes a thousand of them.
"""

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import Any

import counting
import pytest
from conftest import Counted
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test
from runs import ticking

from lamina.changes.state.opening import opened
from lamina.changes.state.store import StateStore
from lamina.project.state.opening import StatePlace, place_at
from lamina.thought.runs.present import of_a_run
from lamina.thought.runs.replaying import Replay
from lamina.thought.upkeep.settings import CheckpointSettings, EventSettings, PersistenceSettings, StateSettings
from lamina.words.errors import Failure
from lamina.words.runs import ExecutionStatus, Grade, InterventionStatus, PhaseStatus, Record, RunStatus
from lamina.world.log import head, read

MANY = 1000 if os.environ.get("LAMINA_TORTURE") == "1" else 50
RUNS = st.sampled_from(["r", "s"])
PHASES = st.integers(1, 3)
STEPS = st.sampled_from(["draft", "check", "send"])
NUMBERS = st.integers(0, 9)
KINDS = ("run", "phase", "execution", "finding", "artifact", "intervention", "checkpoint")
# A disk that is not waited for: what is asked here is not what a power cut leaves.
QUICK = StateSettings(
    PersistenceSettings(events=EventSettings(durability="best_effort", sync="never")), CheckpointSettings(keep=3)
)
NOWHERE = StateSettings(PersistenceSettings(enabled=False))


class Tally:
    """What there was of everything."""

    workflows = events = refused = crashes = 0


class Workflows(RuleBasedStateMachine):
    """Two runs, and whatever a program may wish to do with them."""

    def __init__(self, tally: Tally) -> None:
        super().__init__()
        self.tally, self.folder = tally, Path(mkdtemp())
        self.clock = ticking()

    @initialize(form=st.sampled_from(["state.sqlite", "state"]))
    def begin(self, form: str) -> None:
        """Each run has begun, so that most wishes can come true."""
        self.location = self.folder / form
        self.store = self._opened()
        for run in ("r", "s"):
            self.store.create_run(run, "feature")
            self.store.add_phase(run, "plan", retries=2)
            self.store.move_run(run, "executing")
            self.store.move_phase(run, 1, "in_progress")

    def teardown(self) -> None:
        """All records are those of the log, however they are made; and so are the numbers."""
        try:
            self._judge()
            self.store.close()
        finally:
            rmtree(self.folder)

    @rule(run=RUNS, status=st.sampled_from(RunStatus))
    def move_run(self, run: str, status: str) -> None:
        # Seldom to an end, or nothing more would happen.
        if status in ("executing", "paused") or self.clock().second % 7 == 0:
            self._wish(lambda: self.store.move_run(run, status, error="so"))

    @rule(run=RUNS, number=PHASES, retries=NUMBERS)
    def add_phase(self, run: str, number: int, retries: int) -> None:
        self._wish(lambda: self.store.add_phase(run, f"phase {number}", number=number, retries=retries))

    @rule(run=RUNS, number=PHASES, status=st.sampled_from(PhaseStatus))
    def move_phase(self, run: str, number: int, status: str) -> None:
        self._wish(lambda: self.store.move_phase(run, number, status))

    @rule(run=RUNS, number=PHASES, step=STEPS, agent=st.sampled_from([None, "ann", "bob"]))
    def start(self, run: str, number: int, step: str, agent: str | None) -> None:
        self._wish(lambda: self.store.start_step(run, number, step, agent=agent))

    @rule(run=RUNS, which=NUMBERS, status=st.sampled_from(["finished", "finished", "failed", *ExecutionStatus]))
    def end(self, run: str, which: int, status: str) -> None:
        running = [one for one in self.store.executions(run) if one.status is ExecutionStatus.RUNNING]
        self._wish(lambda: self.store.end_step(self._one(running or self.store.executions(run), which), status))

    @rule(run=RUNS, number=PHASES, step=STEPS)
    def skip(self, run: str, number: int, step: str) -> None:
        self._wish(lambda: self.store.skip_step(run, number, step, reason="not needed"))

    @rule(run=RUNS, number=PHASES, grade=st.sampled_from(Grade))
    def find(self, run: str, number: int, grade: str) -> None:
        self._wish(lambda: self.store.record_finding(run, grade, "no tests", phase=number))

    @rule(run=RUNS, which=NUMBERS, grade=st.sampled_from([None, *Grade]))
    def settle(self, run: str, which: int, grade: str | None) -> None:
        id = self._one(self.store.findings(run), which)
        if grade is None:
            self._wish(lambda: self.store.resolve_finding(id, by="ann"))
        else:
            self._wish(lambda: self.store.update_finding(id, grade=grade))

    @rule(run=RUNS, data=st.binary(max_size=9), which=NUMBERS)
    def make(self, run: str, data: bytes, which: int) -> None:
        executions = self.store.executions(run)
        execution = self._one(executions, which) if executions else None
        self._wish(lambda: self.store.add_artifact(run, "patch", data, execution=execution))

    @rule(run=RUNS, number=PHASES)
    def ask(self, run: str, number: int) -> None:
        self._wish(lambda: self.store.request_intervention(run, "approval", "go on?", phase=number))

    @rule(run=RUNS, which=NUMBERS, answer=st.sampled_from(InterventionStatus))
    def answer(self, run: str, which: int, answer: str) -> None:
        self._wish(lambda: self.store.answer_intervention(self._one(self.store.interventions(run), which), answer))

    @rule(run=RUNS, number=PHASES, passed=st.booleans())
    def gate(self, run: str, number: int, passed: bool) -> None:
        self._wish(lambda: self.store.gate(run, number, "tests", passed))

    @rule(run=RUNS, labels=st.dictionaries(st.sampled_from("ab"), st.sampled_from("xy")), pinned=st.booleans())
    def label(self, run: str, labels: dict[str, str], pinned: bool) -> None:
        self._wish(lambda: self.store.update_run(run, labels=labels, pinned=pinned))

    @rule(run=RUNS, state=NUMBERS)
    def save(self, run: str, state: int) -> None:
        self._wish(lambda: self.store.checkpoint(run, {"at": state}))
        assert self.store.saved(run) == {"at": state}

    @rule(run=RUNS)
    def crash(self, run: str) -> None:
        """The program ends in the middle, and another goes on: nothing that was finished is begun again."""
        before = self.store.resumption(run)
        self.store.close()
        self.store = self._opened()
        resumed = self.store.resume(run)
        assert (resumed.done, resumed.checkpoint) == (before.done, before.checkpoint)
        assert not [one for one in self.store.executions(run) if one.status is ExecutionStatus.RUNNING]
        for number, step in resumed.done:
            with pytest.raises(Failure):
                self.store.start_step(run, number, step)
        self.tally.crashes += 1

    @rule(gone=st.booleans())
    def change_format(self, gone: bool) -> None:
        """The same log with the other form of records, which may be old, or lost."""
        before = everything(self.store)
        self.store.close()
        names = {"state": "state.sqlite", "state.sqlite": "state"}
        self.location = self.location.with_name(names[self.location.name])
        if gone:
            rmtree(self.folder / "state/records", ignore_errors=True)
            for one in self.folder.glob("state.sqlite*"):
                one.unlink()
        self.store = self._opened()
        assert everything(self.store) == before

    def _wish(self, act: Callable[[], object]) -> None:
        """An act; where it is refused nothing is recorded."""
        log = self.folder / "state/log"
        before = head(log)
        try:
            act()
        except Failure:
            self.tally.refused += 1
            assert head(log) == before

    def _one(self, records: list[Any], which: int) -> str:
        return str(records[which % len(records)].id) if records else "nothing"

    def _opened(self) -> StateStore:
        return opened(place_at(self.location, QUICK), self.clock, pytest.fail)

    def _judge(self) -> None:
        events, before = list(read(self.folder / "state/log")), everything(self.store)
        self.tally.workflows += 1
        self.tally.events += len(events)
        replay = Replay(events)
        assert [one for kind in KINDS for one in replay.every(kind)] == before
        assert self.store.rebuild() == len(events)
        assert everything(self.store) == before
        assert counting.told(self.store.statistics()) == counting.counted(events)
        with opened(StatePlace(NOWHERE, None), self.clock, pytest.fail) as other:
            for run in ("r", "s"):
                other.take_over(self.store.export(run))
                assert unversioned(of_a_run(other.records, run)) == unversioned(of_a_run(self.store.records, run))


def everything(store: StateStore) -> list[Record]:
    return [one for kind in KINDS for one in store.records.every(kind)]


def unversioned(records: list[Record]) -> list[Record]:
    return [replace(one, version=0) for one in records]


def test_g10_s7_s10_random_workflows_are_what_the_log_says(counted: Counted) -> None:
    tally = Tally()
    run_state_machine_as_test(
        lambda: Workflows(tally),
        settings=settings(max_examples=MANY, stateful_step_count=40, suppress_health_check=list(HealthCheck)),
    )
    assert tally.workflows >= MANY
    assert min(tally.events, tally.refused, tally.crashes) > 0
    counted("G10", "random workflows are what the log says", MANY, min(MANY, tally.workflows))
    print(f"{tally.workflows} workflows: {tally.events} events, {tally.refused} refused, {tally.crashes} crashes")
