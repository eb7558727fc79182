"""A sealed file for people to compare: a short mark in place of every ciphertext, so that a change shows, and no value does.

Needs no key. What should be sealed and is not is hidden too.
"""

from collections.abc import Iterator
from hashlib import sha256

from lamina.thought.sealed.cipher import ciphertext
from lamina.thought.sealed.failures import NotSealed, Unsound
from lamina.thought.sealed.metadata import Metadata
from lamina.thought.sealed.opening import Look, look
from lamina.thought.sealed.stores import store_of
from lamina.thought.sealed.stores.texts import Unfit, Unparsable
from lamina.thought.sealed.tree import Change, Leaf, Parsed, applied
from lamina.thought.sealed.values import kind_of_value

_DIGITS = 8


def marked(data: bytes, file: str) -> str:
    """The text of a sealed file with marks for values, and its metadata as lines about who can open it; never fails."""
    fault = ""
    try:
        return _marked(look(data, file))
    except NotSealed:
        return _unsealed(data, file)
    except Unsound as error:
        fault = error.message
    return f"# not shown: {fault}\n# the file: {_digest(data)}\n"


def _marked(of: Look) -> str:
    parsed = of.parsed
    changes = [
        Change(leaf.start, leaf.end, _shown(leaf, mark))
        for leaf, selected in zip(parsed.entries, of.selected, strict=True)
        if isinstance(leaf, Leaf) and leaf.start >= 0 and (mark := _mark(leaf, selected))
    ]
    changes = _apart(changes)
    changes += [of.store.without(parsed, block, True) for block in parsed.blocks]
    text = applied(parsed.text, changes).rstrip("\n")
    return "\n".join([text, *_about(of.metadata)]).lstrip("\n") + "\n"


def _unsealed(data: bytes, file: str) -> str:
    """A plain file, which may hold what is to be sealed one day: its keys alone."""
    head = f"# not sealed, so its values are not shown; the file: {_digest(data)}\n"
    parsed: Parsed | None = None
    try:
        parsed = store_of(file).parse(data, False)
    except (Unfit, Unparsable):
        return head
    changes = [
        Change(leaf.start, leaf.end, _shown(leaf, f"<not sealed{_kind(leaf)}>"))
        for leaf in parsed.leaves()
        if leaf.start >= 0 and leaf.value is not None
    ]
    return head + applied(parsed.text, _apart(changes))


def _mark(leaf: Leaf, selected: bool) -> str:
    """What stands for a leaf; nothing where it is shown as it is."""
    parts = ciphertext(leaf.value) if isinstance(leaf.value, str) else None
    if parts is not None:
        return f"<sealed {parts.kind} {_digest(f'{parts.data},{parts.iv},{parts.tag},{parts.rest}'.encode())}>"
    return f"<not sealed{_kind(leaf)}>" if selected and leaf.value is not None and leaf.value != "" else ""


def _kind(leaf: Leaf) -> str:
    return " comment" if leaf.note else f" {kind_of_value(leaf.value)}"


def _shown(leaf: Leaf, mark: str) -> str:
    return f"# {mark}" if leaf.note else mark


def _apart(changes: list[Change]) -> list[Change]:
    """The changes without those that lie inside another: a comment behind the `|` of a text."""
    out: list[Change] = []
    for change in sorted(changes, key=lambda change: (change.start, -change.end)):
        if not out or change.start >= out[-1].end:
            out.append(change)
    return out


def _about(of: Metadata) -> Iterator[str]:
    several = len(of.groups) > 1
    for number, group in enumerate(of.groups, 1):
        for name in (*group.recipients, *group.others):
            yield f"# sealed for {name}" + (f" (group {number}, {of.needed} of {len(of.groups)} open it)" * several)
    yield f"# by {of.rule.name}: {of.rule.text}" + ", the MAC over sealed values alone" * of.mac_only_encrypted


def _digest(data: bytes) -> str:
    return sha256(data).hexdigest()[:_DIGITS]
