"""Private keys that were pasted into `.sops.yaml`: reported where they stand, and never repeated."""

import re

from lamina.thought.sealed.creation.nodes import Source
from lamina.words.regex import regex

_PEM = r"-----BEGIN [A-Z ]{0,20}PRIVATE KEY-----"
_PRIVATE = regex(rf"SECRET-KEY-|{_PEM}", re.IGNORECASE)
_WHOLE = regex(rf"(?:AGE-)?SECRET-KEY-[0-9A-Z-]{{20}}|{_PEM}", re.IGNORECASE)
_RULE = "exposed-private-key"
_FIX = "put its public key here, and make a new key: this one is known to all who can read the file"


def holds_private_key(text: str) -> bool:
    """Whether a text may be a private key, or hold one, so that it is not to be shown."""
    return _PRIVATE.search(text) is not None


def find_private(source: Source, at: int, instead_of: str) -> None:
    """Record a private key that stands where something else belongs."""
    source.find(_RULE, f"a private key stands here in place of {instead_of}", at, _FIX)


def find_others(source: Source) -> None:
    """Record the private keys that stand anywhere else in the text, comments included."""
    known = {finding.position.line for finding in source.findings if finding.rule == _RULE}
    for found in _WHOLE.finditer(source.text):
        if source.place(found.start()).line not in known:
            source.find(_RULE, "a private key stands in this file", found.start(), _FIX)
