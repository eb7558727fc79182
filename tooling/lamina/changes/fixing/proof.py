"""Proof: that mends take away what was found, bring nothing new, and change no rendered value but where it was wrong."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from lamina.changes.fixing.step import Step
from lamina.project import Project
from lamina.project.impact import EnvironmentImpact, effects
from lamina.words.address import Address
from lamina.words.errors import listing
from lamina.words.finding import Finding
from lamina.words.mend import Drop, Put, Rename
from lamina.words.node import Path
from lamina.words.values import dataclass
from lamina.world.sources import Identified
from lamina.world.sources.overlay import IdentifiedOverlay

# Places in a message move with the lines above them.
_PLACES = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Stand:
    """How far mending has come: the project, what is found in it, and the files that are to be other than on the disk."""

    project: Project
    findings: Sequence[Finding]
    files: Mapping[str, bytes]


def objection(source: Identified, now: Stand, then: Stand, steps: Sequence[Step]) -> str | None:
    """Why steps that lead from one stand to another are not to be taken, or None; both are reckoned from a source."""
    before, after = now.findings, then.findings
    had, left = Counter(map(_own, before)), Counter(map(_own, after))
    gone = Counter(_own(one) for step in steps for one in step.findings)
    if any(left[one] > had[one] - count for one, count in gone.items()):
        return "it would still be found"
    for error in _fresh(before, after):
        if not any(_reveals(now.project, step, error) for step in steps):
            return f"there would be another error: {error.position}: {error.message}"
    sides = [IdentifiedOverlay(source, one.files) for one in (now, then)]
    impacts = effects(sides[0], sides[1], now.project.version)
    if others := sorted(set(_elsewhere(now.project, steps, impacts))):
        return f"it would change {listing(others)}"
    return None


def _fresh(before: Sequence[Finding], after: Sequence[Finding]) -> Iterator[Finding]:
    """Errors that were not there: neither in the environment, whichever file it was in, nor in the file, for another one."""
    known = Counter(map(_identity, before))
    elsewhere = {_in_file(one) for one in before}
    for finding in after:
        if finding.severity == "error" and _in_file(finding) not in elsewhere:
            known[_identity(finding)] -= 1
            if known[_identity(finding)] < 0:
                yield finding


def _reveals(now: Project, step: Step, error: Finding) -> bool:
    """Whether an error was there and could not be seen, because of what a step takes away.

    That is so of all in a file that could not be read, or says the same as before; of what is at another place of a document
    that was not judged; and of what a step mends that is still to come, at the very place.
    """
    file, path = step.mend.file, error.path or ()
    stack = {error.position.file}
    if error.environment is not None and error.document is not None:
        stack |= {of.file for of in now.tree.topology.stack(error.environment, error.document)}
    if file not in stack:
        return False
    if step.says_the_same:
        return True
    places = _places(step)
    if any(_covers(place, path) for place in places):
        return error.mend is not None and error.mend.safety == "safe" and error.mend.file == file
    return not any(_covers(path, place) for place in places) and not _is_judged(now, error)


def _is_judged(now: Project, error: Finding) -> bool:
    """Whether a document could be judged by its schema."""
    if error.environment is None or error.document is None:
        return True
    road = now.road(error.environment)
    return not road.exists(error.document) or (
        road.stage(error.document).whole and not road.resolved(error.document).broken
    )


def _identity(finding: Finding) -> tuple[object, ...]:
    """What a finding is, wherever it stands."""
    return finding.rule, finding.environment, finding.document, finding.path, _PLACES.sub("", finding.message)


def _in_file(finding: Finding) -> tuple[object, ...]:
    """What a finding is in its file, in whichever environment."""
    message = _PLACES.sub("", finding.message)
    return finding.position.file, finding.rule, finding.document, finding.path, message


def _own(finding: Finding) -> tuple[object, ...]:
    """What a finding is in its file and environment."""
    return (finding.position.file, *_identity(finding))


def _elsewhere(now: Project, steps: Sequence[Step], impacts: Iterable[EnvironmentImpact]) -> Iterator[str]:
    """The addresses that would change, and where nothing was found."""
    for one in impacts:
        for caused in one.changes:
            document, path = caused.found.document, caused.found.change.path
            stack = {of.file for of in now.tree.topology.stack(one.name, document)}
            if not any(step.mend.file in stack and _is_said(step, path) for step in steps):
                yield f"{Address(document, path)} in {one.name}"


def _is_said(step: Step, path: Path) -> bool:
    """Whether a change at a path is what a step is for: at the place that it mends, or above a value that it brings."""
    act = step.mend.act
    if isinstance(act, Drop) or step.says_the_same:
        return False
    return any(_covers(place, path) or (isinstance(act, Put) and _covers(path, place)) for place in _places(step))


def _places(step: Step) -> set[Path]:
    """Where a step changes something, in its file and in the document: a key that is renamed under both names."""
    least = len(step.mend.path)
    places = {step.mend.path, *(one.path for one in step.findings if one.path and len(one.path) >= least)}
    if isinstance(step.mend.act, Rename):
        places |= {(*place[:-1], step.mend.act.to) for place in places}
    return places


def _covers(place: Path, path: Path) -> bool:
    """Whether a path is at or below a place; items of lists stand elsewhere in a file than in a document."""
    if len(place) > len(path):
        return False
    return all(
        one == other or (isinstance(one, int) and isinstance(other, int))
        for one, other in zip(place, path, strict=False)
    )
