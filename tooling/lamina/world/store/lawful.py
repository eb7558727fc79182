"""What may be put where: the checks of the SQLite tables, for a projection that has no database to make them."""

from collections.abc import Mapping
from typing import Any

from lamina.words.runs import Intervention, Phase, PhaseStatus, Record, Run
from lamina.world.store.tables import FIXED, LEAST, STEPS

# A run's records, by kind and id.
Records = Mapping[str, Mapping[str, Record]]


def step_fault(kind: str, old: Record | None, new: Record, beside: Records) -> str | None:
    """Why a record may not take the place of another one (None: of nothing), among those of its run; or None."""
    for name, least in LEAST.items():
        value: Any = getattr(new, name, None)
        if value is not None and value < least:
            return f"{name} of {kind} is less than {least}"
    if isinstance(new, Phase) and new.id != f"{new.run}.{new.number}":
        return f"{new.id} is no id of phase {new.number} of {new.run}"
    if old is None:
        return None
    fixed = [name for name in FIXED if getattr(old, name, None) != getattr(new, name, None)]
    if fixed:
        return f"{', '.join(fixed)} of {kind} never changes"
    if kind not in STEPS:
        return None
    before: Any = getattr(old, "status")  # noqa: B009  # not every record has one
    after: Any = getattr(new, "status")  # noqa: B009
    if before == after:
        return None
    told = isinstance(new, Phase) and any(
        isinstance(one, Intervention) and one.phase == new.number for one in beside["intervention"].values()
    )
    if after not in STEPS[kind][before] or ((before, after) == (PhaseStatus.FAILED, PhaseStatus.SKIPPED) and not told):
        return f"that status may not follow the present one of {kind}"
    return None


def missing(run: str, records: Records) -> str | None:
    """What a run's records need, and is not there; or None."""
    if not any(records.values()):
        return None
    if not isinstance(records["run"].get(run), Run):
        return f"there is no run {run}"
    numbers = {one.number for one in records["phase"].values() if isinstance(one, Phase)}
    for kind, every in records.items():
        for one in every.values():
            phase, execution = getattr(one, "phase", None), getattr(one, "execution", None)
            if phase is not None and phase not in numbers:
                return f"{kind} {one.id} is of phase {phase}, which {run} does not have"
            if execution is not None and execution not in records["execution"]:
                return f"{kind} {one.id} is of execution {execution}, which {run} does not have"
    return None
