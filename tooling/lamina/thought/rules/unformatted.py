"""A layer's text is not laid out as the others are.

What: blanks at the end of a line, tabs, other line ends than `\\n`, more than two blank lines in a row, blank lines at the
start or the end, or no line end after the last line. None of it changes a value, and each shows up as a difference in the
next change of somebody else.

Example:

    retries: 3···           # with blanks at the end
    name:	a               # with a tab

Instead: let an editor do it (`.editorconfig` of this repository says how), or the fix.

Fix: safe: what the layer says stays the same, and so does what stands in texts: block scalars and quoted texts are left as
they are, but for their line ends, which readers of YAML take alike. Sealed layers are written by whoever seals, and are not
looked at.
"""

import re
from collections.abc import Iterator

from lamina.thought.rules.rule import Breach, Rule
from lamina.thought.rules.subjects import LayerText
from lamina.words.mend import Rewrite, Span
from lamina.words.regex import regex

_GAP = regex(r"(?P<blank>[ \t\r\n]+)|(?<![^ \t\r\n])#[^\r\n]*")
_BREAK = regex(r"\r\n?|\n")
_RETURN = regex(r"\r\n?")
_MOST_BREAKS = 3


def _check(layer: LayerText) -> Iterator[Breach]:
    if layer.sealed or not _may_be_odd(layer.data):
        return
    text = layer.text
    spans = tuple(_of_json(text) if layer.file.endswith(".json") else _of_yaml(text, layer))
    if spans:
        first = spans[0]
        lines = _BREAK.split(text[: first.start])
        spot = (len(lines), len(lines[-1]) + 1)
        more = f", and {len(spans) - 1} more like it" if len(spans) > 1 else ""
        yield Breach(_said(text, first) + more, spot=spot, fix="lay it out as the others are", act=Rewrite(spans))


def _may_be_odd(data: bytes) -> bool:
    """Whether a file can be unformatted: told at the speed of memory, since hardly any is."""
    ends = data.endswith(b"\n") and not data.endswith(b"\n\n") and not data.startswith(b"\n")
    return not ends or any(odd in data for odd in (b" \n", b"\t", b"\r", b"\n\n\n\n"))


def _of_yaml(text: str, layer: LayerText) -> Iterator[Span]:
    """The odd places between scalars; in a scalar only line ends are."""
    at = 0
    for start, end in layer.scalars(text):
        yield from _of_gap(text, at, start)
        yield from (Span(found.start(), found.end(), "\n") for found in _RETURN.finditer(text, start, end))
        at = max(at, end)
    # The text of a block scalar begins with its indentation; a line end behind it would belong to it.
    yield from _of_gap(text, at, len(text))
    if text.strip() and not text.endswith(("\n", "\r")) and (at < len(text) or not _ends_in_block(text, layer)):
        yield from () if text.endswith((" ", "\t")) else (Span(len(text), len(text), "\n"),)


def _ends_in_block(text: str, layer: LayerText) -> bool:
    last = max(layer.scalars(text), default=(0, 0))
    return text[last[0] : last[0] + 1] in " \t\r\n"


def _of_gap(text: str, start: int, end: int) -> Iterator[Span]:
    for found in _GAP.finditer(text, start, end):
        if found["blank"] is not None:
            yield from _changed(text, found.start(), found.end(), _laid_out(text, *found.span()))
        else:
            kept = found[0].rstrip(" \t")
            ends = "\n" if found.end() == len(text) and kept != found[0] else ""
            yield from _changed(text, found.start() + len(kept), found.end(), ends)


def _of_json(text: str) -> Iterator[Span]:
    """The odd places of a JSON text: its strings hold no line ends, and its indentation is its author's."""
    for found in re.finditer(r"[ \t\r\n]*[\r\n][ \t\r\n]*", text):
        tail = _BREAK.split(found[0])[-1]
        breaks = "\n" * len(_BREAK.findall(found[0]))
        kept = ("\n" if text.strip() else found[0]) if found.end() == len(text) else breaks + tail
        yield from _changed(text, *found.span(), kept)
    if text.strip() and not text.endswith(("\n", "\r", " ", "\t")):
        yield Span(len(text), len(text), "\n")


def _laid_out(text: str, start: int, end: int) -> str:
    """What is to stand in place of blanks and line ends between two tokens."""
    *lines, tail = _BREAK.split(text[start:end])
    if not text.strip():
        return text[start:end]
    if end == len(text):
        # Behind a block scalar the line has ended, and a line end more could be part of it.
        return "" if text[start - 1 : start] in ("\n", "\r") else "\n"
    breaks = 0 if start == 0 else min(len(lines), _MOST_BREAKS)
    return "\n" * breaks + tail.replace("\t", " ")


def _changed(text: str, start: int, end: int, now: str) -> Iterator[Span]:
    """The part of a place that changes, if one does."""
    was = text[start:end]
    if was == now:
        return
    same = next((place for place, (one, other) in enumerate(zip(was, now, strict=False)) if one != other), None)
    same = min(len(was), len(now)) if same is None else same
    yield Span(start + same, end, now[same:])


def _said(text: str, span: Span) -> str:
    was = text[span.start : span.end]
    if not was:
        return "the last line does not end"
    if span.end == len(text) and not (was[0] in " \t" and len(_BREAK.findall(was)) == 1):
        return "blanks or blank lines stand at the end"
    if "\r" in was:
        return "a carriage return stands at the end of the line"
    if "\t" in was and "\n" not in was:
        return "a tab stands here"
    if was.startswith((" ", "\t")):
        return "blanks stand at the end of the line"
    return "blank lines stand at the start" if span.start == 0 else "there are more than two blank lines"


RULE = Rule("unformatted", "note", __doc__, _check)
