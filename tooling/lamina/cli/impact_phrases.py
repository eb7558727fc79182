"""What is said of an impact, to people in a terminal and in a pull request alike."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from lamina.words.errors import listing

if TYPE_CHECKING:
    from lamina.project.causes import Cause
    from lamina.project.impact import Trouble


_WHEN = {"base": " in the base, so there is nothing to compare", "head": ""}


def place_text(cause: "Cause") -> str:
    """A cause for people."""
    return f"{cause.position.file}:{cause.position.line}" + (" in the base" if cause.side == "base" else "")


def troubles_text(troubles: "Iterable[Trouble]", when: Mapping[str, str] = _WHEN) -> list[tuple[str, str]]:
    """Errors for people, each once: the documents that it breaks (none where that is the whole environment), and what it is.

    `when` is by side what follows "errors".
    """
    groups: dict[tuple[str, object, str], list[str]] = {}
    for one in troubles:
        key = (one.side, one.finding.position, one.finding.message)
        groups.setdefault(key, []).extend([one.document] if one.document else [])
    return [
        (listing(names), f"{'have' if len(names) > 1 else 'has'} errors{when[side]}: {position}: {message}")
        for (side, position, message), names in groups.items()
    ]


def untouched_text(names: Sequence[str], most: int = 12) -> str:
    """The line on the environments that a change does not touch."""
    return f"no effect on {listing(names, most)}: {'it renders' if len(names) == 1 else 'they render'} the same"
