"""Registers: where the things stand that values name, as `x-refers` says it."""

from lamina.words.address import Address, BadAddress, parse_path
from lamina.words.node import Data, Path
from lamina.words.regex import regex
from lamina.words.values import dataclass

_KIND = regex(r"[A-Za-z0-9][A-Za-z0-9_.-]*")
_DOCUMENT = regex(r"(?:[A-Za-z0-9][A-Za-z0-9_.-]*(?:/[A-Za-z0-9][A-Za-z0-9_.-]*)*)?")


@dataclass(frozen=True, slots=True)
class Register:
    """The documents of a kind (then the path is empty), or the entries at an address of a document.

    Without a document's name it is an address of the very document that names.
    """

    document: str
    path: Path = ()

    def within(self, document: str) -> Address:
        """The address of the register for a document that names; of a kind its folder."""
        return Address(self.document or document, self.path) if self.path else Address(f"{self.document}/")


def registers_of(said: Data) -> tuple[Register, ...]:
    """What the value of `x-refers` says; nothing when it says nothing."""
    texts = said if isinstance(said, list) else [said]
    found = tuple(_register(text) for text in texts)
    registers = tuple(one for one in found if one is not None)
    return registers if len(registers) == len(set(found)) == len(texts) else ()


def _register(text: Data) -> Register | None:
    if not isinstance(text, str):
        return None
    document, colon, path = text.partition(":")
    if not colon:
        return Register(text) if _KIND.fullmatch(text) else None
    try:
        steps = parse_path(path)
    except BadAddress:
        return None
    return Register(document, steps) if steps and _DOCUMENT.fullmatch(document) else None
