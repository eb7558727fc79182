"""Repositories with lamina's hooks, run by the real git: what the tests of hooks share."""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

from githistory import begun, git
from running import COMMAND, Outcome, run_program, surroundings

from lamina.thought.hooks import HOOKS

SCHEMA = """\
$schema: https://json-schema.org/draft/2020-12/schema
title: App
description: An app.
type: object
additionalProperties: false
properties:
  name: {type: string, description: What it is called., examples: [app]}
  retries: {type: integer, description: How often it tries., examples: [3]}
"""
SOUND = {
    "schemas/app/v1.schema.yaml": SCHEMA,
    "environments/base/app.yaml": "name: app\n",
    "environments/dev/app.yaml": "retries: 3\n",
}
BAD, GOOD = {"environments/dev/app.yaml": "retries: three\n"}, {"environments/dev/app.yaml": "retries: 4\n"}


def program(folder: Path) -> Path:
    """A `lamina` that is the one under test, alone in a folder of its own."""
    file = folder / "program" / "lamina"
    file.parent.mkdir(parents=True, exist_ok=True)
    # git says to its hooks where it works; what else the test's Python needs stands here.
    file.write_text("#!/bin/sh\nexec " + " ".join(f"'{word}'" for word in COMMAND) + ' "$@"\n')
    file.chmod(0o755)
    return file


def hook(place: Path, name: str) -> None:
    """A hook put by hand where git looks for it."""
    place.mkdir(parents=True, exist_ok=True)
    (place / name).write_text(HOOKS[name])
    (place / name).chmod(0o755)


def with_hooks(folder: Path, files: Mapping[str, str] = SOUND, *words: str) -> Path:
    """A git repository of some files, all staged and not yet committed, in which the hooks of a work tree are installed."""
    begun(folder, *words)
    write(folder, files)
    git(folder, "add", ".")
    install(folder, folder.parent)
    return folder


def install(folder: Path, place: Path, *words: str) -> Outcome:
    """`lamina hooks install WORDS...` in a folder, by the program that stands in a place."""
    outcome = run_program(str(program(place)), "hooks", "install", *words, cwd=folder, env=path(place))
    assert outcome.code == 0, outcome.err
    return outcome


def write(folder: Path, files: Mapping[str, str | None]) -> None:
    """Files written into a work tree, or deleted (None)."""
    for name, text in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        if text is None:
            file.unlink()
        else:
            file.write_text(text)


def path(folder: Path) -> dict[str, str]:
    """The search path with `program(folder)` before all else."""
    return {"PATH": f"{folder / 'program'}{os.pathsep}{os.environ['PATH']}"}


def tried(folder: Path, *words: str, env: Mapping[str, str] | None = None) -> Outcome:
    """What comes of `git WORDS...`, which a hook may refuse."""
    command = ["git", "-C", str(folder), "-c", "protocol.file.allow=always", *words]
    done = subprocess.run(command, env=surroundings(env), capture_output=True, check=False, stdin=subprocess.DEVNULL)
    return Outcome(done.returncode, done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace"))
