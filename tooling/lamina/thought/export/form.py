"""What every export format shares: its contract, and the failure of a value that it has no form for."""

from typing import Protocol

from lamina.words.address import path_text
from lamina.words.errors import Failure
from lamina.words.node import Data, Path


class Exporter(Protocol):
    """Writes one document's data, or a map of document name to data, in one format."""

    def __call__(self, data: Data) -> bytes: ...


class NoForm(Failure):
    """A value that this format cannot say; the sentence names the place, never the value, which may be secret."""

    status = 1

    def __init__(self, path: Path, problem: str, hint: str) -> None:
        super().__init__(f"{path_text(path) or 'the whole document'} {problem}", hint)
        self.path = path
        self._problem = problem

    def of(self, document: str) -> "NoForm":
        """The same failure, said of a place in a document by name."""
        return NoForm((document, *self.path), self._problem, self.hint or "")


def unwritable(value: object) -> TypeError:
    """The bug of handing a format something that is not settled data, such as a sealed leaf."""
    return TypeError(f"a render holds plain data only, not {type(value).__name__}")
