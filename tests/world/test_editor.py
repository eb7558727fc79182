"""The user's editor: found, run, and ended with us."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from lamina.world.editor import EditorFailed, NoEditor, editor_words, run_editor

PATH = os.environ["PATH"]


def program(folder: Path, name: str, text: str = "") -> str:
    """A program of that name in a folder."""
    file = folder / name
    file.write_text(f"#!/bin/sh\n{text}\n")
    file.chmod(0o755)
    return str(file)


def test_the_variables_are_asked_in_the_order_of_sops(tmp_path: Path) -> None:
    names = [program(tmp_path, name) for name in ("mine", "usual", "visual", "vi")]
    variables = {"PATH": str(tmp_path), "SOPS_EDITOR": "mine", "EDITOR": "usual -w", "VISUAL": "visual"}
    assert editor_words(variables) == [names[0]]
    assert editor_words(variables | {"SOPS_EDITOR": ""}) == [names[1], "-w"]
    assert editor_words(variables | {"SOPS_EDITOR": " ", "EDITOR": ""}) == [names[2]]
    assert editor_words({"PATH": str(tmp_path)}) == [names[3]]
    program(tmp_path, "vim")
    assert editor_words({"PATH": str(tmp_path)}) == [str(tmp_path / "vim")]


def test_words_are_split_as_a_shell_splits_them_and_no_shell_runs(tmp_path: Path) -> None:
    found = program(tmp_path, "my editor")
    assert editor_words({"EDITOR": f"'{found}' --wait \"a b\" $X;"}) == [found, "--wait", "a b", "$X;"]


@pytest.mark.parametrize(
    ("text", "message"), [("nowhere -w", "there is no such program"), ("vim 'x", "a quote in it is not closed")]
)
def test_no_editor_is_said_with_the_variable(text: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(NoEditor, match=f"EDITOR .*{message}") as stopped:
        editor_words({"EDITOR": text, "PATH": str(tmp_path)})
    assert stopped.value.status == 3
    with pytest.raises(NoEditor, match="no editor is named"):
        editor_words({"PATH": str(tmp_path)})


@pytest.mark.parametrize("attended", [True, False])
def test_it_works_on_the_file_with_the_users_environment(attended: bool, tmp_path: Path) -> None:
    words = [program(tmp_path, "editor", 'echo "$1 $WORD" >"$2"'), "-x"]
    run_editor(words, tmp_path / "file name", {"PATH": PATH, "WORD": "w"}, attended)
    assert (tmp_path / "file name").read_text() == "-x w\n"


@pytest.mark.parametrize("attended", [True, False])
@pytest.mark.parametrize(
    ("text", "message"), [("exit 3", "ended with status 3"), ("kill -9 $$", "ended with signal 9")]
)
def test_one_that_fails_is_said(text: str, message: str, attended: bool, tmp_path: Path) -> None:
    with pytest.raises(EditorFailed, match=message):
        run_editor([program(tmp_path, "editor", text)], tmp_path / "x", {"PATH": PATH}, attended)


def test_one_that_cannot_be_started_is_said(tmp_path: Path) -> None:
    (tmp_path / "editor").write_text("no program")
    (tmp_path / "editor").chmod(0o755)
    with pytest.raises(NoEditor, match="cannot be started"):
        run_editor([str(tmp_path / "editor")], tmp_path / "x", {}, False)


def test_one_that_dies_of_an_interrupt_interrupts_us(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        run_editor([program(tmp_path, "editor", "kill -INT $$")], tmp_path / "x", {"PATH": PATH}, True)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


RUNNING = """
import sys
from pathlib import Path
from lamina.world.editor import run_editor
run_editor(sys.argv[2:], Path("x"), {"PATH": "/usr/bin:/bin"}, sys.argv[1] == "attended")
"""


def started(attended: str, folder: Path, text: str) -> "subprocess.Popen[bytes]":
    words = [sys.executable, "-c", RUNNING, attended, program(folder, "editor", text)]
    running = subprocess.Popen(words, cwd=folder, stderr=subprocess.DEVNULL)
    while not (folder / "started").exists():
        time.sleep(0.01)
    return running


def test_an_interrupt_on_a_terminal_belongs_to_the_editor(tmp_path: Path) -> None:
    running = started(
        "attended", tmp_path, "trap 'touch heard' INT; touch started; while [ ! -e end ]; do sleep 0.05; done"
    )
    running.send_signal(signal.SIGINT)
    time.sleep(0.2)
    assert running.poll() is None
    (tmp_path / "end").touch()
    assert running.wait() == 0


def test_without_a_terminal_an_interrupt_ends_the_editor_too(tmp_path: Path) -> None:
    running = started("alone", tmp_path, "echo $$ >pid; touch started; exec sleep 60")
    running.send_signal(signal.SIGINT)
    assert running.wait() != 0
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text()), 0)


def test_an_editor_that_does_not_listen_is_killed(tmp_path: Path) -> None:
    running = started("alone", tmp_path, "trap '' TERM; echo $$ >pid; touch started; while :; do sleep 0.1; done")
    running.send_signal(signal.SIGINT)
    assert running.wait() != 0
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text()), 0)
