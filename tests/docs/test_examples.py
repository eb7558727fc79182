"""The manual, executed: every example of README.md and docs/ does what the page says.

A ```console block holds commands (`$ `, continued by `> `) and what they print, stdout and stderr as a terminal mixes
them; `...` stands for any text, alone on a line for any lines, and /repository for the folder. A ```python block is
executed, one that opens with `>>>` as a doctest. A page has one copy of this repository, one shell for its commands, in
their order, and then one namespace for its Python. A block that cannot run here says so: ```console skip.
"""

import doctest
import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from running import COMMAND, run_program
from transcript import fits, trimmed

ROOT = Path(__file__).parents[2]
# The reference is generated (tests/docs/test_pages.py): what looks like an example there would be somebody's description.
GENERATED = ROOT / "docs/reference"
PAGES = [ROOT / "README.md", *(page for page in sorted(ROOT.glob("docs/**/*.md")) if page.parent != GENERATED)]
PROGRAMS = frozenset(
    {"lamina", "cat", "cd", "cp", "echo", "export", "git", "ls", "mkdir", "python", "rm", "sed", "ssh-keygen", "unset"}
)
WILDCARD = "..."
# What the shell prints before each command, so that outputs can be told apart; it keeps $? for the command.
_MARK = "\x1e"
_MARK_FUNCTION = "mark() { status=$?; printf '\\036'; return $status; }\n"
_BLOCK = re.compile(r"^```(console|python)([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Block:
    """An example: its language, the line of the page where its text begins, and its text."""

    language: str
    line: int
    text: str


def blocks(page: str) -> list[Block]:
    """The examples of a page that are to be run."""
    return [
        Block(found[1], page.count("\n", 0, found.start(3)) + 1, found[3])
        for found in _BLOCK.finditer(page)
        if "skip" not in found[2].split()
    ]


def commands(text: str) -> Iterator[tuple[str, list[str]]]:
    """Each command of a console block, and the lines that it should print."""
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        command, *lines = part.rstrip("\n").split("\n")
        more = next((number for number, line in enumerate(lines) if not line.startswith("> ")), len(lines))
        yield "\n".join([command, *(line[2:] for line in lines[:more])]), lines[more:]


def differences(page: str, copy: Path) -> list[str]:
    """What the examples of a page do otherwise than it says, when they run in a copy of the repository."""
    examples = blocks(page)
    console = [
        (block.line, *pair) for block in examples if block.language == "console" for pair in commands(block.text)
    ]
    unknown = [
        f"line {line}: an example may not run {program}"
        for line, command, _ in console
        for program in programs(command)
        if program not in PROGRAMS
    ]
    return unknown or [*_console_differences(console, copy), *_python_differences(examples, copy)]


def programs(command: str) -> Iterator[str]:
    """The programs that a command runs: the first word of each part of its pipes and lists."""
    words = shlex.shlex(command.partition("\n")[0], posix=True, punctuation_chars=True)
    words.whitespace_split = True
    first = True
    for word in words:
        if first and not re.match(r"[A-Z_]+=", word):
            yield word
        first = word in ("|", "||", "&&", ";", "&", "(") or (first and "=" in word)


def _console_differences(console: list[tuple[int, str, list[str]]], copy: Path) -> Iterator[str]:
    script = "exec 2>&1\n" + _MARK_FUNCTION + "".join(f"mark\n{command}\n" for _, command, _ in console)
    path = f"{_shim(copy.parent)}{os.pathsep}{os.environ['PATH']}"
    shell = run_program("sh", "-c", script, cwd=copy, env={"PATH": path})
    printed = shell.out.split(_MARK)[1:]
    for (line, command, expected), text in zip(console, printed, strict=True):
        actual = trimmed(text.replace(str(copy), "/repository").split("\n"))
        if not fits(trimmed(expected), actual, WILDCARD):
            yield f"line {line}: $ {command}\n" + "\n".join(actual)


def _python_differences(examples: list[Block], copy: Path) -> Iterator[str]:
    names: dict[str, object] = {"__name__": "__main__"}
    for block in examples:
        if block.language != "python":
            continue
        if block.text.startswith(">>> "):
            yield from _doctest_differences(block, names)
        else:
            exec(compile("\n" * (block.line - 1) + block.text, "page", "exec"), names)


def _doctest_differences(block: Block, names: dict[str, object]) -> Iterator[str]:
    said: list[str] = []
    test = doctest.DocTestParser().get_doctest(block.text, names, "page", "page", block.line - 1)
    doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(test, out=said.append, clear_globs=False)
    names |= test.globs
    yield from said


def _shim(folder: Path) -> Path:
    """A folder with a `lamina` that is the one under test, and a `python` that has it."""
    programs = folder / "bin"
    programs.mkdir(exist_ok=True)
    for name, words in (("lamina", COMMAND), ("python", COMMAND[:1])):
        program = programs / name
        program.write_text("#!/bin/sh\nexec " + " ".join(f"'{word}'" for word in words) + ' "$@"\n')
        program.chmod(0o755)
    return programs


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """This repository as it stands in the work tree, committed, without what git ignores."""
    folder = tmp_path / "copy"
    listed = subprocess.check_output(["git", "ls-files", "-z", "-c", "-o", "--exclude-standard"], cwd=ROOT, text=True)
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    for command in ("init -q -b main", "add -A", "commit -q -m everything"):
        assert run_program("git", *command.split(), cwd=folder).code == 0
    return folder


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_the_examples_of_a_page(page: Path, copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(copy)
    found = differences(page.read_text("utf-8"), copy)
    if found:
        pytest.fail("\n\n".join([f"{page.name} does not say what happens today:", *found]), pytrace=False)


@pytest.mark.parametrize(
    ("text", "difference"),
    [
        ("```console\n$ echo a\na\n$ echo b; echo c\n...\n```\n", None),
        ("```console\n$ echo a\nb\n```\n", "line 2: $ echo a\na"),
        ("```console\n$ ls nowhere\nls: ...\n$ echo $?\n2\n```\n", None),
        ("```console\n$ export A=1\n```\n\n```console\n$ cat <<END\n> $A\n> END\n1\n```\n", None),
        ("```console\n$ curl x | ls\n```\n", "line 2: an example may not run curl"),
        ("```console\n$ echo x | sh\n```\n", "line 2: an example may not run sh"),
        ("```console\n$ A=1 echo 'x | y' | sed 's/;/z/'\nx | y\n```\n", None),
        ("```console skip\n$ curl x\n```\n", None),
        ("```python\nx = 1\n```\n\n```python\nassert x == 1\n```\n", None),
        ("```python\nx = 1\n```\n\n```python\n>>> x\n1\n>>> x + 1\n3\n```\n", "Expected:\n    3\nGot:\n    2\n"),
    ],
)
def test_the_runner_can_fail(text: str, difference: str | None, tmp_path: Path) -> None:
    folder = tmp_path / "copy"
    folder.mkdir()
    found = differences(text, folder)
    assert len(found) == (difference is not None)
    assert difference is None or difference in found[0]


def test_a_python_block_that_raises_names_its_line(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError) as raised:
        differences("A page.\n\n```python\nx = 1\n1 / 0\n```\n", tmp_path)
    assert raised.traceback[-1].lineno == 4  # from zero
