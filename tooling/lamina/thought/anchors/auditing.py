"""Auditing: whether a log is the one that was anchored, by whom, and from which event on nobody could tell."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import pairwise

from lamina.thought.anchors import flaws
from lamina.thought.anchors.flaws import Flaw
from lamina.thought.anchors.note import NAMESPACE, Anchor, BadAnchor, read_anchor
from lamina.thought.anchors.signers import Signers
from lamina.thought.anchors.sshsig import fault, fingerprint
from lamina.thought.anchors.walking import Log, Walk, walk
from lamina.words.event import Head
from lamina.words.values import dataclass

# Where anchors are found that count as pushed; others are copies that somebody keeps elsewhere.
ARCHIVE = "the archive"


@dataclass(frozen=True, slots=True)
class Found:
    """A file that should hold an anchor: where it was found (ARCHIVE, or a copy), its name, what it holds."""

    where: str
    file: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Judged:
    """An anchor, where it was found, who signed it (None: nobody who may), and whether it holds of this log."""

    anchor: Anchor
    where: tuple[str, ...]
    file: str
    signer: str | None
    holds: bool | None = None


@dataclass(frozen=True, slots=True)
class Audit:
    """What an audit came to: what the log holds, its anchors in their order, and what is wrong.

    `anchored` is the newest event that a signed anchor holds of: what was recorded after it could be cut off unnoticed.
    """

    store: str
    first: int
    head: Head
    anchors: tuple[Judged, ...]
    flaws: tuple[Flaw, ...]

    @property
    def good(self) -> bool:
        """Whether nothing is wrong."""
        return not any(flaw.severity == "error" for flaw in self.flaws)

    @property
    def anchored(self) -> int:
        """The newest event that is anchored, 0 where none is."""
        return max((one.anchor.size for one in self.anchors if one.signer and one.holds), default=0)


def audit(
    store: str,
    log: Log,
    found: Iterable[Found],
    signers: Signers | None,
    applied: Head | None = None,
    archived: int | None = None,
) -> Audit:
    """Audit the log of a store by its anchors, by who may sign them, and by how far the records of runs say that it went.

    `archived` is the last event that the archive holds now, where that is known.
    """
    judged, wrong = _judged(store, found, signers)
    walked = walk(log, store, [one.anchor.size for one in judged] + ([applied.seq] if applied else []))
    anchors = [replace(one, holds=_holds(one.anchor, walked)) for one in judged]
    told = (
        *walked.flaws,
        *_against_the_log(anchors, walked),
        *_of_the_projection(applied, walked),
        *wrong,
        *_times(anchors),
        *_missing(anchors, walked, archived),
        *([] if signers is not None else [flaws.no_signers()] if anchors else []),
        *([] if anchors else [flaws.no_anchor()]),
    )
    return Audit(store, walked.first, walked.head, tuple(anchors), told)


def _judged(store: str, found: Iterable[Found], signers: Signers | None) -> tuple[list[Judged], list[Flaw]]:
    """The anchors that were found, by their events, each once; and what is wrong with them in themselves."""
    anchors, wrong = _read(store, found)
    first_signed = min((one.anchor.size for one in anchors if one.anchor.signatures), default=0)
    judged: list[Judged] = []
    for one in anchors:
        signer, flaw = _signer(one, signers, before=one.anchor.size < first_signed)
        judged.append(replace(one, signer=signer))
        wrong += [flaw] if flaw else []
    return judged, wrong + _replaced(judged)


def _read(store: str, found: Iterable[Found]) -> tuple[list[Judged], list[Flaw]]:
    wrong: list[Flaw] = []
    anchors: dict[bytes, Judged] = {}
    for one in found:
        known = anchors.get(one.data)
        try:
            anchor = known.anchor if known else read_anchor(one.data)
        except BadAnchor as error:
            wrong.append(flaws.damaged_anchor(one.file, str(error)))
            continue
        name = one.file.rpartition("/")[2]
        if anchor.store != store:
            wrong.append(flaws.foreign_anchor(one.file, anchor.store, store))
            continue
        if name.isdecimal() and int(name) != anchor.size:
            wrong.append(flaws.misnamed_anchor(one.file, anchor.size))
        where = (*(known.where if known else ()), one.where)
        anchors[one.data] = Judged(anchor, tuple(dict.fromkeys(where)), known.file if known else one.file, None)
    return sorted(anchors.values(), key=lambda one: (one.anchor.size, one.anchor.time)), wrong


def _signer(one: Judged, signers: Signers | None, before: bool) -> tuple[str | None, Flaw | None]:
    """Who signed an anchor and may; or why nobody did. An anchor that anybody who may has signed is good, whoever else did."""
    if signers is None:
        return None, None
    anchor, flaw = one.anchor, None
    try:
        at = datetime.fromisoformat(anchor.time)
    except ValueError:
        return None, flaws.damaged_anchor(one.file, f"{anchor.time} is no time")
    for signature in anchor.signatures:
        whose, reason = signers.judge(signature.key, NAMESPACE, at)
        wrong = fault(signature, NAMESPACE, anchor.text.encode())
        if wrong is not None:
            flaw = flaw or flaws.bad_signature(one.file, anchor.size, wrong)
        elif whose is not None:
            return whose, None
        else:
            flaw = flaw or flaws.unknown_signer(one.file, anchor.size, fingerprint(signature.key), str(reason))
    return None, flaw or flaws.unsigned_anchor(one.file, anchor.size, before)


def _replaced(judged: Sequence[Judged]) -> list[Flaw]:
    """Anchors of one event that differ in what they say."""
    return [
        flaws.replaced_anchor(one.file, one.anchor.size, f"that of {', '.join(before.where)}")
        for before, one in pairwise(judged)
        if before.anchor.size == one.anchor.size and before.anchor.text != one.anchor.text
    ]


def _holds(anchor: Anchor, walked: Walk) -> bool | None:
    """Whether an anchor holds of the log; None where that cannot be told, as the log begins later or is broken before."""
    at = walked.places.get(anchor.size)
    if at is None:
        return False if anchor.size > walked.head.seq and not walked.broken else None
    return None if at.edge is None else at.edge.root == anchor.root and at.head.hash == anchor.head


def _against_the_log(anchors: Sequence[Judged], walked: Walk) -> Iterator[Flaw]:
    """What the anchors tell of the log: that it is cut, or another; the first such anchor says it."""
    wrong = [one for one in anchors if one.holds is False]
    cut = [one for one in wrong if one.anchor.size > walked.head.seq]
    other = next((one for one in wrong if one.anchor.size <= walked.head.seq), None)
    if other is not None:
        before = max(
            (one.anchor.size for one in anchors if one.holds and one.anchor.size < other.anchor.size), default=0
        )
        yield flaws.other_log(other.file, other.anchor.size, before)
    if cut:
        yield flaws.log_cut(cut[-1].file, cut[-1].anchor.size, walked.head.seq)
    unreached = [one for one in anchors if one.holds is None and one.anchor.size < walked.first]
    if unreached:
        yield flaws.out_of_reach(unreached[-1].file, [one.anchor.size for one in unreached])


def _of_the_projection(applied: Head | None, walked: Walk) -> Iterator[Flaw]:
    """Whether the records of runs were made from this log."""
    if applied is None or walked.broken:
        return
    if applied.seq > walked.head.seq:
        yield flaws.projection_ahead(applied.seq, walked.head.seq)
    elif applied.seq >= walked.first and walked.places[applied.seq].head != applied:
        yield flaws.projection_other(applied.seq)


def _times(anchors: Sequence[Judged]) -> Iterator[Flaw]:
    """Anchors whose times go back."""
    for before, one in pairwise(anchors):
        if one.anchor.time < before.anchor.time:
            yield flaws.time_back(one.file, one.anchor.size, one.anchor.time, before.anchor.size, before.anchor.time)


def _missing(anchors: Sequence[Judged], walked: Walk, archived: int | None) -> Iterator[Flaw]:
    """That the archive no longer holds what was pushed: an anchor that is known from a copy, or what the log tells of."""
    there = max((one.anchor.size for one in anchors if ARCHIVE in one.where), default=0)
    newest = anchors[-1] if anchors else None
    if newest is not None and newest.anchor.size > there:
        yield flaws.missing_anchor(newest.file, newest.anchor.size)
    if archived is not None and walked.pushed > archived:
        yield flaws.archive_rewound(walked.pushed, archived)
