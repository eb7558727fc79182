"""The store of docs/example-state: one run that was cut off, resumed and completed, and one that still goes on.

`python tests/example_state.py` writes it anew; tests/docs/test_example_state.py holds it to this.
"""

from datetime import timedelta
from pathlib import Path

from runs import START, Told

from lamina.thought.runs import acts, notes, steps
from lamina.words.event import Draft

FOLDER = Path(__file__).parents[1] / "docs/example-state"
STORE = "example-5eed0001"
CREATED = "2026-11-21T12:00:00.000000Z"
MARKER = f'{{"v":1,"store":"{STORE}","created":"{CREATED}"}}\n'
SEGMENT = "00000000000000000001.jsonl"
COMMIT = "1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d"
FIRST, SECOND = "build-17.4f9c", "build-17.51d0"


class Timed(Told):
    """A log whose clock is set before each act."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0
        self._clock = lambda: START + timedelta(seconds=self.now)

    def at(self, seconds: float) -> "Timed":
        """The same, so many seconds after the start."""
        self.now = seconds
        return self

    def begin(self, run: str, phase: int, step: str, agent: str, owner: str = FIRST) -> str:
        """Start a step; gives the execution's id."""
        wish = steps.start_step(self.state, run, phase, step, owner=owner, agent=agent)
        self.tell(wish)
        return wish.id

    def end(self, execution: str, status: str = "finished", **more: str) -> None:
        """End a step."""
        self.tell(steps.end_step(self.state, execution, status, **more))


def example() -> Timed:
    """Both runs."""
    told = Timed()
    told.record(Draft("log.created", None, {"store": STORE}))
    _completed(told, "feature-118")
    _going_on(told, "release-31")
    return told


def _completed(told: Timed, run: str) -> None:
    state = told.state
    labels = {"issue": "118"}
    told.at(0).tell(acts.create_run(state, run, "feature", environment="prod", config_commit=COMMIT, labels=labels))
    told.tell(acts.add_phase(state, run, "implementation", retries=1))
    told.tell(acts.add_phase(state, run, "review"))
    told.at(0.4).tell(acts.move_run(state, run, "executing"))
    told.tell(acts.move_phase(state, run, 1, "in_progress"))
    tests, code = told.at(1).begin(run, 1, "write-tests", "tester"), told.begin(run, 1, "implement", "coder")
    told.at(96).end(tests, summary="14 tests, all fail as they should")
    told.at(141.5).end(code, "failed", error="the model did not answer in time")
    code = told.at(147).begin(run, 1, "implement", "coder")
    told.at(338).tell(notes.record_artifact(state, run, "change.patch", 18_734, "sha256:" + "5e" * 32, execution=code))
    told.at(339).end(code, summary="6 files changed")
    told.at(340).tell(notes.make_checkpoint(state, run, "every_step", "sha256:" + "c0" * 32, 2_311, keep=20))
    verify = told.at(342).begin(run, 1, "verify", "tester")
    told.at(404).tell(notes.record_finding(
        state, run, "high", "an error of the parser is swallowed", execution=verify, file="app/read.py", line=88,
    ))  # fmt: skip
    # The machine went away here; another process found the run four minutes later.
    told.at(668).tell(steps.interrupt(state, [run], lambda owner: False))
    verify = told.at(669).begin(run, 1, "verify", "tester", SECOND)
    told.at(731).end(verify, summary="14 of 14 pass")
    told.at(731.5).tell(notes.gate(state, run, 1, "tests", True, detail="14 of 14"))
    told.at(732).tell(acts.move_phase(state, run, 1, "completed"))
    told.at(733).tell(acts.move_phase(state, run, 2, "in_progress"))
    review = told.begin(run, 2, "review", "reviewer", SECOND)
    told.at(812).end(review)
    finding = next(one.id for one in state.every("finding"))
    told.at(812.5).tell(notes.resolve_finding(state, finding, by="reviewer", resolution="it is raised now"))
    asked = notes.request_intervention(state, run, "approval", "Merge the change?", phase=2, by="reviewer")
    told.at(813).tell(asked)
    told.tell(acts.move_run(state, run, "paused"))
    told.at(1020).tell(notes.answer_intervention(state, asked.id, "approved", by="ann"))
    told.tell(acts.move_run(state, run, "executing"))
    told.at(1021).tell(steps.skip_step(state, run, 2, "changelog", owner=SECOND, reason="the change is internal"))
    told.at(1022).tell(acts.move_phase(state, run, 2, "completed"))
    told.at(1022.5).tell(acts.move_run(state, run, "completed"))


def _going_on(told: Timed, run: str) -> None:
    state = told.state
    told.at(1500).tell(acts.create_run(state, run, "release", environment="prod", config_commit=COMMIT))
    told.tell(acts.add_phase(state, run, "preparation"))
    told.at(1501).tell(acts.move_run(state, run, "executing"))
    told.tell(acts.move_phase(state, run, 1, "in_progress"))
    notes_ = told.at(1502).begin(run, 1, "release-notes", "documenter", SECOND)
    told.at(1571).end(notes_)
    told.at(1572).begin(run, 1, "audit", "security-auditor", SECOND)
    told.at(1640).tell(notes.record_finding(state, run, "medium", "a dependency is a year old", phase=1))
    told.tell(notes.request_intervention(state, run, "approval", "Release as 2.4.0?", phase=1, by="release-manager"))


if __name__ == "__main__":
    (FOLDER / "log").mkdir(parents=True, exist_ok=True)
    (FOLDER / "store.json").write_text(MARKER)
    (FOLDER / "log" / SEGMENT).write_bytes(b"".join(example().lines))
