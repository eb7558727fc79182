"""Files in another format: the same keys and values in the layout of sops, or one of them alone.

What is written is read again: a value that the other format cannot say, or a reader would take for another, is refused.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias, Union

from lamina.thought.sealed.creation.records import Indents
from lamina.thought.sealed.stores import store
from lamina.thought.sealed.stores.ini_store import quoted
from lamina.thought.sealed.stores.json_text import tree_text
from lamina.thought.sealed.stores.json_text import value_text as json_value
from lamina.thought.sealed.stores.texts import Unfit, Unparsable, raw
from lamina.thought.sealed.stores.yaml_text import string_text
from lamina.thought.sealed.stores.yaml_text import value_text as yaml_value
from lamina.thought.sealed.tree import Entry, Frame, Leaf
from lamina.thought.sealed.values import Time, Value, kind_of_value, plain_bytes
from lamina.words.address import path_text
from lamina.words.node import Path

_DEFAULT = "DEFAULT"
_JSON_TYPES = {"int": "number", "float": "number", "time": "str"}


@dataclass(frozen=True, slots=True, repr=False)
class Note:
    """A comment, without its mark."""

    text: str


@dataclass(slots=True, repr=False)
class Branch:
    """A map or a list as it stands in a file, comments among its items; the items of a list have no key."""

    is_map: bool
    items: "list[tuple[str | None, Node]]" = field(default_factory=list)

    def said(self) -> "list[tuple[str | None, Value | Branch]]":
        """The items without the comments."""
        return [(key, node) for key, node in self.items if not isinstance(node, Note)]


Node: TypeAlias = Union[Value, Branch, Note]  # noqa: UP007  # an alias that is named before it is made


def branches(entries: Iterable[Entry], values: Mapping[Leaf, Value] | None = None) -> list[Branch]:
    """The documents of a file that was taken apart, with `values` in place of what leaves say."""
    roots: list[Branch] = []
    made: dict[int, Branch] = {}
    for entry in entries:
        key = entry.step if isinstance(entry.step, str) else None
        if isinstance(entry, Frame):
            made[id(entry)] = branch = Branch(entry.is_map)
            if entry.parent is None:
                roots.append(branch)
            else:
                made[id(entry.parent)].items.append((key, branch))
            continue
        value = entry.value if values is None else values.get(entry, entry.value)
        made[id(entry.frame)].items.append((key, Note(str(value)) if entry.note else value))
    return roots


def converted(documents: Sequence[Branch], kind: str, indents: Indents) -> bytes:
    """Documents as a plain file of another format; raises Unfit where it cannot hold them."""
    if kind == "binary":
        raise Unfit(
            "binary is a format of its own: the bytes of a file as they are", "choose yaml, json, dotenv or ini"
        )
    if len(documents) != 1 and kind != "yaml":
        raise Unfit(f"it has {len(documents)} documents, and {kind} has one", "put each into a file of its own")
    step = indents.json
    texts = {
        "yaml": lambda: "---\n".join(_yaml_text(one, indents.yaml) for one in documents),
        "json": lambda: tree_text(_data(documents[0]), step="\t" if step < 0 else " " * step) + "\n",
        "dotenv": lambda: _dotenv_text(documents[0]),
        "ini": lambda: _ini_text(documents[0]),
    }
    text = texts[kind]()
    _demand_alike(documents, text, kind)
    return raw(text)


def extract(documents: Sequence[Branch], path: Path, kind: str, indents: Indents) -> bytes:
    """One value of the first document: text as it is, anything else as that format writes it; raises LookupError, Unfit."""
    node: Value | Branch = documents[0]
    for depth, step in enumerate(path):
        node = _item(node, step, path[:depth])
    if isinstance(node, str) and not isinstance(node, Time):
        return plain_bytes(node)
    if not isinstance(node, Branch):
        return (yaml_value(node, False, None) + "\n").encode() if kind == "yaml" else json_value(node).encode()
    if kind == "yaml":
        return raw(_yaml_text(node, indents.yaml))
    if kind == "json" or not node.is_map:
        # sops ends a map with a line break, and a list without.
        return raw(tree_text(_data(node), step="\t" if indents.json < 0 else " " * indents.json) + "\n" * node.is_map)
    return converted([node], kind if kind != "binary" else "json", indents)


def keys_at(documents: Sequence[Branch], path: Path) -> list[str]:
    """The keys of the map at a path of the first document; none where there is no map."""
    node: Value | Branch = documents[0]
    try:
        for depth, step in enumerate(path):
            node = _item(node, step, path[:depth])
    except LookupError:
        return []
    return [key for key, _ in node.said() if key is not None] if isinstance(node, Branch) else []


def _item(node: "Value | Branch", step: str | int, at: Path) -> "Value | Branch":
    where = path_text(at) or "the file"
    if not isinstance(node, Branch):
        raise LookupError(f"{where} is a single value: nothing stands in it")
    if isinstance(step, int):
        items = node.said()
        if node.is_map:
            raise LookupError(f"{where} is a map, and has keys, not places")
        if not step < len(items):
            raise LookupError(f"{where} has {len(items)} items, counted from 0")
        return items[step][1]
    for key, value in node.said():
        if key == step:
            return value
    raise LookupError(f"{where} has no key {step}" if node.is_map else f"{where} is a list, and has places, not keys")


def _data(node: Node) -> object:
    """A node as plain data."""
    if not isinstance(node, Branch):
        return node
    if node.is_map:
        return {key: _data(part) for key, part in node.said()}
    return [_data(part) for _, part in node.said()]


def _yaml_text(root: Branch, step: int) -> str:
    lines = list(_yaml_lines(root, 0, step))
    if not root.said():
        lines.append("{}" if root.is_map else "[]")
    return "".join(line + "\n" for line in lines)


def _yaml_lines(branch: Branch, column: int, step: int) -> Iterator[str]:
    """A map or a list as yaml.v3 lays it out: blocks at multiples of the step, items of lists two from their dash."""
    lead = " " * column
    deeper = step * ((column + step) // step) if branch.is_map else column + 2
    for key, node in branch.items:
        if isinstance(node, Note):
            yield from (f"{lead}#{line}" for line in node.text.split("\n"))
            continue
        head = f"{lead}{string_text(key)}:" if key is not None else f"{lead}-"
        if isinstance(node, Branch) and node.said():
            inner = list(_yaml_lines(node, deeper, step))
            if key is None and not inner[0].lstrip(" ").startswith("#"):
                yield f"{head} {inner.pop(0)[deeper:]}"
            else:
                yield head
            yield from inner
        elif isinstance(node, Branch):
            yield f"{head} {'{}' if node.is_map else '[]'}"
        else:
            yield f"{head} {yaml_value(node, False, deeper)}"


def _dotenv_text(root: Branch) -> str:
    lines = []
    for key, node in root.items:
        if isinstance(node, Branch):
            raise Unfit(f"dotenv has keys and texts alone, and {key} holds more than a text", "choose yaml or json")
        lines.append(f"#{node.text}" if isinstance(node, Note) else f"{key}={_plain(node)}".replace("\n", "\\n"))
    return "".join(line.replace("\n", " ") + "\n" for line in lines)


def _ini_text(root: Branch) -> str:
    sections = []
    for key, node in root.said():
        if not isinstance(node, Branch) or not node.is_map:
            raise Unfit(f"INI has sections of keys and texts, and {key} is none", "choose yaml, json or dotenv")
        sections.append("".join(_ini_lines(key or "", node)))
    return "\n".join(filter(None, sections))


def _ini_lines(name: str, section: Branch) -> Iterator[str]:
    width = max((len(key or "") for key, _ in section.said()), default=0)
    if name != _DEFAULT:
        yield f"[{name}]\n"
    for key, node in section.items:
        if isinstance(node, Branch):
            raise Unfit(f"INI has sections of keys and texts, and {name}.{key} holds more", "choose yaml or json")
        if isinstance(node, Note):
            yield from (f"; {line.strip()}\n" for line in node.text.split("\n"))
        else:
            yield f"{(key or '').ljust(width)} = {quoted(_plain(node))}\n"


def _plain(value: Value) -> str:
    """A value in a format of texts; null, which they have no word for, is refused."""
    if value is None:
        raise Unfit("a value is null, and this format has texts alone", "choose yaml or json")
    if isinstance(value, bool):
        return "true" if value else "false"
    return plain_bytes(value).decode("utf-8", "surrogateescape")


def _demand_alike(documents: Sequence[Branch], text: str, kind: str) -> None:
    """Raise Unfit unless the text reads as the documents do, value by value."""
    fault = ""
    try:
        read = branches(store(kind).parse(raw(text), False).entries)
    except Unparsable:
        fault = f"its keys or values cannot be written as {kind}"
    if not fault:
        wanted, found = ([leaf for one in of for leaf in _leaves(one, (), kind)] for of in (documents, read))
        if wanted == found:
            return
        where = next((path_text(one[0]) for one, other in zip(wanted, found, strict=False) if one != other), "a value")
        fault = f"{where} cannot be written as {kind} so that it reads alike"
    raise Unfit(fault, "choose yaml or json")


def _leaves(node: Node, at: Path, kind: str) -> Iterator[tuple[Path, str, bytes]]:
    """Every value with its place, its type as far as the format tells types apart, and its bytes."""
    if isinstance(node, Branch):
        for index, (key, part) in enumerate(node.said()):
            yield from _leaves(part, (*at, index if key is None else key), kind)
    elif isinstance(node, Note):
        return
    elif kind in ("dotenv", "ini"):
        yield at, "str", _plain(node).encode("utf-8", "surrogateescape")
    else:
        name = "null" if node is None else kind_of_value(node)
        yield at, _JSON_TYPES.get(name, name) if kind == "json" else name, plain_bytes(node)
