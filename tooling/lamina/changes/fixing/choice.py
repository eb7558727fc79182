"""Choice: of the ways that a mend can go the one with which the documents are valid, tried on those that hold its file."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from lamina.changes.fixing.step import Step
from lamina.project import Project
from lamina.thought.document.edit import CannotEdit
from lamina.thought.document.mending import carried_out
from lamina.words.errors import Failure
from lamina.words.finding import Finding
from lamina.words.mend import Act, Drop, OneOf, Put, Rename
from lamina.words.node import same
from lamina.words.values import dataclass


class NotSure(Failure):
    """Several ways to mend a place are as good as each other, or none is good."""


@dataclass(frozen=True, slots=True)
class _Tried:
    """A way, and what it would do: the errors of the documents that the file is a layer of, and what they hold."""

    step: Step
    errors: frozenset[tuple[object, ...]]
    values: tuple[Any, ...]


def chosen(now: Project, step: Step) -> Step:
    """The step that surely is meant; raises CannotEdit and NotSure."""
    data = now.tree.data(step.mend.file)
    ways = list(_ways(step, data))
    if len(ways) == 1:
        return ways[0][0]
    tried = [_tried(now, way, after) for way, after in ways]
    if isinstance(step.mend.act, Drop):
        # The map that would be left empty goes too, if nothing misses it.
        first, second = tried
        return first.step if _alike(first, second) else second.step
    common = frozenset.intersection(*(one.errors for one in tried))
    good = [one for one in tried if one.errors == common]
    if not good or any(not _alike(good[0], other) for other in good[1:]):
        names = ", ".join(map(_told, _acts(step.mend.act)))
        raise NotSure(
            f"several mends come into question ({names})" if names else "its indentation may mean several things"
        )
    return good[0].step


def _ways(step: Step, data: bytes) -> Iterator[tuple[Step, bytes]]:
    """Every way, as a step that is sure, with the bytes that it leaves; raises CannotEdit where there is none."""
    refusal: CannotEdit | None = None
    found = False
    for act in _acts(step.mend.act) or [step.mend.act]:
        mend = replace(step.mend, act=act)
        try:
            for pick, after in enumerate(carried_out(data, mend)):
                found = True
                yield Step(mend, step.findings, step.key, pick), after
        except CannotEdit as failure:
            refusal = failure
    if not found and refusal is not None:
        raise refusal


def _acts(act: Act) -> list[Act]:
    return list(act.acts) if isinstance(act, OneOf) else []


def _told(act: Act) -> str:
    return act.to if isinstance(act, Rename) else str(act.value) if isinstance(act, Put) else type(act).__name__


def _tried(now: Project, step: Step, after: bytes) -> _Tried:
    file = step.mend.file
    project = now.with_files({file: after})
    errors: set[tuple[object, ...]] = {(one.rule, one.message) for one in project.findings}
    values = []
    for name in project.concrete():
        road = project.road(name)
        for document in road.names():
            if any(of.file == file for of in project.tree.topology.stack(name, document)):
                values.append(road.stage(document).data)
                errors |= {_identity(one) for one in road.document(document).findings if one.severity == "error"}
    return _Tried(step, frozenset(errors), tuple(values))


def _identity(finding: Finding) -> tuple[object, ...]:
    return finding.rule, finding.environment, finding.document, finding.path, finding.message


def _alike(left: _Tried, right: _Tried) -> bool:
    return len(left.values) == len(right.values) and all(map(same, left.values, right.values))
