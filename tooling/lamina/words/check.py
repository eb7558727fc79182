"""Checks: whether one part of a set-up is as it should be, and what to do when it is not."""

from typing import Literal

from lamina.words.values import dataclass

State = Literal["ok", "warning", "problem"]


@dataclass(frozen=True, slots=True)
class Check:
    """One part of a set-up: its name, how it is, a sentence or a version, and the way out."""

    name: str
    state: State
    message: str
    fix: str | None = None
