"""Steps: mends that belong to findings, each sure how it is carried out, and in which order those of one file are."""

from collections.abc import Sequence

from lamina.thought.document.mending import carried_out
from lamina.words.finding import Finding
from lamina.words.mend import Drop, DropEarlier, Mend, Rewrite, Untab
from lamina.words.node import Path
from lamina.words.values import dataclass


@dataclass(frozen=True, slots=True)
class Step:
    """A mend and all findings that it takes away; of the ways to carry it out the `pick`ed one.

    `key` tells it apart from others, in whichever round: it is that of the mend as it was found, before a choice was made.
    """

    mend: Mend
    findings: tuple[Finding, ...]
    key: tuple[object, ...]
    pick: int = 0

    @property
    def says_the_same(self) -> bool:
        """Whether it only changes how the file says what it says, or lets it be read at all."""
        return _stage(self) != _VALUES

    def on(self, data: bytes) -> bytes:
        """The file's bytes after it; raises CannotEdit."""
        return carried_out(data, self.mend)[self.pick]


def key_of(mend: Mend) -> tuple[object, ...]:
    """What tells a mend apart from others."""
    return mend.file, mend.path, repr(mend.act)


_TABS, _REPEATED, _VALUES, _TEXT = range(4)


def _stage(step: Step) -> int:
    """What has to be done first: what keeps a file from being read, then what is found by place, which other edits move."""
    act = step.mend.act
    stages = {Untab: _TABS, DropEarlier: _REPEATED, Rewrite: _TEXT}
    return stages.get(type(act), _VALUES)


def in_order(steps: Sequence[Step]) -> list[Step]:
    """The steps of one file that can be carried out now, one after the other; the rest waits for what they make of it."""
    first = min(map(_stage, steps))
    now = [step for step in steps if _stage(step) == first]
    if first == _TABS:
        return now[:1]
    if first == _VALUES:
        return _apart(now)
    # From the end, so that the places of those before stay what they are.
    chosen: list[Step] = []
    for step in sorted(now, key=_span, reverse=True):
        if not chosen or _span(step)[1] <= _span(chosen[-1])[0]:
            chosen.append(step)
    return chosen


def _span(step: Step) -> tuple[tuple[int, int], tuple[int, int]]:
    act = step.mend.act
    if isinstance(act, DropEarlier):
        return (act.line, act.column), (act.line, act.column)
    assert isinstance(act, Rewrite)
    return (act.spans[0].start, 0), (act.spans[-1].end, 0)


def _apart(steps: Sequence[Step]) -> list[Step]:
    """Those that do not meet an earlier one: at a place above, at or below its own, or in a list whose places it moves."""
    chosen: list[Step] = []
    for step in steps:
        if not any(_meet(_reach(step), _reach(other)) for other in chosen):
            chosen.append(step)
    return chosen


def _reach(step: Step) -> Path:
    path = step.mend.path
    return path[:-1] if isinstance(step.mend.act, Drop) and isinstance(path[-1], int) else path


def _meet(left: Path, right: Path) -> bool:
    shared = min(len(left), len(right))
    return left[:shared] == right[:shared]
