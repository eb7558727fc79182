"""The questions to run state, whoever holds the records: a projection on the disk, or a log that was replayed."""

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from typing import Any, Protocol, TypeVar

from lamina.thought.runs.exporting import document
from lamina.thought.runs.present import Present, of, of_a_run, phase_of, run_of
from lamina.thought.runs.resuming import Resumption, recoverable, resumption
from lamina.thought.runs.soundness import one_of
from lamina.thought.runs.statistics import Statistics, statistics
from lamina.words.runs import (
    KINDS,
    Artifact,
    Checkpoint,
    Execution,
    Grade,
    Intervention,
    InterventionStatus,
    Phase,
    Record,
    Run,
    RunFinding,
    RunStatus,
)

_R = TypeVar("_R", bound=Record)


class Records(Present, Protocol):
    """All records that there are."""

    def runs(
        self, status: Iterable[RunStatus] | None = None, workflow: str | None = None, newest_first: bool = True
    ) -> Iterator[Run]:
        """The runs, or those of some states or of one workflow."""

    def every(self, kind: str) -> Iterator[Record]:
        """All records of a kind, by id."""

    def reading(self) -> AbstractContextManager[None]:
        """What is read within is of one moment."""


class StateReader:
    """Runs and what belongs to them, as they are now. An id that is unknown raises NotFound, a status or severity BadRecord."""

    def __init__(self, records: Records) -> None:
        self.records = records

    def run(self, id: str) -> Run:
        """One run."""
        return run_of(self.records, id)

    def runs(self, status: str | Iterable[str] | None = None, workflow: str | None = None) -> list[Run]:
        """The runs, or those of one or some statuses, or of one workflow; the newest first."""
        words = [status] if isinstance(status, str) else status
        wanted = None if words is None else [one_of("status of a run", RunStatus, one) for one in words]
        return list(self.records.runs(wanted, workflow))

    def recoverable_runs(self) -> list[Run]:
        """Every run that has not ended; the oldest first."""
        return [one for one in self.records.runs(newest_first=False) if recoverable(one)]

    def phase(self, run: str, number: int) -> Phase:
        """One phase."""
        return phase_of(self.records, run, number)

    def phases(self, run: str) -> list[Phase]:
        """The phases of a run, by number."""
        return of(self.records, Phase, self.run(run).id)

    def current_phase(self, run: str) -> Phase | None:
        """The first phase of a run that is neither completed nor skipped."""
        return self.resumption(run).phase

    def executions(self, run: str, phase: int | None = None) -> list[Execution]:
        """Every try at a step of a run, or of one of its phases, the oldest first."""
        return [one for one in of(self.records, Execution, self.run(run).id) if phase in (None, one.phase)]

    def retries(self, run: str) -> int:
        """How often a step of a run was tried again."""
        return sum(one.attempt > 1 for one in self.executions(run))

    def findings(self, run: str | None = None, grade: str | None = None, unresolved: bool = False) -> list[RunFinding]:
        """Findings of a run, or of all; those of one severity; those that nobody has resolved."""
        wanted = None if grade is None else one_of("severity", Grade, grade)
        return [
            one
            for one in self._of(RunFinding, "finding", run)
            if wanted in (None, one.grade) and not (unresolved and one.resolved)
        ]

    def findings_by_grade(self, run: str | None = None) -> dict[str, int]:
        """How many findings of each severity are open, the worst first."""
        found = self.findings(run, unresolved=True)
        return {grade: sum(one.grade is grade for one in found) for grade in Grade}

    def artifacts(self, run: str | None = None) -> list[Artifact]:
        """What was made in a run, or in all."""
        return self._of(Artifact, "artifact", run)

    def interventions(self, run: str | None = None, pending: bool = False) -> list[Intervention]:
        """What people were asked in a run, or in all; or only what they have not answered."""
        found = self._of(Intervention, "intervention", run)
        return [one for one in found if not pending or one.status is InterventionStatus.PENDING]

    def checkpoints(self, run: str) -> list[Checkpoint]:
        """The saved states of a run, the oldest first."""
        return of(self.records, Checkpoint, self.run(run).id)

    def statistics(self) -> Statistics:
        """The numbers of all that there is; what gates said is in the log alone."""
        with self.records.reading():
            return statistics(one for kind in KINDS for one in self.records.every(kind))

    def export(self, run: str, phase: int | None = None) -> dict[str, Any]:
        """A run, or one of its phases, as a document that `take_over` takes; of one moment, whoever writes meanwhile."""
        with self.records.reading():
            self.run(run)
            return document(of_a_run(self.records, run), phase)

    def resumption(self, run: str) -> Resumption:
        """Where a run stands, and where it would go on."""
        with self.records.reading():
            return resumption(self.records, run)

    def _of(self, kind: type[_R], word: str, run: str | None) -> list[_R]:
        if run is not None:
            return of(self.records, kind, self.run(run).id)
        return [one for one in self.records.every(word) if isinstance(one, kind)]
