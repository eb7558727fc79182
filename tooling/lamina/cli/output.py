"""Everything said to a person or a program: results to stdout, messages to stderr."""

import os
import sys
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

import click

from lamina.words.errors import Failure
from lamina.words.harmless import safe as safe
from lamina.words.harmless import safe_json
from lamina.words.harmless import safe_line as safe_line
from lamina.words.node import Data, Sealed

if TYPE_CHECKING:
    from lamina.words.finding import Finding, Position


class NoJson(Failure):
    """A result for machines that holds a number which JSON has no word for."""

    status = 1

    def __init__(self) -> None:
        super().__init__("a number in the result is not finite, and JSON has no word for that", "use --format text")


def result(text: str) -> None:
    """A result, as a line (or lines) on stdout."""
    sys.stdout.write(text if text.endswith("\n") else text + "\n")


def result_bytes(data: bytes) -> None:
    """A result that is already encoded: as it is for a program, and harmless for a terminal."""
    if sys.stdout.isatty():
        sys.stdout.write(safe(data.decode("utf-8", "backslashreplace"), keep="\n\t"))
        return
    sys.stdout.flush()
    sys.stdout.buffer.write(data)


def result_json(value: Any) -> None:
    """A result for machines: indented JSON, keys in the documented order; raises NoJson, and then nothing is written."""
    from json import dumps

    try:
        text = dumps(value, indent=2, ensure_ascii=False, default=_plain, allow_nan=False)
    except ValueError:
        raise NoJson from None
    # A byte of a file's name that is no UTF-8 becomes an escape of JSON.
    result_bytes(f"{safe_json(text)}\n".encode(errors="backslashreplace"))


def error(message: str, hint: str | None = None, details: Iterable[str] = ()) -> None:
    """What went wrong, more about it line by line, and the way out, on stderr."""
    sys.stderr.write(f"{styled('lamina: error:', 'red', sys.stderr)} {safe(message)}\n")
    for line in details:
        note(f"  {line}")
    if hint:
        tell(hint)


def tell(hint: str) -> None:
    """A hint on stderr."""
    sys.stderr.write(f"{styled('lamina: hint:', 'cyan', sys.stderr)} {safe(hint)}\n")


def note(message: str) -> None:
    """A remark on stderr that is neither an error nor a hint."""
    sys.stderr.write(f"lamina: {safe(message)}\n")


def styled(text: str, colour: str, stream: Any = None) -> str:
    """Text in a colour, on a terminal whose user has not said NO_COLOR."""
    stream = stream or sys.stdout
    return click.style(text, fg=colour) if stream.isatty() and not os.environ.get("NO_COLOR") else text


def table(rows: Sequence[Sequence[str]], head: Sequence[str]) -> None:
    """Aligned columns under a head."""
    shown = [[safe(cell) for cell in row] for row in (head, *rows)]
    widths = [max(len(row[column]) for row in shown) for column in range(len(head))]
    for number, row in enumerate(shown):
        line = "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        result(line if number else styled(line, "bright_black"))


def inline(value: Data) -> str:
    """A value on one line, as YAML would be written in flow style; JSON is such a style."""
    return (
        value if isinstance(value, str) and value.isprintable() and value.strip() == value and value else _json(value)
    )


def brief(value: Data, most: int = 100) -> str:
    """A value on one line that is short enough to read: a long list or map by its size, a long text cut."""
    text = inline(value)
    if len(text) <= most:
        return text
    if isinstance(value, dict | list):
        return f"{{{len(value)} keys}}" if isinstance(value, dict) else f"[{len(value)} items]"
    return text[:most] + "…"


def _json(value: Data) -> str:
    from json import dumps

    return dumps(value, ensure_ascii=False, default=_plain)


def _plain(value: object) -> str:
    if isinstance(value, Sealed):
        return value.ciphertext
    raise TypeError(f"no JSON form for {type(value).__name__}")


def finding_json(finding: "Finding") -> dict[str, Any]:
    """The documented shape of a finding."""
    from lamina.thought.reports.json_text import shape_of

    return shape_of(finding)


def findings_text(findings: "Iterable[Finding]", excerpts: "Callable[[Position], str | None]", stream: Any) -> None:
    """Findings for people beside what a command is about, on a stream; the same one in several environments is said once.

    `excerpts(position)` gives the line to show, or None.
    """
    from lamina.thought.reports import gathered
    from lamina.thought.reports.text import lines_of

    for found in gathered(findings):
        lines = lines_of(found, excerpts, lambda text, colour: styled(text, colour, stream))
        stream.write("\n".join(lines) + "\n")
