"""Which map or list a comment stands in: what its ciphertext is bound to, and what it speaks of.

As yaml.v3 attaches comments (yaml_parser_scan_comments): one at the end of a line to the entry of that line; lines of their own
to what follows, unless a blank line or an indentation parts them from it: then to what is before. Where that leaves doubt, the
other candidates are kept.
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence

from lamina.thought.sealed.stores.yaml_events import Comment
from lamina.thought.sealed.tree import Entry, Frame, Leaf
from lamina.words.regex import regex

# At the end of a document the metadata follows: its end is no blank line.
_BLANK_LINE = regex(r"[ \t]*\r?\n[ \t]*\r?\n")
_NEXT_TEXT = regex(r"\s*\n([ \t]*)(?=\S)")
_NEXT_LINE = regex(r"[ \t]*\r?\n([ \t]*)")


def placed(
    text: str, comments: Sequence[Comment], entries: Sequence[Entry], starts: Sequence[int], frames: Mapping[int, Frame]
) -> list[Entry]:
    """The entries with the comments among them; those that stand in the metadata are no part of the file's text."""
    reached, at = [], 0
    for start in starts:
        at = max(at, start)
        reached.append(at)
    out: list[Entry] = []
    done = 0
    for leaf in _leaves(text, comments, frames):
        index = _index(text, leaf, entries, reached)
        out += entries[done:index]
        out.append(leaf)
        done = max(done, index)
    return [*out, *entries[done:]]


def _leaves(text: str, comments: Sequence[Comment], frames: Mapping[int, Frame]) -> Iterator[Leaf]:
    for group in _groups(text, comments):
        first = group[0]
        before, after = frames.get(first.before), frames.get(first.after)
        if before is None and after is None:
            continue
        known = before or after
        before, after = before or _root(known), after or _root(known)
        # Before the `---` of the next document it is still in this one.
        after = after if _root(after) is _root(before) else _root(before)
        frame = _frame(text, group, before, after)
        others = dict.fromkeys((*_upwards(before), *_upwards(after)))
        others.pop(frame, None)
        for one in group:
            yield Leaf(frame, None, text[one.start + 1 : one.end], one.start, one.end, True, tuple(others))


def _groups(text: str, comments: Sequence[Comment]) -> Iterator[list[Comment]]:
    """Comments that stand together: lines of their own that follow each other, of one column."""
    group: list[Comment] = []
    for comment in comments:
        follows = group and comment.before == group[0].before and _NEXT_LINE.match(text, group[-1].end)
        if not (follows and follows.end() == comment.start and _column(text, comment) == _column(text, group[0])):
            if group:
                yield group
            group = []
        if group and not _is_own_line(text, group[0]):
            yield group
            group = []
        group.append(comment)
    if group:
        yield group


def _frame(text: str, group: list[Comment], before: Frame, after: Frame) -> Frame:
    first, last = group[0], group[-1]
    if after.flow and after.parent is not None and after not in _upwards(before):
        # In front of an opening bracket: behind a key it belongs to what the brackets hold, before an item to the list.
        if after.parent.is_map and not after.parent.flow and _is_own_line(text, first):
            return after
        after = after.parent
    if first.header or not _is_own_line(text, first) or after.flow:
        return before
    before = next(one for one in _upwards(before) if not one.flow or one.parent is None)
    if _holds(before, after):
        return after
    inner, column = before.column, _column(text, first)
    line = max(text.rfind("\n", 0, first.start), 0)
    above = text[text.rfind("\n", 0, line) + 1 : line]
    is_direct = above.strip() != ""
    if above.lstrip().startswith("#") and len(above) - len(above.lstrip()) > column:
        # Under a comment that is indented further: another comment at the end, of a map or list further out.
        return next((one for one in _upwards(before) if one.column <= column), after)
    if _BLANK_LINE.match(text, last.end) and (is_direct or column < inner):
        if column < inner and after.column == column:
            return after
        return next((one for one in _upwards(before) if one.column <= column), after)
    following = _NEXT_TEXT.match(text, last.end)
    ahead = len(following[1]) if following else 0
    if following and text[following.end()] == "#" and ahead < column and inner <= column:
        return before
    return before if ahead < inner and ahead != column else after


def _index(text: str, leaf: Leaf, entries: Sequence[Entry], reached: Sequence[int]) -> int:
    """Where the comment goes among the entries: one at the end of a line goes before the entry of that line."""
    index = bisect_right(reached, leaf.start)
    last = entries[index - 1] if index else None
    if (
        isinstance(last, Leaf)
        and last.frame is leaf.frame
        and last.start >= 0
        and "\n" not in text[last.end : leaf.start]
    ):
        return index - 1
    while any(entry is leaf.frame for entry in entries[index : index + 64]):
        index += 1
    return index


def _is_own_line(text: str, comment: Comment) -> bool:
    """Whether nothing stands before a comment on its line; the dash of an item is nothing."""
    return not text[text.rfind("\n", 0, comment.start) + 1 : comment.start].strip(" \t-")


def _column(text: str, comment: Comment) -> int:
    return comment.start - text.rfind("\n", 0, comment.start) - 1


def _holds(outer: Frame, inner: Frame) -> bool:
    return inner is not outer and outer in _upwards(inner)


def _upwards(frame: Frame | None) -> list[Frame]:
    out = []
    while frame is not None:
        out.append(frame)
        frame = frame.parent
    return out


def _root(frame: Frame | None) -> Frame:
    return _upwards(frame)[-1]
