"""What the tests share: a repository from literals, lamina on it, and the house's figures at the end of a run."""

import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from textwrap import dedent
from typing import Protocol

import pytest
from architecture import HOUSE, figures
from hypothesis import HealthCheck, settings
from running import Outcome, run_apart, run_here
from torture.tally import TORTURED, Row, table

from lamina.world.private.folder import is_in_memory

# A slow machine fails no test. In CI the parent is hypothesis's own profile for it, without randomness.
settings.register_profile("patient", settings(), deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")

Counted = Callable[..., None]
Builder = Callable[[Mapping[str, str | bytes]], Path]


class Lamina(Protocol):
    """`lamina WORDS...` in a folder; `apart` runs it as a process of its own."""

    def __call__(
        self, *words: str, cwd: Path, env: Mapping[str, str] | None = None, apart: bool = False
    ) -> Outcome: ...


@pytest.fixture
def repository(tmp_path: Path) -> Builder:
    """Writes files, `{name: text}`, and returns the root they lie under; a text may be indented, bytes are exact."""

    def build(files: Mapping[str, str | bytes]) -> Path:
        root = tmp_path / "repository"
        root.mkdir(exist_ok=True)
        for name, text in files.items():
            file = root / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(text if isinstance(text, bytes) else dedent(text).removeprefix("\n").encode())
        return root

    return build


@pytest.fixture
def lamina() -> Lamina:
    """Runs lamina and returns its exit status, stdout and stderr."""

    def run(*words: str, cwd: Path, env: Mapping[str, str] | None = None, apart: bool = False) -> Outcome:
        return (run_apart if apart else run_here)(*words, cwd=cwd, env=env)

    return run


@pytest.fixture
def memory() -> Iterator[Path]:
    """A folder that is kept in memory, for one test alone."""
    shared = Path("/dev/shm")
    if not is_in_memory(shared):
        pytest.skip("no file system in memory here")
    place = Path(tempfile.mkdtemp(dir=shared, prefix="lamina-test."))
    yield place
    shutil.rmtree(place)


@pytest.fixture
def counted(record_property: Callable[[str, object], None]) -> Counted:
    """`counted(GOAL, WHAT, ASKED, DONE)` puts a row into the table of what was tortured, at the end of the run."""

    def count(goal: str, what: str, asked: int, done: int | None = None) -> None:
        record_property(TORTURED, Row(goal, what, asked, asked if done is None else done).text)

    return count


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--update`, for the tests whose expected output is a file."""
    parser.addoption("--update", action="store_true", help="write today's output into the expected output that differs")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The sizes of the house, to be seen and not enforced (the largest are, in test_architecture.py); what was tortured."""
    terminalreporter.write_line(figures(HOUSE))
    passed, failed = (terminalreporter.getreports(kind) for kind in ("passed", "failed"))
    said = [text for one in (*passed, *failed) for name, text in one.user_properties if name == TORTURED]
    for line in table([Row.read(text) for text in said]) if said else ():
        terminalreporter.write_line(line)
