r"""Scripts: whole-command tests as text, with the files, the commands and what they print.

    Anything before the first command is prose: what this shows, and why it matters.

    $ lamina get prod app:retries
    3
    $ lamina get prod app:nowhere
    ! lamina: error: [...]
    [exit 1]

    # A comment. Files follow the commands.
    -- environments/base/app.yaml --
    retries: 3

After a command stand the lines of its stdout, then those of its stderr, each after `! `, then its exit status unless it
is 0. `[...]` stands for any text, alone on a line for any lines; `$WORK` for the folder of the script. Blank lines and
comments (`# `) before the next command are for the reader; an output line that looks like one of these marks is written
with `\` before it. Commands know no shell, but may begin with NAME=value; beside `lamina` there are the PROGRAMS below.

`pytest --update` (or LAMINA_UPDATE=1) writes what is printed today into each script that differs; then read the diff.
"""

import re
import shlex
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from running import Outcome, run_here, run_program
from transcript import fits, trimmed

PROGRAMS = frozenset({"cat", "chmod", "cp", "git", "ln", "ls", "mkdir", "mv", "rm", "sed"})
WILDCARD = "[...]"
_FILE = re.compile(r"^-- (\S.*) --\n", re.MULTILINE)
_MARK = re.compile(r"[$#!] |\\|-- |\[exit ")
_ASSIGNMENT = re.compile(r"[A-Z_]+=")

Runner = Callable[[list[str], Path, dict[str, str]], Outcome]


@dataclass(frozen=True, slots=True)
class Step:
    """A command, the lines that it should print, and the reader's lines before the next command."""

    command: str
    expected: tuple[str, ...]
    gap: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Script:
    """Prose, steps, and the files that they begin with (their text as it stands in the script)."""

    prose: str
    steps: tuple[Step, ...]
    files: tuple[tuple[str, str], ...]

    def __str__(self) -> str:
        lines = [line for step in self.steps for line in (f"$ {step.command}", *step.expected, *step.gap)]
        files = "".join(f"-- {name} --\n{text}" for name, text in self.files)
        return self.prose + "".join(f"{line}\n" for line in lines) + files


def parse(text: str) -> Script:
    """The script that a text writes; `str` of it is that text again."""
    head, *parts = _FILE.split(text)
    prose, *commands = re.split(r"^\$ ", head, flags=re.MULTILINE)
    files = tuple(zip(parts[::2], parts[1::2], strict=True))
    return Script(prose, tuple(map(_step, commands)), files)


def today(script: Script, root: Path, lamina: Runner | None = None) -> Script:
    """The script as its commands print today in `root`; a step that fits stays as it is, wildcards and all."""
    for name, text in script.files:
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode())
    steps = []
    for step in script.steps:
        printed = tuple(_printed(_run(step.command, root, lamina or _lamina), root))
        same = fits([line.rstrip() for line in step.expected], printed, WILDCARD)
        steps.append(step if same else replace(step, expected=printed))
    return replace(script, steps=tuple(steps))


def _step(text: str) -> Step:
    command, *lines = text.removesuffix("\n").split("\n")
    end = len(lines)
    while end and (not lines[end - 1] or lines[end - 1].startswith("# ")):
        end -= 1
    return Step(command, tuple(lines[:end]), tuple(lines[end:]))


def _run(command: str, root: Path, lamina: Runner) -> Outcome:
    words = shlex.split(command.replace("$WORK", str(root)))
    env = {}
    while _ASSIGNMENT.match(words[0]):
        name, _, env[name] = words.pop(0).partition("=")
    if words[0] == "lamina":
        return lamina(words[1:], root, env)
    assert words[0] in PROGRAMS, f"a script runs lamina or one of {sorted(PROGRAMS)}, not {words[0]}"
    return run_program(*words, cwd=root, env=env)


def _lamina(words: list[str], root: Path, env: dict[str, str]) -> Outcome:
    return run_here(*words, cwd=root, env=env)


def _printed(outcome: Outcome, root: Path) -> Iterator[str]:
    for text, mark in ((outcome.out, ""), (outcome.err, "! ")):
        for line in trimmed(text.replace(str(root), "$WORK").split("\n")):
            yield mark + line if mark else _escaped(line)
    if outcome.code:
        yield f"[exit {outcome.code}]"


def _escaped(line: str) -> str:
    return "\\" + line if _MARK.match(line) else line
