"""What the system refuses a store is told by name, whatever call it is."""

import errno
import fcntl
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import apsw
import pytest
from world.store import records as some
from world.store.records import head

from lamina.world.store.blobs import Blobs
from lamina.world.store.failures import CannotStore
from lamina.world.store.folder import FolderProjection
from lamina.world.store.home import demand_no_link, home
from lamina.world.store.locking import locked
from lamina.world.store.opening import told
from lamina.world.store.owners import Owners
from lamina.world.store.writing import told as storing


def refuse(*given: object, **named: object) -> None:
    raise OSError(errno.EIO, os.strerror(errno.EIO))


def test_a_lock_that_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fcntl, "flock", refuse)
    with pytest.raises(CannotStore, match="Input/output error"), locked(tmp_path / "lock"):
        pytest.fail("it is not held")


def test_a_lock_is_let_go_though_its_file_cannot_be_closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as failing, locked(tmp_path / "lock"):
        failing.setattr(os, "close", refuse)
    free = os.open(tmp_path / "lock", os.O_RDWR)
    fcntl.flock(free, fcntl.LOCK_EX | fcntl.LOCK_NB)
    os.close(free)


def test_a_home_that_cannot_be_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "is_symlink", refuse)
    with pytest.raises(CannotStore, match="Input/output error"):
        demand_no_link(home(tmp_path / "state"))


def test_an_owner_whose_file_cannot_be_closed_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    owner = Owners(tmp_path / "owners").begin()
    with monkeypatch.context() as failing:
        failing.setattr(os, "close", refuse)
        owner.close()
    assert not owner.is_live


@pytest.mark.parametrize("name", ["open", "stat", "fsync", "replace"])
def test_a_folder_of_records_that_cannot_be_used(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one = FolderProjection.open(tmp_path / "records", tmp_path / "lock", durable=True)
    one.apply(head(1), [some.run()])
    with monkeypatch.context() as failing:
        failing.setattr(os, name, refuse)
        with pytest.raises(CannotStore, match="Input/output error"):
            one.apply(head(2), [some.run("r2")])
    assert one.applied == head(1)


@pytest.mark.parametrize(
    "error", [apsw.ProtocolError, apsw.FullError, apsw.IOError, OSError], ids=lambda one: one.__name__
)
def test_what_sqlite_cannot_do(error: Callable[[str], Exception], tmp_path: Path) -> None:
    with pytest.raises(CannotStore, match="refused"), told(tmp_path):
        raise error("refused")


def test_contents_that_cannot_be_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    blobs = Blobs(tmp_path / "blobs")
    blobs.add(b"one")
    with monkeypatch.context() as failing:
        failing.setattr(os, "scandir", refuse)
        with pytest.raises(CannotStore, match="Input/output error"):
            list(blobs.every())


def test_a_folder_that_cannot_be_copied_says_why_once(tmp_path: Path) -> None:
    def copy() -> None:
        raise shutil.Error([("a", "b", "No space left on device"), ("c", "d", "No space left on device")])

    with pytest.raises(CannotStore, match="cannot be used: No space left on device"), storing(tmp_path):
        copy()
