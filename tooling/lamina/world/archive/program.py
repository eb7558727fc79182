"""The program git in the private repository: no prompts, no hooks, no transport that is a command, and never for ever."""

import os
import shutil
import signal
import subprocess
from contextlib import suppress
from dataclasses import field
from pathlib import Path

from lamina.words.values import dataclass
from lamina.world.archive.failures import NoProgram

# A git that runs us (as a hook, an alias) says with these where it works itself, which need not be where we do.
_FOREIGN = ("GIT_DIR", "GIT_WORK_TREE", "GIT_COMMON_DIR", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_PREFIX")
_FOREIGN_TOO = ("GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_QUARANTINE_PATH", "GIT_NAMESPACE", "GIT_SHALLOW_FILE")
# What is said is read here, so in English; nobody sits at the terminal; a URL that is a command is none (ext::, fd::).
_VARIABLES = ("LC_ALL=C", "LANGUAGE=C", "GIT_TERMINAL_PROMPT=0", "GIT_ALLOW_PROTOCOL=file:git:http:https:ssh")
_SETTINGS = (
    *("-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null"),
    *("-c", "gc.auto=0", "-c", "maintenance.auto=false", "-c", "push.gpgSign=false"),
    *("-c", "http.lowSpeedLimit=1000", "-c", "http.lowSpeedTime=60"),
)
# After which a remote is taken for dead.
SECONDS = 600.0


@dataclass(frozen=True, slots=True)
class Done:
    """What came of a program: its exit status (None: it was stopped), what it printed, and what it said besides."""

    status: int | None
    out: str = field(repr=False)
    said: tuple[str, ...]


def git(folder: Path, *words: str, held: int | None = None, seconds: float = SECONDS) -> Done:
    """What came of `git WORDS...` in a folder; raises NoProgram.

    `held` is a descriptor that git keeps open for as long as it runs, and so the lock on it, should we die before.
    """
    if shutil.which("git") is None:
        raise NoProgram
    without = [word for name in (*_FOREIGN, *_FOREIGN_TOO) for word in ("-u", name)]
    command = ["env", *without, *_VARIABLES, "git", *_SETTINGS, "--no-optional-locks", *words]
    process = subprocess.Popen(
        command,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        pass_fds=() if held is None else (held,),
    )
    try:
        out, said = process.communicate(timeout=seconds)
    except BaseException as error:
        # With all that it started, such as ssh.
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        if isinstance(error, subprocess.TimeoutExpired):
            return Done(None, "", (f"git {words[0]} was stopped after {seconds:.0f} seconds",))
        raise
    return Done(process.returncode, out.decode("utf-8", "replace"), tuple(_lines(said)))


def _lines(said: bytes) -> list[str]:
    return [line for line in said.decode("utf-8", "replace").splitlines() if line.strip()]
