"""The memory of files that were read: what is not read again, and what always is."""

import os
from pathlib import Path

import pytest

from lamina.world.sources.hashed import HashedTree, object_id
from lamina.world.sources.memory import Memory, Moved


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "environments/prod/app.yaml"
    file.parent.mkdir(parents=True)
    file.write_bytes(b"a: 1\n")
    os.utime(file, ns=(1_700_000_000_123_456_789, 1_700_000_000_123_456_789))
    return file


def whole_seconds() -> os.stat_result:
    """What a file system without fractions of a second says."""
    times = {"st_mtime_ns": 1_700_000_000_000_000_000, "st_ctime_ns": 1_700_000_000_000_000_000}
    return os.stat_result((0o100644, 1, 1, 1, 0, 0, 5, 0, 0, 0), times)


def identity(root: Path, memory: Memory) -> str | None:
    return HashedTree(root, memory).identity("environments/prod/app.yaml")


def test_what_looks_the_same_for_longer_than_a_tick_is_not_read_again(tmp_path: Path, file: Path) -> None:
    clock = Clock()
    memory = Memory(clock)
    expected = object_id(b"blob", b"a: 1\n")
    reads = []
    for seconds in (0, 0.01, 0.1, 1, 100):
        clock.now += seconds
        assert identity(tmp_path, memory) == expected
        reads.append(memory.reads)
    assert reads == [1, 2, 3, 3, 3]


def test_whole_seconds_are_a_coarse_clock(tmp_path: Path, file: Path) -> None:
    clock = Clock()
    memory = Memory(clock)
    state = whole_seconds()
    reads = []
    for seconds in (0, 1, 1, 1, 1):
        clock.now += seconds
        memory.id("x", state, lambda: "id")
        reads.append(memory.reads)
    assert reads == [1, 2, 3, 4, 4]


def test_a_change_within_the_tick_of_another_is_seen(tmp_path: Path, file: Path) -> None:
    """Two changes that leave the file looking the same: the second came before the clock of the file system moved on."""
    memory = Memory(Clock())
    before = identity(tmp_path, memory)
    state = file.stat()
    with file.open("r+b") as stream:
        stream.write(b"a: 2\n")
    os.utime(file, ns=(state.st_atime_ns, state.st_mtime_ns))
    # Its ctime cannot be set, so the look is: that of before.
    known = memory._seen["environments/prod/app.yaml"]
    assert not known.settled
    assert identity(tmp_path, memory) == object_id(b"blob", b"a: 2\n") != before


@pytest.mark.parametrize("how", ["size", "mtime", "inode", "mode"])
def test_what_looks_otherwise_is_read(tmp_path: Path, file: Path, how: str) -> None:
    clock = Clock()
    memory = Memory(clock)
    for _ in range(3):
        clock.now += 1
        identity(tmp_path, memory)
    assert memory.reads == 2
    state = file.stat()
    if how == "size":
        file.write_bytes(b"a: 11\n")
        os.utime(file, ns=(state.st_atime_ns, state.st_mtime_ns))
    elif how == "mtime":
        os.utime(file, ns=(state.st_atime_ns, state.st_mtime_ns + 1))
    elif how == "inode":
        (tmp_path / "beside").write_bytes(b"a: 2\n")
        os.utime(tmp_path / "beside", ns=(state.st_atime_ns, state.st_mtime_ns))
        os.replace(tmp_path / "beside", file)
    else:
        file.chmod(0o755)
    clock.now += 1
    assert identity(tmp_path, memory) == object_id(b"blob", file.read_bytes())
    assert memory.reads == 3


def test_a_file_that_changes_between_being_told_apart_and_being_read(tmp_path: Path, file: Path) -> None:
    clock = Clock()
    memory = Memory(clock)
    for _ in range(3):
        clock.now += 1
        identity(tmp_path, memory)
    tree = HashedTree(tmp_path, memory)
    tree.list()
    tree.identity("environments/prod/app.yaml")
    file.write_bytes(b"a: 2\n")
    with pytest.raises(Moved, match="was changed while it was read"):
        tree.read("environments/prod/app.yaml")
    again = HashedTree(tmp_path, memory)
    assert again.identity("environments/prod/app.yaml") == object_id(b"blob", b"a: 2\n")
    assert again.read("environments/prod/app.yaml") == b"a: 2\n"


def test_files_that_are_gone_are_forgotten() -> None:
    memory = Memory()
    state = whole_seconds()
    for number in range(1000):
        memory.id(str(number), state, lambda: "id")
    memory.keep_only(frozenset({"1", "2"}))
    assert sorted(memory._seen) == ["1", "2"]


PLACE = "environments/prod/app.yaml"


def begun(root: Path) -> tuple[Memory, Clock]:
    clock = Clock()
    memory = Memory(clock)
    identity(root, memory)
    memory.begin()
    clock.now += 1
    return memory, clock


def test_a_file_that_is_written_where_it_stands_is_young_for_a_moment(tmp_path: Path, file: Path) -> None:
    memory, clock = begun(tmp_path)
    ages = []
    for text in (None, b"b: 1\n", None, b"b: 1\nc: 1\n", None):
        if text:
            file.write_bytes(text)
        identity(tmp_path, memory)
        ages.append((memory.young([PLACE]), memory.young([])))
        clock.now += 0.03
    assert ages == [(None, None), (PLACE, None), (None, None), (PLACE, None), (None, None)]


def test_a_file_in_whose_place_another_comes_is_whole_at_once(tmp_path: Path, file: Path) -> None:
    memory, _ = begun(tmp_path)
    (tmp_path / "beside").write_bytes(b"b: 1\n")
    os.replace(tmp_path / "beside", file)
    identity(tmp_path, memory)
    assert memory.young([PLACE]) is None


def test_what_is_touched_is_not_written(tmp_path: Path, file: Path) -> None:
    memory, _ = begun(tmp_path)
    os.utime(file)
    identity(tmp_path, memory)
    assert memory.young([PLACE]) is None


def test_a_file_that_is_emptied_until_something_is_in_it(tmp_path: Path, file: Path) -> None:
    memory, clock = begun(tmp_path)
    empty = []
    for text in (None, b"", None, b"a: 1\n"):
        if text is not None:
            file.write_bytes(text)
        clock.now += 10
        identity(tmp_path, memory)
        empty.append(memory.emptied([PLACE]))
    assert empty == [None, PLACE, PLACE, None]


def test_a_file_that_was_empty_at_the_start_is_taken_as_it_is(tmp_path: Path, file: Path) -> None:
    file.write_bytes(b"")
    memory, _ = begun(tmp_path)
    identity(tmp_path, memory)
    assert memory.emptied([PLACE]) is None
