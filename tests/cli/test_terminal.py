"""What a person sees: nothing of a file's names or values reaches the terminal as a command to it."""

import os
import pty
import subprocess
from pathlib import Path

import pytest
from conftest import Builder, Lamina
from running import COMMAND, surroundings

SCHEMA = """
    $schema: https://json-schema.org/draft/2020-12/schema
    additionalProperties: false
    properties:
      level: {enum: ["a\\e[31m", b]}
      note: {type: string, maxLength: 30}
      labels: {type: object, additionalProperties: {type: string}}
"""
# Colour, an operating system command that sets the title, a C1 introducer, a change of direction, a backspace.
EVIL = r"\e[31m\e]0;title\a\x9b2J\u202e\b"
FORBIDDEN = "\x1b\x07\x9b\u202e\b\r"
LAYER = f'note: "{EVIL}"\nlabels: {{"{EVIL}": "{EVIL}", "x\\nlamina: error: forged": "y\\nlamina: hint: forged"}}\n'
COMMANDS = [
    ["validate"], ["list"], ["list", "dev"], ["diff", "dev", "prod"], ["diff", "dev", "prod", "--format", "markdown"],
    ["explain", "dev", "app"], ["explain", "dev", "app:note"], ["explain", "dev", "app:labels"],
    ["render", "dev"], ["get", "dev", "app"], ["get", "dev", "app:labels"],
    ["get", "dev", "app:nowhere"], ["set", "dev", "app:level", "x"], ["unset", "dev", "app:note"],
]  # fmt: skip


def repository_of(repository: Builder, layer: str) -> Path:
    return repository(
        {"schemas/app/v1.schema.yaml": SCHEMA, "environments/dev/app.yaml": layer, "environments/prod/app.yaml": "{}"}
    )


@pytest.mark.parametrize("words", COMMANDS, ids=map(" ".join, COMMANDS))
@pytest.mark.parametrize(
    "more",
    ["", f'"{EVIL}": unknown\n', f'level: "{EVIL}"\n', f'extra: "${{{EVIL}}}"\n'],
    ids=["sound", "a key", "a value", "a reference"],
)
def test_nothing_is_a_command_to_the_terminal(words: list[str], more: str, repository: Builder, lamina: Lamina) -> None:
    outcome = lamina(*words, cwd=repository_of(repository, LAYER + more))
    assert outcome.code in (0, 1, 3)
    said = outcome.out + outcome.err
    assert not set(said) & set(FORBIDDEN), said
    assert "\nlamina: error: forged" not in said
    assert "\nlamina: hint: forged" not in said


def test_a_references_path_is_no_command(repository: Builder, lamina: Lamina) -> None:
    path = r"labels.\"x\nlamina: error: forged\e[31m\""
    for layer in (
        f'note: "${{{path}}}"\n',
        f'note: "${{{path}}}"\nlabels: {{"x\\nlamina: error: forged\\e[31m": y}}\n',
    ):
        root = repository_of(repository, layer)
        for words in (["explain", "dev", "app:note"], ["validate"], ["render", "dev"], ["get", "dev", "app:note"]):
            said = lamina(*words, cwd=root)
            assert not set(said.out + said.err) & set(FORBIDDEN)
            assert "\nlamina: error: forged" not in said.out + said.err


@pytest.mark.parametrize(
    "name", [b"a\x1b[31m.yaml", b"a\nlamina: error: forged.yaml", "a\u202eb.yaml".encode(), b"\xff.yaml", b"a\x9b.yaml"]
)
def test_names_of_files_are_no_commands_either(name: bytes, repository: Builder, lamina: Lamina) -> None:
    root = repository_of(repository, "level: b\n")
    Path(os.fsdecode(os.fsencode(root) + b"/environments/dev/" + name)).touch()
    for words in (["validate"], ["validate", "--format", "json"], ["render", "dev"]):
        outcome = lamina(*words, cwd=root)
        assert outcome.code == 1
        assert not set(outcome.out + outcome.err) & set(FORBIDDEN)
        assert "\nlamina: error: forged" not in outcome.out


@pytest.mark.parametrize("word", ["\x1b[31m", "a\u202eb", "\udcff", "\udc9b2J"])
def test_the_users_own_words_come_back_harmless(word: str, repository: Builder, lamina: Lamina) -> None:
    root = repository_of(repository, "level: b\n")
    questions = (
        [word],
        ["list", word],
        ["get", "dev", f'app:"{word}"'],
        ["get", "dev", word],
        ["explain", "dev", f'app:labels."{word}"'],
        ["render", "dev", "--layer", word],
        ["set", "dev", f'app:labels."{word}"', "x"],
        ["render", "dev", "--format", word],
        ["-C", word, "list"],
        ["validate", word],
    )
    for words in questions:
        outcome = lamina(*words, cwd=root)
        assert outcome.code in (0, 2, 3), outcome
        assert not set(outcome.out + outcome.err) & set(FORBIDDEN), words


def test_a_raw_value_is_raw_for_a_program(repository: Builder, lamina: Lamina) -> None:
    root = repository_of(repository, 'note: "a\\e[31mb\\r"\n')
    assert lamina("get", "dev", "app:note", cwd=root).out == "a\x1b[31mb\r\n"


def seen(root: Path, *words: str, **env: str) -> str:
    """What a terminal gets from a command."""
    leader, follower = pty.openpty()
    with os.fdopen(leader, "rb", buffering=0) as terminal:
        surrounding = surroundings({"TERM": "xterm", **env})
        program = subprocess.Popen(
            [*COMMAND, *words], cwd=root, env=surrounding, stdin=follower, stdout=follower, stderr=follower
        )
        os.close(follower)
        text = b""
        try:
            while chunk := terminal.read(65536):
                text += chunk
        except OSError:
            pass  # EIO: how Linux says that the other side of a terminal has been closed
        program.wait()
    return text.decode().replace("\r\n", "\n")


def test_a_raw_value_is_harmless_on_a_terminal(repository: Builder) -> None:
    root = repository_of(repository, 'note: "a\\e[31mb"\n')
    assert seen(root, "get", "dev", "app:note") == "a\\x1b[31mb\n"
    assert seen(root, "render", "dev", "app", "--format", "env") == 'NOTE="a\\x1b[31mb"\n'


def test_colours_are_for_a_terminal_whose_user_wants_them(repository: Builder, lamina: Lamina) -> None:
    root = repository_of(repository, "level: c\n")
    assert "\x1b[31merror:\x1b[0m" in seen(root, "validate")
    assert "\x1b" not in seen(root, "validate", NO_COLOR="1")
    assert "\x1b" not in lamina("validate", cwd=root).out
