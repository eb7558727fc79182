"""Findings for the tests of reports: plain ones, hostile ones, any at all; and what a workflow's runner makes of a log."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from lamina.thought.reports import Report, gathered
from lamina.words.finding import Finding, Position, Related

FILE = "environments/dev/app.yaml"

HOSTILE = [
    "x\n::error::forged",
    "::set-output name=x::y",
    "x\r\n##[error]forged",
    "%0A::error::forged",
    "a: b, c%25,title=forged::",
    "]]><testcase name='forged'/>",
    "<script>alert(1)</script>&amp;",
    "| forged |\n|---|\n# forged",
    "![x](https://evil.example/x.png) [x](https://evil.example) @admin #1 `code`",
    "\x1b[31mred\x1b]0;title\x07\x9b2J\x08\x00",
    "\u202etxt.exe\u2066\u200f",
    "\udcff\udc80",
    '"; } ]\u2028{{0}} \\',
]
FORBIDDEN = set("\x1b\x07\x9b\x08\x00\r\u202e\u2066\u200f\u2028\ufeff")

texts = st.one_of(st.text(max_size=20), st.sampled_from(HOSTILE))
positions = st.builds(Position, texts, st.integers(1, 99), st.integers(1, 99))
findings = st.builds(
    Finding,
    rule=texts,
    message=texts,
    position=positions,
    severity=st.sampled_from(["error", "warning", "note"]),
    environment=st.none() | texts,
    document=st.none() | texts,
    path=st.none() | st.tuples(texts, st.integers(0, 9)),
    related=st.lists(st.builds(Related, positions, texts), max_size=2).map(tuple),
    fix=st.none() | texts,
)


def finding(message: str = "it is wrong", line: int = 1, **more: Any) -> Finding:
    """A finding in dev's layer of `app`."""
    return Finding(more.pop("rule", "some-rule"), message, Position(more.pop("file", FILE), line), **more)


def many(count: int, **more: Any) -> list[Finding]:
    """So many different findings, line after line."""
    return [finding(f"value {number} is wrong", number + 1, **more) for number in range(count)]


def report(found: Iterable[Finding], **more: Any) -> Report:
    """What `lamina validate` reports of them."""
    return Report(gathered(found), "validate", "dev, prod", "0.1.0", **more)


def hostile_everywhere(evil: str) -> Finding:
    """A finding whose every text is of a repository that means harm."""
    place = Position(evil)
    return Finding(evil, evil, place, "error", evil, evil, (evil,), (Related(place, evil),), evil)


@dataclass(frozen=True)
class Command:
    """A command that the runner of a workflow obeys."""

    name: str
    properties: dict[str, str]
    data: str


def commands(log: str) -> Iterator[Command]:
    """What the runner obeys in a log: https://github.com/actions/runner, ActionCommand.TryParseV2, with .NET's lines."""
    for line in re.split(r"\r\n|\r|\n", log):
        assert "##[" not in line
        found = re.match(r"\s*::(.*?)::(.*)", line, re.DOTALL)
        if found:
            name, _, rest = found[1].partition(" ")
            pairs = [pair.split("=", 1) for pair in rest.split(",") if "=" in pair]
            yield Command(
                name,
                {key.strip(): _decoded(value, "%3A", "%2C") for key, value in pairs},
                _decoded(found[2]),
            )


def _decoded(text: str, *more: str) -> str:
    for code in ("%0D", "%0A", *more, "%25"):
        text = text.replace(code, chr(int(code[1:], 16)))
    return text


Write = Callable[[Report], str]
