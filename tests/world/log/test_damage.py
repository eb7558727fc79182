"""A log of 200 events, cut at every byte and with a bit flipped at every byte: no wrong event, no damage unseen.

LAMINA_TORTURE=1 takes every byte, else some thousands in all.
"""

import os
from collections.abc import Iterable
from pathlib import Path

import pytest
from conftest import Counted
from world.log.logs import Clock, drafts

from lamina.words import event_line
from lamina.words.event import Head
from lamina.world.log import CorruptLog, EventLog, LostEvents, check, lines, segments

LONG = bool(os.environ.get("LAMINA_TORTURE"))
EVENTS = 200


@pytest.fixture
def log(memory: Path) -> Path:
    """A log of 200 events; in memory, since it is written very often."""
    folder = memory / "log"
    with EventLog.open(folder, Clock(), store="s-1") as log:
        for number in range(EVENTS - 1):
            log.append(drafts(1, number))
    return folder


def trials(size: int, step: int) -> Iterable[int]:
    """Every so many of the bytes; the steps are prime to the lengths of lines, so that all parts of lines are met."""
    return range(0, size, 1 if LONG else step)


def opened(folder: Path, known: Head | None) -> None:
    EventLog.open(folder, Clock(), store="s-1", known=known).close()


def outcome(folder: Path) -> tuple[list[bytes], CorruptLog | None]:
    """What is read, and what ends it."""
    seen = []
    try:
        for one in lines(folder):
            seen.append(one)
    except CorruptLog as failure:
        return seen, failure
    return seen, None


def place(data: bytes) -> Head:
    """The place of a line in the log."""
    return event_line.place(data[:-1])


def types(events: list[bytes]) -> list[str]:
    """The types of lines."""
    return [event_line.event(one[:-1]).type for one in events]


def test_g5_a_log_that_is_cut_at_every_byte(log: Path, counted: Counted) -> None:
    (segment,) = (one.path for one in segments(log))
    whole, events = segment.read_bytes(), list(lines(log))
    known = place(events[-1])
    count = 0
    for size in trials(len(whole), 53):
        good = whole.count(b"\n", 0, size)
        clean = size == 0 or whole[size - 1 : size] == b"\n"
        segment.write_bytes(whole[:size])
        with pytest.raises(LostEvents) as lost:
            opened(log, known)
        assert lost.value.seq == EVENTS
        assert segment.read_bytes() == whole[:size]
        assert outcome(log) == (events[:good], None)
        opened(log, place(events[good - 1]) if good else None)
        found = list(lines(log))
        assert found[:good] == events[:good]
        added = [] if clean else ["log.repaired"]
        assert types(found[good:]) == ([] if good else ["log.created"]) + added
        count += 1
    counted("G5", "a log cut at a byte: no wrong outcome", count)
    assert count > 1000


def test_g5_a_log_with_a_bit_flipped_at_every_byte(log: Path, counted: Counted) -> None:
    (segment,) = (one.path for one in segments(log))
    whole, events = segment.read_bytes(), list(lines(log))
    known = place(events[-1])
    count = 0
    for byte in trials(len(whole), 47):
        damaged = bytearray(whole)
        damaged[byte] ^= 1 << (count % 8)
        good = whole.count(b"\n", 0, byte)
        segment.write_bytes(damaged)
        seen, failure = outcome(log)
        assert seen == events[:good]
        assert failure is None or failure.seq == good + 1
        with pytest.raises(CorruptLog) as found:
            opened(log, known)
        assert segment.read_bytes() == damaged
        if failure is None:
            # The last record, as if it had never been whole: only who knows that it was acknowledged can tell.
            assert good == EVENTS - 1
            assert isinstance(found.value, LostEvents)
            opened(log, None)
            assert types(list(lines(log))[good:]) == ["log.repaired"]
        else:
            assert (found.value.seq, found.value.offset) == (good + 1, failure.offset)
            assert found.value.offset == whole.rfind(b"\n", 0, byte) + 1
        count += 1
    counted("G5", "a bit of a log flipped: seen", count)
    assert count > 1000


def test_g5_sealed_segments_with_a_bit_flipped(memory: Path, counted: Counted) -> None:
    folder = memory / "log"
    with EventLog.open(folder, Clock(), store="s-1", segment_events=10) as log:
        for number in range(35):
            log.append(drafts(1, number))
    events = list(lines(folder))
    count = 0
    for segment in segments(folder)[:-1]:
        whole = segment.path.read_bytes()
        for byte in trials(len(whole), 13):
            damaged = bytearray(whole)
            damaged[byte] ^= 1 << (count % 8)
            segment.path.chmod(0o600)
            segment.path.write_bytes(damaged)
            good = segment.first - 1 + whole.count(b"\n", 0, byte)
            seen, failure = outcome(folder)
            assert failure is not None
            assert failure.path == segment.path
            assert seen == events[:good]
            assert check(folder).head.seq == good
            count += 1
        segment.path.write_bytes(whole)
        assert check(folder).fault is None
    counted("G5", "a bit of a log flipped: seen", count)
    assert count > 200
