"""How a command ends: its status, its message, its way out."""

import os
import shlex
import signal
import subprocess
import time
from pathlib import Path

import pytest
from conftest import Builder, Lamina
from running import COMMAND, Outcome, run_program, surroundings

from lamina import __version__, project
from lamina.cli.main import COMMANDS

FILES = {"schemas/app/v1.schema.yaml": "type: object\n", "environments/dev/app.yaml": "a: 1\n"}


def test_version_and_help(lamina: Lamina, tmp_path: Path) -> None:
    assert lamina("--version", cwd=tmp_path).out == f"lamina {__version__}\n"
    page = lamina("--help", cwd=tmp_path)
    assert page.code == 0
    for name in COMMANDS:
        assert f"\n  {name} " in page.out
        own = lamina(name, "--help", cwd=tmp_path)
        assert own.code == 0
        assert "Example" in own.out
        assert f"lamina {name}" in own.out


MISUSES = {
    "a mistyped command": (["rendr"], "no command rendr", "did you mean render?"),
    "a mistyped command of a group": (["secrets", "xyz"], "no command secrets xyz", "lamina secrets --help"),
    "no such command": (["xyz"], "no command xyz", "lamina --help"),
    "too few words": (["get", "dev"], "Missing argument 'ADDRESS'", "lamina get --help"),
    "too many words": (["list", "dev", "prod"], "unexpected extra argument", "lamina list --help"),
    "no such option": (["list", "--al"], "No such option", "lamina list --help"),
    "no such format": (["list", "--format", "xml"], "xml", "lamina list --help"),
    "no address": (["get", "dev", "a..b:"], "is not an address", "document:path"),
    "no layer": (["get", "dev", "app:a", "--layer", "nowhere"], "cannot be read", "--layer DOCUMENT=FILE"),
    "a folder as layer": (["get", "dev", "app:a", "--layer", "."], "cannot be read: Is a directory", "name a file"),
}


@pytest.mark.parametrize(("words", "message", "hint"), MISUSES.values(), ids=MISUSES)
def test_misuse_is_2_and_says_the_way_out(
    words: list[str], message: str, hint: str, repository: Builder, lamina: Lamina
) -> None:
    outcome = lamina(*words, cwd=repository(FILES))
    assert (outcome.code, outcome.out) == (2, "")
    error, way_out = outcome.err.splitlines()
    assert error.startswith("lamina: error: ")
    assert message in error
    assert way_out.startswith("lamina: hint: ")
    assert hint in way_out


@pytest.mark.parametrize("words", [[], ["-C", "."]], ids=["nothing", "a folder"])
def test_no_command_shows_the_help_page_as_misuse(words: list[str], lamina: Lamina, tmp_path: Path) -> None:
    outcome = lamina(*words, cwd=tmp_path)
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err == lamina("--help", cwd=tmp_path).out


def shell(line: str, root: Path) -> Outcome:
    """A line of shell in which `$lamina` is the program."""
    return run_program("sh", "-c", f"lamina='{shlex.join(COMMAND)}'; {line}", cwd=root)


@pytest.mark.parametrize("words", [["list"], ["get", "dev", "app"], ["--help"], ["--version"], ["list", "--help"]])
def test_a_reader_that_goes_away_is_141_and_silent(words: list[str], repository: Builder) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "wb") as gone:
        root = repository(FILES)
        done = subprocess.run([*COMMAND, *words], cwd=root, env=surroundings(), stdout=gone, stderr=subprocess.PIPE)
    assert (done.returncode, done.stderr) == (141, b"")


def test_closed_streams_are_written_to_in_vain(repository: Builder) -> None:
    root = repository(FILES)
    for closed in (">&-", "2>&-", ">&- 2>&-", "<&- >&- 2>&-"):
        listed = shell(f"$lamina list {closed}", root)
        assert (listed.code, listed.err) == (0, "")
        refused = shell(f"$lamina list nowhere {closed}", root)
        assert (refused.code, refused.out) == (3, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a device that is always full")
@pytest.mark.parametrize("words", ["list", "get dev app", "render dev --format json", "--help"])
def test_a_full_disk_is_no_bug(words: str, repository: Builder) -> None:
    outcome = shell(f"$lamina {words} >/dev/full", repository(FILES))
    assert outcome.code == 3
    assert outcome.err.startswith("lamina: error: cannot write the output: No space left on device\nlamina: hint: ")


def test_no_repository_is_3(lamina: Lamina, tmp_path: Path) -> None:
    for words in (["list"], ["render", "dev"], ["validate"], ["-C", "nowhere", "list"]):
        outcome = lamina(*words, cwd=tmp_path)
        assert (outcome.code, outcome.out) == (3, "")
        assert "is not in a lamina repository" in outcome.err


def test_another_version_is_3(repository: Builder, lamina: Lamina) -> None:
    outcome = lamina("list", cwd=repository({**FILES, "lamina.yaml": "requires: '>=99'\n"}))
    assert outcome.code == 3
    assert outcome.err == (
        f"lamina: error: this repository requires lamina >=99, and this is {__version__}\n"
        "lamina: hint: pip install 'lamina>=99'\n"
    )


def test_a_command_works_from_any_folder_of_the_repository(repository: Builder, lamina: Lamina, tmp_path: Path) -> None:
    root = repository(FILES)
    told = lamina("list", cwd=root).out
    assert lamina("list", cwd=root / "environments/dev").out == told
    assert lamina("-C", str(root), "list", cwd=tmp_path).out == told


def test_an_interruption_is_130(repository: Builder, lamina: Lamina, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*words: object, **more: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(project.Project, "environments", interrupted)
    outcome = lamina("list", cwd=repository(FILES))
    assert (outcome.code, outcome.out, outcome.err) == (130, "", "\n")


def test_an_interrupted_render_leaves_nothing(repository: Builder) -> None:
    many = {f"environments/dev/kind/d{number}.yaml": "a: 1\n" for number in range(3000)}
    root = repository({**many, "schemas/kind/v1.schema.yaml": "type: object\n"})
    command = [*COMMAND, "render", "--all", "-o", "out"]
    program = subprocess.Popen(command, cwd=root, env=surroundings(), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    while program.poll() is None and not any(path.name.startswith(".out.") for path in root.iterdir()):
        time.sleep(0.001)
    program.send_signal(signal.SIGINT)
    out, err = program.communicate()
    assert program.returncode in (0, 130)  # 0: it was done before the signal came
    assert b"Traceback" not in err
    left = sorted(path.name for path in root.iterdir())
    assert left == (["environments", "schemas"] if program.returncode else ["environments", "out", "schemas"])
    assert out == b""


@pytest.mark.parametrize("group", [(), ("secrets",), ("schema",), ("hooks",)], ids=" ".join)
def test_a_group_without_a_command_shows_its_page(lamina: Lamina, tmp_path: Path, group: tuple[str, ...]) -> None:
    done = lamina(*group, cwd=tmp_path)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith(" ".join(["Usage: lamina", *group, "[OPTIONS] COMMAND"]))
    assert "\nCommands:\n" in done.err
