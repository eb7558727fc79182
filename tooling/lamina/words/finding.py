"""Findings: what is wrong with a configuration, where, and what to do about it."""

from collections.abc import Iterable
from dataclasses import field
from typing import Literal

from lamina.words.mend import Mend
from lamina.words.node import Path
from lamina.words.values import dataclass

Severity = Literal["error", "warning", "note"]


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A place in a file: relative to the repository's root, line and column from one, counted in characters."""

    file: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Related:
    """Another place that took part in a finding, and what it did there."""

    position: Position
    message: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong: the rule it breaks, the sentence that says so, its place, and the way out.

    `fix` tells a person what to do; `mend` is there where `lamina fix` can do it.
    """

    rule: str
    message: str
    position: Position
    severity: Severity = "error"
    environment: str | None = None
    document: str | None = None
    path: Path | None = None
    related: tuple[Related, ...] = ()
    fix: str | None = None
    mend: Mend | None = field(default=None, hash=False)


def worst(findings: "tuple[Finding, ...] | list[Finding]") -> Severity | None:
    """The highest severity among the findings, or None when there are none."""
    present = {finding.severity for finding in findings}
    return next((severity for severity in ("error", "warning", "note") if severity in present), None)


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """Findings by position, each once, in an order that does not turn on who found them first."""
    return sorted(
        dict.fromkeys(findings),
        key=lambda one: (
            *(one.position, one.rule, one.environment or "", one.message),
            *(one.document or "", "" if one.path is None else str(one.path)),
        ),
    )
