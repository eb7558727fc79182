"""A disk that is full, or fails: nothing is lost that was acknowledged, and nothing is acknowledged that may be lost."""

import errno
import os
import resource
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from world.log.logs import Clock, Opener, drafts, last, numbers, types
from world.unprivileged import bound

from lamina.world.log import CannotAppend, CannotOpen, DiskFull, EventLog, Poisoned, Sync, check, head

Fault = Callable[[str, int], list[object]]
FULL = [errno.ENOSPC, errno.EDQUOT, errno.EFBIG]


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> Fault:
    """Makes the next call of a function of `os` fail, and those after it work; gives the arguments of all its calls."""

    def fail(name: str, number: int) -> list[object]:
        calls: list[object] = []
        real = getattr(os, name)

        def failing_once(*given: object, **named: object) -> object:
            calls.append(given)
            if len(calls) == 1:
                raise OSError(number, os.strerror(number))
            return real(*given, **named)

        monkeypatch.setattr(os, name, failing_once)
        return calls

    return fail


@pytest.fixture
def partial(monkeypatch: pytest.MonkeyPatch) -> Callable[[int, int], None]:
    """Makes the next write take only so many bytes, and the one after it fail."""

    def fail(size: int, number: int) -> None:
        real, left = os.write, [size]

        def write(file: int, data: bytes) -> int:
            if left == [size]:
                left[0] = -1
                return real(file, memoryview(data)[:size])
            if left == [-1]:
                left.clear()
                raise OSError(number, os.strerror(number))
            return real(file, data)

        monkeypatch.setattr(os, "write", write)

    return fail


@contextmanager
def largest_file(size: int) -> Iterator[None]:
    """No file of this process may become larger."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_e2_an_event_is_returned_after_its_sync(folder: Path, opened: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    log = opened()
    synced: list[bytes] = []
    real = os.fdatasync

    def fdatasync(file: int) -> None:
        synced.append(last(folder).read_bytes())
        real(file)

    monkeypatch.setattr(os, "fdatasync", fdatasync)
    (event,) = log.append(drafts(1))
    assert len(synced) == 1
    assert synced[0].endswith(b'%b"}\n' % event.hash.encode())


def test_e2_and_defect_7_a_new_log_syncs_its_file_and_every_folder_that_it_made(
    folder: Path, opened: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[Path] = []
    real = os.fsync

    def fsync(file: int) -> None:
        synced.append(Path(os.readlink(f"/proc/self/fd/{file}")))
        real(file)

    monkeypatch.setattr(os, "fsync", fsync)
    log = opened(segment_events=2)
    made = [folder / "00000000000000000001.jsonl", folder, folder.parent, folder.parent.parent]
    assert synced[:4] == made
    log.append(drafts(1))
    synced.clear()
    log.append(drafts(1))
    assert synced == [folder / "00000000000000000003.jsonl", folder]


def test_no_descriptor_is_left_to_programs_that_are_run(folder: Path, opened: Opener) -> None:
    log = opened(segment_events=3)
    log.append(drafts(5))
    log.append(drafts(5))
    mine = [
        int(name)
        for name in os.listdir("/proc/self/fd")
        if os.path.exists(f"/proc/self/fd/{name}") and str(folder) in os.readlink(f"/proc/self/fd/{name}")
    ]
    assert len(mine) == 2  # the folder and the segment that is written to
    assert not any(os.get_inheritable(one) for one in mine)


@pytest.mark.parametrize("number", FULL, ids=lambda number: errno.errorcode[number])
@pytest.mark.parametrize("sync", [Sync.ALWAYS, Sync.GROUP])
def test_e5_a_write_that_fails_is_taken_back(
    number: int, sync: Sync, folder: Path, opened: Opener, failing: Fault
) -> None:
    log = opened(sync)
    log.append(drafts(1))
    before = last(folder).read_bytes()
    failing("write", number)
    with pytest.raises(CannotAppend) as failure:
        log.append(drafts(3))
    assert isinstance(failure.value, DiskFull) == (number != errno.EFBIG)
    assert last(folder).read_bytes() == before
    assert log.append(drafts(1))[0].seq == 3
    assert numbers(folder) == [1, 2, 3]


@pytest.mark.parametrize("size", [1, 200, 300])
def test_e5_a_write_that_is_cut_short_is_taken_back(
    size: int, folder: Path, opened: Opener, partial: Callable[[int, int], None]
) -> None:
    log = opened()
    before = last(folder).read_bytes()
    partial(size, errno.ENOSPC)
    with pytest.raises(DiskFull):
        log.append(drafts(3))
    assert last(folder).read_bytes() == before
    log.append(drafts(1))
    assert numbers(folder) == [1, 2]


def test_e5_a_write_in_two_parts_is_one(folder: Path, opened: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    log = opened()
    real = os.write
    monkeypatch.setattr(os, "write", lambda file, data: real(file, memoryview(data)[:100]))
    log.append(drafts(3))
    assert numbers(folder) == [1, 2, 3, 4]


def test_e5_a_limit_on_the_size_of_files_is_survived(folder: Path, opened: Opener) -> None:
    log = opened()
    log.append(drafts(3))
    before = last(folder).read_bytes()
    with largest_file(len(before) + 100):
        for _ in range(2):
            with pytest.raises(CannotAppend, match="File too large"):
                log.append(drafts(1))
            assert last(folder).read_bytes() == before
    log.append(drafts(1))
    assert check(folder).head == head(folder) == log.head
    assert log.head.seq == 5


@pytest.mark.parametrize("number", FULL[:2], ids=lambda number: errno.errorcode[number])
def test_e5_a_disk_that_is_found_full_at_the_sync_is_survived(
    number: int, folder: Path, opened: Opener, failing: Fault
) -> None:
    log = opened()
    failing("fdatasync", number)
    with pytest.raises(DiskFull):
        log.append(drafts(1))
    assert numbers(folder) == [1]
    assert log.append(drafts(1))[0].seq == 2


def test_a_full_disk_gives_its_slack_back_and_takes_it_again(folder: Path, opened: Opener, failing: Fault) -> None:
    log = opened()
    assert (folder / "slack").stat().st_size == 1 << 20
    failing("write", errno.ENOSPC)
    with pytest.raises(DiskFull):
        log.append(drafts(1))
    assert not (folder / "slack").exists()
    log.append(drafts(1))
    assert not (folder / "slack").exists()
    for number in range(64):
        log.append(drafts(1, number))
    assert (folder / "slack").stat().st_size == 1 << 20


def test_no_room_for_slack_is_no_reason_to_stop(folder: Path, opened: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    def fallocate(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "posix_fallocate", fallocate)
    log = opened()
    log.append(drafts(1))
    assert not (folder / "slack").exists()
    assert numbers(folder) == [1, 2]


def test_e5_no_room_to_begin_a_segment_is_survived(folder: Path, opened: Opener, failing: Fault) -> None:
    log, other = opened(segment_events=3), opened(segment_events=3)
    log.append(drafts(2))
    failing("write", errno.ENOSPC)
    with pytest.raises(DiskFull):
        log.append(drafts(1))
    assert numbers(folder) == [1, 2, 3]
    other.append(drafts(1))
    log.append(drafts(1))
    assert types(folder) == ["log.created", *["run.created"] * 2, "log.rotated", *["run.created"] * 2]
    assert check(folder).fault is None


def test_e6_a_sync_that_fails_poisons_the_log_until_it_is_opened_again(
    folder: Path, opened: Opener, failing: Fault
) -> None:
    log = opened()
    log.append(drafts(1))
    syncs = failing("fdatasync", errno.EIO)
    with pytest.raises(CannotAppend, match="Input/output error"):
        log.append(drafts(1))
    tried = len(syncs)
    for _ in range(3):
        with pytest.raises(Poisoned, match="Input/output error"):
            log.append(drafts(1))
    with pytest.raises(Poisoned):
        log.settle(3)
    assert len(syncs) == tried
    log.close()
    again = opened()
    assert again.append(drafts(1))[0].seq == 3
    assert check(folder).fault is None


def test_e6_a_sync_of_many_that_fails_acknowledges_none(folder: Path, opened: Opener, failing: Fault) -> None:
    log = opened(Sync.GROUP)
    with log.writing() as tail:
        tail.write(drafts(2))
    durable = log.durable
    failing("fdatasync", errno.EIO)
    with pytest.raises(CannotAppend):
        log.settle(3)
    with pytest.raises(Poisoned):
        log.settle(2)
    with pytest.raises(Poisoned):
        log.append(drafts(1))
    assert log.durable == durable < 2


def test_e6_what_cannot_be_taken_back_poisons_the_log(
    folder: Path, opened: Opener, failing: Fault, partial: Callable[[int, int], None]
) -> None:
    log = opened()
    partial(100, errno.ENOSPC)
    failing("ftruncate", errno.EIO)
    with pytest.raises(DiskFull):
        log.append(drafts(1))
    with pytest.raises(Poisoned):
        log.append(drafts(1))
    again = opened()
    assert types(folder) == ["log.created", "log.repaired"]
    again.append(drafts(1))
    assert check(folder).fault is None


@pytest.mark.parametrize("name", ["fstat", "open"])
def test_any_other_fault_is_told_and_gone_on_from(name: str, folder: Path, opened: Opener, failing: Fault) -> None:
    log = opened()
    failing(name, errno.EIO)
    with pytest.raises(CannotAppend, match="Input/output error"):
        log.append(drafts(1))
    assert log.append(drafts(1))[0].seq == 2


def test_a_disk_that_is_full_while_a_tear_is_set_aside(folder: Path, opened: Opener, failing: Fault) -> None:
    opened().close()
    with last(folder).open("ab") as file:
        file.write(b"torn")
    failing("write", errno.ENOSPC)
    log = opened()
    assert types(folder) == ["log.created", "log.repaired"]
    assert log.head.seq == 2


def test_a_folder_that_may_not_be_written_is_told(tmp_path: Path) -> None:
    locked = tmp_path / "locked"
    locked.mkdir(mode=0o500)

    def act() -> int:
        try:
            EventLog.open(locked / "state" / "log", Clock(), store="s-1")
        except CannotOpen as failure:
            return 0 if "Permission denied" in str(failure) else 1
        return 2

    assert bound(act) == 0
    assert list(locked.iterdir()) == []


def test_who_is_bound_by_permissions_writes_over_many_segments(folder: Path) -> None:
    def act() -> int:
        for _ in range(2):
            with EventLog.open(folder, Clock(), store="s-1", segment_events=3) as log:
                for number in range(10):
                    log.append(drafts(1, number))
        return 0

    assert bound(act) == 0
    assert types(folder).count("run.created") == 20
    assert check(folder).fault is None


def test_a_close_that_fails_says_nothing_and_lets_go(opened: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = opened(), opened()

    def close(file: int) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    with monkeypatch.context() as failing_close:
        failing_close.setattr(os, "close", close)
        assert first.append(drafts(1))[0].seq == 2
        first.close()
    assert second.append(drafts(1))[0].seq == 3
