"""Conflicts: what two sides did to one place, in words that never hold a value."""

from typing import Literal

from lamina.words.address import path_text
from lamina.words.node import Path
from lamina.words.values import dataclass

Deed = Literal["added", "changed", "removed"]


@dataclass(frozen=True, slots=True)
class Conflict:
    """One place that both sides changed, each in its own way; `why` says more where the place is no value.

    `document` counts from one, and is 0 in a file of one document.
    """

    path: Path = ()
    ours: Deed = "changed"
    theirs: Deed = "changed"
    why: str = ""
    hint: str = ""
    document: int = 0

    def __str__(self) -> str:
        document = f"document {self.document}: " if self.document else ""
        place = f"{document}{path_text(self.path)}" or "the file"
        if self.why:
            return f"{place}: {self.why}" if self.path else f"{document}{self.why}"
        if self.ours == self.theirs:
            return f"{place}: {self.ours} on both sides, differently"
        return f"{place}: {self.ours} by ours, {self.theirs} by theirs"
