"""The entries of a map or list in its text: where each starts, where its value hangs, and where it ends."""

from lamina.thought.document.placing import Obstacle
from lamina.thought.document.spans import gap_end, line_end
from lamina.thought.document.spots import Outline
from lamina.words.address import path_text
from lamina.words.node import Path
from lamina.words.regex import regex
from lamina.words.values import dataclass

_COLON = regex(r"[ \t\r\n]*:")
_BY_HAND = "edit this place by hand"


@dataclass(frozen=True, slots=True)
class Entry:
    """One key and its value, or one item.

    `start` is its first character (in block style an item's dash, else the key with its tag), `after` where what
    follows the colon or the dash begins, `own` where the value begins with its tag and anchor, `end` where the value
    ends, and `comma` the comma that follows in flow style.
    """

    step: str | int
    node: Outline
    start: int
    after: int
    own: int
    end: int
    comma: int | None = None

    @property
    def stop(self) -> int:
        """Where the entry ends with its comma, if it has one."""
        return self.end if self.comma is None else self.comma + 1


def entries(text: str, parent: Outline) -> list[Entry]:
    """The entries of a map or list in the order of the text."""
    found: list[Entry] = []
    block = parent.style == "block"
    start = parent.value.start if block else gap_end(text, parent.value.start + 1)
    for step, node in sorted(parent.children.items(), key=lambda child: child[1].value.start):
        end = node.value.end
        own = node.properties.start if node.properties else node.value.start
        stop = gap_end(text, line_end(text, end) if block else end)
        comma = stop if not block and text[stop : stop + 1] == "," else None
        after = _after(text, node, start, block)
        found.append(Entry(step, node, start, after, own, end, comma))
        start = stop if comma is None else gap_end(text, comma + 1)
    return found


def entry_of(text: str, parent: Outline, step: str | int) -> Entry:
    """The entry of a key or an index that is there."""
    return next(entry for entry in entries(text, parent) if entry.step == step)


def walked(root: Outline, path: Path) -> list[Outline]:
    """The nodes from the root along a path, as far as they exist; raises Obstacle where it goes through an alias."""
    nodes = [root]
    for depth, step in enumerate(path):
        if nodes[-1].alias:
            why = f"{path_text(path[:depth])} is an alias, so an edit below it would change more than one place"
            raise Obstacle(why, "write the value out there first")
        child = nodes[-1].children.get(step)
        if child is None:
            break
        nodes.append(child)
    return nodes


def _after(text: str, node: Outline, start: int, block: bool) -> int:
    if node.key is None:
        return start + 1 if block else start
    if found := _COLON.match(text, node.key.end):
        return found.end()
    if node.value.start == node.key.end:
        return node.key.end
    raise Obstacle("this key is written in a way that an edit cannot follow", _BY_HAND)
