"""The events of a YAML text, with the comments that lie between them; bounded in depth and number."""

from typing import Any

from lamina.thought.sealed.stores.texts import Unparsable
from lamina.words.regex import regex
from lamina.words.values import dataclass

DEEPEST = 200
MOST_EVENTS = 4_000_000
_COMMENT = regex("(?<![^\\s,\\[\\]{}])#[^\r\n\x85\u2028\u2029]*")
_HEADER = regex("[|>][0-9+-]*[ \t]+(#[^\r\n\x85\u2028\u2029]*)")
_LAST_BREAK = regex("(?:\r\n?|\n)\\Z")


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment's span, from its `#`, and the events before and after it; `header` when it stands behind a `|`."""

    start: int
    end: int
    before: int
    after: int
    header: bool = False


def events_of(text: str) -> tuple[list[Any], list[Comment]]:
    """All events of a text and its comments; raises Unparsable."""
    from yaml.cyaml import CParser  # type: ignore[attr-defined]  # the stubs leave out what the module imports
    from yaml.error import YAMLError

    problem, line = "", 1
    try:
        return _walked(CParser(text), text)
    except YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem, line = str(getattr(error, "problem", None) or "it does not parse"), mark.line + 1 if mark else 1
    raise Unparsable(problem, line)


def end_of(event: Any, text: str) -> int:
    """Where the text of a scalar ends: a block's without what follows it, its last line break included."""
    end: int = event.end_mark.index
    if event.style not in ("|", ">"):
        return end
    start: int = event.start_mark.index
    span = text[start:end]
    head = span.partition("\n")[0].partition("#")[0]
    if "+" in head:
        return start + len(_LAST_BREAK.sub("", span))
    return start + len(span.rstrip())


def _walked(parser: Any, text: str) -> tuple[list[Any], list[Comment]]:
    from yaml.events import (
        MappingEndEvent,
        MappingStartEvent,
        ScalarEvent,
        SequenceEndEvent,
        SequenceStartEvent,
        StreamEndEvent,
    )

    events: list[Any] = []
    comments: list[Comment] = []
    has_comments = "#" in text
    depth, index, end, before = 0, -1, 0, -1
    next_event, keep = parser.get_event, events.append
    while (event := next_event()) is not None:
        index += 1
        keep(event)
        kind = event.__class__
        if kind is MappingStartEvent or kind is SequenceStartEvent:
            depth += 1
        elif kind is MappingEndEvent or kind is SequenceEndEvent:
            depth -= 1
        if depth > DEEPEST or index > MOST_EVENTS:
            raise Unparsable("it is nested too deep or too long to be read", event.start_mark.line + 1)
        if has_comments and (event.start_mark.index < event.end_mark.index or kind is StreamEndEvent):
            start, behind = event.start_mark.index, event.end_mark.index
            if text.find("#", end, start) >= 0:
                comments += (Comment(*found.span(), before, index) for found in _COMMENT.finditer(text, end, start))
            if kind is ScalarEvent and event.style in ("|", ">"):
                behind = end_of(event, text)
                header = _HEADER.search(text, start, behind)
                if header and "\n" not in text[start : header.start()]:
                    comments.append(Comment(*header.span(1), index, index, header=True))
            end, before = behind, index
    return events, comments
