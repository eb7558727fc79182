"""What plans ask of references, where there are none or only whole ones of the same kind."""

from collections.abc import Callable

from lamina.words.address import parse_path, path_text
from lamina.words.node import Path


class WholeReferences:
    """References that are the whole text: `${path}`."""

    def refers(self, text: str) -> bool:
        return text.startswith("${")

    def target(self, text: str) -> Path | None:
        return parse_path(text[2:-1]) if self.refers(text) else None

    def followed(self, text: str, lead: Callable[[Path], Path]) -> str:
        return f"${{{path_text(lead(parse_path(text[2:-1])))}}}"
