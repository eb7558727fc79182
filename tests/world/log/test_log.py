"""A log is written and read: numbers, chain, times, segments."""

import json
import os
import re
import stat
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from world.log.logs import Clock, Opener, drafts, last, numbers, types

from lamina.words.event import NOTHING, Draft, Head
from lamina.words.event_line import BadName, CannotRecord, TooLarge
from lamina.world.log import Closed, EventLog, LinkInLog, check, drop_before, first, follow, head, lines, read, segments


def test_a_new_log_begins_with_its_store(folder: Path, opened: Opener) -> None:
    log = opened()
    (created,) = read(folder)
    assert (created.seq, created.type, created.data, created.prev) == (
        1,
        "log.created",
        {"store": "prod-0a1b2c3d"},
        NOTHING,
    )
    assert log.head == Head(1, created.hash) == head(folder)
    assert log.durable == 1


def test_e1_numbers_have_no_gap_and_no_repeat_across_restarts_and_segments(folder: Path, opened: Opener) -> None:
    written = [1]
    for _ in range(5):
        with opened(segment_events=7) as log:
            for size in (1, 2, 5):
                written += [one.seq for one in log.append(drafts(size))]
    assert numbers(folder) == list(range(1, head(folder).seq + 1))
    assert set(written) <= set(numbers(folder))
    assert types(folder).count("log.rotated") == len(segments(folder)) - 1 > 3


def test_what_is_returned_is_what_is_read(folder: Path, opened: Opener) -> None:
    data = {"text": "\u2028 \x1b[31m ü", "list": (1, 2.5, None, True), "map": {"a": {}}}
    written = opened().append([Draft("step.started", "run-1", data), Draft("archive.pushed")])
    assert written == tuple(read(folder, after=1))
    assert written[0].data["list"] == [1, 2.5, None, True]
    assert (written[1].run, written[1].prev) == (None, written[0].hash)


def test_e8_times_are_utc_with_z_and_microseconds_and_order_is_by_number(
    folder: Path, opened: Opener, clock: Clock
) -> None:
    log = opened()
    log.append(drafts(1))
    clock.now -= timedelta(days=400)
    log.append(drafts(1))
    clock.now = datetime(2026, 1, 1, 1, 30, tzinfo=timezone(timedelta(hours=7)))
    log.append(drafts(1))
    times = [one.time for one in read(folder)]
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", one) for one in times)
    assert times[2] < times[0]
    assert times[3] == "2025-12-31T18:30:00.000001Z"
    assert numbers(folder) == [1, 2, 3, 4]
    assert check(folder).fault is None


def test_a_clock_that_tells_no_zone_is_refused(folder: Path) -> None:
    with pytest.raises(ValueError, match="time zone"):
        EventLog.open(folder, lambda: datetime.now(UTC).replace(tzinfo=None), store="s-1")


@pytest.mark.parametrize("name", ["..", "../../x", "a/b", "a\nb", "", ".hidden", "x" * 129, "ü"])
def test_e7_a_name_that_leads_elsewhere_is_refused_before_a_number_is_taken(
    name: str, folder: Path, opened: Opener
) -> None:
    log = opened()
    with pytest.raises(BadName):
        log.append([*drafts(1), Draft("run.created", name)])
    assert numbers(folder) == [1]
    assert log.append(drafts(1))[0].seq == 2


@pytest.mark.parametrize(
    ("data", "failure"),
    [({"x": object()}, CannotRecord), ({"x": float("nan")}, CannotRecord), ({"x": "y" * (10 << 20)}, TooLarge)],
    ids=["no JSON", "not a number", "10 MB"],
)
def test_e7_what_cannot_be_written_is_refused_before_a_number_is_taken(
    data: dict[str, object], failure: type[Exception], folder: Path, opened: Opener
) -> None:
    log = opened()
    with pytest.raises(failure):
        log.append([*drafts(1), Draft("run.created", "run", data)])
    assert numbers(folder) == [1]
    assert log.append(drafts(1))[0].seq == 2


@pytest.mark.parametrize(
    "name", ["lock", "slack", "torn", "00000000000000000001.jsonl", "00000000000000000009.jsonl", "x"]
)
def test_e7_a_link_in_the_folder_is_refused_by_name(name: str, folder: Path, opened: Opener, tmp_path: Path) -> None:
    opened().close()
    target = tmp_path / "elsewhere"
    target.write_text("untouched")
    (folder / name).unlink(missing_ok=True)
    (folder / name).symlink_to(target)
    with pytest.raises(LinkInLog, match=name):
        opened()
    with pytest.raises(LinkInLog, match=name):
        numbers(folder)
    assert target.read_text() == "untouched"


def test_e7_a_folder_that_is_a_link_is_refused(folder: Path, opened: Opener, tmp_path: Path) -> None:
    folder.parent.mkdir()
    (tmp_path / "elsewhere").mkdir()
    folder.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(LinkInLog, match="log"):
        opened()
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_a_pipe_in_the_place_of_a_segment_is_refused(folder: Path, opened: Opener) -> None:
    opened().close()
    last(folder).unlink()
    os.mkfifo(last_name := folder / "00000000000000000001.jsonl")
    with pytest.raises(LinkInLog, match=last_name.name):
        opened()


def test_only_the_owner_may_read(folder: Path, opened: Opener) -> None:
    log = opened(segment_events=3)
    log.append(drafts(3))
    log.append(drafts(3))
    modes = {one.name: stat.S_IMODE(one.stat().st_mode) for one in folder.iterdir()}
    *sealed, current = (one.path.name for one in segments(folder))
    assert sealed
    assert {modes.pop(name) for name in sealed} == {0o400}
    assert modes.pop(current) == 0o600
    assert set(modes.values()) == {0o600}
    assert stat.S_IMODE(folder.stat().st_mode) == stat.S_IMODE(folder.parent.stat().st_mode) == 0o700


def test_a_new_segment_tells_how_the_one_before_ended(folder: Path, opened: Opener) -> None:
    from hashlib import sha256

    log = opened(segment_events=4)
    log.append(drafts(3))
    (event,) = log.append(drafts(1))
    one, two = segments(folder)
    content = one.path.read_bytes()
    assert (one.first, one.sealed, two.first, two.sealed) == (1, True, 5, False)
    (rotated, following) = read(folder, after=4)
    facts = {"segment": 1, "size": len(content), "sha256": sha256(content).hexdigest(), "events": 4}
    assert (rotated.type, rotated.data, following) == ("log.rotated", facts, event)


def test_a_segment_ends_by_size_too(folder: Path, opened: Opener) -> None:
    log = opened(segment_bytes=2000)
    for number in range(30):
        log.append(drafts(1, number))
    assert len(segments(folder)) > 3
    assert all(one.size < 2500 for one in segments(folder))
    assert check(folder).events == head(folder).seq


def test_reading_finds_every_place(folder: Path, opened: Opener) -> None:
    log = opened(segment_events=10)
    for number in range(40):
        log.append(drafts(1, number))
    end = head(folder).seq
    raw = b"".join(one.path.read_bytes() for one in segments(folder)).splitlines(keepends=True)
    for after in range(end + 2):
        assert numbers(folder, after) == list(range(after + 1, end + 1))
        assert numbers(folder, after, after + 3) == list(range(after + 1, min(after + 3, end) + 1))
        assert list(lines(folder, after, after + 1)) == raw[after : after + 1]


def test_a_place_is_found_in_a_big_segment_with_long_lines(folder: Path, opened: Opener) -> None:
    log = opened()
    for size in (10, 100_000, 900_000, 10, 400_000, 10, 10):
        log.append([Draft("run.created", "run", {"text": "x" * size})])
        assert head(folder) == log.head
    for after in range(9):
        assert numbers(folder, after) == list(range(after + 1, 9))


def test_no_log_reads_as_an_empty_one(folder: Path) -> None:
    assert (numbers(folder), head(folder), first(folder), segments(folder)) == ([], Head(), 1, ())
    assert check(folder).events == 0


def test_following_goes_on_as_events_come(folder: Path, opened: Opener) -> None:
    log = opened(segment_events=4)
    looks = 0

    def poll() -> None:
        nonlocal looks
        looks += 1
        log.append(drafts(2))

    events = follow(folder, 0, poll)
    assert [next(events).seq for _ in range(20)] == list(range(1, 21))
    assert looks > 5


def test_retention_drops_whole_segments_the_oldest_first(folder: Path, opened: Opener) -> None:
    log = opened(segment_events=5)
    for number in range(22):
        log.append(drafts(1, number))
    firsts = [one.first for one in segments(folder)]
    assert [one.first for one in drop_before(folder, firsts[2] + 1)] == firsts[:2]
    assert first(folder) == firsts[2]
    assert numbers(folder) == list(range(firsts[2], log.head.seq + 1))
    assert check(folder).fault is None
    assert drop_before(folder, firsts[2]) == ()
    drop_before(folder, 10**9)
    assert [one.first for one in segments(folder)] == firsts[-2:]
    log.append(drafts(9))
    with opened() as again:
        again.append(drafts(1))
    assert check(folder).fault is None


def test_a_closed_log_and_a_tail_that_was_let_go_write_nothing(folder: Path, opened: Opener) -> None:
    log = opened()
    with log.writing() as tail:
        tail.write(drafts(1))
    with pytest.raises(Closed):
        tail.write(drafts(1))
    log.close()
    log.close()
    with pytest.raises(Closed):
        log.append(drafts(1))
    assert numbers(folder) == [1, 2]


def test_nothing_to_write_writes_nothing(folder: Path, opened: Opener) -> None:
    log = opened()
    assert log.append([]) == ()
    assert numbers(folder) == [1]


def test_lines_are_read_by_any_reader_of_json(folder: Path, opened: Opener) -> None:
    opened().append(drafts(2))
    found = [json.loads(one) for one in lines(folder)]
    assert [list(one) for one in found] == [["v", "seq", "ts", "type", "run", "data", "prev", "hash"]] * 3
