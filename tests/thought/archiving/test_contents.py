"""The files of a snapshot, from events and records."""

from dataclasses import replace

import pytest

from lamina.thought.archiving import contents, layout
from lamina.thought.archiving.contents import OtherLog, Pin
from lamina.thought.archiving.snapshots import Snapshot
from lamina.words.event import Draft, Head
from lamina.words.event_line import event, line
from lamina.words.runs import Checkpoint, Phase, PhaseStatus, Record, Run, RunStatus

TIME = "2026-11-21T10:00:00.000000Z"
BEGINNING = Head()
RUN = Run("r1", "build", RunStatus.EXECUTING, TIME, TIME, labels={"b": "2", "a": "1"}, version=3)
PHASES = [Phase(f"r1.{n}", "r1", n, f"p{n}", PhaseStatus.PENDING) for n in (10, 9, 1)]


def lines(number: int, after: Head = BEGINNING, kind: str = "run.updated") -> list[bytes]:
    found = []
    for _ in range(number):
        data, after = line(Draft(kind, "r1", {"n": after.seq}), after, TIME)
        found.append(data)
    return found


def test_events_are_kept_byte_for_byte_whatever_the_snapshots_were() -> None:
    all_lines = lines(2100)
    held: dict[str, bytes] = {}
    for start, end in ((0, 1), (1, 1024), (1024, 1030), (1030, 2100)):
        held |= contents.event_files(all_lines[start:end], held.get)
    assert held == contents.event_files(all_lines, {}.get)
    assert [len(data.splitlines()) for data in held.values()] == [1024, 1024, 52]
    assert b"".join(held.values()) == b"".join(all_lines)
    assert [one.seq for one in contents.events_of(held[layout.block(1025)])] == [*range(1025, 2049)]


def test_a_log_that_is_another_is_refused() -> None:
    found = lines(5)
    before = Snapshot("s", 3, event(found[2]).hash, 1)
    contents.demand_continuing(found, None)
    contents.demand_continuing(found[3:], before)
    for wrong in (found[4:], found[2:], lines(2, Head(3, "0" * 64)), [found[3].replace(b"r1", b"r2")]):
        with pytest.raises(OtherLog, match="does not continue from the snapshot s@3"):
            contents.demand_continuing(wrong, before)


@pytest.mark.parametrize(
    ("kinds", "worth"),
    [
        ((), False),
        (("archive.committed", "archive.pushed", "log.rotated", "retention.ran"), False),
        (("archive.committed", "run.created"), True),
        (("retention.dropped",), True),
    ],
)
def test_the_archive_s_own_events_are_not_worth_a_snapshot(kinds: tuple[str, ...], worth: bool) -> None:
    assert contents.is_worth_it(event(lines(1, kind=kind)[0]) for kind in kinds) is worth


def test_the_files_of_a_run_are_text_in_a_fixed_order() -> None:
    files = contents.run_files([*PHASES, RUN], lambda records: f"{len(records)} records\n")
    folder = "runs/2026-11/82/r1"
    present = {path.removeprefix(f"{folder}/"): data for path, data in files.items() if data is not None}
    assert sorted(present) == ["phases.json", "report.md", "run.json"]
    assert present["report.md"] == b"4 records\n"
    assert [row.split(b",")[0] for row in present["phases.json"].splitlines()] == [
        *(b"[", b'{"id":"r1.1"', b'{"id":"r1.9"', b'{"id":"r1.10"', b"]")
    ]
    assert present["run.json"].startswith(b'{\n  "id": "r1",\n  "workflow": "build",\n  "status": "executing",\n')
    assert b"null" not in present["run.json"]
    assert files == contents.run_files([RUN, *reversed(PHASES)], lambda records: f"{len(records)} records\n")


def test_a_run_that_is_gone_has_no_files() -> None:
    assert contents.run_files([], lambda records: "x") == {}


def test_what_a_run_has_no_longer_is_taken_away() -> None:
    checkpoint = Checkpoint("r1.c1", "r1", 1, "asked", "sha256:ab", 2, 0, TIME)
    name = "runs/2026-11/82/r1/checkpoints.json"
    records: list[Record] = [RUN, checkpoint]
    assert contents.run_files(records, lambda records: None)[name] is not None
    assert contents.run_files([RUN], lambda records: None)[name] is None


def test_only_the_runs_that_events_are_about_are_touched() -> None:
    events = [replace(event(lines(1)[0]), run=run) for run in ("b", None, "a", "b")]
    assert contents.touched(events) == ["b", "a"]


def test_the_head_says_where_it_ends_and_the_pins_are_read_back() -> None:
    data = contents.head_file(Snapshot("s", 9, "ab", 5), 3, TIME)
    assert contents.first_of_head(data) == 3
    assert data.startswith(b'{\n  "v": 1,\n  "snapshot": "s@9",\n')
    pins = [Pin(3, "ab", 1), Pin(9, "cd", 2)]
    assert contents.pins_of(contents.pins_file(pins)) == pins
    assert contents.pins_of(None) == []
    for wrong in (b"{}x", b"[{}]", b"[1]"):
        with pytest.raises(ValueError, match=r"[a-z]"):
            contents.pins_of(wrong)


def test_a_segment_is_known_by_its_first_event() -> None:
    rotated, _ = line(Draft("log.rotated", None, {"segment": 1}), Head(), TIME)
    quoting, _ = line(Draft("run.updated", "r", {"x": '"type":"log.rotated","run":null,'}), Head(), TIME)
    assert contents.starts_anew(rotated)
    assert not contents.starts_anew(quoting)
