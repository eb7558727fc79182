"""What can be wrong: with a schema, and with the data of a document."""

from dataclasses import field

from lamina.words.finding import Severity
from lamina.words.mend import Act, Safety
from lamina.words.node import Path
from lamina.words.values import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a schema file."""

    file: str
    path: Path = ()


@dataclass(frozen=True, slots=True)
class SchemaFault:
    """One thing that is wrong with a schema: the rule, the sentence, the place and the way out."""

    rule: str
    message: str
    place: Place
    hint: str | None = None
    severity: Severity = "error"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with a document's data.

    `path` is the value's; for a missing key it is the map that lacks it, for an unknown key the key itself (then
    `at_key` is true). `schema` is the keyword that refused; `act` may mend it, of a missing key at `key` of the map. No message
    quotes a secret.
    """

    rule: str
    message: str
    path: Path
    at_key: bool = False
    fix: str | None = None
    schema: Place | None = None
    act: Act | None = field(default=None, hash=False)
    safety: Safety = "safe"
    key: str | None = None
