"""What watching says as it goes: to be shown by whoever started it."""

from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from lamina.project.live.current import Current
from lamina.project.live.outcomes import Outcome
from lamina.words.errors import Failure


@dataclass(frozen=True, slots=True)
class Began:
    """The first configuration is in force, and done with; what is watched, and how; whether changes are recorded in a log.

    Where nothing is in force since there are errors, and that is to be waited for, `refused` says what is wrong.
    """

    current: Current
    source: str
    watched: str
    folder: Path | None
    url: str | None
    recorded: bool
    refused: Outcome | None = None


@dataclass(frozen=True, slots=True)
class Changed:
    """A change was applied or rejected, or taken back after it was rejected; `folder` is the one that was written for it."""

    outcome: Outcome
    folder: Path | None = None


@dataclass(frozen=True, slots=True)
class StepFailed:
    """Something that was to be done after a change could not be done; the configuration is in force all the same."""

    step: str
    failure: Failure


Said: TypeAlias = Began | Changed | StepFailed
