"""Where a run goes on."""

from runs import Told

from lamina.thought.runs import acts, notes, steps
from lamina.thought.runs.resuming import recoverable, resumption
from lamina.words.runs import Run

DIGEST = "sha256:" + "0" * 64


def test_a_run_goes_on_after_its_last_finished_step() -> None:
    told = Told()
    told.tell(acts.create_run(told.state, "r", "feature"))
    for title in ("plan", "build"):
        told.tell(acts.add_phase(told.state, "r", title))
    told.tell(acts.move_run(told.state, "r", "executing"))
    told.tell(acts.move_phase(told.state, "r", 1, "in_progress"))
    for step in ("read", "draft", "review"):
        told.tell(steps.start_step(told.state, "r", 1, step, owner="me"))
        if step != "review":
            told.tell(steps.end_step(told.state, str(told.events[-1].data["id"]), "finished"))
        if step == "read":
            told.tell(notes.make_checkpoint(told.state, "r", "every_step", DIGEST, 2, keep=5))
    told.tell(notes.request_intervention(told.state, "r", "approve", "look", phase=1))
    told.tell(steps.interrupt(told.state, ["r"], lambda owner: False))
    found = resumption(told.state, "r")
    assert found.done == {(1, "read"), (1, "draft")}
    assert found.checkpoint is not None
    assert found.checkpoint.steps == 1
    assert [one.step for one in found.since] == ["draft"]
    assert [one.step for one in found.interrupted] == ["review"]
    assert [one.kind for one in found.waiting] == ["approve"]
    assert found.phase is not None
    assert found.phase.name == "plan"


def test_a_run_that_has_ended_is_not_gone_on_with() -> None:
    told = Told()
    told.tell(acts.create_run(told.state, "r", "feature"))
    run = told.state.get("run", "r")
    assert isinstance(run, Run)
    assert recoverable(run)
    told.tell(acts.move_run(told.state, "r", "aborted"))
    run = told.state.get("run", "r")
    assert isinstance(run, Run)
    assert not recoverable(run)
