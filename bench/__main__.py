"""The command: `python -m bench [FIGURE...] [--rounds N] [--write]`; progress goes to standard error."""

import argparse
import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from bench.figures import FIGURES, PROJECT
from bench.measure import ONCE, CommandFailed
from bench.scale import ROUNDS
from bench.stage import Bench, WrongRender
from bench.table import Table, as_markdown, as_text

PAGE = PROJECT / "docs" / "performance.md"
IN_MEMORY = Path("/dev/shm")
ROOM = 2_000_000_000
"""Bytes that the corpora and everyone's output need, with something to spare."""


def main() -> None:
    """Measures the figures that are asked for, all when none is named."""
    parser = argparse.ArgumentParser(prog="bench", description="lamina beside other tools on one configuration")
    parser.add_argument("figures", nargs="*", metavar="FIGURE", help=f"{', '.join(FIGURES)}; all when none is named")
    parser.add_argument("--rounds", type=int, default=5, help="measured runs of every command (default 5)")
    parser.add_argument("--write", action="store_true", help="write docs/performance.md; needs all figures")
    options = parser.parse_args()
    unknown = sorted(set(options.figures) - FIGURES.keys())
    if unknown:
        parser.error(f"no such figure: {', '.join(unknown)}; there are {', '.join(FIGURES)}")
    if options.write and options.figures:
        parser.error("--write needs all figures, so name none")
    try:
        tables = measured(options.figures or list(FIGURES), options.rounds)
    except (CommandFailed, WrongRender) as error:
        sys.exit(f"bench: error: {error}")
    if options.write:
        PAGE.parent.mkdir(exist_ok=True)
        PAGE.write_text(page(tables, options.rounds), encoding="utf-8")


def measured(figures: Sequence[str], rounds: int) -> list[Table]:
    """The tables of the figures, each printed as soon as it is there."""
    tables = []
    with tempfile.TemporaryDirectory(prefix="lamina-bench-", dir=_in_memory()) as folder:
        bench = Bench(Path(folder), rounds)
        for name in figures:
            for table in FIGURES[name](bench):
                print(as_text(table), flush=True)
                tables.append(table)
    return tables


def page(tables: Sequence[Table], rounds: int) -> str:
    """The page of the documentation."""
    introduction = _INTRODUCTION.format(rounds=rounds, machine=_machine(), once=ONCE, large=ROUNDS)
    return "\n".join([introduction, *map(as_markdown, tables)]).rstrip() + "\n"


def _in_memory() -> Path | None:
    """A folder that no disk slows down, when there is one with room."""
    roomy = IN_MEMORY.is_dir() and os.access(IN_MEMORY, os.W_OK) and shutil.disk_usage(IN_MEMORY).free > ROOM
    return IN_MEMORY if roomy else None


def _machine() -> str:
    """What the figures were taken on, in general words."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    cores = len(os.sched_getaffinity(0))
    python = f"{platform.python_implementation()} {platform.python_version()}"
    tools = ", ".join(f"{name} {number}" for name in _TOOLS if (number := _version(name)))
    return f"{platform.system()} on {platform.machine()}, {cores} cores, {memory:.0f} GiB; {python}; {tools}"


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


_TOOLS = (
    *("PyYAML", "jsonschema", "jsonschema-rs", "orjson", "gojsonnet", "kapitan", "omegaconf", "hydra-core", "dynaconf"),
    "check-jsonschema",
)

_INTRODUCTION = """\
# Performance

This page is made by

```sh
nox -s bench -- --write
```

and holds the figures of one run on one machine. The seconds are that machine's; the ratios are what carries over.

Machine: {machine}.

How it is measured: one configuration is written in the form of every tool (`bench/model.py`, `bench/trees.py`):
services in environments, four layers a document, 84 leaves each. Small is 10 services in 3 environments, medium 100 in
5, large 1,000 in 10. Every tool must first render exactly the expected documents, values and types. Then the commands
run in turn, {rounds} rounds after one to warm up, as whole processes into an empty folder in memory. Shown are medians,
and for ratios the median of the ratios within a round, so that a machine that slows down slows both sides; a command
that takes more than five seconds is measured once, and one of more than {once:g} seconds is not warmed up. On the large
corpus there are at most {large} rounds. Processor seconds are of all processes of a command, peaks of its largest one.
lamina validates every document and can tell every value's origin in the bytes that it rendered; the plain script
(`bench/peers/plain_script.py`) does neither. What lamina remembers under git's folder from one command to the next is
removed before every run, except where a table says otherwise.
"""

if __name__ == "__main__":
    main()
