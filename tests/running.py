"""Running lamina as a person would, and seeing what came of it."""

import gc
import io
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import chdir, contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

# What a run must not take from the machine it happens on: the user's home and git, language, time zone, terminal.
PLAIN = {
    "HOME": "/home/ada",
    "LC_ALL": "C.UTF-8",
    "TZ": "UTC",
    "COLUMNS": "100",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
    "GIT_AUTHOR_NAME": "Ada",
    "GIT_AUTHOR_EMAIL": "ada@example.org",
    "GIT_AUTHOR_DATE": "2026-01-02T03:04:05Z",
    "GIT_COMMITTER_NAME": "Ada",
    "GIT_COMMITTER_EMAIL": "ada@example.org",
    "GIT_COMMITTER_DATE": "2026-01-02T03:04:05Z",
}
FOREIGN = ("LAMINA_", "SOPS_", "NO_COLOR", "FORCE_COLOR", "CLICOLOR", "GIT_", "XDG_")
# `-P`: a file of the folder where the command runs is never imported.
COMMAND = (sys.executable, "-P", "-m", "lamina")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a run: its exit status, and what it wrote."""

    code: int
    out: str
    err: str


def surroundings(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment variables of a run: this machine's, without what would change the outcome."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(FOREIGN)}
    return kept | PLAIN | dict(extra or {})


def run_here(*words: str, cwd: Path, env: Mapping[str, str] | None = None) -> Outcome:
    """Runs `lamina WORDS...` in this process: quick, and a debugger can follow it."""
    from lamina.cli.main import run

    status: object = 0
    with mock.patch.dict(os.environ, surroundings(env), clear=True), chdir(cwd), _captured() as (out, err):
        with mock.patch.object(sys, "argv", ["lamina", *words]):
            try:
                run()
            except SystemExit as end:
                status = end.code
            finally:
                gc.enable()  # which a command turns off, for its short life
        return Outcome(status if isinstance(status, int) else 0, _text(out), _text(err))


def run_apart(*words: str, cwd: Path, env: Mapping[str, str] | None = None, stdin: str = "") -> Outcome:
    """Runs `lamina WORDS...` as a process of its own, as a shell would."""
    return run_program(*COMMAND, *words, cwd=cwd, env=env, stdin=stdin)


def run_program(*words: str, cwd: Path, env: Mapping[str, str] | None = None, stdin: str = "") -> Outcome:
    """Runs any program as a process of its own."""
    done = subprocess.run(words, cwd=cwd, env=surroundings(env), input=stdin.encode(), capture_output=True, check=False)
    return Outcome(done.returncode, _decoded(done.stdout), _decoded(done.stderr))


@contextmanager
def _captured() -> Iterator[tuple[io.TextIOWrapper, io.TextIOWrapper]]:
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", newline="", write_through=True) for _ in range(2))
    with redirect_stdout(out), redirect_stderr(err):
        yield out, err


def _text(stream: io.TextIOWrapper) -> str:
    stream.flush()
    written = stream.buffer
    assert isinstance(written, io.BytesIO)
    return _decoded(written.getvalue())


def _decoded(data: bytes) -> str:
    return data.decode("utf-8", "backslashreplace")
