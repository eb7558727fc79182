"""What the MAC of a sealed file does not cover, so that it can be changed and nobody notices."""

from lamina.thought.sealed.inspecting.page import Page
from lamina.thought.sealed.opening import Look
from lamina.thought.sealed.tree import Frame, Leaf

# Read before anything is opened; a schema says what it may be.
_READ_FIRST = ("schemaVersion",)


def note_cover(page: Page, of: Look) -> None:
    """One note for a file, at its MAC; types and keys of sealed values are not counted, since all files have them."""
    plain = nulls = 0
    filled = {id(entry.parent if isinstance(entry, Frame) else entry.frame) for entry in of.parsed.entries}
    frames = (entry for entry in of.parsed.entries if isinstance(entry, Frame) and entry.parent is not None)
    empties = sum(id(frame) not in filled for frame in frames) if of.store.name != "ini" else 0
    for leaf, selected in zip(of.parsed.entries, of.selected, strict=True):
        if not isinstance(leaf, Leaf) or leaf.note:
            continue
        empty = leaf.value is None or leaf.value == ""
        nulls += empty
        plain += not empty and not selected and leaf.path != _READ_FIRST
    parts = []
    if plain and of.metadata.mac_only_encrypted:
        parts.append(f"{_count(plain, 'plain value')} (mac_only_encrypted)")
    elif plain:
        parts.append(f"the keys and types of {_count(plain, 'plain value')}")
    if nulls:
        parts.append(f"{_count(nulls, 'null or empty text', 'nulls and empty texts')}")
    if empties:
        parts.append(f"{_count(empties, 'empty map or list', 'empty maps and lists')}")
    if parts:
        message = f"the MAC does not cover {', '.join(parts)}: a change of these goes unnoticed"
        page.find("outside-mac", message, page.field("mac"), None, "note")


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"
