"""The message of a commit: it is kept for ever and sent to everybody, so no private key may stand in it."""

import re

from lamina.thought.sealed.creation.private import WHOLE
from lamina.words.finding import Finding, Position

RULE = "committed-private-key"
_FIX = "take it out of the message, and make a new key if anybody else could have seen this one"
# What `git commit --verbose` shows below this line is no part of the message.
_SCISSORS = re.compile(r"^. -+ >8 -+$.*", re.MULTILINE | re.DOTALL)


def check_message(text: str, file: str) -> tuple[Finding, ...]:
    """The private keys in the message of a commit that a file holds; none of them is quoted."""
    message = _SCISSORS.sub("", text)
    return tuple(_finding(message, found.start(), file) for found in WHOLE.finditer(message))


def _finding(message: str, start: int, file: str) -> Finding:
    line = message.count("\n", 0, start) + 1
    column = start - (message.rfind("\n", 0, start) + 1) + 1
    return Finding(RULE, "a private key stands in the message", Position(file, line, column), fix=_FIX)
