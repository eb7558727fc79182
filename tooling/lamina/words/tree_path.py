"""Paths as sops writes them: `["db"]["users"][0]`."""

import re

from lamina.words.errors import Misuse
from lamina.words.node import Path
from lamina.words.regex import regex

_STEP = regex(r"""\[\s*(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|(\d+))\s*\]""")


class BadTreePath(Misuse):
    """A text that is no path of sops."""

    def __init__(self, text: str) -> None:
        super().__init__(f"{text!r} is no path", """write keys and places in brackets: '["db"]["users"][0]'""")


def parse_tree_path(text: str) -> Path:
    """The path that a text such as `["a"]["b"][0]` writes; raises BadTreePath."""
    steps: list[str | int] = []
    end = 0
    while end < len(text):
        found = _STEP.match(text, end)
        if found is None:
            raise BadTreePath(text)
        double, single, index = found.groups()
        steps.append(int(index) if index is not None else single if double is None else re.sub(r"\\(.)", r"\1", double))
        end = found.end()
    return tuple(steps)


def tree_path_text(path: Path) -> str:
    """A path in the same syntax."""
    keys = (step if isinstance(step, int) else '"' + re.sub(r'(["\\])', r"\\\1", step) + '"' for step in path)
    return "".join(f"[{key}]" for key in keys)
