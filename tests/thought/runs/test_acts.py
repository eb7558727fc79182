"""What may be done to runs and phases, and what is refused by name."""

from itertools import product

import pytest
from runs import Told

from lamina.thought.runs import acts, notes, steps
from lamina.thought.runs.failures import (
    AlreadyRecorded,
    BadRecord,
    BadText,
    Conflict,
    IllegalTransition,
    NotFound,
    NotUnderWay,
    StepDone,
    StepUnderWay,
)
from lamina.words.errors import Failure
from lamina.words.event_line import BadName
from lamina.words.runs import PHASE_STEPS, RUN_STEPS, Execution, Phase, PhaseStatus, Run, RunFinding, RunStatus

WAYS = {
    RunStatus.PLANNING: [],
    RunStatus.EXECUTING: ["executing"],
    RunStatus.PAUSED: ["executing", "paused"],
    RunStatus.COMPLETED: ["executing", "completed"],
    RunStatus.FAILED: ["failed"],
    RunStatus.ABORTED: ["aborted"],
}
PHASE_WAYS = {
    PhaseStatus.PENDING: [],
    PhaseStatus.IN_PROGRESS: ["in_progress"],
    PhaseStatus.COMPLETED: ["in_progress", "completed"],
    PhaseStatus.FAILED: ["in_progress", "failed"],
    PhaseStatus.SKIPPED: ["skipped"],
}


def begun(status: RunStatus = RunStatus.EXECUTING, retries: int = 1) -> Told:
    told = Told()
    told.tell(acts.create_run(told.state, "r", "feature"))
    told.tell(acts.add_phase(told.state, "r", "plan", retries=retries))
    for way in WAYS[status]:
        told.tell(acts.move_run(told.state, "r", way))
    return told


def run(told: Told) -> Run:
    found = told.state.get("run", "r")
    assert isinstance(found, Run)
    return found


def phase(told: Told) -> Phase:
    found = told.state.get("phase", "r.1")
    assert isinstance(found, Phase)
    return found


def step(told: Told, title: str = "draft") -> str:
    told.tell(steps.start_step(told.state, "r", 1, title, owner="me", agent="planner"))
    return str(told.events[-1].data["id"])


@pytest.mark.parametrize(("before", "to"), list(product(RunStatus, RunStatus)))
def test_s1_every_pair_of_run_statuses(before: RunStatus, to: RunStatus) -> None:
    told = begun(before)
    assert run(told).status is before
    if to in RUN_STEPS[before]:
        told.tell(acts.move_run(told.state, "r", to))
        assert run(told).status is to
    else:
        with pytest.raises(IllegalTransition) as caught:
            acts.move_run(told.state, "r", to)
        assert (caught.value.before, caught.value.to, caught.value.allowed) == (before, to, RUN_STEPS[before])


@pytest.mark.parametrize(("before", "to"), list(product(PhaseStatus, PhaseStatus)))
def test_s1_every_pair_of_phase_statuses(before: PhaseStatus, to: PhaseStatus) -> None:
    told = begun()
    for way in PHASE_WAYS[before]:
        told.tell(acts.move_phase(told.state, "r", 1, way))
    if before is PhaseStatus.FAILED and to is PhaseStatus.SKIPPED:
        told.tell(notes.request_intervention(told.state, "r", "skip", "not needed", phase=1))
        told.tell(notes.answer_intervention(told.state, str(told.events[-1].data["id"]), "approved", by="ada"))
    if to in PHASE_STEPS[before]:
        told.tell(acts.move_phase(told.state, "r", 1, to))
        assert phase(told).status is to
    else:
        with pytest.raises(IllegalTransition, match=f"is {before} and cannot become {to}"):
            acts.move_phase(told.state, "r", 1, to)


def test_the_allowed_are_named() -> None:
    with pytest.raises(IllegalTransition) as caught:
        acts.move_run(begun(RunStatus.PLANNING).state, "r", "completed")
    assert caught.value.message == "the run r is planning and cannot become completed"
    assert caught.value.hint == "from planning it may become executing or aborted or failed"
    with pytest.raises(IllegalTransition) as caught:
        acts.move_run(begun(RunStatus.COMPLETED).state, "r", "executing")
    assert caught.value.hint == "completed is final"


def test_s2_the_same_act_again_is_nothing_with_its_key_and_refused_without() -> None:
    told = begun(RunStatus.PLANNING)
    told.tell(acts.move_run(told.state, "r", "executing", key="k1"))
    assert acts.move_run(told.state, "r", "executing", key="k1").drafts == ()
    with pytest.raises(IllegalTransition):
        acts.move_run(told.state, "r", "executing")
    with pytest.raises(IllegalTransition):
        acts.move_run(told.state, "r", "executing", key="k2")
    told.tell(acts.move_phase(told.state, "r", 1, "in_progress", key="p"))
    assert acts.move_phase(told.state, "r", 1, "in_progress", key="p").drafts == ()


def test_s3_who_is_late_is_told() -> None:
    told = begun()
    seen = run(told).version
    told.tell(acts.update_run(told.state, "r", pinned=True, expected=seen))
    with pytest.raises(Conflict, match=f"changed by event {seen + 1}, after event {seen}"):
        acts.move_run(told.state, "r", "paused", expected=seen)


def test_a_failed_phase_begins_again_while_retries_are_left_or_a_person_says_so() -> None:
    told = begun(retries=1)
    for way in ("in_progress", "failed", "in_progress", "failed"):
        told.tell(acts.move_phase(told.state, "r", 1, way))
    assert phase(told).attempt == 2
    with pytest.raises(IllegalTransition, match=r"its retries \(1\) are used up"):
        acts.move_phase(told.state, "r", 1, "in_progress")
    told.tell(notes.request_intervention(told.state, "r", "retry", "the forge was down", phase=1))
    told.tell(notes.answer_intervention(told.state, str(told.events[-1].data["id"]), "approved", by="ada"))
    told.tell(acts.move_phase(told.state, "r", 1, "in_progress"))
    assert phase(told).attempt == 3
    told.tell(acts.move_phase(told.state, "r", 1, "failed"))
    with pytest.raises(IllegalTransition):  # the approval was for the failure before
        acts.move_phase(told.state, "r", 1, "in_progress")


def test_a_failed_phase_is_skipped_only_with_an_approval() -> None:
    told = begun()
    for way in ("in_progress", "failed"):
        told.tell(acts.move_phase(told.state, "r", 1, way))
    with pytest.raises(IllegalTransition, match="unless a person approves"):
        acts.move_phase(told.state, "r", 1, "skipped")
    told.tell(notes.request_intervention(told.state, "r", "skip", "never mind", phase=1))
    told.tell(notes.answer_intervention(told.state, str(told.events[-1].data["id"]), "rejected", by="ada"))
    with pytest.raises(IllegalTransition):
        acts.move_phase(told.state, "r", 1, "skipped")


def test_a_finished_step_is_never_done_again() -> None:
    told = begun()
    told.tell(acts.move_phase(told.state, "r", 1, "in_progress"))
    first = step(told)
    with pytest.raises(StepUnderWay, match="worked at by me"):
        steps.start_step(told.state, "r", 1, "draft", owner="other")
    told.tell(steps.end_step(told.state, first, "failed", error="timeout"))
    second = step(told)
    told.tell(steps.end_step(told.state, second, "finished", summary="done"))
    tries = [one for one in told.state.of_run("execution", "r") if isinstance(one, Execution)]
    assert [(one.attempt, one.status) for one in tries] == [(1, "failed"), (2, "finished")]
    with pytest.raises(StepDone):
        steps.start_step(told.state, "r", 1, "draft", owner="me")
    with pytest.raises(IllegalTransition):
        steps.end_step(told.state, second, "failed")


def test_a_step_that_is_skipped_is_not_begun_again() -> None:
    told = begun()
    told.tell(acts.move_phase(told.state, "r", 1, "in_progress"))
    told.tell(steps.skip_step(told.state, "r", 1, "lint", owner="me", reason="no code"))
    with pytest.raises(StepDone):
        steps.start_step(told.state, "r", 1, "lint", owner="me")


def test_steps_need_a_run_and_a_phase_that_are_under_way() -> None:
    told = begun()
    with pytest.raises(NotUnderWay, match=r"phase r\.1 is pending"):
        steps.start_step(told.state, "r", 1, "draft", owner="me")
    told.tell(acts.move_phase(told.state, "r", 1, "in_progress"))
    told.tell(acts.move_run(told.state, "r", "paused"))
    with pytest.raises(NotUnderWay, match="run r is paused"):
        steps.start_step(told.state, "r", 1, "draft", owner="me")


def test_what_runs_when_a_run_or_phase_ends_is_interrupted() -> None:
    told = begun()
    told.tell(acts.move_phase(told.state, "r", 1, "in_progress"))
    step(told)
    told.tell(acts.move_phase(told.state, "r", 1, "failed", error="a check"))
    assert [event.type for event in told.events[-2:]] == ["step.interrupted", "phase.transitioned"]
    told.tell(acts.move_phase(told.state, "r", 1, "in_progress"))
    again = step(told)
    told.tell(acts.move_run(told.state, "r", "aborted"))
    execution = told.state.get("execution", again)
    assert isinstance(execution, Execution)
    assert execution.status == "interrupted"
    assert run(told).ended is not None


def test_s6_what_the_dead_left_running() -> None:
    told = begun()
    told.tell(acts.move_phase(told.state, "r", 1, "in_progress"))
    step(told)
    assert steps.interrupt(told.state, ["r"], lambda owner: True) == ()
    told.tell(steps.interrupt(told.state, ["r"], lambda owner: owner != "me"))
    assert step(told) != ""
    assert told.events[-1].data["attempt"] == 2


def test_s5_unknown_ids() -> None:
    told = begun()
    wishes = [
        lambda: acts.move_run(told.state, "none", "executing"),
        lambda: acts.move_phase(told.state, "r", 7, "in_progress"),
        lambda: acts.add_phase(told.state, "none", "p"),
        lambda: steps.end_step(told.state, "none", "finished"),
        lambda: notes.resolve_finding(told.state, "none"),
        lambda: notes.update_artifact(told.state, "none", format="text"),
        lambda: notes.answer_intervention(told.state, "none", "approved"),
        lambda: notes.record_finding(told.state, "r", "high", "t", execution="none"),
    ]
    for wish in wishes:
        with pytest.raises(NotFound, match=r"there is no (run|phase|execution|finding|artifact|intervention) "):
            wish()


@pytest.mark.parametrize("id", ["..", "../x", "a/b", "a\nb", "", "-a"])
def test_e7_bad_ids(id: str) -> None:
    with pytest.raises(BadName):
        acts.create_run(Told().state, id, "feature")


@pytest.mark.parametrize("text", ["", " ", "a\nb", "\x1b[0m", "x" * 201])
def test_bad_texts(text: str) -> None:
    with pytest.raises(BadText):
        acts.create_run(Told().state, "r", text)


def test_made_twice() -> None:
    told = begun()
    with pytest.raises(AlreadyRecorded, match="there is a run r already"):
        acts.create_run(told.state, "r", "feature")
    with pytest.raises(AlreadyRecorded, match=r"there is a phase r\.1 already"):
        acts.add_phase(told.state, "r", "other", number=1)


def test_artifacts_stay_inside() -> None:
    told = begun()
    digest = "sha256:" + "0" * 64
    for bad in ("../../etc/passwd", "/etc/passwd", "a/../b", "~/x", "a\\b"):
        with pytest.raises(BadRecord):
            notes.record_artifact(told.state, "r", "plan", 1, digest, location=bad)
    with pytest.raises(BadRecord):
        notes.record_artifact(told.state, "r", "plan", 1, "md5:0")
    with pytest.raises(BadRecord):
        notes.record_artifact(told.state, "r", "plan", -1, digest)


def test_a_finding_from_open_to_resolved() -> None:
    told = begun()
    told.tell(notes.record_finding(told.state, "r", "high", "a secret", phase=1, file="a.py", line=3))
    id = str(told.events[-1].data["id"])
    told.tell(notes.update_finding(told.state, id, grade="critical"))
    told.tell(notes.resolve_finding(told.state, id, by="ada", resolution="taken out"))
    found = told.state.get("finding", id)
    assert isinstance(found, RunFinding)
    assert (found.grade, found.resolved_by, found.resolution) == ("critical", "ada", "taken out")
    with pytest.raises(Failure, match="is resolved and cannot become resolved"):
        notes.resolve_finding(told.state, id)
    with pytest.raises(BadRecord, match="cannot be the severity"):
        notes.record_finding(told.state, "r", "awful", "t")


def test_only_so_many_checkpoints_stay() -> None:
    told = begun()
    for number in range(5):
        digest = f"sha256:{number:064x}"
        told.tell(notes.make_checkpoint(told.state, "r", "every_step", digest, 10, keep=2))
    assert [one.number for one in told.state.of_run("checkpoint", "r")] == [4, 5]  # type: ignore[union-attr]
