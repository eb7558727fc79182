"""`python -m torture HARNESS COUNT [SEED]`: torture in a process of its own, and print a row of the table a line, as JSON."""

import os
import sys
import tempfile
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from shutil import rmtree

from torture.tally import Row

HARNESSES = {name: f"torture.{name}" for name in ("kills", "faults", "losses", "mutants", "soak", "served")}
# In memory, where there is such a folder: neither a kill nor an injected fault says anything of the disk.
_FAST = Path("/dev/shm")


def main(harness: str, asked: str, seed: str = "0") -> None:
    run: Callable[[Path, int, int], list[Row]] = getattr(import_module(HARNESSES[harness]), harness)
    folder = Path(tempfile.mkdtemp(prefix="lamina-test.torture.", dir=_FAST if os.access(_FAST, os.W_OK) else None))
    bad = True
    try:
        rows = run(folder, int(asked), int(seed))
        bad = any(row.bad for row in rows)
    finally:
        if not bad:
            rmtree(folder)
    for row in rows:
        print(row.text)


main(*sys.argv[1:])
