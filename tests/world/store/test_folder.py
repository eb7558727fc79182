"""The projection in a folder of JSON files: crashes, damage, and what lies there."""

import errno
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from world.store import records as some
from world.store.dying import failing, killed
from world.store.records import head
from world.unprivileged import bound

from lamina.words.event import Head
from lamina.words.runs import KINDS, Record, RunStatus
from lamina.world.store.failures import CannotStore, Damaged, NewerSchema, ReadOnly, StoreLink
from lamina.world.store.folder import FolderProjection

HELD: list[Record] = [some.run(), some.phase(), some.execution(), some.finding(), some.run("r2"), some.run("r3")]


def opened(place: Path, durable: bool = False) -> FolderProjection:
    """The projection of a place."""
    return FolderProjection.open(place / "records", place / "lock", durable=durable)


def content(one: FolderProjection) -> list[Record]:
    """All that it holds."""
    return [record for kind in KINDS for record in one.every(kind)]


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Where some records lie."""
    made = tmp_path / "state"
    made.mkdir()
    one = opened(made)
    one.apply(head(5), HELD)
    one.apply(head(6), [some.run("r2", RunStatus.EXECUTING)], dropped=["r3"])
    return made


def test_a_run_is_a_file_that_people_can_read(place: Path) -> None:
    assert sorted(one.name for one in (place / "records").iterdir()) == ["_applied.json", "r1.json", "r2.json"]
    said = json.loads((place / "records" / "r1.json").read_text())
    assert list(said) == ["v", "position", "applied", "records", "digest"]
    assert said["applied"] == {"seq": 5, "hash": head(5).hash}
    assert said["records"]["finding"][0]["title"] == some.finding().title
    assert list(said["records"]["run"][0]) == list(some.run().__dataclass_fields__)
    assert (place / "records" / "r1.json").stat().st_mode & 0o777 == 0o600


def _cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-30])


def _empty(file: Path) -> None:
    file.write_bytes(b"")


def _alter(file: Path) -> None:
    file.write_bytes(file.read_bytes().replace(b"planning", b"complete").replace(b"executing", b"completed"))


def _remove(file: Path) -> None:
    file.unlink()


def _link(file: Path) -> None:
    file.rename(file.with_name("elsewhere"))
    file.symlink_to("elsewhere")


def _other(file: Path) -> None:
    shutil.copy(file.with_name("r1.json"), file)
    os.utime(file)


def _folder(file: Path) -> None:
    file.unlink()
    os.mkfifo(file)


@pytest.mark.parametrize("harm", [_cut, _empty, _alter, _remove, _link, _folder])
@pytest.mark.parametrize("name", ["r1.json", "_applied.json"])
def test_what_is_torn_or_foreign_has_to_be_built_anew(place: Path, harm: Callable[[Path], None], name: str) -> None:
    harm(place / "records" / name)
    one = opened(place)
    assert one.applied == Head()
    assert content(one) == []
    assert list(one.runs()) == []
    if (place / "records" / name).exists():
        assert one.faults() != []
    one.apply(head(5), HELD)
    for each in (one, opened(place)):
        assert each.applied == head(5)
        assert content(each) == sorted(HELD, key=lambda record: (list(KINDS.values()).index(type(record)), record.id))
        assert each.faults() == []


def test_an_older_file_is_told_although_it_is_whole(place: Path) -> None:
    one, file = opened(place), place / "records" / "r1.json"
    old = file.read_bytes()
    one.apply(head(7), [some.run(status=RunStatus.EXECUTING)])
    one.apply(head(8), [some.run("r2", RunStatus.PAUSED)])
    file.write_bytes(old)
    assert opened(place).applied == Head()
    assert "not all of one moment" in opened(place).faults()[0]


def test_a_file_that_is_too_many_is_told(place: Path) -> None:
    shutil.copy(place / "records" / "r1.json", place / "records" / "r9.json")
    assert opened(place).applied == Head()


def test_damage_that_is_met_later_is_told_and_then_known(place: Path) -> None:
    one = opened(place)
    one.apply(head(9), [some.run(f"n{number:03}") for number in range(300)])
    _alter(place / "records" / "r1.json")
    with pytest.raises(Damaged, match=r"r1\.json is damaged"):
        one.get("phase", "r1.1")
    assert one.applied == Head()


def test_where_no_log_is_kept_damage_is_told_and_nothing_is_begun_anew(place: Path) -> None:
    _cut(place / "records" / "r1.json")
    with pytest.raises(Damaged) as raised:
        opened(place, durable=True)
    assert "backup" in str(raised.value.hint)
    assert len(list((place / "records").iterdir())) == 3


def test_a_newer_schema_is_refused(place: Path) -> None:
    from lamina.world.store.shelf import sealed

    file = place / "records" / "_applied.json"
    said = json.loads(file.read_text())
    del said["digest"]
    file.write_bytes(sealed({**said, "v": 2})[0])
    with pytest.raises(NewerSchema):
        opened(place)


def test_a_folder_that_is_a_link_is_refused(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "records").symlink_to("elsewhere")
    with pytest.raises(StoreLink):
        opened(tmp_path)


def test_a_folder_that_may_only_be_read_can_be_read(place: Path) -> None:
    def act() -> int:
        one = opened(place)
        assert one.applied == head(6)
        assert [run.id for run in one.runs()] == ["r2", "r1"]
        with one.reading():
            assert one.get("finding", "f1") == some.finding()
        for change in (lambda: one.apply(head(7), []), one.vacuum, one.reset):
            try:
                change()
            except ReadOnly:
                continue
            return 1
        return 7

    for one in (place / "lock", *(place / "records").iterdir()):
        one.chmod(0o400)
    (place / "records").chmod(0o500)
    place.chmod(0o500)
    assert bound(act) == 7
    (place / "lock").chmod(0o000)
    assert bound(lambda: 9 if _fails(place) else 0) == 9
    place.chmod(0o700)
    (place / "lock").unlink()
    place.chmod(0o500)
    assert bound(act) == 7


def _fails(place: Path) -> bool:
    try:
        opened(place)
    except CannotStore:
        return True
    return False


@pytest.mark.parametrize("durable", [False, True])
def test_a_kill_at_any_act_leaves_the_old_or_the_new(tmp_path: Path, place: Path, durable: bool) -> None:
    before = content(opened(place))
    new = [some.run("r4"), some.run("r2", RunStatus.PAUSED), some.finding("f4", "r4")]
    sure = opened(Path(shutil.copytree(place, tmp_path / "sure")))
    sure.apply(head(7), new, dropped=["r1"])
    after = content(sure)
    outcomes = []
    for number in range(100):
        here = Path(shutil.copytree(place, tmp_path / str(number)))
        died = killed(lambda here=here: opened(here, durable).apply(head(7), new, dropped=["r1"]), number)
        for _ in range(2):
            one = opened(here, durable)
            assert (one.applied, content(one)) in ((head(6), before), (head(7), after))
            assert one.faults() == []
        outcomes.append(one.applied.seq)
        one.apply(head(8), [some.run("r5")])
        one.vacuum()
        assert content(opened(here)) == content(one)
        assert not [each for each in (here / "records").iterdir() if each.name.startswith(".")]
        if not died:
            break
    assert outcomes == sorted(outcomes)
    assert outcomes[0] == 6
    assert outcomes[-1] == 7
    assert outcomes.count(7) > 2


@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EIO])
@pytest.mark.parametrize("durable", [False, True])
def test_a_full_disk_changes_nothing_or_the_change_is_done(place: Path, durable: bool, error: int) -> None:
    one = opened(place, durable)
    refused = done = 0
    for number in range(100):
        state = (one.applied, content(one))
        new = [some.run(f"n{number}"), some.run("r2", RunStatus.EXECUTING, version=number)]
        with failing(number, error) as left:
            try:
                one.apply(head(100 + number), new)
            except CannotStore:
                refused += 1
            else:
                done += 1
        if one.applied != head(100 + number):
            assert (one.applied, content(one)) == state
        again = opened(place, durable)
        assert (again.applied, content(again)) == (one.applied, content(one))
        assert again.faults() == []
        if left[0] >= 0:
            break
    assert refused > 3
    assert done >= 2
    assert left[0] >= 0


def test_a_run_may_be_named_as_the_file_of_the_head_is(place: Path) -> None:
    one = opened(place)
    one.apply(head(7), [some.run("applied"), some.run("x.json")])
    assert [run.id for run in opened(place).runs()] == ["x.json", "applied", "r2", "r1"]


def test_more_runs_than_are_kept_in_memory(place: Path) -> None:
    one = opened(place)
    one.apply(head(7), [each for n in range(400) for each in (some.run(f"m{n}"), some.finding(f"g{n}", f"m{n}"))])
    for each in (one, opened(place)):
        assert [each.get("finding", f"g{n}") for n in range(400)] == [
            some.finding(f"g{n}", f"m{n}") for n in range(400)
        ]
        with each.reading():
            assert len(list(each.every("finding"))) == 401
