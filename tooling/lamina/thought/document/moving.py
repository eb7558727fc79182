"""Move entries in a layer's text: their comments and layout go with them, and every other byte stays as it is.

An entry takes along the comment lines right above it, of its own indentation, unless they begin the file; one on the line of
a dash takes its own lines alone. Where its layout does not allow it to be moved as it stands (flow style), its value is
written anew.
"""

from collections.abc import Callable, Iterator

from lamina.thought.document.block_text import map_lines
from lamina.thought.document.edit import CannotEdit, drop, put
from lamina.thought.document.ending import ended
from lamina.thought.document.entries import Entry, entry_of, walked
from lamina.thought.document.inline import key_text
from lamina.thought.document.json_edit import dialect_of
from lamina.thought.document.layout import Layout, layout_of
from lamina.thought.document.outline import outline
from lamina.thought.document.placing import Obstacle, alike, placed, removed, value_at
from lamina.thought.document.reading import read
from lamina.thought.document.spans import Change, applied, line_end, line_start
from lamina.thought.document.spots import Outline
from lamina.words.node import Patch, Path
from lamina.words.regex import regex

_BOM = b"\xef\xbb\xbf"
_COMMENT_LINE = regex(r"( *)#[^\r\n]*")


def renamed(data: bytes, file: str, path: Path, key: str) -> bytes:
    """The bytes of a layer whose key at a path is called `key`, on its old line; raises CannotEdit."""
    text, root = _opened(data, file)
    node = walked(root, path)[-1]
    if node.key is None:
        raise CannotEdit(file, node.value.line, "this key cannot be renamed in its place", _BY_HAND)
    quote = text[node.key.start]
    if file.endswith(".json"):
        written = dialect_of(text, root).key(key, quote)
    else:
        flow = walked(root, path[:-1])[-1].style == "flow"
        written = key_text(key, flow, layout_of(text, root).quote)
        if quote in ("'", '"') and written[0] not in ("'", '"'):
            written = f"{quote}{written}{quote}"
    return _closed(data, text, [Change(node.key.start, node.key.end, written)])


def moved(data: bytes, file: str, path: Path, to: Path) -> bytes:
    """The bytes of a layer after taking what stands at a path to another, missing maps made; raises CannotEdit."""
    before = read(data, file).value
    value = value_at(before, path)
    try:
        wanted = placed(removed(before, path), to, value)
        for text in filter(None, (data, ended(data, file))):
            edited = _moved_lines(text, file, path, to)
            if edited is not None and _says(edited, file, wanted):
                return edited
    except Obstacle:
        pass  # the edits below say it at its line
    return drop(put(data, file, to, value), file, path)


def wrapped(data: bytes, file: str, path: Path, key: str, value: Patch) -> bytes:
    """The bytes of a layer whose value at a path stands in a map under `key`; `value` is that map. Raises CannotEdit."""
    text, root = _opened(data, file)
    return _shaped(data, file, path, value, lambda: _wrap(text, root, path, key, file))


def unwrapped(data: bytes, file: str, path: Path, key: str, value: Patch) -> bytes:
    """The bytes of a layer whose map at a path is what stood in it under `key`, which is `value`; raises CannotEdit."""
    text, root = _opened(data, file)
    return _shaped(data, file, path, value, lambda: _unwrap(text, root, path, key))


def _shaped(data: bytes, file: str, path: Path, value: Patch, changes: Callable[[], list[Change] | None]) -> bytes:
    """The bytes after changes, if they say what is wanted; else the value is written anew."""
    wanted = placed(read(data, file).value, path, value)
    try:
        todo = changes()
    except Obstacle:
        todo = None
    if todo is not None:
        edited = _closed(data, data.decode("utf-8-sig"), todo)
        if _says(edited, file, wanted):
            return edited
    return put(data, file, path, value)


def _says(data: bytes, file: str, wanted: Patch) -> bool:
    reading = read(data, file)
    sound = reading.whole and all(finding.severity != "error" for finding in reading.findings)
    return sound and alike(reading.value, wanted)


def _opened(data: bytes, file: str) -> tuple[str, Outline]:
    return data.decode("utf-8-sig"), outline(data, file)


def _closed(data: bytes, text: str, changes: list[Change]) -> bytes:
    return (_BOM if data.startswith(_BOM) else b"") + applied(text, changes).encode()


def _moved_lines(data: bytes, file: str, path: Path, to: Path) -> bytes | None:
    """The bytes after the entry's own lines are put elsewhere, or None where it has no lines of its own."""
    text, root = _opened(data, file)
    nodes, targets = walked(root, path), walked(root, to)
    parent, target = nodes[-2], targets[-1]
    if file.endswith(".json") or parent.style != "block" or target.style != "block" or not target.children:
        return None
    entry = entry_of(text, parent, path[-1])
    if _before(text, entry).strip(" -") or entry.node.key is None:
        return None
    layout = layout_of(text, root)
    column, missing = target.value.column - 1, to[len(targets) - 1 : -1]
    heads = "".join(_heads([str(step) for step in missing], column, layout))
    own = len(_before(text, entry))
    shift = column + layout.step * len(missing) - own
    key = entry.node.key
    named = (
        text[_first_line(text, entry) : line_start(text, entry.start)]
        + " " * own
        + text[entry.start : key.start]
        + _named(text, key.start, str(to[-1]), layout)
        + text[key.end : line_end(text, entry.end)]
    )
    end = line_end(text, target.value.end)
    put_in = _closed(data, text, [Change(end, end, layout.newline + heads + _shifted(named, shift))])
    return _without_lines(put_in, file, path)


def _without_lines(data: bytes, file: str, path: Path) -> bytes:
    """The bytes without an entry and the comment lines that are its own."""
    text, root = _opened(data, file)
    entry = entry_of(text, walked(root, path)[-2], path[-1])
    own = Change(_first_line(text, entry), line_start(text, entry.start))
    return drop(_closed(data, text, [own]), file, path)


def _before(text: str, entry: Entry) -> str:
    """What stands before an entry on its first line: blanks, and the dash of the item that it begins."""
    return text[line_start(text, entry.start) : entry.start]


def _first_line(text: str, entry: Entry) -> int:
    """Where the lines of an entry begin, with the comment lines right above it; not with those that begin the file.

    What stands above a dash is not the first key's but the item's.
    """
    start = line_start(text, entry.start)
    if _before(text, entry).strip(" "):
        return start
    column, first = entry.start - start, start
    while first > 0:
        above = line_start(text, first - (2 if text[first - 2 : first] == "\r\n" else 1))
        found = _COMMENT_LINE.match(text, above)
        if found is None or len(found[1]) != column:
            return first
        first = above
    return start


def _heads(keys: list[str], column: int, layout: Layout) -> Iterator[str]:
    for depth, key in enumerate(keys):
        yield map_lines({key: None}, column + depth * layout.step, layout).removesuffix(" null") + layout.newline


def _named(text: str, start: int, key: str, layout: Layout) -> str:
    written = key_text(key, False, layout.quote)
    quote = text[start]
    return f"{quote}{written}{quote}" if quote in ("'", '"') and written[0] not in ("'", '"') else written


def _shifted(text: str, by: int, first: bool = True) -> str:
    """Lines indented by more, or by less as far as they are; `first` says that the first line is a whole one."""
    lines = text.splitlines(keepends=True)
    return "".join(line if index == 0 and not first else _line(line, by) for index, line in enumerate(lines))


def _line(line: str, by: int) -> str:
    if not line.strip():
        return line
    if by >= 0:
        return " " * by + line
    return line[min(-by, len(line) - len(line.lstrip(" "))) :]


def _wrap(text: str, root: Outline, path: Path, key: str, file: str) -> list[Change] | None:
    nodes = walked(root, path)
    parent, node = nodes[-2], nodes[-1]
    entry = entry_of(text, parent, path[-1])
    if node.alias or text[entry.own : entry.own + 1] in ("!", "&"):
        return None
    layout = layout_of(text, root)
    if parent.style == "flow":
        name = dialect_of(text, root).key(key, '"') if file.endswith(".json") else key_text(key, True, layout.quote)
        return [Change(entry.own, entry.own, f"{{{name}: "), Change(entry.end, entry.end, "}")]
    written, end = key_text(key, False, layout.quote), line_end(text, entry.end)
    if node.key is None and node.style == "block" and text[entry.after : entry.own].strip():
        # Comments stand between the dash and the first key.
        return [Change(entry.after, end, f" {written}:" + _shifted(text[entry.after : end], layout.step, first=False))]
    if node.key is None and node.style == "block":
        head = f" {written}:{layout.newline}{' ' * (node.value.column - 1 + layout.step)}"
        return [Change(entry.after, end, head + _shifted(text[entry.own : end], layout.step, first=False))]
    head, by = f" {written}:", 2
    if node.key is not None:
        by = layout.step
        head = f"{layout.newline}{' ' * (node.key.column - 1 + by)}{written}:"
    return [Change(entry.after, end, head + _shifted(text[entry.after : end], by, first=False))]


def _unwrap(text: str, root: Outline, path: Path, key: str) -> list[Change] | None:
    nodes = walked(root, (*path, key))
    outer, parent, node = nodes[-3], nodes[-2], nodes[-1]
    entry, held = entry_of(text, outer, path[-1]), entry_of(text, parent, key)
    if parent.alias or parent.properties:
        return None
    if parent.style == "flow":
        inside = text[parent.value.start + 1 : held.start] + text[held.end : parent.value.end - 1]
        return None if inside.strip() else [Change(entry.own, entry.end, text[held.own : held.end])]
    nested = parent.key is None and node.style == "block"
    if nested and text[held.after : held.own].strip() and not text[entry.after : held.start].strip():
        by = parent.value.column - node.value.column
        end = line_end(text, entry.end)
        return [Change(entry.after, end, _shifted(text[held.after : end], by, first=False))]
    start = held.own if nested else held.after
    between = text[entry.after : held.start] + (text[held.after : held.own] if nested else "")
    if outer.style != "block" or any(
        line.strip() and not line.strip().startswith("#") for line in between.splitlines()
    ):
        return None
    end = line_end(text, entry.end)
    by = (
        parent.value.column - node.value.column if nested else (parent.key or parent.value).column - parent.value.column
    )
    # Comments between the two keys go above the one that stays.
    line, newline = line_start(text, entry.start), layout_of(text, root).newline
    pad = " " * (entry.start - line)
    comments = "".join(f"{pad}{one.strip()}{newline}" for one in between.splitlines() if one.strip())
    return [
        Change(line, line, comments),
        Change(entry.after, end, " " * nested + _shifted(text[start:end], by, first=False)),
    ]


_BY_HAND = "edit this place by hand"
