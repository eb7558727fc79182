"""Cases: one test each, wherever it is written; a source of them is a row of a table."""

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, TypeAlias

from lamina.thought.expressions import Expression
from lamina.words.finding import Finding, Position
from lamina.words.node import Data
from lamina.words.values import dataclass

if TYPE_CHECKING:
    from lamina.project.testing.bench import Bench


@dataclass(frozen=True, slots=True)
class Hold:
    """A condition that must be true of documents; `finding` tells what is wrong where it is not, but for why."""

    expression: Expression
    environment: str
    documents: Mapping[str, Data]
    finding: Finding


Said: TypeAlias = "Finding | Hold"
"""What a test comes to: something wrong, or a condition that is yet to be evaluated."""


@dataclass(frozen=True, slots=True)
class Case:
    """A test: its name, where it stands, the environment that it is about, and how it is run."""

    name: str
    position: Position
    environment: str | None
    run: "Callable[[Bench], Iterable[Said]]"


@dataclass(frozen=True, slots=True)
class Result:
    """What a test came to; it passed where nothing is wrong."""

    case: Case
    findings: tuple[Finding, ...]

    @property
    def passed(self) -> bool:
        """Whether the test passed."""
        return not self.findings


Source: TypeAlias = "Callable[[Bench], Iterable[Case]]"
"""Where tests are written: gives all that stand there; what cannot be read as one is a test that fails and says so."""
