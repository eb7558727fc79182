"""Another policy for a store in use, and two policies on one folder."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lamina.thought.upkeep.changing import decided, judged, shared
from lamina.thought.upkeep.settings import EventSettings, PersistenceSettings, StateSettings, state_settings

KEPT = {"location": "/srv/state.sqlite"}
OLD = state_settings({"persistence": KEPT})


def test_a_policy_of_cleaning_up_is_applied_under_active_runs() -> None:
    decision = judged(OLD, {"persistence": KEPT, "cleanup": {"keep_latest": 3}}, active=2)
    assert (decision.verdict, decision.settings.cleanup.keep_latest, decision.reason) == ("applied", 3, None)
    assert [change.path for change in decision.changes] == ["cleanup.keep_latest"]


MOVES: dict[str, dict[str, Any]] = {
    "location": {"location": "/srv/other.sqlite"},
    "format": {"format": "json", "location": "/srv/state/"},
    "enabled": {"enabled": False},
    "events": {**KEPT, "events": {"enabled": False}},
}


@pytest.mark.parametrize("kept", MOVES.values(), ids=MOVES)
def test_h3_another_storage_waits_for_active_runs_and_says_so(kept: dict[str, Any]) -> None:
    decision = judged(OLD, {"persistence": kept}, active=1)
    assert (decision.verdict, decision.settings) == ("deferred", OLD)
    assert decision.reason is not None
    assert decision.reason.startswith("a run is active, and the storage would be another (persistence.")


@pytest.mark.parametrize("kept", MOVES.values(), ids=MOVES)
def test_h3_another_storage_is_taken_once_no_run_is_active(kept: dict[str, Any]) -> None:
    decision = judged(OLD, {"persistence": kept}, active=0)
    assert (decision.verdict, decision.settings) == ("applied", state_settings({"persistence": kept}))


def test_the_reason_counts_the_runs_and_names_the_move() -> None:
    decision = judged(OLD, {"persistence": MOVES["location"]}, active=3)
    assert decision.reason == (
        "3 runs are active, and the storage would be another "
        "(persistence.location: /srv/state.sqlite -> /srv/other.sqlite)"
    )


def test_tapps_9_what_cannot_be_followed_is_refused_and_the_old_one_stays() -> None:
    """There a reload wrote a file into the folder of the state to see whether the policy was right, and then took defaults."""
    decision = judged(OLD, {"persistence": KEPT, "checkpoint": {"mode": "bogus"}}, active=0)
    assert (decision.verdict, decision.settings) == ("refused", OLD)
    assert decision.reason == (
        "checkpoint.mode = 'bogus': has to be one of every_step, every_n_steps, on_gates, time_based"
    )


def test_the_same_policy_changes_nothing() -> None:
    assert judged(OLD, {"persistence": KEPT}, active=1).verdict == "unchanged"


EVENTS = st.builds(
    lambda sync, milliseconds, on_error: EventSettings(
        durability="strict" if sync in ("always", "group") else "best_effort",
        sync=sync,
        interval_milliseconds=milliseconds if sync == "interval" else None,
        on_error=on_error,
    ),
    st.sampled_from(["always", "group", "interval", "never"]),
    st.integers(10, 60_000),
    st.sampled_from(["fail", "degrade"]),
)


@given(EVENTS, EVENTS)
def test_two_programs_on_one_folder_keep_events_as_the_more_careful_one_asks(
    one: EventSettings, other: EventSettings
) -> None:
    mine, theirs = (
        StateSettings(PersistenceSettings(location="/srv/state.sqlite", events=kept)) for kept in (one, other)
    )
    (held, warning), (also_held, also_warned) = shared(mine, theirs), shared(theirs, mine)
    assert held == also_held
    order = ("always", "group", "interval", "never")
    assert order.index(held.persistence.events.sync) == min(order.index(one.sync), order.index(other.sync))
    assert (warning is None) == (also_warned is None) == (one == other)
    assert shared(held, theirs)[0] == held
    # It is a policy that a document may state.
    events = held.persistence.events
    assert (events.sync in ("always", "group")) == (events.durability == "strict")
    assert (events.sync == "interval") == (events.interval_milliseconds is not None)


def test_what_does_not_concern_events_stays_the_programs_own_and_is_warned_of() -> None:
    other = replace(OLD, cleanup=replace(OLD.cleanup, keep_latest=3))
    held, warning = shared(OLD, other)
    assert held == OLD
    assert warning is not None
    assert "cleanup.keep_latest" in warning


def test_decisions_of_settings_are_those_of_documents() -> None:
    new = replace(OLD, cleanup=replace(OLD.cleanup, keep_latest=3))
    assert decided(OLD, new, 1) == judged(OLD, {"persistence": KEPT, "cleanup": {"keep_latest": 3}}, 1)
