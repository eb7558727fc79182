"""`kill -9` before any act of lamina on the file system, or any program that it runs."""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

from running import surroundings

# Runs `lamina WORDS...` as `python -c KILLED N WORDS...`, and kills it before its N-th act.
KILLED = """
import os, signal, sys
ACTS = {"os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.chmod", "os.truncate", "subprocess.Popen", "fcntl.flock"}
left = int(sys.argv.pop(1))
def count(event, given):
    global left
    writes = event == "open" and isinstance(given[2], int) and given[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
    if writes or event in ACTS:
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)
for name in ("fsync", "write", "ftruncate"):
    def counted(*given, act=getattr(os, name), name=name):
        count("os.truncate", given)
        return act(*given)
    setattr(os, name, counted)
from lamina.cli.main import run
sys.argv[0] = "lamina"
sys.addaudithook(count)
run()
"""


def killed(root: Path, number: int, words: list[str]) -> bool:
    """Run `lamina WORDS...` in a folder and kill it before an act; false where it came to its end, with success."""
    done = ended(started(root, [sys.executable, "-c", KILLED, str(number), *words]))
    assert done.returncode in (0, -signal.SIGKILL), done.returncode
    return done.returncode != 0


def started(root: Path, command: list[str]) -> "subprocess.Popen[bytes]":
    """A program started in a folder, with what it starts in a group of its own."""
    quiet = subprocess.DEVNULL
    return subprocess.Popen(command, cwd=root, env=surroundings(), stdout=quiet, stderr=quiet, start_new_session=True)


def ended(process: "subprocess.Popen[bytes]") -> "subprocess.Popen[bytes]":
    """A process that is no more, nor any git that it left behind."""
    process.wait()
    with suppress(ProcessLookupError):
        while True:
            os.killpg(process.pid, 0)
            time.sleep(0.002)
    return process
