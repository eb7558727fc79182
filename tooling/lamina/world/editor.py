"""The user's editor: which program it is, and working on a file with it."""

import os
import shlex
import shutil
import signal
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from pathlib import Path

from lamina.words.errors import Failure

# sops asks the first two; VISUAL is where others look.
VARIABLES = ("SOPS_EDITOR", "EDITOR", "VISUAL")
_USUAL = ("vim", "nano", "vi")
_PATIENCE = 2.0


class NoEditor(Failure):
    """No program to edit with."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason, f"let {VARIABLES[0]} or {VARIABLES[1]} name one that waits: vim, code --wait")


class EditorFailed(Failure):
    """The editor did not end well, so what it left is not taken."""

    def __init__(self, name: str, status: int) -> None:
        how = f"status {status}" if status >= 0 else f"signal {-status}"
        super().__init__(
            f"the editor {name} ended with {how}, so nothing was written", "edit again: the file is as it was"
        )


def editor_words(variables: Mapping[str, str]) -> list[str]:
    """The command of the user's editor, as words; no shell runs it. Raises NoEditor."""
    path = variables.get("PATH", os.defpath)
    for name in VARIABLES:
        if variables.get(name, "").strip():
            return _words(name, variables[name], path)
    found = next((program for name in _USUAL if (program := shutil.which(name, path=path))), None)
    if found is None:
        raise NoEditor(f"no editor is named by {' or '.join(VARIABLES)}, and {', '.join(_USUAL)} are not here")
    return [found]


def run_editor(words: list[str], file: Path, variables: Mapping[str, str], attended: bool) -> None:
    """Let the user work on a file until the editor ends; raises EditorFailed, and NoEditor where it cannot be started.

    On a terminal (`attended`) an interrupt belongs to the editor: one that dies of it interrupts us too.
    """
    status = None
    with _interrupts_left_to_it() if attended else nullcontext():
        try:
            process = subprocess.Popen([*words, str(file)], env=dict(variables))
        except OSError as error:
            process, reason = None, error.strerror
        if process is not None:
            status = _waited(process)
    if status is None:
        raise NoEditor(f"the editor {words[0]} cannot be started: {reason}")
    if status == -signal.SIGINT:
        raise KeyboardInterrupt
    if status != 0:
        raise EditorFailed(words[0], status)


def _words(name: str, text: str, path: str) -> list[str]:
    words: list[str] | None
    try:
        words = shlex.split(text)
    except ValueError:
        words = None
    if not words:
        raise NoEditor(f"{name} is no command: a quote in it is not closed")
    program = shutil.which(words[0], path=path)
    if program is None:
        raise NoEditor(f"{name} names {words[0]}, and there is no such program")
    return [program, *words[1:]]


def _waited(process: "subprocess.Popen[bytes]") -> int:
    """The exit status; whatever ends the waiting ends the editor too."""
    try:
        return process.wait()
    except BaseException:
        process.terminate()
        try:
            process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        raise


@contextmanager
def _interrupts_left_to_it() -> Iterator[None]:
    # A function, not SIG_IGN, which the editor would inherit.
    old = {number: signal.signal(number, lambda *_: None) for number in (signal.SIGINT, signal.SIGQUIT)}
    try:
        yield
    finally:
        for number, action in old.items():
            signal.signal(number, action)
