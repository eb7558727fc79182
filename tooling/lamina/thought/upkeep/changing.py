"""Another policy for a store that is in use: applied at once, put off, or refused.

Nothing is lost by any answer: what is not applied leaves the policy that is in force as it is, and says why.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Literal

from lamina.thought.upkeep.settings import BadStateSettings, Change, StateSettings, difference, state_settings
from lamina.words.errors import listing
from lamina.words.values import dataclass

# From the most careful to the least.
_SYNCS = ("always", "group", "interval", "never")


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of a new policy; `settings` are those in force from now on, `reason` says why the new ones are not.

    `deferred`: as soon as no run is active. `unchanged`: it is in force already, so there is nothing to record.
    """

    verdict: Literal["applied", "deferred", "refused", "unchanged"]
    settings: StateSettings
    changes: tuple[Change, ...] = ()
    reason: str | None = None


def judged(old: StateSettings, document: Mapping[str, object], active: int) -> Decision:
    """What becomes of a newly rendered `orchestrator` document: one that cannot be followed is refused."""
    try:
        new = state_settings(document)
    except BadStateSettings as bad:
        return Decision("refused", old, reason=bad.message)
    return decided(old, new, active)


def decided(old: StateSettings, new: StateSettings, active: int) -> Decision:
    """What becomes of new policies in a store with so many active runs (planning, executing or paused).

    What would make another storage of it waits for these runs to end: their state would be left where nobody looks for it.
    """
    change = difference(old, new)
    if not change.changes:
        return Decision("unchanged", old)
    if active and change.moving:
        moved = listing([f"{one.path}: {one.before} -> {one.after}" for one in change.moving])
        runs = "a run is" if active == 1 else f"{active} runs are"
        return Decision("deferred", old, change.changes, f"{runs} active, and the storage would be another ({moved})")
    return Decision("applied", new, change.changes)


def shared(mine: StateSettings, other: StateSettings) -> tuple[StateSettings, str | None]:
    """What a program follows in a folder that another one uses under other policies, and the warning to show, or None.

    Events are as safe as the more careful of the two asks. All else is what the program was given.
    """
    change = difference(mine, other)
    if not change.changes:
        return mine, None
    here, there = mine.persistence.events, other.persistence.events
    careful = min(here, there, key=lambda one: (_SYNCS.index(one.sync), one.interval_milliseconds or 0))
    events = replace(
        here,
        sync=careful.sync,
        interval_milliseconds=careful.interval_milliseconds,
        durability="strict" if "strict" in (here.durability, there.durability) else "best_effort",
        on_error="fail" if "fail" in (here.on_error, there.on_error) else "degrade",
    )
    paths = listing([one.path for one in change.changes])
    warning = f"another program follows other policies here ({paths}): events are as safe as the more careful one asks"
    return replace(mine, persistence=replace(mine.persistence, events=events)), warning
