"""The steps of a migration on a layer's text: each by the smallest edit, comments and all other bytes kept."""

from collections.abc import Sequence

from lamina.thought.document import VERSION_KEY, outline, read
from lamina.thought.document.edit import drop, put
from lamina.thought.document.moving import moved, renamed, unwrapped, wrapped
from lamina.thought.document.placing import alike
from lamina.thought.migration import Disclose, Enclose, Rename, Shift, Step, Take, Write, after, get
from lamina.words.node import Patch


def rewritten(data: bytes, file: str, patch: Patch, steps: Sequence[Step]) -> bytes:
    """The bytes of a layer after steps; `patch` is what it says before them. Raises CannotEdit."""
    for step in steps:
        patch = after(patch, (step,))
        data = _stepped(data, file, step, patch)
    return data


def with_version(data: bytes, file: str, version: int) -> bytes:
    """The bytes of a layer that says another version, at the top where it said none; raises CannotEdit."""
    wanted = put(data, file, (VERSION_KEY,), version)
    root = outline(data, file)
    if file.endswith(".json") or root.style != "block" or not root.children or VERSION_KEY in root.children:
        return wanted
    text = data.decode("utf-8-sig")
    mark, newline = data[: len(data) - len(text.encode())], "\r\n" if "\r\n" in text else "\n"
    first = root.value.start
    raised = mark + f"{text[:first]}{VERSION_KEY}: {version}{newline}{text[first:]}".encode()
    return raised if alike(read(raised, file).value, read(wanted, file).value) else wanted


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
