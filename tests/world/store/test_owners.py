"""Which processes are at work."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from world.unprivileged import bound

from lamina.words.event_line import BadName, name
from lamina.world.store.failures import CannotStore, StoreLink
from lamina.world.store.owners import Owner, Owners, Process, this_process


@pytest.fixture
def owners(tmp_path: Path) -> Owners:
    """An empty folder of them."""
    return Owners(tmp_path / "owners")


def in_child(act: Callable[[], object]) -> int:
    """What a forked child ends with: 0, or 1 where `act` raised."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            act()
            status = 0
        finally:
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def test_an_owner_lives_until_it_is_closed(owners: Owners) -> None:
    assert owners.live() == []
    one, other = owners.begin(), owners.begin()
    assert owners.live() == sorted([one.id, other.id])
    assert owners.alive(one.id)
    assert name(one.id) == one.id
    one.close()
    one.close()
    assert not one.is_live
    assert not owners.alive(one.id)
    assert owners.live() == [other.id]
    assert owners.sweep() == []


def test_an_owner_says_who_it_is(owners: Owners) -> None:
    one = owners.begin()
    process = owners.of(one.id)
    assert process == one.process == this_process()
    assert process.pid == os.getpid()
    assert process.host == os.uname().nodename
    assert process.start > 0
    file = owners.folder / f"{one.id}.lock"
    assert list(json.loads(file.read_text())) == ["host", "boot", "pid", "start"]
    assert file.stat().st_mode & 0o777 == 0o600
    assert owners.of("nobody") is None
    (owners.folder / "torn.lock").write_text('{"host":')
    assert owners.of("torn") is None


def test_a_host_of_any_name_gives_an_id_that_is_a_name(owners: Owners) -> None:
    for host in ("", "..", "a/b\nc", "ünïcode", "x" * 300):
        with_host = owners.begin(Process(host, "boot", 7, 1))
        assert name(with_host.id) == with_host.id
        assert owners.of(with_host.id) == with_host.process


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM, None])
def test_a_process_that_ended_is_an_owner_no_more(owners: Owners, end: signal.Signals | None) -> None:
    text = "import sys; from pathlib import Path; from lamina.world.store.owners import Owners\n"
    text += "one = Owners(Path(sys.argv[1])).begin(); print(one.id, flush=True); sys.stdin.read()"
    command = [sys.executable, "-c", text, str(owners.folder)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as child:
        assert child.stdout is not None
        id = child.stdout.readline().strip()
        assert owners.alive(id)
        assert owners.sweep() == []
        process = owners.of(id)
        assert process is not None
        assert process.pid == child.pid
        if end is not None:
            child.send_signal(end)
    assert not owners.alive(id)
    assert owners.sweep() == ([id] if end is not None else [])
    assert list(owners.folder.iterdir()) == []


def test_a_child_is_another_owner(owners: Owners) -> None:
    one = owners.begin()

    def act() -> None:
        assert not one.is_live
        assert owners.alive(one.id)
        one.close()
        own = owners.begin()
        assert owners.live() == sorted([one.id, own.id])

    assert in_child(act) == 0
    assert owners.live() == [one.id]


def test_a_child_keeps_no_dead_parent_alive(owners: Owners) -> None:
    told, tell = os.pipe()

    def parent() -> None:
        one = owners.begin()
        if os.fork() == 0:
            os.setsid()
            os.close(tell)
            os.read(told, 1)
            os._exit(0)
        (owners.folder.parent / "id").write_text(one.id)
        os.kill(os.getpid(), signal.SIGKILL)

    assert in_child(parent) == -signal.SIGKILL
    try:
        assert not owners.alive((owners.folder.parent / "id").read_text())
    finally:
        os.close(tell)
        os.close(told)


def test_programs_that_are_started_do_not_keep_their_starter_alive(owners: Owners) -> None:
    one = owners.begin()
    with subprocess.Popen(["cat"], stdin=subprocess.PIPE, close_fds=False):
        assert owners.alive(one.id)
        one._descriptor, held = -1, one._descriptor
        os.close(held)
        assert not owners.alive(one.id)


def test_only_the_files_of_the_dead_are_removed_whoever_sweeps(owners: Owners) -> None:
    live = [owners.begin() for _ in range(3)]
    for number in range(5):
        (owners.folder / f"dead-{number}.lock").write_text("{}")
    (owners.folder / "notes.txt").write_text("x")
    children = []
    for _ in range(6):
        child = os.fork()
        if child == 0:
            status = 1
            try:
                for _ in range(20):
                    mine = owners.begin()
                    owners.sweep()
                    assert owners.alive(mine.id)
                    assert all(owners.alive(one.id) for one in live)
                    mine.close()
                status = 0
            finally:
                os._exit(status)
        children.append(child)
    assert [os.waitpid(child, 0)[1] for child in children] == [0] * 6
    owners.sweep()
    assert sorted(one.name for one in owners.folder.iterdir()) == sorted(
        [*(f"{one.id}.lock" for one in live), "notes.txt"]
    )


def test_asking_at_once_makes_nobody_seem_alive(owners: Owners) -> None:
    owners.begin().close()
    (owners.folder / "dead.lock").write_text("{}")

    def ask() -> None:
        assert not any(owners.alive("dead") for _ in range(300))

    children = []
    for _ in range(4):
        child = os.fork()
        if child == 0:
            status = 1
            try:
                ask()
                status = 0
            finally:
                os._exit(status)
        children.append(child)
    assert [os.waitpid(child, 0)[1] for child in children] == [0] * 4


def test_no_link_is_followed_and_no_other_folder_reached(owners: Owners, tmp_path: Path) -> None:
    owners.begin()
    (tmp_path / "outside").write_text("x")
    (owners.folder / "link.lock").symlink_to(tmp_path / "outside")
    with pytest.raises(StoreLink):
        owners.alive("link")
    assert "link" not in owners.sweep()
    for id in ("../outside", "a/b", "", "a\n"):
        with pytest.raises(BadName):
            owners.alive(id)
    (tmp_path / "linked").symlink_to(owners.folder)
    with pytest.raises(StoreLink):
        Owners(tmp_path / "linked").begin()


def test_a_folder_that_may_not_be_written_is_told(owners: Owners) -> None:
    keep: list[Owner] = [owners.begin()]

    def act() -> int:
        assert owners.alive(keep[0].id)
        try:
            owners.begin()
        except CannotStore:
            return 7
        return 1

    owners.folder.chmod(0o500)
    assert bound(act) == 7


def test_where_the_system_tells_little_of_a_process_it_is_an_owner_all_the_same(owners: Owners) -> None:
    def unreadable(path: Path) -> bytes:
        raise OSError

    process = this_process(unreadable)
    assert (process.boot, process.start, process.pid) == ("", 0, os.getpid())
    one = owners.begin(process)
    assert owners.alive(one.id)
