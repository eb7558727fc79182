"""A walk along a log: whether each line follows the one before, and the tree and the head at the places that are asked for."""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice

from lamina.thought.anchors.flaws import Flaw, broken_chain, foreign_log, missing_beginning
from lamina.thought.anchors.tree import Edge, grown
from lamina.words.event import Event, Head
from lamina.words.event_line import event, fault, place
from lamina.words.values import dataclass

# A log: its files in their order, each with its lines, read anew by each call.
Log = Callable[[], Iterable[tuple[str, Iterable[bytes]]]]
_DROPPED, _PUSHED = b'"type":"retention.dropped"', b'"type":"archive.pushed"'
_RESTORED = b'.restored","run":null,"data":'


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a log: the tree over all lines up to it (None where the log's beginning is unknown), and the head there."""

    edge: Edge | None
    head: Head


@dataclass(frozen=True, slots=True)
class Walk:
    """What a walk came to: the first event that is there, the last sound one, the places that were asked for, what is wrong.

    `pushed` is the last event up to which the log says that it was pushed.
    """

    first: int
    head: Head
    places: dict[int, Place]
    flaws: tuple[Flaw, ...]
    pushed: int

    @property
    def broken(self) -> bool:
        """Whether it ended at a line that is not what was written."""
        return any(flaw.kind == "broken-chain" for flaw in self.flaws)


def walk(log: Log, store: str, seqs: Iterable[int]) -> Walk:
    """Go along the log of a store, and stop at the first line that is wrong."""
    start = _start(log)
    first = start.seq + 1
    edge, flaws = _beginning(log, first)
    seen = _Seen(store, start)
    lines = _sound(log, seen)
    places: dict[int, Place] = {}
    for seq in sorted({seq for seq in seqs if seq >= first - 1}):
        more = islice(lines, seq - seen.head.seq)
        if edge is None:
            _pass_over(more)
        else:
            edge = grown(edge, more)
        if seen.head.seq < seq:
            break
        places[seq] = Place(edge, seen.head)
    _pass_over(lines)
    if seen.named is not None and seen.named[1] != store:
        file, name = seen.named
        seen.flaws = (foreign_log(file, f"{name:.80}", store), *seen.flaws)
    return Walk(first, seen.head, places, (*flaws, *seen.flaws), seen.pushed)


@dataclass(slots=True)
class _Seen:
    """What a walk has seen."""

    store: str
    head: Head
    flaws: tuple[Flaw, ...] = ()
    pushed: int = 0
    # The file that says whose log this is, and the name that it says.
    named: tuple[str, str] | None = None


def _sound(log: Log, seen: _Seen) -> Iterator[bytes]:
    """The lines up to the first that is wrong."""
    for file, lines in log():
        for number, line in enumerate(lines, 1):
            data = line.removesuffix(b"\n")
            what = fault(data, seen.head)
            if what is not None:
                seen.flaws = (*seen.flaws, broken_chain(file, number, seen.head.seq + 1, what))
                return
            seen.head = place(data)
            if seen.head.seq == 1 or _PUSHED in data or _RESTORED in data:
                _look(file, data, seen)
            yield data


def _look(file: str, data: bytes, seen: _Seen) -> None:
    """What the first event says of whose log this is, and others of how far it was pushed, or that it got another name."""
    one = _event(data)
    if one is None:
        return
    if "store" in one.data and (one.seq == 1 or one.type in ("archive.restored", "backup.restored")):
        name = str(one.data["store"])
        if seen.named is not None and seen.named[1] != name:
            # What was pushed before was another store's.
            seen.pushed = 0
        seen.named = (file, name)
    pushed = one.data.get("seq") if one.type == "archive.pushed" else None
    if isinstance(pushed, int):
        seen.pushed = max(seen.pushed, pushed)


def _start(log: Log) -> Head:
    """The place before the first line that is there, which that line names."""
    data = next((line.removesuffix(b"\n") for _, lines in log() for line in lines), b"")
    one = _event(data) if fault(data, None) is None else None
    return Head() if one is None or one.seq == 1 else Head(one.seq - 1, str(one.prev))


def _beginning(log: Log, first: int) -> tuple[Edge | None, tuple[Flaw, ...]]:
    """The tree over what was dropped before the first event, as retention recorded it."""
    if first == 1:
        return Edge(), ()
    told = [one for file, data in _dropped(log) if (one := _event(data)) and one.data.get("first") == first]
    file = next(file for file, _ in log())
    if not told:
        return None, (missing_beginning(file, first, "no event says that what was before it was dropped"),)
    hashes = told[-1].data.get("edge")
    try:
        return Edge(first - 1, tuple(bytes.fromhex(one) for one in hashes or ())), ()
    except (TypeError, ValueError):
        what = f"event {told[-1].seq} does not say what the tree was over what was dropped"
        return None, (missing_beginning(file, first, what),)


def _dropped(log: Log) -> Iterator[tuple[str, bytes]]:
    return ((file, line.removesuffix(b"\n")) for file, lines in log() for line in lines if _DROPPED in line)


def _event(data: bytes) -> Event | None:
    """The event of a line that has the right hash, which says nothing of who wrote it."""
    try:
        return event(data)
    except (ValueError, TypeError):
        return None


def _pass_over(lines: Iterable[bytes]) -> None:
    for _ in lines:
        pass
