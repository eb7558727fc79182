"""Edit a layer's text: set or take away one value, and leave every other byte as it is.

An edit is a few spans of text. Afterwards the file is read again: where the difference is not exactly the one that was
asked for, nothing is written and CannotEdit says where to do it by hand.

A comment on the line of a replaced value stays; one on the line of a dropped key, or inside a replaced map or list,
goes with it. Comment lines above a dropped key stay. A new key goes after the last one of its map, before comments that
follow that. Of a map that is set over a map, only the keys that differ change.
"""

from collections.abc import Sequence

from lamina.thought.document import block_edit, flow_edit
from lamina.thought.document.ending import ended
from lamina.thought.document.entries import entry_of, walked
from lamina.thought.document.flow_edit import Dialect
from lamina.thought.document.inline import flow_text, scalar_text
from lamina.thought.document.json_edit import dialect_of, whole_text
from lamina.thought.document.layout import Layout, layout_of
from lamina.thought.document.outline import outline
from lamina.thought.document.placing import (
    Drop,
    Obstacle,
    Put,
    alike,
    as_read,
    keeping_tags,
    placed,
    removed,
    steps,
    value_at,
)
from lamina.thought.document.reading import Reading, read
from lamina.thought.document.spans import Change, applied
from lamina.thought.document.spots import Outline, nodes_of
from lamina.words.address import path_text
from lamina.words.errors import Failure
from lamina.words.finding import Finding
from lamina.words.node import Data, Patch, Path

_BOM = b"\xef\xbb\xbf"


class CannotEdit(Failure):
    """A file whose text does not allow an edit; says the line and what to do instead."""

    def __init__(self, file: str, line: int, why: str, hint: str) -> None:
        super().__init__(f"{file}:{line}: {why}", hint)
        self.file = file
        self.line = line


def put(data: bytes, file: str, path: Path, value: Patch) -> bytes:
    """The bytes of a layer after setting the value at a path, missing maps made; raises CannotEdit."""
    before = sound(data, file)
    new = as_read(value)
    try:
        wanted = placed(before, path, new)
        if alike(before, wanted):
            return data
        return _edited(data, file, before, list(steps(before, path, new)), wanted)
    except Obstacle as obstacle:
        raise _refusal(data, file, path, obstacle) from None


def retagged(data: bytes, file: str, path: Path, value: Data) -> Patch:
    """The value under the tags that stand at the path in a layer, so that putting it there loses none of them."""
    return keeping_tags(value_at(read(data, file).value, path), value)


def drop(data: bytes, file: str, path: Path) -> bytes:
    """The bytes of a layer after taking away what stands at a path; raises CannotEdit."""
    before = sound(data, file)
    try:
        if not path:
            raise Obstacle("the whole file cannot be taken away by an edit", "remove the file")
        return _edited(data, file, before, [Drop(path)], removed(before, path))
    except Obstacle as obstacle:
        raise _refusal(data, file, path, obstacle) from None


def sound(data: bytes, file: str) -> Patch:
    """What a file says that can be edited; raises CannotEdit for one with an error."""
    reading = read(data, file)
    if (mistake := _mistake(reading)) is not None:
        why = f"the file cannot be edited before it is mended: {mistake.message}"
        raise CannotEdit(file, mistake.position.line, why, mistake.fix or "mend it by hand")
    return reading.value


def _mistake(reading: Reading) -> Finding | None:
    return next((finding for finding in reading.findings if finding.severity == "error"), None)


def _edited(data: bytes, file: str, before: Patch, todo: Sequence[Put | Drop], wanted: Patch) -> bytes:
    """The bytes after all steps, if they read as wanted.

    At some ends of files a `|` block would read otherwise: a second try writes texts of several lines in quotes, and a third
    gives the file a line end.
    """
    for literal, start in ((True, data), (False, data), (True, ended(data, file))):
        if start is None:
            break
        edited = start
        for step in todo:
            edited = _stepped(edited, file, before, step, literal)
            reading = read(edited, file)
            if _mistake(reading) is not None:
                break
        else:
            if alike(reading.value, wanted):
                return edited
    if any(node.alias for node in nodes_of(outline(data, file))):
        why = "an anchor and its aliases share this value, so the edit would change more than one place"
        raise Obstacle(why, "write the value out where the aliases stand first")
    raise Obstacle("the layout of this file does not allow this edit to be made exactly", "edit it by hand")


def _stepped(data: bytes, file: str, patch: Patch, step: Put | Drop, literal: bool) -> bytes:
    text, root = data.decode("utf-8-sig"), outline(data, file)
    mark = _BOM if data.startswith(_BOM) else b""
    return mark + applied(text, _changes(text, root, file, patch, step, literal)).encode()


def _changes(text: str, root: Outline, file: str, patch: Patch, step: Put | Drop, literal: bool) -> list[Change]:
    nodes = walked(root, step.path)
    is_json = file.endswith(".json")
    layout = layout_of(text, root, literal)
    dialect = dialect_of(text, root) if is_json else _yaml_flow(layout)
    if isinstance(step, Drop):
        return _drop(text, nodes, step.path, dialect)
    if is_json and not text.strip():
        return [Change(0, len(text), whole_text(placed(patch, step.path, step.value), layout.newline))]
    return _put(text, nodes, patch, step, layout, dialect, is_json)


def _put(
    text: str, nodes: list[Outline], patch: Patch, step: Put, layout: Layout, dialect: Dialect, is_json: bool
) -> list[Change]:
    depth = len(nodes) - 1
    node, rest, value = nodes[-1], step.path[depth:], step.value
    if rest and (node.children or (is_json and node.style == "flow")):
        key, inner = str(rest[0]), placed(None, rest[1:], value)
        if node.style == "flow":
            return flow_edit.add_key(text, node, key, inner, dialect)
        return block_edit.add_key(text, node, key, inner, layout)
    if rest:
        value = placed(value_at(patch, step.path[:depth]), rest, value)
    if depth == 0:
        return block_edit.replace_root(text, node, value, layout)
    parent = nodes[-2]
    entry = entry_of(text, parent, step.path[depth - 1])
    if parent.style == "flow":
        return flow_edit.replace_value(text, entry, value, dialect)
    return block_edit.replace_value(text, parent, entry, value, layout)


def _drop(text: str, nodes: list[Outline], path: Path, dialect: Dialect) -> list[Change]:
    parent = nodes[-2]
    entry = entry_of(text, parent, path[-1])
    if parent.style == "flow":
        return flow_edit.drop_entry(text, parent, entry)
    return block_edit.drop_entry(text, parent, entry, _hold(text, nodes, path))


def _hold(text: str, nodes: list[Outline], path: Path) -> int | None:
    """Where the map or list that holds the last step hangs: after its tag, or its key's colon, or its dash."""
    parent = nodes[-2]
    if parent.properties:
        return parent.properties.end
    return entry_of(text, nodes[-3], path[-2]).after if len(nodes) > 2 else None


def _yaml_flow(layout: Layout) -> Dialect:
    return Dialect(
        lambda value, indent, quote: flow_text(value, quote, layout.quote),
        lambda key, quote: scalar_text(key, True, quote if quote in ("'", '"') else "", layout.quote),
        layout.newline,
    )


def _refusal(data: bytes, file: str, path: Path, obstacle: Obstacle) -> CannotEdit:
    """The failure that an obstacle is, at the line of the deepest node that the path reaches."""
    node = outline(data, file)
    line = node.value.line
    for step in path:
        if node.alias or step not in node.children:
            break
        node = node.children[step]
        line = (node.key or node.value).line
    return CannotEdit(file, line, f"cannot edit {path_text(path) or 'the file'}: {obstacle.why}", obstacle.hint)
