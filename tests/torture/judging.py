"""What is on the disk, read by code that shares nothing with what wrote it."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import pairwise
from pathlib import Path

NOTHING = "0" * 64


@dataclass
class Found:
    """The events of a log, by number; what is wrong with it; and whether its end is torn."""

    events: dict[int, dict[str, object]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    torn: int = 0


def found(folder: Path) -> Found:
    """Read a log: its segments without a gap, each line sound and bound to the one before it; only the last end may be torn."""
    log = Found()
    paths = sorted(one for one in folder.glob("*.jsonl") if re.fullmatch(r"[0-9]{20}\.jsonl", one.name))
    due, before = (int(paths[0].stem), None) if paths else (1, NOTHING)
    if due == 1:
        before = NOTHING
    for path, following in pairwise([*paths, None]):
        assert path is not None
        if int(path.stem) != due:
            log.faults.append(f"{path.name}: event {due} is due there")
            due = int(path.stem)
        data = path.read_bytes()
        *lines, rest = data.split(b"\n")
        for number, line in enumerate(lines):
            wrong = _wrong(line, due, before)
            if wrong:
                rest = b"\n".join([*lines[number:], rest])
                if following is not None or any(_wrong(one, None, None) is None for one in lines[number + 1 :]):
                    log.faults.append(f"{path.name}: {wrong}")
                break
            said = json.loads(line)
            log.events[due] = said
            due, before = due + 1, said["hash"]
        log.torn = len(rest)
        if rest and following is not None:
            log.faults.append(f"{path.name} is sealed and ends with {len(rest)} bytes that are no event")
    return log


def missing(log: Found, acked: Mapping[int, str]) -> list[str]:
    """Which of the events that were acknowledged (number -> hash) are not there, or are others."""
    first = min(log.events, default=1)
    return [
        f"event {seq} was acknowledged and {'is another' if seq in log.events else 'is lost'}"
        for seq, hash in sorted(acked.items())
        if seq >= first and log.events.get(seq, {}).get("hash") != hash
    ]


def _wrong(line: bytes, due: int | None, before: str | None) -> str | None:
    try:
        said = json.loads(line)
        seq, prev, hash = said["seq"], said["prev"], said["hash"]
    except (ValueError, KeyError, TypeError):
        return f"{line[:60]!r} is no event"
    body, mark, _ = line.rpartition(b',"hash":"')
    if not mark or sha256(body).hexdigest() != hash:
        return f"event {seq} does not match its hash"
    if due is not None and seq != due:
        return f"event {seq} stands where {due} is due"
    if before is not None and prev != before:
        return f"event {seq} does not follow the one before it"
    return None
