"""Patches: changes of files as git applies them."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lamina.changes.writing import FileChange


def patch_of(change: "FileChange") -> bytes:
    """A change as a unified diff, byte for byte, as git applies it."""
    from difflib import diff_bytes, unified_diff

    names = (f"a/{change.file}".encode(), f"b/{change.file}".encode())
    sides = (_lines(change.before or b""), _lines(change.after or b""))
    lines = list(diff_bytes(unified_diff, *sides, *names, lineterm=b"\n"))
    return b"".join(line if line.endswith(b"\n") else line + b"\n\\ No newline at end of file\n" for line in lines)


def _lines(data: bytes) -> list[bytes]:
    """Lines as git counts them: each ends with a line feed."""
    lines = data.split(b"\n")
    return [line + b"\n" for line in lines[:-1]] + ([lines[-1]] if lines[-1] else [])
