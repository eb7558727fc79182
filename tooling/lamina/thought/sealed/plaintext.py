"""An opened file as its plain text: values in place of their ciphertexts, the metadata cut, all other text as it stands."""

from collections.abc import Mapping

from lamina.thought.sealed.failures import Unsound
from lamina.thought.sealed.opening import Opened
from lamina.thought.sealed.stores import Store
from lamina.thought.sealed.stores.texts import Unfit, Unparsable, raw
from lamina.thought.sealed.tree import Change, Frame, Leaf, Parsed, applied
from lamina.thought.sealed.values import Value, kind_of_value, plain_bytes


def plain_text(found: Opened) -> bytes:
    """The plain file; raises Unsound where its format cannot say a value."""
    store, parsed = found.look.store, found.look.parsed
    if store.name == "binary":
        return b"".join(plain_bytes(value) for value in found.values.values())
    fault = hint = ""
    try:
        text = _replaced(found, careful=False)
        if store.name == "yaml" and _is_delicate(found) and not _reads_alike(store, text, found):
            text = _replaced(found, careful=True)
            if not _reads_alike(store, text, found):
                raise Unparsable("its comments or its layout do not allow its values to be written into it")
        return (b"\xef\xbb\xbf" if parsed.has_mark else b"") + raw(text)
    except (Unfit, Unparsable) as error:
        fault, hint = str(error), getattr(error, "hint", "unseal it into another format")
    raise Unsound(found.look.file, fault, hint)


def changes_of(parsed: Parsed, store: Store, texts: Mapping[Leaf, str]) -> list[Change]:
    """The changes that put texts in place of leaves; a leaf that an alias stands for is written out where the alias is."""
    changes = _beside([Change(leaf.start, leaf.end, text) for leaf, text in texts.items() if leaf.start >= 0])
    changes += (Change(start, end, store.expanded(inner, texts)) for start, end, inner in parsed.expansions)
    return changes


def _beside(changes: list[Change]) -> list[Change]:
    """The changes without one inside another: a comment behind the `|` of a text goes behind what takes the text's place."""
    out: list[Change] = []
    for change in sorted(changes, key=lambda change: (change.start, -change.end)):
        if out and change.end <= out[-1].end and change.start < out[-1].end:
            out[-1] = Change(out[-1].start, out[-1].end, f"{out[-1].text} {change.text}")
        else:
            out.append(change)
    return out


def _replaced(found: Opened, careful: bool) -> str:
    store, parsed = found.look.store, found.look.parsed
    texts = {leaf: store.plain(parsed, leaf, value, careful) for leaf, value in found.values.items()}
    held = {id(_parent(entry)) for entry in parsed.entries if not (isinstance(entry, Leaf) and entry.note)}
    if store.name == "yaml":
        texts |= {leaf: texts[leaf] + _empty_list(leaf, parsed) for leaf in _last_of_nothing(texts, held)}
    roots = [entry for entry in parsed.entries if isinstance(entry, Frame) and entry.parent is None]
    changes = changes_of(parsed, store, texts)
    for number, block in enumerate(parsed.blocks):
        changes.append(store.without(parsed, block, id(roots[min(number, len(roots) - 1)]) in held))
    return applied(parsed.text, changes)


def _last_of_nothing(texts: Mapping[Leaf, str], held: set[int]) -> list[Leaf]:
    """The last comment of every list that holds comments alone, which in plain text are no items."""
    notes = (leaf for leaf in texts if leaf.note and not leaf.frame.is_map and not leaf.frame.flow)
    return list({id(leaf.frame): leaf for leaf in notes if id(leaf.frame) not in held}.values())


def _empty_list(leaf: Leaf, parsed: Parsed) -> str:
    frame = leaf.frame
    is_beside = frame.parent is not None and frame.parent.is_map and frame.parent.column == frame.column
    return parsed.newline + " " * (frame.column + 2 * is_beside) + "[]"


def _parent(entry: "Leaf | Frame") -> Frame | None:
    return entry.parent if isinstance(entry, Frame) else entry.frame


def _is_delicate(found: Opened) -> bool:
    return any(leaf.note or (isinstance(value, str) and "\n" in value) for leaf, value in found.values.items())


def _reads_alike(store: Store, text: str, found: Opened) -> bool:
    try:
        read = store.parse(raw(text), False)
    except (Unfit, Unparsable):
        return False
    wanted = [_said(leaf, found.values.get(leaf, leaf.value)) for leaf in found.look.parsed.leaves() if not leaf.note]
    return wanted == [_said(leaf, leaf.value) for leaf in read.leaves() if not leaf.note]


def _said(leaf: Leaf, value: Value) -> tuple[object, ...]:
    return (leaf.path, "null", b"") if value is None else (leaf.path, kind_of_value(value), plain_bytes(value))
