"""What a crash cut off is set aside and said; what was acknowledged and is damaged stops all writing."""

from pathlib import Path

import pytest
from world.log.logs import Opener, drafts, last, numbers, types

from lamina.words.event import Head
from lamina.world.log import CorruptLog, LostEvents, check, head, read, segments


def test_e3_an_end_that_is_cut_at_any_byte_is_set_aside_and_recorded(folder: Path, opened: Opener) -> None:
    with opened() as log:
        log.append(drafts(3))
    whole = last(folder).read_bytes()
    sound = whole.rfind(b"\n", 0, -1) + 1
    for size in range(sound + 1, len(whole)):
        last(folder).write_bytes(whole[:size])
        assert numbers(folder) == [1, 2, 3]
        with opened() as log:
            (written,) = log.append(drafts(1))
        repaired = next(one for one in read(folder) if one.type == "log.repaired")
        assert (repaired.seq, written.seq) == (4, 5)
        kept = str(repaired.data["kept_as"])
        assert repaired.data == {
            "segment": 1, "offset": sound, "bytes": size - sound, "kept_as": kept, "reason": "is cut off"
        }  # fmt: skip
        assert (folder / kept).read_bytes() == whole[sound:size]
        assert check(folder).fault is None


TAILS = {
    "zeros": b"\0" * 5000,
    "zeros and a line feed": b"\0" * 5000 + b"\n",
    "garbage": b"\x8f\x00{]garbage",
    "garbage with a line feed": b"\x8f\x00{]garbage\n",
    "garbage of several lines": b"gar\nba\n\nge\n",
    "an empty line": b"\n",
    "half a record and zeros": b'{"v":1,"seq":5,"ts":"2026' + b"\0" * 4000,
}


@pytest.mark.parametrize("tail", TAILS.values(), ids=TAILS)
def test_e3_zeros_and_garbage_at_the_end_are_set_aside(tail: bytes, folder: Path, opened: Opener) -> None:
    with opened() as log:
        log.append(drafts(3))
    with last(folder).open("ab") as file:
        file.write(tail)
    assert numbers(folder) == [1, 2, 3, 4]
    assert head(folder).seq == 4
    with opened() as log:
        log.append(drafts(1))
    assert types(folder)[4:] == ["log.repaired", "run.created"]
    assert b"".join(one.read_bytes() for one in (folder / "torn").iterdir()) == tail
    assert check(folder).fault is None


def test_e3_a_whole_record_without_its_line_feed_is_set_aside_with_its_zeros(folder: Path, opened: Opener) -> None:
    with opened() as log:
        log.append(drafts(3))
    whole = last(folder).read_bytes()
    last(folder).write_bytes(whole[:-1] + b"\0" * 100)
    with opened() as log:
        assert log.head.seq == 4
    assert types(folder)[3:] == ["log.repaired"]


def test_a_tear_that_another_process_left_is_repaired_by_who_writes_next(folder: Path, opened: Opener) -> None:
    log = opened()
    log.append(drafts(1))
    with last(folder).open("ab") as file:
        file.write(b'{"v":1,"seq":3,"ts":"')
    (written,) = log.append(drafts(1))
    assert written.seq == 4
    assert types(folder) == ["log.created", "run.created", "log.repaired", "run.created"]


def test_two_tears_at_one_place_are_both_kept(folder: Path, opened: Opener) -> None:
    with opened() as log:
        log.append(drafts(1))
    sound = last(folder).read_bytes()
    for tail in (b"one", b"two"):
        last(folder).write_bytes(sound + tail)
        opened().close()
    assert sorted(one.read_bytes() for one in (folder / "torn").iterdir()) == [b"one", b"two"]


def damaged(folder: Path, old: bytes, new: bytes) -> None:
    content = last(folder).read_bytes() + b"<end>"
    assert old in content
    last(folder).write_bytes(content.replace(old, new, 1).removesuffix(b"<end>"))


DAMAGES = {
    "a bit": (b'"number":1', b'"number":9'),
    "a number that comes twice": (b'"seq":3', b'"seq":2'),
    "no line feed": (b'"}\n{"v":1,"seq":4', b'"} {"v":1,"seq":4'),
    "the last line feed": (b'"}\n<end>', b'"}K<end>'),
    "a blank line": (b'\n{"v":1,"seq":4', b'\n\n{"v":1,"seq":4'),
}


@pytest.mark.parametrize(("old", "new"), DAMAGES.values(), ids=DAMAGES)
def test_e4_a_bad_record_with_good_ones_after_it_is_corruption(
    old: bytes, new: bytes, folder: Path, opened: Opener
) -> None:
    with opened() as log:
        log.append(drafts(5))
    damaged(folder, old, new)
    before = last(folder).read_bytes()
    with pytest.raises(CorruptLog) as failure:
        opened()
    found = failure.value
    good = before.splitlines(keepends=True)[: found.seq - 1]
    assert found.path == last(folder)
    assert found.offset == sum(map(len, good))
    assert f"event {found.seq}, at byte {found.offset} of {last(folder)}" in str(found)
    assert last(folder).read_bytes() == before
    assert_read_up_to(folder, found.seq)
    assert check(folder).fault is not None


def assert_read_up_to(folder: Path, seq: int) -> None:
    """What stands before the damage is read, and then it is said."""
    events = read(folder)
    assert [next(events).seq for _ in range(1, seq)] == list(range(1, seq))
    with pytest.raises(CorruptLog):
        next(events)


def test_e4_a_live_writer_that_meets_corruption_writes_nothing(folder: Path, opened: Opener) -> None:
    log, other = opened(), opened()
    other.append(drafts(3))
    damaged(folder, b'"number":1', b'"number":7')
    for _ in range(2):
        with pytest.raises(CorruptLog, match="event 3"):
            log.append(drafts(1))
    assert b"log.repaired" not in last(folder).read_bytes()


def test_e4_a_last_record_that_was_acknowledged_is_not_repaired_away(folder: Path, opened: Opener) -> None:
    with opened() as log:
        log.append(drafts(3))
        known = log.head
    damaged(folder, b'"number":2', b'"number":3')
    before = last(folder).read_bytes()
    with pytest.raises(LostEvents, match="event 4"):
        opened(known=known)
    assert last(folder).read_bytes() == before
    assert not (folder / "torn").exists()


def test_e4_a_log_without_what_was_acknowledged_is_refused(folder: Path, opened: Opener) -> None:
    with opened() as log:
        log.append(drafts(2))
        known = log.head
        log.append(drafts(2))
    whole = last(folder).read_bytes()
    opened(known=known).close()
    opened(known=Head()).close()
    with pytest.raises(LostEvents, match="another stands in its place"):
        opened(known=Head(3, "0" * 64))
    last(folder).write_bytes(b"".join(whole.splitlines(keepends=True)[:2]))
    with pytest.raises(LostEvents, match="ends with event 2"):
        opened(known=known)
    last(folder).unlink()
    with pytest.raises(LostEvents, match="ends with event 0"):
        opened(known=known)


def test_what_is_known_may_lie_in_an_older_segment(folder: Path, opened: Opener) -> None:
    with opened(segment_events=3) as log:
        log.append(drafts(1))
        known = log.head
        for _ in range(5):
            log.append(drafts(2))
    opened(known=known).close()
    with pytest.raises(LostEvents):
        opened(known=Head(known.seq, "f" * 64))


@pytest.mark.parametrize("left", [b"", b'{"v":1,"seq":5,"ts"'], ids=["nothing", "half a record"])
def test_a_crash_while_a_segment_is_begun_is_gone_on_with(left: bytes, folder: Path, opened: Opener) -> None:
    with opened(segment_events=4) as log:
        log.append(drafts(3))
    (folder / "00000000000000000005.jsonl").write_bytes(left)
    assert head(folder).seq == 4
    assert numbers(folder) == [1, 2, 3, 4]
    with opened(segment_events=4) as log:
        log.append(drafts(1))
    assert types(folder)[4:] == ["log.rotated", *(["log.repaired"] if left else []), "run.created"]
    assert [one.sealed for one in segments(folder)] == [True, False]
    assert check(folder).fault is None


def test_a_crash_after_sealing_is_gone_on_with(folder: Path, opened: Opener) -> None:
    with opened() as log:
        log.append(drafts(3))
        last(folder).chmod(0o400)
        log.append(drafts(1))
    last(folder).chmod(0o400)
    with opened() as log:
        log.append(drafts(1))
    assert types(folder)[4:] == ["log.rotated", "run.created", "log.rotated", "run.created"]
    assert check(folder).fault is None


def test_a_crash_while_the_log_is_made_is_gone_on_with(folder: Path, opened: Opener) -> None:
    folder.mkdir(parents=True)
    (folder / "00000000000000000001.jsonl").write_bytes(b'{"v":1,"se')
    with opened() as log:
        log.append(drafts(1))
    assert types(folder) == ["log.created", "log.repaired", "run.created"]


def test_a_segment_that_is_missing_is_corruption(folder: Path, opened: Opener) -> None:
    with opened(segment_events=3) as log:
        for _ in range(6):
            log.append(drafts(1))
    segments(folder)[1].path.unlink()
    fault = check(folder).fault
    assert fault is not None
    assert fault.seq == 4
    with pytest.raises(CorruptLog):
        opened()


def test_a_segment_that_does_not_tell_the_truth_of_the_one_before_is_found(folder: Path, opened: Opener) -> None:
    """Both chains are sound: only the facts of `log.rotated` differ."""
    from lamina.words.event import Draft
    from lamina.words.event_line import line

    with opened() as log:
        log.append(drafts(2))
        known = log.head
    last(folder).chmod(0o400)
    facts = {"segment": 1, "size": 1, "sha256": "0" * 64, "events": 3}
    data, _ = line(Draft("log.rotated", None, facts), known, "2026-11-21T15:42:03.000000Z")
    (folder / "00000000000000000004.jsonl").write_bytes(data)
    fault = check(folder).fault
    assert fault is not None
    assert "how the segment before it ended" in str(fault)
