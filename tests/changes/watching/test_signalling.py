"""A process is signalled, and no other one."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest

from lamina.changes.watching.signalling import BadSignal, NoProcess, Signalling

HEARING = """
import signal, sys
def heard(number, frame):
    print(signal.Signals(number).name, flush=True)
for name in ("SIGHUP", "SIGUSR1"):
    signal.signal(getattr(signal, name), heard)
print("ready", flush=True)
while True:
    signal.pause()
"""


@pytest.fixture
def process() -> Iterator["subprocess.Popen[str]"]:
    with subprocess.Popen([sys.executable, "-c", HEARING], stdout=subprocess.PIPE, text=True) as one:
        assert one.stdout is not None
        assert one.stdout.readline() == "ready\n"
        yield one
        one.kill()


@pytest.mark.parametrize(("name", "heard"), [("", "SIGHUP"), (":USR1", "SIGUSR1"), (":SIGUSR1", "SIGUSR1")])
def test_a_process_is_signalled(name: str, heard: str, process: "subprocess.Popen[str]") -> None:
    one = Signalling(f"{process.pid}{name}")
    assert process.stdout is not None
    for _ in range(2):
        one.send()
        assert process.stdout.readline() == f"{heard}\n"
    one.close()


def test_a_process_that_has_ended_is_said_and_nobody_else_is_signalled(process: "subprocess.Popen[str]") -> None:
    one = Signalling(str(process.pid))
    process.kill()
    process.wait()
    with pytest.raises(NoProcess, match="it has ended"):
        one.send()
    one.close()


def test_a_process_that_is_not_there_is_said() -> None:
    ended = subprocess.Popen(["true"])
    ended.wait()
    with pytest.raises(NoProcess, match=f"the process {ended.pid} cannot be signalled: No such process"):
        Signalling(str(ended.pid))


@pytest.mark.parametrize(
    "text", ["", "x", "-1", "-5:HUP", "0", "1 2", "12:", "12:hup", "12:NONE", "12:9", "12:HUP:USR1", "9" * 20, "+12"]
)
def test_words_that_name_no_process_and_signal(text: str) -> None:
    with pytest.raises(BadSignal):
        Signalling(text)


def test_it_does_not_signal_itself() -> None:
    with pytest.raises(BadSignal, match="no process of others"):
        Signalling(str(os.getpid()))


def test_no_descriptor_is_left(process: "subprocess.Popen[str]") -> None:
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(5):
        Signalling(str(process.pid)).close()
        with pytest.raises(BadSignal):
            Signalling(f"{process.pid}:NONE")
    assert len(os.listdir("/proc/self/fd")) == before
    assert signal.Signals.SIGHUP.name == "SIGHUP"
