"""What the tests of live configuration share: a small repository on disk, and files that are replaced as editors do."""

import os
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from textwrap import dedent

from lamina.project.live.live import Live

SCHEMA = """
    type: object
    additionalProperties: false
    properties:
      n: {type: integer, description: A number.}
      name: {type: string, description: A name.}
      from: {type: integer, description: Another's number.}
      list: {type: array, items: {type: integer}, description: Numbers.}
      map: {type: object, additionalProperties: {type: integer}, description: Numbers by name.}
      token: {type: string, x-secret: true, description: A secret.}
"""
FILES = {
    "schemas/app/v1.schema.yaml": SCHEMA,
    "schemas/web/v1.schema.yaml": SCHEMA,
    "schemas/teams/v1.schema.yaml": SCHEMA,
    "environments/base/app.yaml": "n: 1\nname: base\nmap: {a: 1, b: 2}\n",
    "environments/base/web.yaml": "from: ${app:n}\n",
    "environments/base/teams/red.yaml": "n: 10\n",
    "environments/base/teams/blue.yaml": "n: 20\n",
    "environments/prod/app.yaml": "name: prod\n",
}


def replaced(file: Path, text: str | bytes) -> None:
    """Write a file beside and rename it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    beside = file.with_name(f".{file.name}.new")
    beside.write_bytes(text if isinstance(text, bytes) else dedent(text).removeprefix("\n").encode())
    os.replace(beside, file)


def written(root: Path, files: Mapping[str, str | bytes] = FILES) -> Path:
    """A repository of files."""
    for name, text in files.items():
        replaced(root / name, text)
    return root


def until(true: Callable[[], object], seconds: float = 10) -> None:
    """Wait until something is so."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.002)


def applied(live: Live) -> None:
    """Have it read what is there, which is sound and another."""
    outcome = live.reload()
    assert outcome.verdict == "applied", outcome
