"""A run, or one phase of it, as a JSON document that stands alone; the schema of such documents; and the way back.

    {"v": 1, "run": {...}, "phases": [...], "executions": [...], "findings": [...], "artifacts": [...],
     "interventions": [...], "checkpoints": [...]}

The members of a record are its fields (`words.runs`); what is None is left out. Of one phase it says `"phase": NUMBER`, and
holds the run and what belongs to that phase.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import MISSING, fields
from enum import StrEnum
from functools import cache
from types import NoneType
from typing import Any, get_args, get_type_hints

from lamina.thought.runs.applying import NAMES, members, record
from lamina.thought.runs.failures import NotFound
from lamina.thought.runs.present import phase_id
from lamina.words.errors import Failure, listing, near
from lamina.words.runs import KINDS, Execution, Phase, Record, Run
from lamina.words.times import instant
from lamina.words.values import dataclass

VERSION = 1
# The lists of a document, and the kind of record that each holds.
LISTS: Mapping[str, str] = {f"{kind}s": kind for kind in KINDS if kind != "run"}

_NAME, _ID = r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}", r"[A-Za-z0-9][A-Za-z0-9._-]{0,199}"
_TIME = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z"
_TIMES = frozenset(("created", "updated", "started", "ended", "recorded", "resolved", "requested", "answered", "made"))
# What counts from one; all else that is a number counts from zero.
_FROM_ONE = frozenset(("number", "phase", "line"))
_MOST_TOLD, _SMALLEST, _LARGEST = 10, 0, (1 << 63) - 1


class BadExport(Failure):
    """A document that is no export of a run; nothing was taken from it."""

    status = 1

    def __init__(self, faults: list[str]) -> None:
        super().__init__(
            f"this is no export of a run: {faults[0]}",
            "give the file that lamina state export wrote, as it was written",
        )
        self.faults = tuple(faults)
        self.details = tuple(faults[1:_MOST_TOLD])
        if len(faults) > _MOST_TOLD:
            self.details += (f"and {len(faults) - _MOST_TOLD} more",)


@dataclass(frozen=True, slots=True)
class _Member:
    """A field of a record: the type of what it holds, and whether it has to be there."""

    name: str
    holds: type
    wanted: bool

    @property
    def pattern(self) -> str | None:
        """What text it holds, where not any."""
        return _TIME if self.name in _TIMES else _ID if self.name == "id" else _NAME if self.name == "run" else None

    @property
    def least(self) -> int:
        """The smallest number that it holds."""
        return 1 if self.name in _FROM_ONE else _SMALLEST


def document(records: Iterable[Record], phase: int | None = None) -> dict[str, Any]:
    """The document of one run and all that it has, or of one phase; raises NotFound where the run does not have it."""
    there = list(records)
    run = next(one for one in there if isinstance(one, Run))
    if phase is not None:
        there = [
            one for one in there if getattr(one, "phase", getattr(one, "number", None)) == phase and _in_phase(one)
        ]
        if not any(isinstance(one, Phase) for one in there):
            raise NotFound("phase", phase_id(run.id, phase))
    held = {many: [_shape(one) for one in there if NAMES[type(one)] == kind] for many, kind in LISTS.items()}
    held["phases"].sort(key=lambda one: one["number"])
    part = {} if phase is None else {"phase": phase}
    return {"v": VERSION, **part, "run": _shape(run), **held}


def records_of(document: object) -> list[Record]:
    """The records of a document, the run first, then in its order; raises BadExport, which names what does not fit."""
    faults = list(_faults(document))
    if faults:
        raise BadExport(faults)
    assert isinstance(document, dict)
    found = [record({"record": "run", **document["run"]})]
    found += [record({"record": kind, **one}) for many, kind in LISTS.items() for one in document[many]]
    faults = list(_loose_ends(found))
    if faults:
        raise BadExport(faults)
    return found


def schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of a document; what only the whole can show, such as ids that lead nowhere, it does not say."""
    lists = {many: {"type": "array", "items": {"$ref": f"#/$defs/{kind}"}} for many, kind in LISTS.items()}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:lamina:run:1",
        "title": "A run of a workflow, with all its records, as `lamina state export` writes it",
        "type": "object",
        "properties": {
            "v": {"const": VERSION},
            "phase": {"description": "the phase that this is a part for", "type": "integer", "minimum": 1},
            "run": {"$ref": "#/$defs/run"},
            **lists,
        },
        "required": ["v", "run", *LISTS],
        "additionalProperties": False,
        "$defs": {kind: _record_schema(kind) for kind in KINDS},
    }


def _in_phase(one: Record) -> bool:
    """Whether a record can belong to a phase at all: a checkpoint is of the run, and has a number of its own."""
    return isinstance(one, Phase) or hasattr(one, "phase")


def _shape(one: Record) -> dict[str, Any]:
    return {key: value for key, value in members(one).items() if key != "record"}


@cache
def _members(kind: str) -> tuple[_Member, ...]:
    hints = get_type_hints(KINDS[kind])
    return tuple(
        _Member(one.name, _held(hints[one.name]), one.default is MISSING and one.default_factory is MISSING)
        for one in fields(KINDS[kind])
    )


def _held(hint: Any) -> type:
    """The type of a field's value when it has one: `int` of `int | None`, `Mapping` of a map of text."""
    if isinstance(hint, type):
        return hint
    found = [one for one in get_args(hint) if one is not NoneType]
    return found[0] if len(found) == 1 else Mapping


def _record_schema(kind: str) -> dict[str, Any]:
    known = _members(kind)
    return {
        "type": "object",
        "properties": {one.name: _member_schema(one) for one in known},
        "required": [one.name for one in known if one.wanted],
        "additionalProperties": False,
    }


def _member_schema(one: _Member) -> dict[str, Any]:
    if one.holds is bool:
        return {"type": "boolean"}
    if one.holds is int:
        return {"type": "integer", "minimum": one.least, "maximum": _LARGEST}
    if one.holds is Mapping:
        return {"type": "object", "additionalProperties": {"type": "string"}}
    if issubclass(one.holds, StrEnum):
        return {"enum": list(one.holds)}
    return {"type": "string", **({"pattern": f"^{one.pattern}$"} if one.pattern else {})}


def _faults(document: object) -> Iterator[str]:
    """What is wrong with the shape of a document."""
    if not isinstance(document, dict):
        yield "it is no map"
        return
    if document.get("v") != VERSION or type(document.get("v")) is not int:
        yield f"v is {_quoted(document.get('v'))}, and this lamina knows {VERSION} only"
        return
    known = ("v", "phase", "run", *LISTS)
    yield from _unknown(document, known, "")
    if "phase" in document:
        yield from _value_faults(_Member("phase", int, True), document["phase"], "phase")
    yield from _record_faults("run", document.get("run"), "run")
    for many, kind in LISTS.items():
        held = document.get(many)
        if not isinstance(held, list):
            yield f"{many} is {'no list' if many in document else 'missing'}"
            continue
        for number, one in enumerate(held):
            yield from _record_faults(kind, one, f"{many}[{number}]")


def _record_faults(kind: str, value: object, where: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{where} is {'missing' if value is None else 'no map'}"
        return
    known = _members(kind)
    yield from _unknown(value, [one.name for one in known], f"{where}.")
    for one in known:
        if one.name in value:
            yield from _value_faults(one, value[one.name], f"{where}.{one.name}")
        elif one.wanted:
            yield f"{where}.{one.name} is missing"


def _unknown(value: Mapping[Any, object], known: Iterable[str], where: str) -> Iterator[str]:
    names = list(known)
    for key in value:
        if key not in names:
            meant = near(key, names) if isinstance(key, str) else None
            yield f"{where}{_name(key)} is not known" + (f"; is {meant} meant?" if meant else "")


def _value_faults(one: _Member, value: object, where: str) -> Iterator[str]:
    """What is wrong with the value of a member."""
    if one.holds is bool:
        if type(value) is not bool:
            yield f"{where} is {_quoted(value)}, neither true nor false"
    elif one.holds is int:
        if type(value) is not int or not one.least <= value <= _LARGEST:
            yield f"{where} is {_quoted(value)}, no whole number from {one.least}"
    elif one.holds is Mapping:
        if not isinstance(value, dict) or not all(_is_text(one) for pair in value.items() for one in pair):
            yield f"{where} is no map of text to text"
    elif issubclass(one.holds, StrEnum):
        if value not in list(one.holds):
            yield f"{where} is {_quoted(value)}, none of {listing(list(one.holds))}"
    elif not _is_text(value):
        yield f"{where} is {_quoted(value)}, no text"
    elif one.pattern and not (re.fullmatch(one.pattern, str(value)) and (one.pattern != _TIME or _is_time(str(value)))):
        what = "time as in 2026-11-21T15:42:03.000000Z" if one.pattern == _TIME else "name"
        yield f"{where} is {_quoted(value)}, no {what}"


def _loose_ends(records: list[Record]) -> Iterator[str]:
    """What does not belong together in records that are each sound."""
    run = records[0]
    phases = {one.number for one in records if isinstance(one, Phase)}
    executions = {one.id for one in records if isinstance(one, Execution)}
    seen: set[tuple[type, object]] = set()
    for one in records:
        kind = NAMES[type(one)]
        for key in (one.id, *((one.number,) if isinstance(one, Phase) else ())):
            if (type(one), key) in seen:
                yield f"there are two {kind}s {key}"
            seen.add((type(one), key))
        if isinstance(one, Run):
            continue
        if one.run != run.id:
            yield f"the {kind} {one.id} is of the run {one.run}, not of {run.id}"
        if isinstance(one, Phase) and one.id != phase_id(run.id, one.number):
            yield f"the phase {one.number} has the id {one.id}, not {phase_id(run.id, one.number)}"
        phase, execution = getattr(one, "phase", None), getattr(one, "execution", None)
        if phase is not None and phase not in phases:
            yield f"the {kind} {one.id} is of phase {phase}, which is not there"
        if execution is not None and execution not in executions:
            yield f"the {kind} {one.id} is of the execution {execution}, which is not there"


def _is_text(value: object) -> bool:
    """Whether it is text, and such as can be written as UTF-8."""
    return isinstance(value, str) and not any("\ud800" <= one <= "\udfff" for one in value)


def _is_time(text: str) -> bool:
    """Whether it is a time that there was, which the digits alone do not say."""
    try:
        instant(text)
    except ValueError:
        return False
    return True


def _name(key: object) -> str:
    return key if isinstance(key, str) and key.isidentifier() and len(key) <= 80 else _quoted(key)


def _quoted(value: object) -> str:
    return f"{value!r:.80}"
