"""Faults, written into sound layers: each with the line and the column where it must be found, counted in the text itself."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random

from lamina.project import Project
from lamina.thought.document import Outline, find, outline
from lamina.thought.schema import Shape
from lamina.thought.topology import LayerFile, kind_of_document
from lamina.words.node import Path

# Comments and blank lines, and what indents the key after them.
_BLANK = re.compile(r"(?: *#[^\n]*\n|\s*\n)* *")


@dataclass(frozen=True)
class Site:
    """A key and its value in a plain block map of a layer, with what the schema says of it and of the map."""

    of: LayerFile
    text: str
    path: Path
    node: Outline
    shape: Shape
    holder: Shape

    @property
    def key(self) -> str:
        """The key."""
        return str(self.path[-1])

    @property
    def written(self) -> str:
        """The value as it is written."""
        return self.text[self.node.value.start : self.node.value.end]

    @property
    def line(self) -> tuple[int, int]:
        """Where the key's line starts, and the next one."""
        assert self.node.key is not None
        start = self.text.rfind("\n", 0, self.node.key.start) + 1
        return start, self.text.index("\n", start) + 1


@dataclass(frozen=True)
class Fault:
    """A layer with one fault: the file, what it was, what it is, and where in it the fault stands."""

    file: str
    before: str
    after: str
    line: int
    column: int
    rules: tuple[str, ...]


Injector = Callable[[Site, Random], Fault | None]


def _fault(site: Site, start: int, end: int, text: str, at: int, *rules: str) -> Fault:
    """The fault that other characters are; `at` is where it stands in the new text."""
    after = site.text[:start] + text + site.text[end:]
    column = at - (after.rfind("\n", 0, at) + 1) + 1
    return Fault(site.of.file, site.text, after, after.count("\n", 0, at) + 1, column, rules)


def typo(site: Site, random: Random) -> Fault | None:
    """A letter of a key is left out, doubled, exchanged with its neighbour, or another one."""
    key, spot = site.key, site.node.key
    if spot is None or not site.holder.closed or not re.fullmatch("[a-z_]{4,}", key):
        return None
    place = random.randrange(len(key) - 1)
    one, two = key[place], key[place + 1]
    wrong = random.choice([two + one, one, one + one + two, random.choice("abcdefghij") + two])
    name = key[:place] + wrong + key[place + 2 :]
    if name in (*site.holder.keys(), key):
        return None
    return _fault(site, spot.start, spot.end, name, spot.start, "unknown-key")


def quoted_number(site: Site, random: Random) -> Fault | None:
    """A number is in quotes."""
    if not set(site.shape.types) <= {"integer", "number"} or not re.fullmatch(r"[0-9]+(\.[0-9]+)?", site.written):
        return None
    spot, quote = site.node.value, random.choice("\"'")
    return _fault(site, spot.start, spot.end, quote + site.written + quote, spot.start, "wrong-type")


def other_boolean(site: Site, random: Random) -> Fault | None:
    """A boolean is written as YAML 1.1 has it."""
    words = {"true": ("yes", "on", "Yes", "ON"), "false": ("no", "off", "No", "OFF")}
    if site.shape.types != ("boolean",) or site.written not in words:
        return None
    spot = site.node.value
    word = random.choice(words[site.written])
    return _fault(site, spot.start, spot.end, word, spot.start, "wrong-type", "yaml-1.1-boolean")


def duplicate(site: Site, random: Random) -> Fault | None:
    """An older line of the same key stands above."""
    if site.node.style != "scalar" or "\n" in site.written or site.node.key is None:
        return None
    start, _ = site.line
    head = site.text[start : site.node.key.start]
    if head.strip():
        return None
    older = f"{head}{site.key}: {random.choice(['old', '1', 'false'])}\n"
    return _fault(site, start, start, older, site.node.key.start + len(older), "duplicate-key")


def tab(site: Site, random: Random) -> Fault | None:
    """A line is indented by tabs."""
    start, _ = site.line
    found = re.compile("( +)[a-z_]+:").match(site.text, start)
    if found is None:
        return None
    step = random.choice([len(found[1]), 2])
    return _fault(site, start, found.end(1), "\t" * (len(found[1]) // step), start, "tab-indentation")


def missing(site: Site, random: Random) -> Fault | None:
    """A key that must be there, and can only have one value, is not."""
    required = any(site.key in node.keywords.get("required", ()) for node in site.holder.nodes)  # type: ignore[operator]
    if not required or site.shape.enum is None or len(site.shape.enum) > 1:
        return None
    start, end = site.line
    holder = _holder(site)
    rest = site.text[:start] + site.text[end:]
    blank = _BLANK.match(rest, holder)
    assert blank is not None, "nothing at all is blank too"
    return _fault(site, start, end, "", blank.end(), "missing-key")


def deprecated(site: Site, random: Random) -> Fault | None:
    """A key has its old name."""
    named = [(key, site.holder.child(key)) for key in site.holder.keys()]  # noqa: SIM118  # a shape is no dict
    old = [key for key, part in named if part is not None and part.replaced_by == site.key]
    if not old or site.node.key is None:
        return None
    spot = site.node.key
    return _fault(site, spot.start, spot.end, random.choice(old), spot.start, "deprecated-key")


def enum_case(site: Site, random: Random) -> Fault | None:
    """A word of a list is written in another case."""
    if site.shape.enum is None or site.written not in site.shape.enum or not site.written.islower():
        return None
    spot = site.node.value
    word = random.choice([site.written.upper(), site.written.title(), site.written.replace("_", "-").title()])
    return _fault(site, spot.start, spot.end, word, spot.start, "not-allowed")


def redundant(below: dict[Path, str], site: Site, random: Random) -> Fault | None:
    """A line says what lies below already; it stands before one that is the layer's own."""
    if site.node.key is None:
        return None
    start, _ = site.line
    head = site.text[start : site.node.key.start]
    known = find(outline(site.text.encode(), site.of.file), site.path[:-1])
    others = [path for path in below if path[:-1] == site.path[:-1] and known and path[-1] not in known.children]
    if not others or head.strip():
        return None
    path = random.choice(others)
    return _fault(site, start, start, f"{head}{path[-1]}: {below[path]}\n", start + len(head), "redundant-override")


def _holder(site: Site) -> int:
    """Where the lines of the map begin that a site's key is in."""
    if len(site.path) == 1:
        return 0
    above = find(outline(site.text.encode(), site.of.file), site.path[:-1])
    assert above is not None
    assert above.key is not None
    return site.text.index("\n", above.key.end) + 1


def sites(project: Project) -> Iterator[Site]:
    """Every key of a block map in the plain layers, in a fixed order, that reaches a document as it is written there."""
    layers = [of for documents in project.tree.topology.layers.values() for ofs in documents.values() for of in ofs]
    for of in sorted(layers, key=lambda of: of.file):
        kind = project.tree.schema(kind_of_document(of.document))
        layer = project.tree.layer(of)
        if of.sealed or kind is None or kind.schema is None or layer.version not in (None, kind.version):
            continue
        text = project.tree.data(of.file).decode()
        root = outline(project.tree.data(of.file), of.file)
        for path, node, shape, holder in _below(root, (), kind.schema.shape):
            yield Site(of, text, path, node, shape, holder)


def _below(node: Outline, at: Path, shape: Shape) -> Iterator[tuple[Path, Outline, Shape, Shape]]:
    for key, child in node.children.items():
        below = shape.child(key) if isinstance(key, str) else shape.item()
        if below is None or child.alias or child.properties:
            continue
        if isinstance(key, str) and node.style == "block":
            yield (*at, key), child, below, shape
        yield from _below(child, (*at, key), below)
