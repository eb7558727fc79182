"""What differs between two snapshots: the runs that came, went and changed, and how."""

from collections.abc import Mapping

import orjson

from lamina.words.values import dataclass

# The files of a run, by their names.
Files = Mapping[str, bytes]
_COUNTED = ("phases", "executions", "findings", "artifacts", "interventions", "checkpoints")


@dataclass(frozen=True, slots=True)
class Brief:
    """A run at a glance: its status, how many records of each kind it has, and how many findings are open."""

    status: str
    counts: Mapping[str, int]
    open_findings: int


@dataclass(frozen=True, slots=True)
class RunChange:
    """A run that differs: `before` is None for one that came, `after` for one that went."""

    run: str
    before: Brief | None
    after: Brief | None

    @property
    def kind(self) -> str:
        """`added`, `removed` or `changed`."""
        if self.before is None:
            return "added"
        return "removed" if self.after is None else "changed"


def changes(before: Mapping[str, Files], after: Mapping[str, Files]) -> list[RunChange]:
    """The runs whose files differ, by name; each side holds the files of the runs that it has, or of those that may differ."""
    found = []
    for run in sorted({*before, *after}):
        sides = [side.get(run) for side in (before, after)]
        if sides[0] != sides[1]:
            old, new = (None if side is None else brief(side) for side in sides)
            found.append(RunChange(run, old, new))
    return found


def brief(files: Files) -> Brief:
    """A run at a glance, from its files."""
    held = {name: orjson.loads(files.get(f"{name}.json") or b"[]") for name in _COUNTED}
    unresolved = sum("resolved" not in one for one in held["findings"])
    counts = {name: len(found) for name, found in held.items() if found}
    return Brief(str(orjson.loads(files.get("run.json") or b"{}").get("status", "")), counts, unresolved)
