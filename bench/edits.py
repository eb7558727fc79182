"""Edits of a layer between two runs: each makes it what it never was before, and keeps it valid."""

import re
import subprocess
from collections.abc import Callable
from itertools import count
from pathlib import Path

_NUMBER = re.compile(r"(timeout_ms: |sampling: |-Xmx|steps: )\d+")


def editing(layer: Path) -> Callable[[], None]:
    """Changes the layer's first number that may be any, at every call to another; raises ValueError where it has none."""
    text = layer.read_text(encoding="utf-8")
    if not _NUMBER.search(text):
        raise ValueError(f"{layer} has no number to change")
    numbers = count(10_001)

    def edit() -> None:
        layer.write_text(_NUMBER.sub(rf"\g<1>{next(numbers)}", text, count=1), encoding="utf-8")

    return edit


def put_back(repository: Path) -> None:
    """Takes back all edits that were not committed."""
    subprocess.run(["git", "-C", str(repository), "checkout", "--quiet", "--", "."], check=True)
