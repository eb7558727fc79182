"""What differs between two states of a sealed file: by its ciphertexts, without a key, or by what it holds, when opened.

An edit keeps the ciphertext of every value that it does not touch, so one that differs under the same data key is another
value. Under another data key all of them differ, and only a key can tell.
"""

from collections import Counter
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import field
from typing import Literal, TypeAlias

from lamina.thought.sealed.cipher import ciphertext
from lamina.thought.sealed.metadata import Metadata
from lamina.thought.sealed.opening import Look, Opened
from lamina.thought.sealed.tree import Frame, Leaf
from lamina.thought.sealed.values import Value, kind_of_value, plain_bytes
from lamina.words.node import Path
from lamina.words.values import dataclass

Kind: TypeAlias = Literal["added", "removed", "changed", "sealed", "unsealed"]


@dataclass(frozen=True, slots=True)
class SecretChange:
    """A value (or a comment, then in the map or list at the path) that was added, removed, changed, or moved into plain text.

    `before` and `after` are what it held, where the file was opened.
    """

    path: Path
    change: Kind
    comment: bool = False
    before: Value = field(default=None, repr=False)
    after: Value = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Keys:
    """For whom a file is sealed: everybody that it names, group by group, and how many groups it takes to open it."""

    groups: tuple[tuple[str, ...], ...] = ()
    needed: int = 1

    @property
    def names(self) -> tuple[str, ...]:
        """Everybody, once."""
        return tuple(dict.fromkeys(name for group in self.groups for name in group))


@dataclass(frozen=True, slots=True)
class Comparison:
    """What differs; `untold` counts the values under another data key, of which nobody can say it without a key."""

    changes: tuple[SecretChange, ...] = ()
    untold: int = 0
    keys: tuple[Keys, Keys] = (Keys(), Keys())
    rules: tuple[str, str] = ("", "")
    opened: bool = False

    @property
    def added(self) -> tuple[str, ...]:
        """Who can open the file now and could not before."""
        return tuple(name for name in self.keys[1].names if name not in self.keys[0].names)

    @property
    def removed(self) -> tuple[str, ...]:
        """Who could open the file before and cannot now."""
        return tuple(name for name in self.keys[0].names if name not in self.keys[1].names)

    @property
    def regrouped(self) -> bool:
        """Whether the key groups, or how many of them it takes, are others, beyond who is named."""
        return self.keys[0] != self.keys[1]

    @property
    def differs(self) -> bool:
        """Whether anything is to be said."""
        return bool(self.changes or self.untold or self.regrouped or self.rules[0] != self.rules[1])


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a value stands: in which document, at which path; of a comment, the how manieth of its map or list it is."""

    document: int
    path: Path
    note: int = -1


@dataclass(slots=True, repr=False)
class _Side:
    """The sealed values of one state, what of each is compared, and where plain values stand."""

    sealed: dict[_Place, Leaf] = field(default_factory=dict)
    tokens: dict[_Place, Hashable] = field(default_factory=dict)
    plain: set[_Place] = field(default_factory=set)
    values: Mapping[Leaf, Value] = field(default_factory=dict)


def compared(old: Look | None, new: Look | None) -> Comparison:
    """What differs between two states of a file, seen without a key; None is a state without one."""
    sides = [_closed(one) if one else _Side() for one in (old, new)]
    same_key = old is None or new is None or _share_a_key(old, new)
    return _comparison(old, new, sides, same_key, opened=False)


def compared_opened(old: Opened | None, new: Opened | None) -> Comparison:
    """What differs between two states of an opened file."""
    sides = [_opened(one) if one else _Side() for one in (old, new)]
    return _comparison(old.look if old else None, new.look if new else None, sides, True, opened=True)


def _comparison(old: Look | None, new: Look | None, sides: list[_Side], same_key: bool, opened: bool) -> Comparison:
    before, after = sides
    changes = list(_changes(before, after))
    untold = 0
    if not same_key:
        untold = sum(change.change == "changed" for change in changes)
        changes = [change for change in changes if change.change != "changed"]
    keys = tuple(_keys(one.metadata) if one else Keys() for one in (old, new))
    rules = tuple(_rule(one) if one else "" for one in (old, new))
    both = old is not None and new is not None
    return Comparison(tuple(changes), untold, (keys[0], keys[1]), (rules[0], rules[1]) if both else ("", ""), opened)


def _changes(before: _Side, after: _Side) -> Iterator[SecretChange]:
    """The values that are left when those are taken away that stand in the same map or list, at whatever place in it."""
    same = {place for place, token in before.tokens.items() if after.tokens.get(place) == token}
    left, right = ({place: t for place, t in side.tokens.items() if place not in same} for side in (before, after))
    moved = Counter(left.values()) & Counter(right.values())
    old, new = (_without(rest, Counter(moved)) for rest in (left, right))
    for place in sorted({*old, *new}, key=lambda place: (place.document, _order(place.path), place.note)):
        change: Kind = "changed"
        if place not in new:
            change = "unsealed" if place in after.plain else "removed"
        elif place not in old:
            change = "sealed" if place in before.plain else "added"
        values = [side.values.get(side.sealed[place]) if place in side.sealed else None for side in (before, after)]
        path = (place.document, *place.path) if place.document else place.path
        yield SecretChange(path, change, place.note >= 0, values[0], values[1])


def _without(rest: Mapping[_Place, Hashable], moved: "Counter[Hashable]") -> set[_Place]:
    out = set()
    for place, token in rest.items():
        if moved[token] > 0:
            moved[token] -= 1
        else:
            out.add(place)
    return out


def _closed(of: Look) -> _Side:
    side = _Side()
    for place, leaf in _places(of):
        parts = ciphertext(leaf.value) if isinstance(leaf.value, str) else None
        if parts is not None:
            side.sealed[place] = leaf
            side.tokens[place] = (leaf.bound, leaf.value)
        elif leaf.value is not None and leaf.value != "":
            side.plain.add(place)
    return side


def _opened(found: Opened) -> _Side:
    side = _closed(found.look)
    side.values = found.values
    for place, leaf in side.sealed.items():
        if leaf in found.values:
            value = found.values[leaf]
            kind = "comment" if leaf.note or value is None else kind_of_value(value)
            side.tokens[place] = (found.bounds.get(leaf, leaf.bound), kind, plain_bytes(value))
    return side


def _places(of: Look) -> Iterator[tuple[_Place, Leaf]]:
    document, notes = -1, Counter[tuple[int, Path]]()
    for entry in of.parsed.entries:
        if isinstance(entry, Frame):
            document += entry.parent is None
        elif entry.note:
            yield _Place(document, entry.path, notes[document, entry.path]), entry
            notes[document, entry.path] += 1
        else:
            yield _Place(document, entry.path), entry


def _share_a_key(old: Look, new: Look) -> bool:
    """Whether two states have the same data key for sure: one wrapped key, or one ciphertext, stands in both."""
    wraps = [{wrap.enc.strip() for group in one.metadata.groups for wrap in group.wraps} for one in (old, new)]
    texts = [set(_closed(one).tokens.values()) for one in (old, new)]
    return bool((wraps[0] & wraps[1]) - {""} or texts[0] & texts[1])


def _keys(metadata: Metadata) -> Keys:
    groups = tuple(tuple(sorted({*group.recipients, *group.others})) for group in metadata.groups)
    return Keys(groups, metadata.needed)


def _rule(of: Look) -> str:
    said = f"{of.metadata.rule.name}: {of.metadata.rule.text}"
    return f"{said}, mac_only_encrypted" if of.metadata.mac_only_encrypted else said


def _order(path: Path) -> tuple[tuple[bool, int, str], ...]:
    return tuple((True, step, "") if isinstance(step, int) else (False, 0, step) for step in path)
