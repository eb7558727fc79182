"""The ciphertexts of an opened file, so that a value that stays at its place keeps its own to the byte."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from lamina.thought.sealed.opening import Opened
from lamina.thought.sealed.stores import Store
from lamina.thought.sealed.tree import Leaf, Parsed
from lamina.thought.sealed.values import Value, kind_of_value, plain_bytes

_MOST_COMPARED = 1_000


@dataclass(frozen=True, slots=True, repr=False)
class Token:
    """A ciphertext that stands in a file: its text, all of its span, and the bytes in it for the MAC."""

    text: str
    span: str
    flow: bool
    data: bytes


_Name: TypeAlias = tuple[str, object, bytes]
Known: TypeAlias = dict[_Name, "deque[Token]"]


def known_in(found: Opened, parsed: Parsed) -> Known:
    """The ciphertexts of an opened file by place, type and value; among equal ones those first that `parsed` still has."""
    known: Known = {}
    store, text = found.look.store, found.look.parsed.text
    old: list[_Name] = []
    for leaf, value in found.values.items():
        if leaf.start >= 0:
            token = Token(str(leaf.value), text[leaf.start : leaf.end], leaf.frame.flow, plain_bytes(value))
            name = (found.bounds.get(leaf, leaf.bound), *_identity(leaf, value, store))
            known.setdefault(name, deque()).append(token)
            old.append(name)
    new = [(leaf.bound, *_identity(leaf, leaf.value, store)) for leaf in parsed.leaves() if leaf.value is not None]
    _without_dropped(known, old, new)
    return known


def _identity(leaf: Leaf, value: Value, store: Store) -> tuple[object, bytes]:
    """What makes two values the same: type and bytes; in JSON numbers are of one type, in texts everything is text."""
    kind = "comment" if leaf.note else kind_of_value(value)
    if store.texts_only and kind == "bool":
        return "", b"true" if value else b"false"
    if store.texts_only and kind != "comment":
        return "", plain_bytes(value)
    return ("number" if store.name == "json" and kind in ("int", "float") else kind), plain_bytes(value)


def taken(leaf: Leaf, known: Known, store: Store) -> Token | None:
    """The ciphertext that an equal value at the same place had, each given once."""
    identity = _identity(leaf, leaf.value, store)
    for place in (leaf.bound, *(frame.bound or ":" for frame in leaf.others)):
        tokens = known.get((place, *identity))
        if tokens:
            return tokens.popleft()
    return None


def _without_dropped(known: Known, old: Sequence[_Name], new: Sequence[_Name]) -> None:
    """Of equal values in one list, keep the ciphertexts of those that stayed, not of the first ones."""
    repeated = {name for name, tokens in known.items() if len(tokens) > 1}
    if not repeated:
        return
    stayed = _stayed(old, new)
    places: dict[_Name, list[int]] = {}
    for index, name in enumerate(old):
        if name in repeated:
            places.setdefault(name, []).append(index)
    for name, indices in places.items():
        tokens = list(known[name])
        order = sorted(zip(indices, tokens, strict=True), key=lambda pair: (pair[0] not in stayed, pair[0]))
        known[name] = deque(token for _, token in order)


def _stayed(old: Sequence[_Name], new: Sequence[_Name]) -> set[int]:
    """Which of the old are still there; what is alike at both ends, and between the ends what a comparison finds."""
    most = min(len(old), len(new))
    head = next((i for i in range(most) if old[i] != new[i]), most)
    most -= head
    tail = next((i for i in range(most) if old[-1 - i] != new[-1 - i]), most)
    between, now = old[head : len(old) - tail], new[head : len(new) - tail]
    ends = {*range(head), *range(len(old) - tail, len(old))}
    if len(between) > _MOST_COMPARED or len(now) > _MOST_COMPARED:
        return ends
    from difflib import SequenceMatcher

    kept = SequenceMatcher(None, between, now, autojunk=False).get_matching_blocks()
    return ends | {head + index for block in kept for index in range(block.a, block.a + block.size)}


def placed(token: Token, leaf: Leaf, parsed: Parsed, store: Store) -> str:
    """A known ciphertext in its new place: as it stood, where that can be."""
    if leaf.start < 0 or leaf.start == leaf.end or token.flow != leaf.frame.flow or "\n" in token.span:
        return store.cipher(parsed, leaf, token.text)
    if leaf.note and token.span[0] == "-":
        line = parsed.text.rfind("\n", 0, leaf.start) + 1
        fits = (
            not leaf.frame.is_map
            and leaf.start - line == leaf.frame.column
            and not parsed.text[line : leaf.start].strip()
        )
        return token.span if fits else store.cipher(parsed, leaf, token.text)
    if leaf.note and store.name == "ini":
        return store.cipher(parsed, leaf, token.text)
    return token.span
