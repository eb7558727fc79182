"""From events to a timeline: tries, parallel steps, what never ended, clocks that go back, what was carried over."""

from dataclasses import asdict

import pytest
from hypothesis import given
from hypothesis import strategies as st
from thought.timeline.samples import FULL, chained, time, told

from lamina.thought.timeline import NoSuchRun, Span, Timeline, timeline
from lamina.thought.timeline.lengths import length, length_of_all
from lamina.thought.timeline.model import most_at_once
from lamina.words.event import Draft
from lamina.words.runs import Execution, ExecutionStatus, Phase, PhaseStatus, Run, RunStatus

BEGUN = "0 run.created workflow=w\n1 phase.created phase=1 name=p\n1 phase.transitioned phase=1 status=in_progress attempt=1\n"
TYPES = (
    *("run.created", "run.transitioned", "run.carried", "phase.created", "phase.transitioned", "step.started"),
    *("step.finished", "step.failed", "step.skipped", "step.interrupted", "gate.passed", "finding.recorded"),
)


def of(text: str) -> Timeline:
    return timeline("r1", told(text))


def test_a_whole_run() -> None:
    found = of(FULL)
    assert (found.workflow, found.environment, found.status, found.error) == (
        "release",
        "prod",
        "failed",
        "phase 2 failed",
    )
    assert found.span == Span(time(0), time(153), 0, 153_000_000)
    assert found.pauses == (Span(time(60.5), time(95.5), 60_500_000, 35_000_000),)
    assert [(one.number, one.name, one.status, len(one.turns)) for one in found.phases] == [
        (1, "build", "completed", 1),
        (2, "deploy", "failed", 1),
        (3, "announce", "skipped", 0),
    ]
    assert (found.events, found.whole, found.last) == (32, True, time(153))


def test_retries_are_tries_of_one_step() -> None:
    step = of(FULL).phases[0].steps[0]
    assert [(one.attempt, one.status, one.span.length, one.error) for one in step.tries] == [
        (1, "failed", 19_500_000, "the disk is full"),
        (2, "finished", 31_000_000, None),
    ]
    assert (step.last.status, step.length) == ("finished", 50_500_000)


def test_steps_at_the_same_time_are_counted() -> None:
    assert [one.at_once for one in of(FULL).phases] == [2, 1, 0]
    assert most_at_once([Span("", "", 0, 5), Span("", "", 5, 5), Span("", "", 9, 1), Span("", "", 3, 0)]) == 2


def test_a_phase_that_is_begun_again_has_turns() -> None:
    again = "5 phase.transitioned phase=1 status=failed error=e\n7 phase.transitioned phase=1 status=in_progress attempt=2\n"
    phase = of(BEGUN + again + "9 phase.transitioned phase=1 status=completed").phases[0]
    assert [(one.attempt, one.status, one.error, one.span.length) for one in phase.turns] == [
        (1, "failed", "e", 4_000_000),
        (2, "completed", None, 2_000_000),
    ]
    assert (phase.status, phase.error, phase.length) == ("completed", None, 6_000_000)


def test_a_run_that_never_ended_lasts_until_its_last_event() -> None:
    found = of(BEGUN + "2 step.started id=e1 phase=1 step=a\n9 gate.passed phase=1 gate=g")
    assert found.span == Span(time(0), None, 0, 9_000_000)
    step = found.phases[0].steps[0].last
    assert (step.status, step.span) == ("running", Span(time(2), None, 2_000_000, 7_000_000))
    assert length(step.span) == "7.0 s…"


def test_of_an_interrupted_step_the_length_is_a_bound() -> None:
    found = (
        of(BEGUN + "2 step.started id=e1 phase=1 step=a\n9 step.interrupted id=e1 phase=1 step=a").phases[0].steps[0]
    )
    assert (found.last.status, length_of_all(found.tries)) == ("interrupted", "≤ 7.0 s")


def test_a_step_that_was_skipped_without_being_begun() -> None:
    step = of(BEGUN + "2 step.skipped id=e1 phase=1 step=a summary=no_need_now").phases[0].steps[0]
    assert (step.last.status, step.last.summary, step.last.span) == (
        "skipped",
        "no need now",
        Span(time(2), time(2), 2_000_000, 0),
    )
    assert length_of_all(step.tries) == ""


def test_a_clock_that_was_set_back_makes_no_length_negative_and_is_marked() -> None:
    found = of(
        BEGUN
        + "10 step.started id=e1 phase=1 step=a\n4 gate.passed phase=1 gate=g\n6 step.finished id=e1 phase=1 step=a\n"
        "7 step.started id=e2 phase=1 step=b\n8 step.finished id=e2 phase=1 step=b"
    )
    first, second = (step.last.span for step in found.phases[0].steps)
    assert first == Span(time(10), time(6), 10_000_000, 2_000_000, set_back=True)
    assert second == Span(time(7), time(8), 13_000_000, 1_000_000, set_back=False)
    assert found.span == Span(time(0), None, 0, 14_000_000, set_back=True)
    assert [(one.type, one.text, one.at) for one in found.marks] == [
        ("clock.set_back", "the clock was set back by 6.0 s", 10_000_000),
        ("gate.passed", "phase 1: gate g passed", 10_000_000),
    ]
    assert (length(first), length(second)) == ("≥ 2.0 s", "1.0 s")


def test_events_of_other_runs_are_left_out_and_none_is_an_error() -> None:
    both = [*told("0 run.created workflow=w"), *told("5 run.created workflow=v", run="r2")]
    assert timeline("r2", both).workflow == "v"
    with pytest.raises(NoSuchRun, match="no event of a run r3"):
        timeline("r3", both)


def test_what_was_carried_over_stands_for_the_events_that_are_gone() -> None:
    run = Run("r1", "release", RunStatus.EXECUTING, time(0), time(9), started=time(1), environment="prod")
    phase = Phase("r1.1", "r1", 1, "build", PhaseStatus.IN_PROGRESS, attempt=1, started=time(2))
    done = Execution("e1", "r1", 1, "a", ExecutionStatus.FAILED, 1, time(3), agent="x", ended=time(5), error="no")
    going = Execution("e2", "r1", 1, "a", ExecutionStatus.RUNNING, 2, time(6), agent="x")
    kinds = (("run", run), ("phase", phase), ("execution", going), ("execution", done))
    records = [{"record": kind, **asdict(record)} for kind, record in kinds]
    drafts = [
        Draft("run.carried", "r1", {"records": part}) for part in (records[3:], records[:2], records[2:], records)
    ]
    carried = list(zip((5, 20, 20.5, 30), drafts, strict=True))
    finished = Draft("step.finished", "r1", {"id": "e2", "phase": 1, "step": "a", "attempt": 2})
    late = Draft("step.started", "r1", {"id": "e2", "phase": 1, "step": "a", "attempt": 2})
    found = timeline("r1", chained([(5, late), *carried[:3], (25, finished), carried[3]]))
    assert (found.workflow, found.environment, found.status, found.whole) == ("release", "prod", "executing", False)
    assert found.span == Span(time(0), None, 0, 30_000_000)
    assert [one.span.at for one in found.phases[0].turns] == [2_000_000]
    tries = found.phases[0].steps[0].tries
    assert [(one.id, one.status, one.span.at, one.span.length) for one in tries] == [
        ("e1", "failed", 3_000_000, 2_000_000),
        ("e2", "finished", 6_000_000, 19_000_000),
    ]


def test_what_is_carried_over_changes_nothing_while_the_log_is_whole() -> None:
    with_all = told(FULL + "160 run.carried records=[{}]")
    assert timeline("r1", with_all).phases == of(FULL).phases


odd = st.recursive(st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=3), st.lists, max_leaves=3)
records = st.lists(
    st.fixed_dictionaries(
        {"record": st.sampled_from(["run", "phase", "execution", "finding", "checkpoint", "x", []])} | {}
    ).flatmap(
        lambda one: st.dictionaries(
            st.sampled_from(["number", "status", "started", "ended", "step", "created"]), odd
        ).map(lambda more: {**more, **one})
    ),
    max_size=3,
)
members = ["phase", "step", "id", "status", "from", "attempt", "error", "name", "agent", "workflow", "size"]
drafts = st.builds(
    lambda kind, data, carried: Draft(kind, "r1", {**data, "records": carried}),
    st.sampled_from(TYPES),
    st.dictionaries(st.sampled_from(members), odd),
    records,
)


@given(st.lists(st.tuples(st.floats(0, 1e6), drafts), min_size=1, max_size=12))
def test_no_log_is_too_odd_and_no_length_below_zero(moments: list[tuple[float, Draft]]) -> None:
    found = timeline("r1", chained(moments))
    spans = [found.span, *found.pauses]
    spans += [one.span for phase in found.phases for one in phase.turns]
    spans += [one.span for phase in found.phases for step in phase.steps for one in step.tries]
    assert all(0 <= span.at <= span.until <= found.span.at + max(found.span.until, span.until) for span in spans)
    assert all(span.length >= 0 for span in spans)
