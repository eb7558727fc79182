"""strace on a child: which system calls it makes, and one of them made to fail, or its last."""

import re
import subprocess
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from shutil import which

from torture.children import Ack, Child, started

# After which a child that was made to fail is taken to hang.
_SECONDS = 30.0


def denied(folder: Path) -> str | None:
    """Why no child can be traced here, or None."""
    if which("strace") is None:
        return "there is no strace"
    child = started(lambda ack: ack("ready"), held=True)
    try:
        tracer = _attached(child, folder / "trace", [])
        child.end()
        tracer.wait()
    except PermissionError as error:
        return f"the kernel denies ptrace: {error.strerror}"
    finally:
        child.end()
    return None if "exited with 0" in (folder / "trace").read_text() else "strace does not see what a child does"


def calls(work: Callable[[Ack], None], trace: Path) -> tuple[Child, Counter[str]]:
    """Do some work in a child; how often it makes each system call."""
    child = _traced(work, trace, [])
    return child, Counter(re.findall(r"^\d+ +(\w+)\(", trace.read_text(errors="replace"), re.MULTILINE))


def failed(work: Callable[[Ack], None], trace: Path, call: str, number: int, fault: str) -> tuple[Child, bool]:
    """Do some work in a child whose so-manieth system call of a name fails, or kills it; and whether it came to that."""
    inject = f"signal={fault}" if fault.startswith("SIG") else f"error={fault}"
    words = ["-e", f"trace={call}", "-e", f"inject={call}:{inject}:when={number}"]
    child = _traced(work, trace, words)
    return child, child.killed if fault.startswith("SIG") else "(INJECTED)" in trace.read_text(errors="replace")


def _traced(work: Callable[[Ack], None], trace: Path, words: list[str]) -> Child:
    child = started(work, held=True)
    tracer = _attached(child, trace, words)
    try:
        child.end(_SECONDS)
    finally:
        child.kill()
        try:
            tracer.wait(10)
        except subprocess.TimeoutExpired:
            tracer.kill()
            tracer.wait()
    return child


def _attached(child: Child, trace: Path, words: list[str]) -> "subprocess.Popen[bytes]":
    """strace, attached to a child that has not begun; raises PermissionError."""
    command = ["strace", "-f", "-q", "-e", "signal=none", "-o", str(trace), *words, "-p", str(child.pid)]
    tracer = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    status = Path(f"/proc/{child.pid}/status")
    while "TracerPid:\t0\n" in status.read_text():
        if tracer.poll() is not None:
            assert tracer.stderr is not None
            said = tracer.stderr.read().decode().strip()
            raise PermissionError(1, said.splitlines()[-1] if said else "strace ended")
        time.sleep(0.0005)
    assert tracer.stderr is not None
    tracer.stderr.close()
    return tracer
