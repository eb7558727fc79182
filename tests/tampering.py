"""A log of run state with its anchors, and those who tamper with it: each kind knows how to hide what it can hide.

Who tampers may write the log, the records and the archive, but neither the file of signers nor the copy of the anchor that
was pushed last; `resigned` kinds even hold the key. What was tampered with was recorded before that anchor.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from random import Random

import ssh_keys
from ssh_keys import Key

from lamina.thought.anchors.auditing import ARCHIVE, Audit, Found, audit
from lamina.thought.anchors.note import anchor, signed
from lamina.thought.anchors.signers import read_signers
from lamina.thought.anchors.tree import Edge, grown
from lamina.words.event import Draft, Event, Head
from lamina.words.event_line import event, line, place

STORE, OTHER_STORE = "prod-5f0c1a2b", "dev-00c0ffee"
BEGIN = datetime(2026, 11, 21, 12, tzinfo=UTC)
NOWHERE = Head()
KEY, FOREIGN, RETIRED = ssh_keys.ed25519(), ssh_keys.ed25519(), ssh_keys.ed25519()
SIGNERS = KEY.line("ops@x", 'namespaces="lamina-anchor"') + RETIRED.line("old@x", 'valid-before="20260101Z"')


def moment(number: int) -> str:
    """The time of the event of a number."""
    return (BEGIN + timedelta(seconds=number)).isoformat(timespec="microseconds").replace("+00:00", "Z")


@dataclass(frozen=True)
class World:
    """A log, the anchors in the archive by their size, the copy of the last one, and the head that the records know."""

    lines: tuple[bytes, ...]
    archive: dict[int, bytes] = field(default_factory=dict)
    kept: bytes | None = None
    applied: Head | None = None
    archived: int | None = None

    def audited(self, signers: str | None = SIGNERS) -> Audit:
        """What an audit says of it."""
        files = [
            ("log/1.jsonl", self.lines[: len(self.lines) // 2]),
            ("log/2.jsonl", self.lines[len(self.lines) // 2 :]),
        ]
        found = [Found(ARCHIVE, f"anchors/{size:020}", data) for size, data in self.archive.items()]
        found += [Found("kept.note", "kept.note", self.kept)] if self.kept is not None else []
        named = None if signers is None else read_signers(signers)
        return audit(STORE, lambda: files, found, named, self.applied, self.archived)


def recorded(
    drafts: Sequence[Draft], before: Head = NOWHERE, times: Callable[[int], str] = moment
) -> tuple[bytes, ...]:
    """The lines of a log, or of its end."""
    lines = []
    for draft in drafts:
        data, before = line(draft, before, times(before.seq + 1))
        lines.append(data)
    return tuple(lines)


def anchored(
    lines: Sequence[bytes], size: int, key: Key | None = KEY, time: str | None = None, store: str = STORE
) -> bytes:
    """The anchor of the first events."""
    head = place(lines[size - 1].removesuffix(b"\n")).hash
    text = anchor(store, grown(Edge(), lines[:size]), head, time or moment(size))
    return (signed(text, key.sign(text.encode())) if key else text).encode()


def world(random: Random, events: int = 40, store: str = STORE) -> World:
    """A log that was pushed several times, and went on after that."""
    drafts = [Draft("log.created", None, {"store": store})]
    drafts += [
        Draft("run.transitioned", f"r{random.randrange(5)}", {"from": "x", "n": random.random()}) for _ in range(events)
    ]
    lines = recorded(drafts)
    sizes = sorted({*random.sample(range(2, events - 3), 4), events - 3})
    archive = {size: anchored(lines, size) for size in sizes}
    return World(lines, archive, archive[sizes[-1]], place(lines[-1].removesuffix(b"\n")))


def drafts_of(lines: Sequence[bytes]) -> list[Draft]:
    """What was to be recorded by some lines."""
    return [Draft(one.type, one.run, one.data) for one in map(_event, lines)]


def rechained(before: World, start: int, drafts: Sequence[Draft], times: Callable[[int], str] = moment) -> World:
    """The log with other events after the first `start`, and records that were made from it."""
    kept = before.lines[:start]
    head = place(kept[-1].removesuffix(b"\n")) if kept else Head()
    lines = kept + recorded(drafts, head, times)
    return replace(before, lines=lines, applied=place(lines[-1].removesuffix(b"\n")))


def resigned(before: World, key: Key = KEY, size: int | None = None) -> World:
    """The archive with new anchors for the log as it is, at the sizes of the old ones or at one."""
    sizes = [size] if size else [one for one in before.archive if one <= len(before.lines)]
    return replace(before, archive={one: anchored(before.lines, one, key) for one in sizes})


def _event(data: bytes) -> Event:
    return event(data.removesuffix(b"\n"))


def _place(random: Random, before: World) -> int:
    """An index among the events that are anchored, and not the first or the last of them."""
    return random.randrange(2, max(before.archive) - 2)


def _edited(draft: Draft) -> Draft:
    return replace(draft, data={**draft.data, "from": "y"})


def edit(random: Random, it: World) -> World:
    at = _place(random, it)
    lines = [*it.lines]
    lines[at] = lines[at].replace(b'"from":"x"', b'"from":"y"')
    return replace(it, lines=tuple(lines))


def edit_and_rehash(random: Random, it: World) -> World:
    at = _place(random, it)
    lines = [*it.lines]
    [lines[at]] = recorded([_edited(drafts_of(lines[at : at + 1])[0])], place(lines[at - 1].removesuffix(b"\n")))
    return replace(it, lines=tuple(lines))


def edit_and_rechain(random: Random, it: World) -> World:
    at = _place(random, it)
    first, *rest = drafts_of(it.lines[at:])
    return rechained(it, at, [_edited(first), *rest])


def delete(random: Random, it: World) -> World:
    at = _place(random, it)
    return replace(it, lines=it.lines[:at] + it.lines[at + 1 :])


def delete_and_rechain(random: Random, it: World) -> World:
    at = _place(random, it)
    return rechained(it, at, drafts_of(it.lines[at + 1 :]))


def swap(random: Random, it: World) -> World:
    at = _place(random, it)
    return replace(it, lines=(*it.lines[:at], it.lines[at + 1], it.lines[at], *it.lines[at + 2 :]))


def swap_and_rechain(random: Random, it: World) -> World:
    at = _place(random, it)
    one, other, *rest = drafts_of(it.lines[at:])
    return rechained(it, at, [other, one, *rest])


def duplicate(random: Random, it: World) -> World:
    at = _place(random, it)
    return replace(it, lines=it.lines[: at + 1] + it.lines[at:])


def duplicate_and_rechain(random: Random, it: World) -> World:
    at = _place(random, it)
    return rechained(it, at, drafts_of(it.lines[at : at + 1] + it.lines[at:]))


def insert_and_rechain(random: Random, it: World) -> World:
    at = _place(random, it)
    return rechained(it, at, [Draft("run.updated", "r1", {"pinned": True}), *drafts_of(it.lines[at:])])


def flip_a_bit(random: Random, it: World) -> World:
    at = _place(random, it)
    data = bytearray(it.lines[at])
    data[random.randrange(len(data) - 1)] ^= 1 << random.randrange(8)
    return replace(it, lines=(*it.lines[:at], bytes(data), *it.lines[at + 1 :]))


def cut_the_tail(random: Random, it: World) -> World:
    return rechained(it, _place(random, it), ())


def cut_the_tail_and_resign(random: Random, it: World) -> World:
    """The archive ends where the log does now, with a new anchor by the right key."""
    at = _place(random, it)
    return resigned(rechained(it, at, ()), size=at)


def cut_and_go_on(random: Random, it: World) -> World:
    at = _place(random, it)
    return rechained(it, at, [_edited(one) for one in drafts_of(it.lines[at:])])


def cut_the_beginning(random: Random, it: World) -> World:
    return replace(it, lines=it.lines[_place(random, it) :])


def forge_retention(random: Random, it: World) -> World:
    """Drop the beginning, and record it as retention does, with a tree over another beginning."""
    at = _place(random, it)
    other = rechained(it, at - 1, [_edited(drafts_of(it.lines[at - 1 : at])[0])]).lines
    edge = [hash.hex() for hash in grown(Edge(), other).hashes]
    told = rechained(it, len(it.lines), [Draft("retention.dropped", None, {"first": at + 1, "edge": edge})])
    return replace(told, lines=told.lines[at:])


def rewrite_and_sign_with_another_key(random: Random, it: World) -> World:
    return resigned(rechained(it, 1, [_edited(one) for one in drafts_of(it.lines[1:])]), FOREIGN)


def rewrite_and_resign(random: Random, it: World) -> World:
    """By somebody who holds the right key."""
    return resigned(rechained(it, 1, [_edited(one) for one in drafts_of(it.lines[1:])]))


def replay_an_old_snapshot(random: Random, it: World) -> World:
    """Log, records and archive as they were at an earlier push."""
    sizes = sorted(it.archive)
    size = random.choice(sizes[:-1])
    return replace(rechained(it, size, ()), archive={one: data for one, data in it.archive.items() if one <= size})


def rewind_the_branch(random: Random, it: World) -> World:
    size = random.choice(sorted(it.archive)[:-1])
    return replace(it, archive={one: data for one, data in it.archive.items() if one <= size})


def forge_a_squash(random: Random, it: World) -> World:
    """A branch that begins anew, with one anchor of another history, by a key that may not."""
    other = rechained(it, 1, [_edited(one) for one in drafts_of(it.lines[1:])])
    size = max(it.archive)
    return replace(it, archive={size: anchored(other.lines, size, FOREIGN)})


def swap_the_key(random: Random, it: World) -> World:
    size = random.choice([*it.archive])
    return replace(it, archive={**it.archive, size: anchored(it.lines, size, FOREIGN)})


def use_a_retired_key(random: Random, it: World) -> World:
    size = random.choice([*it.archive])
    return replace(it, archive={**it.archive, size: anchored(it.lines, size, RETIRED)})


def strip_the_signature(random: Random, it: World) -> World:
    size = max(it.archive)
    return replace(it, archive={**it.archive, size: anchored(it.lines, size, None)})


def shift_the_times(random: Random, it: World) -> World:
    at = _place(random, it)
    return rechained(it, at, drafts_of(it.lines[at:]), lambda number: moment(number - 3600))


def shift_the_time_of_an_anchor(random: Random, it: World) -> World:
    size = random.choice([*it.archive])
    data = it.archive[size].replace(moment(size).encode(), moment(size + 7).encode())
    return replace(it, archive={**it.archive, size: data})


def shift_the_time_of_an_anchor_and_resign(random: Random, it: World) -> World:
    """The last one, to before the one before it, by somebody who holds the right key."""
    size = max(it.archive)
    return replace(it, archive={**it.archive, size: anchored(it.lines, size, time=moment(-size))})


def bring_an_anchor_of_another_log(random: Random, it: World) -> World:
    size = random.choice([*it.archive])
    return replace(it, archive={**it.archive, size: anchored(it.lines, size, store=OTHER_STORE)})


def rename_an_anchor(random: Random, it: World) -> World:
    old, *_, new = sorted(it.archive)
    return replace(it, archive={**it.archive, new: it.archive[old]})


def bring_another_log(random: Random, it: World) -> World:
    other = world(random, store=OTHER_STORE)
    return replace(it, lines=other.lines, applied=other.applied)


KINDS: tuple[Callable[[Random, World], World], ...] = (
    *(edit, edit_and_rehash, edit_and_rechain, delete, delete_and_rechain, swap, swap_and_rechain, duplicate),
    *(duplicate_and_rechain, insert_and_rechain, flip_a_bit, cut_the_tail, cut_the_tail_and_resign, cut_and_go_on),
    *(cut_the_beginning, forge_retention, rewrite_and_sign_with_another_key, rewrite_and_resign),
    *(replay_an_old_snapshot, rewind_the_branch, forge_a_squash, swap_the_key, use_a_retired_key, strip_the_signature),
    *(shift_the_times, shift_the_time_of_an_anchor, shift_the_time_of_an_anchor_and_resign),
    *(bring_an_anchor_of_another_log, rename_an_anchor, bring_another_log),
)
