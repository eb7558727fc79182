"""What becomes of a change: applied, refused, or none at all; and how a live configuration is doing."""

from dataclasses import dataclass
from typing import Any, Literal

from lamina.words.finding import Finding


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a reload did; `changed` are the documents that were added, removed or changed.

    `new_digest` of a refused one is that of what it would have been made from, where that could be told. `seconds` is how long
    it took.
    """

    verdict: Literal["applied", "unchanged", "refused"]
    generation: int
    old_digest: str | None
    new_digest: str | None
    reason: str | None = None
    findings: tuple[Finding, ...] = ()
    changed: tuple[str, ...] = ()
    commit: str | None = None
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why what lies there now is not what is in force: one sentence, and the findings where there are any."""

    reason: str
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Status:
    """How a live configuration is doing.

    `healthy`: what lies there now is in force, and changes are noticed. `since` is how many seconds ago the last change was
    applied. `watched` says how changes are noticed. The last three count since it was opened.
    """

    environment: str
    source: str
    generation: int
    digest: str
    commit: str | None
    watched: str
    healthy: bool
    refused: Refusal | None
    since: float
    reloads: int
    refusals: int
    callback_failures: int


@dataclass(frozen=True, slots=True)
class Change:
    """A value that another took the place of; `old` or `new` is None where there is none (see `change`)."""

    address: str
    change: Literal["added", "removed", "changed"]
    old: Any
    new: Any
    generation: int
