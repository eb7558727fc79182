"""What earlier logs of this kind got wrong, each once more against ours."""

import errno
import os
import re
import threading
from pathlib import Path

import pytest
from world.log.logs import Opener, drafts, last, numbers
from world.log.test_writers import started

from lamina.words.event import Draft
from lamina.words.event_line import BadName, CannotRecord
from lamina.world.log import CannotAppend, CannotOpen, CorruptLog, LinkInLog, check, head, read, segments


def test_defect_1_numbers_do_not_begin_again_after_a_torn_line_nor_is_the_next_event_glued_to_it(
    folder: Path, opened: Opener
) -> None:
    with opened() as log:
        log.append(drafts(3))
    with last(folder).open("ab") as file:
        file.write(b'{"v":1,"seq":5,"ts":"2026-11-21T')
    with opened() as log:
        (written,) = log.append(drafts(1))
    assert numbers(folder) == [1, 2, 3, 4, 5, 6]
    assert list(read(folder))[-1] == written


def test_defect_2_four_processes_take_no_number_twice(folder: Path) -> None:
    writers = [started(folder, "always", 50, 1, f"w{n}") for n in range(4)]
    printed = [line.split()[0] for writer in writers for line in writer.communicate()[0].splitlines()]
    assert len(set(printed)) == len(printed) == 200
    assert numbers(folder) == list(range(1, 202))


def test_defect_2_four_threads_take_no_number_twice(folder: Path, opened: Opener) -> None:
    log = opened()
    found: list[int] = []
    threads = [
        threading.Thread(target=lambda: found.extend(log.append(drafts(1))[0].seq for _ in range(50))) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == list(range(2, 202))


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO, errno.EISDIR], ids=lambda number: errno.errorcode[number])
def test_defect_3_a_write_that_fails_is_no_success(
    number: int, folder: Path, opened: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = opened()

    def write(*_: object) -> int:
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", write)
        with pytest.raises(CannotAppend, match=re.escape(os.strerror(number))):
            log.append(drafts(1))
    assert numbers(folder) == [1]
    assert log.append(drafts(1))[0].seq == 2


def test_defect_3_a_folder_in_the_place_of_a_segment_is_told(folder: Path, opened: Opener) -> None:
    (folder / "00000000000000000001.jsonl").mkdir(parents=True)
    with pytest.raises(LinkInLog, match="00000000000000000001"):
        opened()


def test_defect_3_a_file_in_the_place_of_the_folder_is_told(folder: Path, opened: Opener) -> None:
    folder.parent.write_text("a file")
    with pytest.raises(CannotOpen, match="Not a directory"):
        opened()


def test_defect_3_what_does_not_serialise_takes_no_number(folder: Path, opened: Opener) -> None:
    log = opened()
    with pytest.raises(CannotRecord, match="metadata"):
        log.append([Draft("run.created", "run", {"metadata": {1, 2}})])
    assert log.append(drafts(1))[0].seq == 2


def test_defect_4_an_id_does_not_lead_out_of_the_folder(folder: Path, opened: Opener, tmp_path: Path) -> None:
    log = opened()
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(BadName):
        log.append([Draft("run.created", "../../../x")])
    assert sorted(tmp_path.rglob("*")) == before


def test_defect_5_a_time_has_a_z_and_no_offset(folder: Path, opened: Opener) -> None:
    opened().append(drafts(1))
    assert all(one.time.endswith("Z") and "+" not in one.time for one in read(folder))


def test_defect_6_a_fail_does_not_become_a_pass(folder: Path, opened: Opener) -> None:
    with opened() as log:
        log.append([Draft("gate.failed", "run", {"status": "fail"}), *drafts(1)])
    last(folder).write_bytes(last(folder).read_bytes().replace(b'"fail"', b'"pass"'))
    with pytest.raises(CorruptLog, match="event 2"):
        numbers(folder)
    with pytest.raises(CorruptLog, match="event 2"):
        opened()


def test_defect_8_an_append_reads_nothing_and_opens_no_segment(
    folder: Path, opened: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = opened()
    log.append(drafts(1))
    names: list[object] = []
    real_open = os.open

    def open_(path: object, *given: object, **named: object) -> int:
        names.append(path)
        return real_open(path, *given, **named)  # type: ignore[arg-type]

    def pread(*_: object) -> bytes:
        raise AssertionError("an append reads")

    monkeypatch.setattr(os, "open", open_)
    monkeypatch.setattr(os, "pread", pread)
    for _ in range(5):
        log.append(drafts(1))
    assert names == ["lock"] * 5


def test_defect_8_a_log_is_in_segments_of_bounded_size(folder: Path, opened: Opener) -> None:
    log = opened(segment_bytes=10_000)
    for number in range(200):
        log.append(drafts(1, number))
    assert len(segments(folder)) > 4
    assert max(one.size for one in segments(folder)) < 10_500


def test_defect_8_a_bad_line_is_not_skipped(folder: Path, opened: Opener) -> None:
    with opened() as log:
        log.append(drafts(3))
    lines = last(folder).read_bytes().splitlines(keepends=True)
    last(folder).write_bytes(b"".join([*lines[:2], b"no record\n", *lines[2:]]))
    with pytest.raises(CorruptLog, match="event 3"):
        numbers(folder)
    fault = check(folder).fault
    assert fault is not None
    assert fault.reason == "is no record"


def test_defect_9_all_times_are_of_one_form_and_all_events_numbered(folder: Path, opened: Opener) -> None:
    opened().append(drafts(5))
    forms = {re.sub(r"\d", "9", one.time) for one in read(folder)}
    assert forms == {"9999-99-99T99:99:99.999999Z"}
    assert numbers(folder) == list(range(1, head(folder).seq + 1))
