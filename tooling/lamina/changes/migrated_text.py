"""The steps of a migration on a layer's text: each by the smallest edit, comments and all other bytes kept."""

from collections.abc import Sequence

from lamina.thought.document.edit import drop, put
from lamina.thought.document.moving import moved, renamed, unwrapped, wrapped
from lamina.thought.migration import Disclose, Enclose, Rename, Shift, Step, Take, Write, after, get
from lamina.words.node import Patch


def rewritten(data: bytes, file: str, patch: Patch, steps: Sequence[Step]) -> bytes:
    """The bytes of a layer after steps; `patch` is what it says before them. Raises CannotEdit."""
    for step in steps:
        patch = after(patch, (step,))
        data = _stepped(data, file, step, patch)
    return data


def _stepped(data: bytes, file: str, step: Step, now: Patch) -> bytes:
    match step:
        case Rename(path, key):
            return renamed(data, file, path, key)
        case Shift(path, to):
            return moved(data, file, path, to)
        case Take(path):
            return drop(data, file, path)
        case Write(path, value):
            return put(data, file, path, value)
        case Enclose(path, key):
            return wrapped(data, file, path, key, get(now, path))
        case Disclose(path, key):
            return unwrapped(data, file, path, key, get(now, path))
