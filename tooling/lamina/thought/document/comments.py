"""The comments of a YAML text: a `#` at the start of a line or after a blank, and in no scalar."""

from bisect import bisect_right
from collections.abc import Iterator
from typing import Any

from lamina.words.regex import regex
from lamina.words.values import dataclass

_MARK = regex(r"(?:(?<=[ \t\r\n])|\A)#(?=([^\r\n]*))")
_LINE_END = regex(r"\r\n?|\n")


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment with its `#`; `alone` where nothing stands before it on its line."""

    line: int
    column: int
    text: str
    alone: bool


def comments(data: bytes) -> Iterator[Comment]:
    """Every comment of a YAML file, in order; up to the place where a file that does not parse is wrong."""
    text = data.decode("utf-8-sig", "replace")
    spans = list(scalar_spans(text))
    starts = [start for start, _ in spans]
    lines = [0, *(found.end() for found in _LINE_END.finditer(text))]
    end = 0
    for found in _MARK.finditer(text):
        place = bisect_right(starts, found.start()) - 1
        if found.start() < end or (place >= 0 and found.start() < spans[place][1]):
            continue
        end = found.end(1)
        line = bisect_right(lines, found.start()) - 1
        alone = not text[lines[line] : found.start()].strip()
        yield Comment(line + 1, found.start() - lines[line] + 1, text[found.start() : end], alone)


def hash_comments(data: bytes) -> Iterator[Comment]:
    """What may be a comment of any other text: what follows the last `#` at the start of a line or after a blank."""
    for number, line in enumerate(_LINE_END.split(data.decode("utf-8-sig", "replace")), 1):
        if "#" in line and (found := list(_MARK.finditer(line))):
            start = found[-1].start()
            yield Comment(number, start + 1, line[start:].rstrip(), not line[:start].strip())


def scalar_spans(text: str) -> Iterator[tuple[int, int]]:
    """Where the characters of each scalar stand; of a block scalar without its header, where a comment may be."""
    from yaml import YAMLError
    from yaml.cyaml import CParser  # type: ignore[attr-defined]  # the stubs do not export it
    from yaml.events import ScalarEvent, StreamEndEvent

    parser = CParser(text)
    while True:
        try:
            event: Any = parser.get_event()
        except YAMLError as error:
            mark: Any = getattr(error, "problem_mark", None)
            yield (mark.index if mark is not None else 0), len(text)
            return
        if event is None or isinstance(event, StreamEndEvent):
            return
        # Where an empty plain value ends libyaml does not say well, and no `#` is in it.
        if isinstance(event, ScalarEvent) and (event.value or event.style):
            marks: tuple[Any, Any] = event.start_mark, event.end_mark
            start, end = marks[0].index, marks[1].index
            if event.style in ("|", ">"):
                header = _LINE_END.search(text, start, end)
                start = header.end() if header else end
            if start < end:
                yield start, end
