"""What is tortured: a program that works on a folder in a child, and the judge of what it leaves there."""

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from torture.children import Ack

ENDLESS = 10**9


class Program(Protocol):
    """A program by its name. It may be cut off anywhere, and is begun again on what it left."""

    name: str

    def prepare(self, folder: Path) -> None:
        """Make what it begins with."""

    def work(self, folder: Path, ack: Ack, turns: int) -> None:
        """Open what is there, do so many turns, and tell what is acknowledged."""

    def judge(self, folder: Path, acked: Iterable[str]) -> list[str]:
        """What is wrong with what lies there, without changing it."""

    def reopen(self, folder: Path, acked: Iterable[str]) -> list[str]:
        """Open it as the next program would, go on with it, and say what is wrong then."""


def clock() -> datetime:
    return datetime.now(UTC)
