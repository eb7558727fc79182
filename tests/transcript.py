"""Transcripts: commands and what they print, as in a terminal, compared with what they print today."""

import re
from collections.abc import Sequence


def fits(expected: Sequence[str], actual: Sequence[str], wildcard: str) -> bool:
    """Whether the lines are as expected: a wildcard stands for any text, and alone on its line for any lines."""
    pattern = "".join(_line_pattern(line, wildcard) for line in expected)
    return re.fullmatch(pattern, "".join(f"{line}\n" for line in actual)) is not None


def trimmed(lines: Sequence[str]) -> list[str]:
    """The lines without the blank ones at the end, and without white space at the end of each."""
    end = max((number for number, line in enumerate(lines, 1) if line.strip()), default=0)
    return [line.rstrip() for line in lines[:end]]


def _line_pattern(line: str, wildcard: str) -> str:
    if line.strip() == wildcard:
        return r"(?:.*\n)*"
    return ".*".join(map(re.escape, line.split(wildcard))) + r"\n"
