"""`profile`: the command is run as it stands, its time is told by spans, and nothing stays replaced."""

import importlib
import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import reduce
from pathlib import Path
from typing import Any

import pytest
from conftest import Builder, Lamina

from lamina.cli.main import COMMANDS
from lamina.cli.spans import SEAMS, Spans, spanned

FILES = {
    "schemas/app/v1.schema.yaml": "type: object\nproperties: {level: {enum: [info, error]}}\n",
    "environments/dev/app/a.yaml": "level: info\n",
    "environments/dev/app/b.yaml": "level: ${app/a:level}\n",
}
PATHS = [(module, path) for module, paths in SEAMS.items() for path in paths]


def at(module: str, path: str) -> Any:
    def step(home: Any, name: str) -> Any:
        return home[name] if isinstance(home, dict) else getattr(home, name)

    return reduce(step, path.split("."), importlib.import_module(module))


@pytest.fixture
def root(repository: Builder) -> Path:
    return repository(FILES)


class Clock:
    """Seconds that go by when they are told to."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize(("module", "path"), PATHS, ids=[f"{module}:{path}" for module, path in PATHS])
def test_every_seam_is_there(module: str, path: str) -> None:
    assert callable(at(module, path))


def test_the_time_of_a_span_is_not_that_of_those_inside_of_it() -> None:
    clock = Clock()
    spans = Spans(clock)
    clock.now += 1
    with spans.span("merge"):
        clock.now += 2
        with spans.span("read"):
            clock.now += 4
        clock.now += 8
        with spans.span("read"), spans.span("read"):
            clock.now += 16
    clock.now += 32
    spans.end()
    assert spans.seconds == {"other": 33, "merge": 10, "read": 20}
    assert spans.calls == {"merge": 1, "read": 3}


def test_a_span_that_ends_in_an_error_ends() -> None:
    clock = Clock()
    spans = Spans(clock)

    def fail() -> None:
        clock.now += 2
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        spans.timed(fail, "parse")()
    clock.now += 1
    spans.end()
    assert spans.seconds == {"other": 1, "parse": 2}


def test_what_other_threads_do_is_no_span_of_this_one() -> None:
    clock = Clock()
    spans = Spans(clock)
    work = spans.timed(lambda: 7, "parse")
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(work).result() == 7
    assert work() == 7
    assert spans.calls == {"parse": 1}


def test_afterwards_everything_is_what_it_was() -> None:
    before = {(module, path): at(module, path) for module, path in PATHS}
    finders = list(sys.meta_path)
    with suppress(KeyError), spanned(Clock()):
        assert all(at(*place) is not before[place] for place in before)
        raise KeyError
    assert {place: at(*place) for place in before} == before
    assert sys.meta_path == finders


def test_a_seam_that_is_gone_costs_its_span_and_not_the_profile(
    root: Path, lamina: Lamina, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = {"Tree.gone": "parse", "Gone.gone": "parse", "reading.gone": "parse"}
    monkeypatch.setitem(SEAMS, "lamina.project.tree", gone)
    outcome = lamina("profile", "validate", cwd=root)
    assert (outcome.code, outcome.err) == (0, "")
    assert "parse" not in outcome.out


def test_what_is_imported_meanwhile_is_a_span_and_has_its_own_loader() -> None:
    name = "lamina.project.caching.rows"
    known = {one: sys.modules.pop(one) for one in (name, "colorsys") if one in sys.modules}
    clock = Clock()
    try:
        with spanned(clock) as spans:
            import colorsys

            module = importlib.import_module(name)
            assert module.Rows.one.__wrapped__
            assert type(colorsys.__loader__) is type(json.__loader__)
            assert colorsys.__spec__ is not None
            assert colorsys.__spec__.loader is colorsys.__loader__
        assert spans.calls["import"] >= 4
        assert not hasattr(module.Rows.one, "__wrapped__")
        with pytest.raises(ModuleNotFoundError), spanned(clock):
            importlib.import_module("lamina.there_is_none")
    finally:
        sys.modules.update(known)


def test_a_command_by_its_spans(root: Path, lamina: Lamina) -> None:
    outcome = lamina("profile", "--format", "json", "render", "dev", "--format", "json", cwd=root)
    assert (outcome.code, outcome.err) == (0, "")
    shape = json.loads(outcome.out)
    assert (shape["command"], shape["status"]) == (["render", "dev", "--format", "json"], 0)
    calls = {one["span"]: one["calls"] for one in shape["spans"]}
    assert {name: calls[name] for name in ("list", "read", "validate", "export")} == {
        "list": 1, "read": 3, "validate": 2, "export": 1,
    }  # fmt: skip
    assert {"start", "parse", "schemas", "merge", "refer", "survey", "other"} <= calls.keys()
    assert all(one["seconds"] >= 0 for one in shape["spans"])
    assert sum(one["seconds"] for one in shape["spans"]) == pytest.approx(shape["seconds"], abs=1e-3)


def test_a_table_for_people_in_which_all_is_told(root: Path, lamina: Lamina) -> None:
    lines = lamina("profile", "validate", "dev", cwd=root).out.splitlines()
    assert lines[0].split() == ["SECONDS", "SHARE", "CALLS", "SPAN"]
    assert [line.split()[-1] for line in lines[1:-1]][-1] == "other"
    assert lines[-1].endswith("  in all: lamina validate dev")
    seconds = [float(line.split()[0]) for line in lines[1:-2]]
    assert seconds == sorted(seconds, reverse=True)


def test_the_command_is_run_as_it_stands(root: Path, lamina: Lamina) -> None:
    outcome = lamina("profile", "set", "dev", "app/a:level", "error", cwd=root)
    assert outcome.code == 0
    assert (root / "environments/dev/app/a.yaml").read_text() == "level: error\n"
    assert "level" not in outcome.out.partition("in all")[0]


def test_its_status_and_what_it_says_to_people_are_kept(root: Path, repository: Builder, lamina: Lamina) -> None:
    failed = lamina("profile", "get", "nowhere", "app/a", cwd=root)
    assert failed.code == 3
    assert failed.err.startswith("lamina: error: no environment nowhere\n")
    assert "in all: lamina get nowhere app/a" in failed.out
    repository({"environments/dev/app/a.yaml": "level: wrong\n"})
    found = lamina("profile", "--format", "json", "validate", cwd=root)
    assert (found.code, json.loads(found.out)["status"]) == (1, 1)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["profile", "profile", "list"], "a profile of a profile tells nothing"),
        (["profile", "lst"], "there is no command lst"),
        (["profile", "get", "dev"], "Missing argument 'ADDRESS'"),
        (["profile"], "Missing argument 'COMMAND"),
    ],
    ids=["of itself", "no such command", "words that are off", "of nothing"],
)
def test_what_is_no_command_has_no_profile(words: list[str], said: str, root: Path, lamina: Lamina) -> None:
    outcome = lamina(*words, cwd=root)
    assert outcome.code == 2
    assert said in outcome.err
    assert outcome.out == ""


def test_without_a_profile_nothing_is_replaced(root: Path, lamina: Lamina) -> None:
    """A command that is not profiled does not even know of spans."""
    program = "import sys; from lamina.cli.main import lamina; lamina(['list'], standalone_mode=False)"
    told = subprocess.run(
        [sys.executable, "-c", f"{program}; print('lamina.cli.spans' in sys.modules)"],
        cwd=root, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    assert told.endswith("False\n")
    assert COMMANDS["profile"] == "profiling"
