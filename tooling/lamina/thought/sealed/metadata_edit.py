"""Changes to the metadata of a sealed file as it stands in the text: one field at a time, in every copy of it."""

from lamina.thought.sealed.metadata import place_of
from lamina.thought.sealed.opening import Look
from lamina.thought.sealed.tree import Block, Change


def field_changes(of: Look, old: str, name: str, value: str | bool | None) -> list[Change]:
    """The changes that put a field in the place of an old one, or else among the others; None takes the old one away."""
    return [change for block in of.parsed.blocks for change in _in_block(of, block, old, name, value)]


def gap_in(text: str, block: Block) -> str:
    """What stands between two fields of a block."""
    pairs = zip(block.fields, block.fields[1:], strict=False)
    return next((text[one.end : other.start] for one, other in pairs), "\n")


def _in_block(of: Look, block: Block, old: str, name: str, value: str | bool | None) -> list[Change]:
    names = [place.name for place in block.fields]
    text = of.store.field(of.parsed, block, name, value) if value is not None else ""
    if old not in names:
        return [_added(of.parsed.text, block, place_of(name, names), text)] if text and names else []
    index = names.index(old)
    place = block.fields[index]
    if text:
        return [Change(place.start, place.end, text)]
    # With what stands between it and its neighbour: metadata is never one field alone.
    return [Change(block.fields[index - 1].end, place.end, "") if index else _first_cut(block)]


def _first_cut(block: Block) -> Change:
    return Change(block.fields[0].start, block.fields[1].start, "")


def _added(text: str, block: Block, index: int, added: str) -> Change:
    gap = gap_in(text, block)
    if index < len(block.fields):
        start = block.fields[index].start
        return Change(start, start, added + gap)
    end = block.fields[-1].end
    return Change(end, end, gap + added)
