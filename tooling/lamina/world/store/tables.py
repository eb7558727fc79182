"""The tables of run state in SQLite: columns, checks and triggers, all made from the records and from what may follow what.

The triggers hold for everybody who writes, not for lamina alone. `position` numbers the records of a kind as they came.
"""

from collections.abc import Iterator, Mapping
from dataclasses import fields
from enum import StrEnum
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

from lamina.words.runs import (
    EXECUTION_STEPS,
    INTERVENTION_STEPS,
    KINDS,
    PHASE_STEPS,
    RUN_STEPS,
    PhaseStatus,
    Record,
)

# "lami": what tells a file of ours from another program's.
APPLICATION = 0x6C616D69
VERSION = 1
# By the version that they lead to; each turns a file of the version before into it.
MIGRATIONS: Mapping[int, tuple[str, ...]] = {}

STEPS: Mapping[str, Mapping[Any, tuple[StrEnum, ...]]] = {
    "run": RUN_STEPS,
    "phase": PHASE_STEPS,
    "execution": EXECUTION_STEPS,
    "intervention": INTERVENTION_STEPS,
}
# What never changes in a record, once it is there.
FIXED = ("id", "run", "number", "kind")
LEAST = {"number": 1, "attempt": 0, "retries": 0, "size": 0, "steps": 0, "version": 0, "line": 0}


def schema() -> Iterator[str]:
    """The statements that make an empty database."""
    yield (
        "CREATE TABLE applied (one INTEGER PRIMARY KEY CHECK (one = 1), seq INTEGER NOT NULL CHECK (seq >= 0),"
        " hash TEXT NOT NULL CHECK (length(hash) = 64)) STRICT"
    )
    for kind, made in KINDS.items():
        yield f'CREATE TABLE "{kind}" (position INTEGER PRIMARY KEY, {", ".join(_columns(kind, made))}) STRICT'
        if kind in ("finding", "artifact", "intervention", "checkpoint"):
            yield f'CREATE INDEX "{kind}_run" ON "{kind}" (run)'
        yield from _unchanging(kind, made)
    yield "CREATE INDEX run_status ON run (status)"
    yield "CREATE INDEX run_workflow ON run (workflow)"
    for kind in STEPS:
        yield from _steps(kind)


def columns(kind: str) -> list[str]:
    """The columns of a kind that hold its record, in the order of its fields."""
    return [one.name for one in fields(KINDS[kind])]


def upsert(kind: str) -> str:
    """The statement that puts a record, whether it is there or not."""
    names = columns(kind)
    quoted = ", ".join(f'"{name}"' for name in names)
    new = ", ".join(f'"{name}" = excluded."{name}"' for name in names if name != "id")
    marks = ", ".join("?" * len(names))
    return f'INSERT INTO "{kind}" ({quoted}) VALUES ({marks}) ON CONFLICT (id) DO UPDATE SET {new}'


def _columns(kind: str, made: type[Record]) -> Iterator[str]:
    hints = get_type_hints(made)
    for name in columns(kind):
        yield f'"{name}" {_column(name, hints[name])}'
    yield "UNIQUE (id)"
    if kind != "run":
        yield "FOREIGN KEY (run) REFERENCES run (id) DEFERRABLE INITIALLY DEFERRED"
    if kind == "phase":
        yield "UNIQUE (run, number)"
        yield "CHECK (id = run || '.' || number)"
    elif "phase" in hints:
        yield "FOREIGN KEY (run, phase) REFERENCES phase (run, number) DEFERRABLE INITIALLY DEFERRED"
    if kind == "execution":
        yield "UNIQUE (run, id)"
    if "execution" in hints:
        yield "FOREIGN KEY (run, execution) REFERENCES execution (run, id) DEFERRABLE INITIALLY DEFERRED"


def _column(name: str, hint: Any) -> str:
    optional = isinstance(hint, UnionType)
    kind = get_args(hint)[0] if optional else hint
    need = "" if optional else " NOT NULL"
    if get_origin(kind) is not None:
        return f'TEXT{need} CHECK (json_valid("{name}"))'
    if kind is bool:
        return f'INTEGER{need} CHECK ("{name}" IN (0, 1))'
    if kind is int:
        return f"INTEGER{need}" + (f' CHECK ("{name}" >= {LEAST[name]})' if name in LEAST else "")
    if issubclass(kind, StrEnum):
        return f'TEXT{need} CHECK ("{name}" IN ({", ".join(f"{str(one)!r}" for one in kind)}))'
    return f"TEXT{need}"


def _unchanging(kind: str, made: type[Record]) -> Iterator[str]:
    names = [name for name in columns(kind) if name in FIXED]
    differs = " OR ".join(f'NEW."{name}" IS NOT OLD."{name}"' for name in names)
    yield (
        f'CREATE TRIGGER "{kind}_fixed" BEFORE UPDATE ON "{kind}" WHEN {differs}'
        f" BEGIN SELECT RAISE(ABORT, '{', '.join(names)} of {kind} never change'); END"
    )


def _steps(kind: str) -> Iterator[str]:
    """Two triggers: an insert that replaces, or that turns into an update, is a step too."""
    told = f"BEGIN SELECT RAISE(ABORT, 'that status may not follow the present one of {kind}'); END"
    yield f'CREATE TRIGGER "{kind}_step" BEFORE UPDATE ON "{kind}" WHEN {_illegal(kind, "OLD")} {told}'
    yield (
        f'CREATE TRIGGER "{kind}_step_by_insert" BEFORE INSERT ON "{kind}" WHEN EXISTS (SELECT 1 FROM "{kind}" AS old'
        f" WHERE old.id = NEW.id AND {_illegal(kind, 'old')}) {told}"
    )


def _illegal(kind: str, old: str) -> str:
    legal = ", ".join(f"'{start}>{end}'" for start, ends in STEPS[kind].items() for end in ends)
    text = f"NEW.status IS NOT {old}.status AND ({old}.status || '>' || NEW.status NOT IN ({legal})"
    if kind == "phase":
        # Given up only with the word of a person.
        text += (
            f" OR {old}.status = '{PhaseStatus.FAILED}' AND NEW.status = '{PhaseStatus.SKIPPED}' AND NOT EXISTS"
            " (SELECT 1 FROM intervention WHERE intervention.run = NEW.run AND intervention.phase = NEW.number)"
        )
    return text + ")"
