"""This very tool: what tells it apart from another that may come to other results from the same files."""

import os
import sys
from importlib.util import find_spec
from pathlib import Path

# Those that read, judge and write what is kept.
_LIBRARIES = ("yaml", "jsonschema_rs", "jsonschema", "re2", "orjson")
# Those of our own that do not.
_APART = ("__pycache__", "cli", "changes")
# Where a package is replaced whole, and not edited.
_INSTALLED = ("site-packages", "dist-packages")


def fingerprint(version: str) -> str:
    """The version, the interpreter, and when the files of the package, and of each library that matters, were written."""
    here = Path(__file__).parents[1]
    own = [_stamp(str(here))] if here.parent.name in _INSTALLED else sorted(_stamps(str(here)))
    places = (spec.origin for name in _LIBRARIES if (spec := find_spec(name)) and spec.origin)
    return "\n".join((version, sys.version, *own, *map(_stamp, places)))


def _stamps(folder: str) -> list[str]:
    found: list[str] = []
    waiting = [folder]
    while waiting:
        with os.scandir(waiting.pop()) as entries:
            for entry in entries:
                if entry.name.endswith(".py"):
                    state = entry.stat()
                    found.append(f"{entry.path} {state.st_size} {state.st_mtime_ns}")
                elif entry.name not in _APART and entry.is_dir(follow_symlinks=False):
                    waiting.append(entry.path)
    return found


def _stamp(place: str) -> str:
    state = os.stat(place)
    return f"{place} {state.st_size} {state.st_mtime_ns}"
