"""Alternatives: which branch of an anyOf or oneOf a value was meant for, told from why each refused it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from lamina.thought.schema.explaining import told
from lamina.words.node import Path
from lamina.words.values import dataclass

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError

_TELLING = ("const", "enum")


@dataclass(frozen=True, slots=True)
class Branch:
    """One alternative and why it refused the value."""

    index: int
    errors: "Sequence[ValidationError]"

    @property
    def types(self) -> list[str]:
        """The types that it asks for, when the value has none of them."""
        own = [told(error) for error in self.errors if error.validator == "type" and not error.relative_path]
        return [name for said in own for name in ([said] if isinstance(said, str) else said)]

    @property
    def of_another_type(self) -> bool:
        """Whether the value is not even of its type."""
        return bool(self.types)

    def values_at(self, path: Path) -> list[Any]:
        """The values that it asks for at a path below the value."""
        telling = (error for error in self.errors if error.validator in _TELLING and tuple(error.relative_path) == path)
        return [value for error in telling for value in (told(error) if error.validator == "enum" else [told(error)])]

    @property
    def telling(self) -> list[Path]:
        """The paths, at most two keys down, of values that tell it from its siblings and are not the ones it asks for."""
        paths = [tuple(error.relative_path) for error in self.errors if error.validator in _TELLING]
        return [path for path in paths if len(path) <= 2]

    @property
    def missing(self) -> list[str] | None:
        """The keys that it asks for, when that is all that it asks for."""
        if any(error.validator != "required" or error.relative_path for error in self.errors):
            return None
        return [told(error) for error in self.errors]

    @property
    def rank(self) -> tuple[int, int, int]:
        """The lower, the nearer it is to the value."""
        return len(self.telling), len(self.errors), self.index


def branches(error: "ValidationError") -> list[Branch]:
    """The alternatives of an anyOf or oneOf that fits in none of them."""
    found: dict[int, list[ValidationError]] = {}
    for inner in error.context or ():
        found.setdefault(int(inner.relative_schema_path[0]), []).append(inner)
    return [Branch(index, errors) for index, errors in found.items()]


def shared_paths(meant: list[Branch]) -> list[Path]:
    """The paths where every one of the branches asks for another value."""
    return [path for path in meant[0].telling if all(path in branch.telling for branch in meant)]


def nearest(meant: list[Branch]) -> Branch | None:
    """The branch that was meant, when there is no doubt: it is alone, or the only one that nothing tells apart."""
    if len(meant) == 1:
        return meant[0]
    fitting = [branch for branch in meant if not branch.telling]
    return fitting[0] if len(fitting) == 1 else None
