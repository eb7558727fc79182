"""This very tool: what tells it apart from another that may come to other results from the same files."""

import os
import sys
from importlib.util import find_spec
from pathlib import Path

# Those that read, judge and write what is kept.
_PARTS = ("yaml", "jsonschema_rs", "jsonschema", "re2", "orjson")


def fingerprint(version: str) -> str:
    """The version, the interpreter, and when each file of the package, and of each library that matters, was written."""
    here = Path(__file__).parents[1]
    stamps = [*_stamps(here), *(_stamp(place) for name in _PARTS if (place := _place(name)))]
    return "\n".join((version, sys.version, *sorted(stamps)))


def _place(name: str) -> str | None:
    spec = find_spec(name)
    return spec.origin if spec else None


def _stamps(folder: Path) -> list[str]:
    found: list[str] = []
    waiting = [str(folder)]
    while waiting:
        with os.scandir(waiting.pop()) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    waiting += () if entry.name == "__pycache__" else (entry.path,)
                elif entry.name.endswith(".py"):
                    found.append(_stamp(entry.path))
    return found


def _stamp(place: str) -> str:
    state = os.stat(place)
    return f"{place} {state.st_size} {state.st_mtime_ns}"
