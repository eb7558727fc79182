"""A command is run for the newest generation; one that fails or hangs is said, and does not keep the next from being run."""

import os
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from queue import SimpleQueue

import pytest

from lamina.changes.watching.running import CommandFailed, Running

Run = Callable[..., Running]


@pytest.fixture
def failures() -> "SimpleQueue[CommandFailed]":
    return SimpleQueue()


@pytest.fixture
def running(failures: "SimpleQueue[CommandFailed]", tmp_path: Path) -> Iterator[Run]:
    """`running(COMMAND)`, whose shell finds the test's folder in $FOLDER."""
    begun: list[Running] = []

    def run(*command: str, seconds: float = 60, variables: dict[str, str] | None = None) -> Running:
        given = {"PATH": os.environ["PATH"], "FOLDER": str(tmp_path)} if variables is None else variables
        begun.append(Running(command, given, seconds, failures.put))
        return begun[-1]

    yield run
    for one in begun:
        one.close()


def until(holds: Callable[[], bool]) -> None:
    while not holds():
        time.sleep(0.005)


def shell(text: str) -> Sequence[str]:
    return "sh", "-c", text


def lines(file: Path) -> list[str]:
    return file.read_text().splitlines() if file.exists() else []


def test_a_command_gets_variables_and_no_input(running: Run, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    one = running(
        *shell('cat; echo told; echo "$LAMINA_GENERATION $FOLDER" > "$FOLDER/made"; mv "$FOLDER/made" "$FOLDER/x"')
    )
    one.newest({"LAMINA_GENERATION": "7"})
    until((tmp_path / "x").exists)
    assert lines(tmp_path / "x") == [f"7 {tmp_path}"]
    one.close()
    # What is printed must not get among the results.
    assert capfd.readouterr() == ("", "told\n")


def test_no_shell_reads_it(running: Run, tmp_path: Path) -> None:
    one = running("touch", f"{tmp_path}/a; touch {tmp_path}/b")
    one.newest({})
    one.close()
    assert not (tmp_path / "b").exists()


def test_of_those_that_come_while_it_runs_only_the_last_is_run_for(running: Run, tmp_path: Path) -> None:
    command = 'echo "$N" >> "$FOLDER/ran"; while [ ! -e "$FOLDER/go" ]; do sleep 0.01; done'
    one = running(*shell(command))
    one.newest({"N": "1"})
    until(lambda: lines(tmp_path / "ran") == ["1"])
    for number in range(2, 50):
        one.newest({"N": str(number)})
    (tmp_path / "go").touch()
    until(lambda: len(lines(tmp_path / "ran")) == 2)
    one.newest({"N": "last"})
    until(lambda: len(lines(tmp_path / "ran")) == 3)
    assert lines(tmp_path / "ran") == ["1", "49", "last"]


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (("sh", "-c", "exit 3"), "sh failed with the status 3"),
        (("sh", "-c", "kill -9 $$"), "sh was ended by SIGKILL"),
        (("no-such-program",), "no-such-program cannot be run: No such file or directory"),
        (("/",), "/ cannot be run: Permission denied"),
        (("a\0b",), "cannot be run: embedded null byte"),
    ],
    ids=["status", "signal", "absent", "folder", "no name"],
)
def test_a_command_that_fails_is_said(
    command: tuple[str, ...], said: str, running: Run, failures: "SimpleQueue[CommandFailed]"
) -> None:
    one = running(*command)
    for _ in range(2):
        one.newest({})
        assert said in failures.get(timeout=20).message


def test_a_command_that_hangs_is_ended_with_all_that_it_started(
    running: Run, failures: "SimpleQueue[CommandFailed]", tmp_path: Path
) -> None:
    one = running(*shell('sleep 1000 & echo $! > "$FOLDER/child"; sleep 1000'), seconds=0.3)
    one.newest({})
    assert failures.get(timeout=20).message == "sh took more than 0.3 seconds, and was ended"
    child = int((tmp_path / "child").read_text())
    until(lambda: not alive(child))
    one.newest({})
    assert "took more than" in failures.get(timeout=20).message


def test_one_that_will_not_end_is_killed(
    running: Run, failures: "SimpleQueue[CommandFailed]", tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lamina.changes.watching.running._GRACE", 0.2)
    one = running(*shell('trap "" TERM; echo $$ > "$FOLDER/pid"; while true; do sleep 0.05; done'), seconds=0.5)
    one.newest({})
    assert "took more than" in failures.get(timeout=20).message
    assert not alive(int((tmp_path / "pid").read_text()))


def test_at_the_end_what_runs_may_end_and_what_waits_is_not_begun(running: Run, tmp_path: Path) -> None:
    command = (
        'echo begun >> "$FOLDER/said"; while [ ! -e "$FOLDER/go" ]; do sleep 0.01; done; echo ended >> "$FOLDER/said"'
    )
    one = running(*shell(command))
    one.newest({})
    until(lambda: lines(tmp_path / "said") == ["begun"])
    one.newest({})
    (tmp_path / "go").touch()
    one.close()
    assert lines(tmp_path / "said")[:2] == ["begun", "ended"]


def test_at_the_end_what_hangs_is_ended(
    running: Run, failures: "SimpleQueue[CommandFailed]", tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lamina.changes.watching.running._GRACE", 0.1)
    one = running(*shell('echo $$ > "$FOLDER/made"; mv "$FOLDER/made" "$FOLDER/pid"; sleep 1000'))
    one.newest({})
    until((tmp_path / "pid").exists)
    one.close()
    assert not alive(int((tmp_path / "pid").read_text()))
    assert failures.empty()


def alive(pid: int) -> bool:
    """Whether a process runs, and is not only not yet waited for."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] not in "ZX"
    except FileNotFoundError:
        return False
