"""Baselines: findings that were there when a repository began to be checked, so that only new ones count.

A baseline is the findings without their lines, sorted, one after another, so that it changes only with them.
"""

import json
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from typing import Any

from lamina.thought.reports.found import Found
from lamina.thought.reports.json_text import entry_shape
from lamina.thought.reports.report import Entry, Report, Weighed
from lamina.words.errors import Misuse
from lamina.words.harmless import safe_json

_FORM = 1


class BadBaseline(Misuse):
    """A file that is not a baseline, or not one that this lamina reads."""

    def __init__(self, file: str, why: str, command: str) -> None:
        hint = f"lamina {command} --format baseline > {file} writes one of what is found today"
        super().__init__(f"{file} is not a baseline: {why}", hint)


def write(report: Report) -> str:
    """The findings of a report as a baseline."""
    entries = sorted(map(_entry, report.found), key=_order)
    shape = {"baseline": _FORM, "findings": list(map(entry_shape, entries))}
    return safe_json(json.dumps(shape, indent=2)) + "\n"


def read(data: bytes, file: str, command: str) -> tuple[Entry, ...]:
    """The entries of a baseline; raises BadBaseline."""
    try:
        shape = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise BadBaseline(file, f"it is not JSON ({error})" if data.strip() else "it is empty", command) from None
    if not isinstance(shape, dict) or "baseline" not in shape or not isinstance(shape.get("findings"), list):
        raise BadBaseline(file, "it has no list of findings", command)
    if shape["baseline"] != _FORM:
        raise BadBaseline(file, f"it is of a form that this version does not know ({shape['baseline']!r})", command)
    try:
        return tuple(_united(map(_read, shape["findings"])))
    except (KeyError, TypeError):
        raise BadBaseline(file, "an entry lacks what lamina wrote into it", command) from None


def weighed(
    found: Iterable[Found], entries: Iterable[Entry], file: str, looked_at: Collection[str] | None = None
) -> Weighed:
    """What is not in a baseline, and what of it is found no more in the environments looked at (in all, when None)."""
    known = {entry.fingerprint: entry for entry in entries}
    present = {one.fingerprint: one for one in found}
    new = [_unknown(one, known.get(one.fingerprint)) for one in present.values()]
    left = tuple(one for one in new if one.findings)
    count = len(present) - sum(len(one.findings) == len(present[one.fingerprint].findings) for one in left)
    stale = tuple(gone for entry in known.values() for gone in _gone(entry, present.get(entry.fingerprint), looked_at))
    return Weighed(file, left, count, stale)


def _unknown(found: Found, entry: Entry | None) -> Found:
    """A finding in those environments only where it is not known."""
    if entry is None:
        return found
    rest = [one for one in found.findings if one.environment not in (None, *entry.environments)]
    return replace(found, findings=tuple(rest))


def _gone(entry: Entry, found: Found | None, looked_at: Collection[str] | None) -> Iterator[Entry]:
    """An entry where it is found no more: in those of its environments that were looked at."""
    if not entry.environments:
        if found is None and looked_at is None:
            yield entry
        return
    still = found.environments if found else ()
    asked = (name for name in entry.environments if looked_at is None or name in looked_at)
    if gone := tuple(name for name in asked if name not in still):
        yield replace(entry, environments=gone)


def _entry(found: Found) -> Entry:
    finding = found.finding
    environments = tuple(found.environments)
    return Entry(found.fingerprint, finding.rule, finding.position.file, found.path, finding.message, environments)


def _order(entry: Entry) -> tuple[str, ...]:
    return entry.file, entry.rule, entry.path or "", entry.message, entry.fingerprint


def _read(shape: Any) -> Entry:
    texts = [shape[key] for key in ("fingerprint", "rule", "file", "message")]
    environments, path = shape["environments"], shape["path"]
    if not all(isinstance(one, str) for one in (*texts, *environments, path or "")) or isinstance(environments, str):
        raise TypeError
    fingerprint, rule, file, message = texts
    return Entry(fingerprint, rule, file, path, message, tuple(environments))


def _united(entries: Iterable[Entry]) -> Iterator[Entry]:
    """Entries by fingerprint: what git made two of, by joining two branches, is one in the environments of both."""
    seen: dict[str, Entry] = {}
    for entry in entries:
        before = seen.get(entry.fingerprint)
        both = {*entry.environments, *(before.environments if before else ())}
        seen[entry.fingerprint] = replace(entry, environments=tuple(sorted(both)))
    yield from seen.values()
