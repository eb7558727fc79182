"""What a report is made of, and what every format does with it."""

from collections.abc import Callable, Mapping
from dataclasses import field
from typing import Any, Protocol

from lamina.thought.reports.found import Found, count_of
from lamina.words.finding import Position
from lamina.words.values import dataclass


@dataclass(frozen=True, slots=True)
class Entry:
    """A finding in a baseline: known in these environments, or wherever it is found when it concerns none."""

    fingerprint: str
    rule: str
    file: str
    path: str | None
    message: str
    environments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Weighed:
    """What a baseline makes of findings: those not in it, how many are, and its entries where they are found no more."""

    file: str
    new: tuple[Found, ...]
    known: int
    stale: tuple[Entry, ...]


def _no_excerpt(_: Position) -> None:
    return None


def _none(_: Position) -> bool:
    return False


def _plain(text: str, _: str) -> str:
    return text


@dataclass(frozen=True, slots=True)
class Report:
    """Findings, by which command, in what (`dev, prod`), of which `commit` if not of the work tree.

    `hidden` are only counted, `files` were looked at, and `folder` is where the repository lies in the work tree of git: empty,
    or ending in `/`. `excerpt` gives the line of a position where it may be shown; `paint` gives a text a colour;
    `first` tells the places that are shown before others that weigh as much, such as lines that were changed;
    `pages` are what is to be read of the rules; `part` is what a shard tells the join.
    """

    found: tuple[Found, ...]
    command: str
    where: str
    version: str
    commit: str | None = None
    files: tuple[str, ...] = ()
    folder: str = ""
    hidden: tuple[Found, ...] = ()
    baseline: Weighed | None = None
    excerpt: Callable[[Position], str | None] = _no_excerpt
    paint: Callable[[str, str], str] = _plain
    first: Callable[[Position], bool] = _none
    pages: Mapping[str, str] = field(default_factory=dict)
    part: Mapping[str, Any] | None = None

    @property
    def summary(self) -> str:
        """`2 errors in dev, prod`, and how many more are known."""
        known = self.baseline.known if self.baseline else 0
        more = (
            f"; {known:,} more {'are' if known > 1 else 'is'} in {self.baseline.file}"
            if self.baseline and known
            else ""
        )
        return f"{count_of((*self.found, *self.hidden))} in {self.where}{more}"

    def in_git(self, file: str) -> str:
        """A file of the repository as git names it, which is how CI systems do."""
        return file if file.startswith(("/", "../")) else self.folder + file


class Reporter(Protocol):
    """Writes a report in a format: whole, valid also with no findings, and with nothing of a repository but as text."""

    def __call__(self, report: Report, /) -> str:
        """The report as text."""
        ...
