"""The files of a snapshot: those that differ from the snapshot before it, and no others.

What was recorded since then says which runs those are, so that it does not matter how many others there are. Texts are made
to pack well and to be read in a diff: JSON in a fixed order, a record a line, events as the log has them.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence

import orjson

from lamina.thought.archiving import layout
from lamina.thought.archiving.snapshots import Snapshot
from lamina.words.errors import Failure
from lamina.words.event import Event
from lamina.words.event_line import event, fault, place
from lamina.words.runs import (
    Artifact,
    Checkpoint,
    Execution,
    Intervention,
    Phase,
    Record,
    Run,
    RunFinding,
)
from lamina.words.values import dataclass

# What is recorded about the archive and the log themselves: a snapshot that held nothing else would lead to the next.
_QUIET = ("archive.", "log.", "retention.ran")
_FILES: Mapping[type[Record], str] = {
    Phase: "phases.json",
    Execution: "executions.json",
    RunFinding: "findings.json",
    Artifact: "artifacts.json",
    Intervention: "interventions.json",
    Checkpoint: "checkpoints.json",
}
RUN, REPORT = "run.json", "report.md"

# What people read of a run, from its records; None where there is nothing to say.
Report = Callable[[Sequence[Record]], str | None]


class OtherLog(Failure):
    """A log that does not go on where the archive ends: it was replaced, cut, or belongs to another store."""

    def __init__(self, snapshot: str, reason: str) -> None:
        hint = (
            "lamina audit verify tells what happened to the log; lamina snapshot restore brings back what was archived"
        )
        super().__init__(f"the log does not continue from the snapshot {snapshot}: {reason}", hint)


def is_worth_it(events: Iterable[Event]) -> bool:
    """Whether anything happened that another snapshot should hold."""
    return any(not one.type.startswith(_QUIET) for one in events)


def touched(events: Iterable[Event]) -> list[str]:
    """The runs that events are about, each once."""
    return list(dict.fromkeys(one.run for one in events if one.run is not None))


def demand_continuing(lines: Sequence[bytes], before: Snapshot | None) -> None:
    """Raise OtherLog where lines (with their line feeds) are not sound, or do not follow what is archived."""
    head = before.head if before else None
    name = before.name if before else "(none yet)"
    for line in lines:
        wrong = fault(line[:-1], head)
        if wrong:
            raise OtherLog(name, wrong)
        head = place(line[:-1])


def event_files(lines: Sequence[bytes], archived: Callable[[str], bytes | None]) -> dict[str, bytes]:
    """The files of events that new lines (with their line feeds) belong to; `archived` gives what one held before."""
    files: dict[str, list[bytes]] = {}
    for line in lines:
        path = layout.block(place(line[:-1]).seq)
        if path not in files:
            files[path] = [archived(path) or b""]
        files[path].append(line)
    return {path: b"".join(parts) for path, parts in files.items()}


def run_files(records: Sequence[Record], report: Report) -> dict[str, bytes | None]:
    """The files of a run, from all its records; None for one that there is nothing for. Nothing where the run is not there."""
    run = next((one for one in records if isinstance(one, Run)), None)
    if run is None:
        return {}
    folder = layout.run(run.id, run.created)
    files: dict[str, bytes | None] = {f"{folder}/{RUN}": _json(members(run))}
    for kind, name in _FILES.items():
        found = sorted((one for one in records if isinstance(one, kind)), key=lambda one: (len(one.id), one.id))
        files[f"{folder}/{name}"] = _lines(map(members, found)) if found else None
    text = report(records)
    files[f"{folder}/{REPORT}"] = text.encode() if text else None
    return files


def head_file(snapshot: Snapshot, first: int, time: str) -> bytes:
    """What `head.json` says: where the snapshot ends, and when; and the first event that the log had by then."""
    said = {"v": 1, "snapshot": snapshot.name, "first": first, "seq": snapshot.seq, "hash": snapshot.hash, "time": time}
    return _json({**said, "config_commit": snapshot.config_commit})


@dataclass(frozen=True, slots=True)
class Pin:
    """A snapshot that is kept for ever, by the event it ends with, and the first event that its log had."""

    seq: int
    hash: str
    first: int


def pins_file(pins: Sequence[Pin]) -> bytes:
    """What `pins.json` says: it tells of snapshots whose commits a squash took away."""
    return _lines({"seq": one.seq, "hash": one.hash, "first": one.first} for one in pins)


def pins_of(data: bytes | None) -> list[Pin]:
    """The pins of a file of them, the oldest first; raises ValueError."""
    try:
        return [Pin(int(one["seq"]), str(one["hash"]), int(one["first"])) for one in orjson.loads(data or b"[]")]
    except (KeyError, TypeError) as error:
        raise ValueError(str(error)) from None


def store_file(store: str, environment: str | None) -> bytes:
    """What `store.json` says."""
    return _json({"v": 1, "store": store, "environment": environment})


def environment_of(data: bytes | None) -> str | None:
    """Whose state it is, as `store.json` says; None where it was archived by its location alone."""
    found: str | None = orjson.loads(data or b"{}").get("environment")
    return found


def members(record: Record) -> dict[str, object]:
    """A record as a map, without what is not known."""
    found = {name: getattr(record, name) for name in type(record).__dataclass_fields__}
    return {name: value for name, value in found.items() if value is not None}


def events_of(data: bytes) -> list[Event]:
    """The events of a file of them; raises ValueError."""
    return [event(line) for line in data.split(b"\n")[:-1]]


def first_of_head(data: bytes | None) -> int:
    """The first event that a log had, by the `head.json` of its snapshot; raises ValueError."""
    try:
        return int(orjson.loads(data or b"")["first"])
    except (KeyError, TypeError) as error:
        raise ValueError(str(error)) from None


def snapshot_of_head(store: str, data: bytes | None) -> Snapshot | None:
    """The snapshot that a `head.json` is of; its commit, if it is still there, says more. None for what is none."""
    try:
        said = orjson.loads(data or b"")
        return Snapshot(
            store, int(said["seq"]), str(said["hash"]), int(said["first"]), config_commit=said.get("config_commit")
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def starts_anew(line: bytes) -> bool:
    """Whether a line (with or without its line feed) is the first of a segment of the log."""
    return b'"type":"log.rotated","run":null,' in line[:160]


def _json(value: object) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def _lines(values: Iterable[object]) -> bytes:
    return b"[\n" + b",\n".join(map(orjson.dumps, values)) + b"\n]\n"
