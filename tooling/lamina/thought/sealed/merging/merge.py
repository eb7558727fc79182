"""The merge itself: open, decide, write, seal, and prove that what was written is what was decided."""

from collections import Counter, deque
from collections.abc import Callable, Iterator
from dataclasses import field
from datetime import datetime
from typing import TypeAlias

from lamina.thought.sealed.cipher import Random
from lamina.thought.sealed.failures import CannotSeal, Unsound
from lamina.thought.sealed.line_edits import LineEdits
from lamina.thought.sealed.merging.conflicts import Conflict
from lamina.thought.sealed.merging.placing import Edits, placed, written
from lamina.thought.sealed.merging.terms import terms_of
from lamina.thought.sealed.merging.trees import Atom, Tree, atom, count, merged_trees, trees
from lamina.thought.sealed.merging.weaving import woven
from lamina.thought.sealed.opening import Look, Opened, look, opened_with
from lamina.thought.sealed.plaintext import plain_text
from lamina.thought.sealed.sealing import resealed
from lamina.thought.sealed.stores import Store, store_of
from lamina.thought.sealed.stores.texts import Unfit, Unparsable, raw
from lamina.thought.sealed.tree import Change, Leaf, applied
from lamina.words.values import dataclass

Open: TypeAlias = Callable[[Look], Opened]
_Name: TypeAlias = tuple[str, Atom]


@dataclass(frozen=True, slots=True)
class Merging:
    """A merged file, whole and sealed, or (then `data` is None) the conflicts; notes say what was not taken over."""

    data: bytes | None = field(repr=False)
    conflicts: tuple[Conflict, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, repr=False)
class _Side:
    """One version of the file, opened; of a version that is not there (an empty base) everything is empty."""

    text: bytes
    trees: list[Tree]
    found: Opened | None = None


def merged(
    base: bytes,
    ours: bytes,
    theirs: bytes,
    file: str,
    open_of: Open,
    edits: Edits,
    random: Random,
    now: datetime,
    store: str | None = None,
) -> Merging:
    """Our file with their changes since the base (of zero bytes where there is none), sealed; or what is in the way.

    `edits` are those of YAML and JSON texts. Raises NoKey, Unsound and Tampered, as opening does; NotSealed too.
    """
    if theirs in (base, ours):
        return Merging(ours)
    if ours == base:
        return Merging(theirs)
    kind = store_of(file, store).name
    mine, other = open_of(look(ours, file, kind)), open_of(look(theirs, f"{file} (theirs)", kind))
    old = open_of(look(base, f"{file} (their common base)", kind)) if base else None
    terms = terms_of(old, mine, other)
    sides = [_side(old, mine.look.store), _side(mine, mine.look.store), _side(other, mine.look.store)]
    wanted, conflicts = merged_trees(*(side.trees for side in sides))
    if mine.look.store.name == "binary":
        conflicts = [Conflict() for _ in conflicts]
    if isinstance(terms, Conflict):
        return Merging(None, (terms, *conflicts))
    if conflicts:
        return Merging(None, tuple(conflicts))
    return _written(sides, wanted, terms, edits, random, now)


def _side(found: Opened | None, store: Store) -> _Side:
    if found is None:
        return _Side(b"", [{}])
    return _Side(plain_text(found), trees(found.look.parsed, store, found.values), found)


def _written(
    sides: list[_Side], wanted: list[Tree], terms: Opened, edits: Edits, random: Random, now: datetime
) -> Merging:
    """The first layout that says what was decided, sealed on the terms of one side."""
    found = [side.found for side in sides[1:] if side.found is not None]
    hurdle: Conflict | None = None
    for text in _layouts(sides, wanted, terms.look.store, edits):
        if not _says(text, wanted, terms.look.store):
            continue
        try:
            data = resealed(terms, text, random, now)
        except (CannotSeal, Unsound) as refusal:
            hurdle = hurdle or Conflict(why=refusal.message, hint=refusal.hint or "")
            continue
        again = opened_with(look(data, terms.look.file, terms.look.store.name), terms.key)
        exposed = _exposed(again, found)
        hurdle = exposed or hurdle
        if exposed is None:
            data = _with_known(again, data, terms, found)
            if _proven(data, wanted, terms):
                return Merging(data, (), tuple(_notes(sides, again)))
    why = "both sides changed it, and the layout of the file does not allow their changes to be put together"
    return Merging(None, (hurdle or Conflict(why=why, hint="make their changes in our file: lamina secrets edit"),))


def _layouts(sides: list[_Side], wanted: list[Tree], store: Store, edits: Edits) -> Iterator[bytes]:
    """Plain texts that may say what was decided, the likeliest to keep everybody's layout and comments first."""
    _, ours, theirs = sides
    if store.name != "binary":
        old, mine, other = (_lines(side.text) for side in sides)
        lines = woven(old, mine, other, loose=True)
        if lines is not None:
            yield b"".join(lines)
    if ours.trees == wanted:
        yield ours.text
    if theirs.trees == wanted:
        yield theirs.text
    if store.name != "binary":
        yield from placed(ours.text, ours.trees, wanted, store, LineEdits(store) if store.texts_only else edits)
    if store.name == "json":
        yield from written(ours.text, wanted)


def _lines(text: bytes) -> list[bytes]:
    """The lines, each with its end."""
    return (text if text.endswith(b"\n") or not text else text + b"\n").splitlines(keepends=True)


def _says(text: bytes, wanted: list[Tree], store: Store) -> bool:
    """Whether a text reads as was decided, and says nothing twice."""
    try:
        parsed = store.parse(text, False)
    except (Unfit, Unparsable):
        return False
    once = sum(not leaf.note for leaf in parsed.leaves()) == sum(map(count, wanted))
    return once and trees(parsed, store) == wanted


def _proven(data: bytes, wanted: list[Tree], terms: Opened) -> bool:
    of = terms.look
    again = opened_with(look(data, of.file, of.store.name), terms.key)
    return (
        trees(again.look.parsed, of.store, again.values) == wanted
        and again.look.metadata.groups == of.metadata.groups
        and again.look.metadata.rule == of.metadata.rule
    )


def _exposed(made: Opened, sides: list[Opened]) -> Conflict | None:
    """A value or comment that would stand in plain text now, and was sealed wherever it stood before."""
    sealed = {name for side in sides for name, _ in _tokens(side)}
    plain = {name for side in sides for name, _ in _plain(side)}
    for name, leaf in _plain(made):
        if name in sealed and name not in plain:
            why = "by the rule of what is sealed it would stand in plain text, and it was sealed"
            return Conflict(leaf.path, why=why, hint="mend the rule on one side, or move the value, then merge again")
    return None


def _tokens(found: Opened) -> Iterator[tuple[_Name, Leaf]]:
    """What is sealed in a file: by place and value."""
    for leaf, value in found.values.items():
        yield ("#" if leaf.note else leaf.bound, _atom(leaf, value, found)), leaf


def _plain(found: Opened) -> Iterator[tuple[_Name, Leaf]]:
    for leaf in found.look.parsed.leaves():
        if leaf not in found.values and leaf.value is not None and leaf.value != "":
            yield ("#" if leaf.note else leaf.bound, _atom(leaf, leaf.value, found)), leaf


def _atom(leaf: Leaf, value: object, found: Opened) -> Atom:
    of = atom(value, found.look.store)  # type: ignore[arg-type]  # what leaves hold are values
    return Atom("comment", of.data.strip(), of.value) if leaf.note else of


def _with_known(made: Opened, data: bytes, terms: Opened, sides: list[Opened]) -> bytes:
    """The file with the ciphertexts that either side has for what was sealed anew, so that it differs from both in little."""
    there = {str(leaf.value) for leaf in terms.values}
    known: dict[_Name, deque[str]] = {}
    for side in sides:
        if side.key == terms.key and side is not terms:
            for name, leaf in _tokens(side):
                if not leaf.note and str(leaf.value) not in there:
                    known.setdefault(name, deque()).append(str(leaf.value))
    parsed, changes = made.look.parsed, []
    for name, leaf in _tokens(made):
        fresh = str(leaf.value)
        if fresh not in there and not leaf.note and leaf.start >= 0 and known.get(name):
            span = parsed.text[leaf.start : leaf.end]
            changes.append(Change(leaf.start, leaf.end, span.replace(fresh, known[name].popleft())))
    mark = b"\xef\xbb\xbf" if parsed.has_mark else b""
    return mark + raw(applied(parsed.text, changes)) if changes else data


def _notes(sides: list[_Side], made: Opened) -> Iterator[str]:
    """What became of comments that a side wrote and the merged file lacks."""
    base, ours, theirs = (_comments(side.found) for side in sides)
    now = _comments(made)
    for whose, side, other in (("ours", ours, theirs), ("theirs", theirs, ours)):
        missing = side - now
        # What one side has deleted is not missed, as far as the base had it.
        lost = sum((missing - (base - other)).values())
        if lost:
            yield f"{lost} {'comment' if lost == 1 else 'comments'} of {whose} could not be taken over"


def _comments(found: Opened | None) -> Counter[str]:
    if found is None:
        return Counter()
    return Counter(str(found.values.get(leaf, leaf.value)).strip() for leaf in found.look.parsed.leaves() if leaf.note)
