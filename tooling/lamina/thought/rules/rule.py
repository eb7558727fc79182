"""What a rule is: a name for something bad, how bad it is, its page, and how it is seen."""

import re
from collections.abc import Callable, Iterable
from typing import Generic, TypeVar

from lamina.thought.rules.naming import Test
from lamina.thought.rules.subjects import Shape
from lamina.words.finding import Severity
from lamina.words.mend import Act, Safety
from lamina.words.node import Path
from lamina.words.values import dataclass

Subject = TypeVar("Subject", contravariant=True)


@dataclass(frozen=True, slots=True)
class Breach:
    """A place where a rule is broken.

    `path` is a place of the subject: of the file as written, or of the document as rendered; `at_key` that its key is meant.
    `spot` is a line and a column instead, for what is not about a value. `layer` is told by stacks, `environment` by twins;
    `file` is told where the place is in another one than the subject's, as of a schema, and by names; `also` are places that
    took part, in other layers, environments or files. `act` would mend it, at `act_path` if not at `path`.
    """

    message: str
    path: Path = ()
    at_key: bool = False
    fix: str | None = None
    spot: tuple[int, int] | None = None
    severity: Severity | None = None
    layer: int | None = None
    environment: str | None = None
    file: str | None = None
    also: tuple["Also", ...] = ()
    act: Act | None = None
    safety: Safety = "safe"
    act_path: Path | None = None


@dataclass(frozen=True, slots=True)
class Also:
    """Another place that took part in a breach: a path of a layer of the stack or of an environment's document, or a file."""

    message: str
    path: Path
    layer: int | None = None
    environment: str | None = None
    at_key: bool = False
    file: str | None = None


@dataclass(frozen=True, slots=True)
class Rule(Generic[Subject]):
    """A rule that is checked on subjects of one sort; those without a `check` are found by whoever reads and merges.

    `hint` is a pattern without which in their bytes no files can break the rule, so that most are not looked at. Documents are
    looked at, where a rule `suspects`, only if a value of a layer or a default of the schema passes the test that it has for
    its key; and where it `folds`, if two keys are folded into one. A rule that `stops` is about what cannot be rendered: its
    severity stands, and no comment allows it.
    """

    name: str
    severity: Severity
    page: str
    check: Callable[[Subject], Iterable[Breach]] | None = None
    hint: re.Pattern[bytes] | None = None
    stops: bool = False
    suspects: Callable[[str, Shape | None], Test | None] | None = None
    folds: Callable[[str], str] | None = None

    @property
    def summary(self) -> str:
        """The first line of its page."""
        return self.page.partition("\n")[0]
