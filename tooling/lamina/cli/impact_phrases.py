"""What is said of an impact, to people in a terminal and in a pull request alike."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from lamina.words.errors import listing

if TYPE_CHECKING:
    from lamina.project.causes import Cause
    from lamina.project.impact import Trouble


def place_text(cause: "Cause") -> str:
    """A cause for people."""
    return f"{cause.position.file}:{cause.position.line}" + (" in the base" if cause.side == "base" else "")


def trouble_text(error: "Trouble") -> str:
    """An error for people, without the document."""
    side = "has errors" if error.side == "head" else "has errors in the base, so it is not compared"
    return f"{side}: {error.finding.position}: {error.finding.message}"


def untouched_text(names: Sequence[str], most: int = 12) -> str:
    """The line on the environments that a change does not touch."""
    return f"no effect on {listing(names, most)}: {'it renders' if len(names) == 1 else 'they render'} the same"
