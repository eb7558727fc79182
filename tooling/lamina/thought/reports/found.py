"""What is told once: a finding with all environments that it is in, and the fingerprint that it keeps while lines move."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256

from lamina.words.address import path_text
from lamina.words.errors import listing
from lamina.words.finding import Finding, Position, Severity
from lamina.words.harmless import safe
from lamina.words.regex import regex
from lamina.words.values import dataclass

SEVERITIES: tuple[Severity, ...] = ("error", "warning", "note")
_LONGEST = 2_000
# Places in a message: they move with the lines above them.
_PLACES = regex(r"(?<=\.yaml|\.json):\d+(?::\d+)?|(?<=\.yml):\d+(?::\d+)?|(?<=\bline) \d+|(?<=\bcolumn) \d+")


@dataclass(frozen=True, slots=True)
class Found:
    """The same finding in one or several environments or documents, and its fingerprint."""

    findings: tuple[Finding, ...]
    fingerprint: str

    @property
    def finding(self) -> Finding:
        """What is told; only the environment and the document may differ among the findings."""
        return self.findings[0]

    @property
    def environments(self) -> list[str]:
        """Where it is, sorted; empty for what concerns no environment."""
        return sorted({one.environment for one in self.findings if one.environment is not None})

    @property
    def path(self) -> str | None:
        """The path that it is about, as people write it."""
        return min((path_text(one.path) for one in self.findings if one.path is not None), default=None)


def gathered(findings: Iterable[Finding]) -> tuple[Found, ...]:
    """Findings by position, each told once however many environments it is in."""
    groups: dict[tuple[object, ...], list[Finding]] = {}
    for finding in findings:
        key = (finding.position, finding.severity, finding.rule, finding.message, finding.fix)
        groups.setdefault(key, []).append(finding)
    ordered = sorted(groups.values(), key=lambda group: group[0].position)
    return tuple(map(Found, map(tuple, ordered), _fingerprints(ordered)))


def _fingerprints(groups: Sequence[Sequence[Finding]]) -> Iterable[str]:
    """Of each group a name that stays while lines move: rule, file, path, message, and which of several that are alike."""
    from json import dumps

    seen: Counter[tuple[str | None, ...]] = Counter()
    for group in groups:
        path = Found(tuple(group), "").path
        one = group[0]
        alike = (one.rule, one.position.file, path, _PLACES.sub("", one.message))
        text = dumps([*alike, seen[alike]])
        seen[alike] += 1
        yield sha256(text.encode()).hexdigest()[:32]


def by_weight(found: Iterable[Found], first: Callable[[Position], bool] = lambda _: False) -> list[Found]:
    """What matters most first: errors, warnings, notes; of each what stands at the places that are told `first`."""

    def weight(one: Found) -> tuple[int, bool, Position]:
        position = one.finding.position
        return SEVERITIES.index(one.finding.severity), not first(position), position

    return sorted(found, key=weight)


def count_of(found: Iterable[Found]) -> str:
    """`2 errors, 1 warning`, or `no findings`."""
    counts = Counter(one.finding.severity for one in found)
    shown = [f"{counts[one]:,} {one}{'s' * (counts[one] > 1)}" for one in SEVERITIES if counts[one]]
    return ", ".join(shown) or "no findings"


def sentence(found: Found) -> str:
    """The message on one harmless line, with the environments: as much as a page of findings has room for."""
    where = f" (in {listing(found.environments)})" if found.environments else ""
    return clipped(found.finding.message) + safe(where)


def clipped(text: str) -> str:
    """A harmless line that is not too long to be shown."""
    return safe(text[:_LONGEST]) + "…" * (len(text) > _LONGEST)
