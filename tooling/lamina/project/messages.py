"""The message of a commit: it is kept for ever and sent to everybody, so nothing may stand in it that no file may hold."""

import re
from collections.abc import Iterator

from lamina.thought.rules import OF_FILES
from lamina.thought.rules.subjects import AnyFile
from lamina.words.finding import Finding, Position
from lamina.words.regex import regex

# What `git commit --verbose` shows below this line is no part of the message.
_SCISSORS = regex(rb"^. -+ >8 -+$.*", re.MULTILINE | re.DOTALL)


def check_message(message: bytes, file: str) -> Iterator[Finding]:
    """What the rules for files, such as the one about private keys, say of a message that a file holds; nothing is quoted."""
    subject = AnyFile(file, _SCISSORS.sub(b"", message))
    for rule in OF_FILES:
        for breach in rule.check(subject) if rule.check else ():
            place = Position(file, *(breach.spot or (1, 1)))
            yield Finding(rule.name, breach.message, place, breach.severity or rule.severity, fix=breach.fix)
