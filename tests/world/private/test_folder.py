"""A private folder: in memory, for its owner alone, and gone however the work in it ends."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from world.unprivileged import bound

from lamina.world.private import folder as module
from lamina.world.private.folder import NoPlace, is_in_memory, private_folder

SHARED = Path("/dev/shm")
pytestmark = pytest.mark.usefixtures("memory")  # without one there is nothing to test
# Works in a private folder of the place that it is given until a signal comes.
WORKER = """
import sys, time
from pathlib import Path
from lamina.world.private.folder import private_folder
with private_folder([Path(sys.argv[1])], Path(sys.argv[1]), print) as folder:
    (folder / "app.yaml").write_text("hunter2")
    print(folder, flush=True)
    time.sleep(60)
"""


def unheard(text: str) -> None:
    raise AssertionError(text)


def worker(place: Path) -> tuple["subprocess.Popen[str]", Path]:
    """A process that works in a private folder, and that folder."""
    program = subprocess.Popen([sys.executable, "-c", WORKER, str(place)], stdout=subprocess.PIPE, text=True)
    assert program.stdout is not None
    return program, Path(program.stdout.readline().strip())


def test_it_is_in_memory_for_its_owner_alone_and_vanishes(memory: Path, tmp_path: Path) -> None:
    with private_folder([memory], tmp_path, unheard) as folder:
        (folder / "app.yaml").write_text("hunter2")
        assert folder.parent == memory
        assert is_in_memory(folder)
        assert folder.stat().st_mode & 0o777 == 0o700
    assert list(memory.iterdir()) == list(tmp_path.iterdir()) == []


def test_the_first_place_in_memory_counts(memory: Path, tmp_path: Path) -> None:
    for places in ([memory], [tmp_path / "nowhere", memory], [memory, SHARED]):
        with private_folder(places, tmp_path, unheard) as folder:
            assert folder.parent == memory


def test_a_disk_is_the_last_resort_and_is_warned_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_IN_MEMORY", ())
    said: list[str] = []
    with private_folder([SHARED], tmp_path, said.append) as folder:
        assert folder.parent == tmp_path
        assert folder.stat().st_mode & 0o777 == 0o700
    assert said == [f"no folder in memory was found, so the plain text lies on disk while you edit: in {folder}"]
    assert list(tmp_path.iterdir()) == []


def test_no_place_at_all_is_said(tmp_path: Path) -> None:
    with pytest.raises(NoPlace, match="no folder for the plain text"), private_folder([], tmp_path / "no", unheard):
        pass


def test_a_place_that_may_not_be_written_is_passed_over(memory: Path, tmp_path: Path) -> None:
    closed = memory / "closed"
    closed.mkdir(mode=0o500)
    tmp_path.chmod(0o777)

    def act() -> int:
        with private_folder([closed, memory], tmp_path, unheard) as folder:
            return 0 if folder.parent == memory else 1

    assert bound(act) == 0


def test_a_bug_leaves_nothing(memory: Path) -> None:
    def broken() -> None:
        with private_folder([memory], memory, unheard) as folder:
            (folder / "app.yaml").write_text("hunter2")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        broken()
    assert list(memory.iterdir()) == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGINT])
def test_a_signal_leaves_nothing_and_ends_the_process(number: signal.Signals, memory: Path) -> None:
    program, folder = worker(memory)
    assert (folder / "app.yaml").exists()
    program.send_signal(number)
    program.communicate()
    assert program.returncode in (-number, 1 if number == signal.SIGINT else -number)
    assert list(memory.iterdir()) == []


def test_signals_are_heard_as_before_afterwards(memory: Path) -> None:
    before = [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGHUP)]
    with private_folder([memory], memory, unheard):
        assert signal.getsignal(signal.SIGTERM) is not before[0]
    assert [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGHUP)] == before
    old = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with private_folder([memory], memory, unheard):
            assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, old)


def test_what_a_killed_process_left_is_removed_by_the_next(memory: Path) -> None:
    program, folder = worker(memory)
    program.kill()
    program.communicate()
    assert (folder / "app.yaml").read_text() == "hunter2"
    with private_folder([memory], memory, unheard) as new:
        assert list(memory.iterdir()) == [new]


def test_the_folder_of_a_living_process_is_left_alone(memory: Path) -> None:
    program, folder = worker(memory)
    with private_folder([memory], memory, unheard):
        assert (folder / "app.yaml").read_text() == "hunter2"
    assert list(memory.iterdir()) == [folder]
    program.terminate()
    program.communicate()


def test_what_others_put_in_the_way_is_left_alone(memory: Path, tmp_path: Path) -> None:
    (memory / "lamina-edit.file").write_text("kept")
    (memory / "lamina-edit.link").symlink_to(tmp_path)
    (tmp_path / "kept").touch()
    if os.geteuid() == 0:
        (memory / "lamina-edit.theirs").mkdir()
        os.chown(memory / "lamina-edit.theirs", 12345, 12345)
    before = sorted(memory.iterdir())
    with private_folder([memory], memory, unheard):
        pass
    assert sorted(memory.iterdir()) == before
    assert (tmp_path / "kept").exists()
