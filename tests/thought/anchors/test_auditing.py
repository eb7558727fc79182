"""What an audit says of a log and its anchors; of tampering test_tampering.py tells."""

from dataclasses import replace
from random import Random

import pytest
import ssh_keys
from tampering import FOREIGN, KEY, SIGNERS, STORE, World, anchored, moment, rechained, recorded, world

from lamina.thought.anchors.auditing import ARCHIVE, Found, audit
from lamina.thought.anchors.note import read_anchor, signed
from lamina.thought.anchors.signers import read_signers
from lamina.thought.anchors.tree import Edge, grown
from lamina.words.event import Draft, Head
from lamina.words.event_line import place

IT = world(Random(0))
SIZES = sorted(IT.archive)
NEWEST = SIZES[-1]


def kinds(of: World, signers: str | None = SIGNERS) -> list[tuple[str, str, int | None]]:
    return [(flaw.kind, flaw.severity, flaw.seq) for flaw in of.audited(signers).flaws]


def test_a_log_that_is_as_it_was_anchored() -> None:
    told = IT.audited()
    assert (told.good, told.flaws, told.anchored) == (True, (), NEWEST)
    assert (told.store, told.first, told.head) == (STORE, 1, IT.applied)
    assert [(one.anchor.size, one.signer, one.holds) for one in told.anchors] == [
        (size, "ops@x", True) for size in SIZES
    ]
    assert told.anchors[-1].where == (ARCHIVE, "kept.note")
    assert told.anchors[0].where == (ARCHIVE,)


def test_nothing_at_all() -> None:
    told = World(()).audited()
    assert (told.good, told.anchored, told.head) == (True, 0, Head())
    assert kinds(World(())) == [("no-anchor", "note", None)]


def test_without_signers_no_anchor_counts() -> None:
    assert kinds(IT, None) == [("no-signers", "warning", None)]
    assert IT.audited(None).anchored == 0
    assert IT.audited(None).good


def test_anchors_from_before_there_were_keys_are_known_for_what_they_are() -> None:
    old = replace(IT, archive={**IT.archive, SIZES[0]: anchored(IT.lines, SIZES[0], None)})
    assert kinds(old) == [("unsigned-anchor", "note", SIZES[0])]
    later = replace(IT, archive={**IT.archive, SIZES[1]: anchored(IT.lines, SIZES[1], None)})
    assert kinds(later) == [("unsigned-anchor", "error", SIZES[1])]
    # Where none has a signature, none is from before.
    never = replace(IT, archive={size: anchored(IT.lines, size, None) for size in SIZES}, kept=None)
    assert kinds(never) == [("unsigned-anchor", "error", size) for size in SIZES]
    assert never.audited().anchored == 0


def test_one_good_signature_is_enough() -> None:
    text = read_anchor(IT.archive[NEWEST]).text
    both = signed(signed(text, FOREIGN.sign(text.encode())), KEY.sign(text.encode())).encode()
    assert kinds(replace(IT, archive={**IT.archive, NEWEST: both}, kept=None)) == []


def test_signatures_that_do_not_hold() -> None:
    text = read_anchor(IT.archive[NEWEST]).text
    for blob, kind in (
        (KEY.sign(text.encode() + b"x"), "bad-signature"),
        (KEY.sign(text.encode(), "git"), "bad-signature"),
        (FOREIGN.sign(text.encode()), "unknown-signer"),
    ):
        told = replace(IT, archive={**IT.archive, NEWEST: signed(text, blob).encode()}, kept=None)
        assert kinds(told) == [(kind, "error", NEWEST)]
        assert told.audited().anchored == SIZES[-2]


def test_a_key_counts_from_when_to_when_its_line_says() -> None:
    """By the times that the anchors say."""
    until = moment(SIZES[1]).replace("-", "").replace(":", "").replace("T", "").split(".")[0] + "Z"
    new = ssh_keys.ed25519()
    signers = KEY.line("old@x", f'valid-before="{until}"') + new.line("new@x", f'valid-after="{until}"')
    turned = {size: anchored(IT.lines, size, KEY if size <= SIZES[1] else new) for size in SIZES}
    told = replace(IT, archive=turned, kept=None).audited(signers)
    assert [one.signer for one in told.anchors] == ["old@x", "old@x", *["new@x"] * (len(SIZES) - 2)]
    assert told.good
    late = replace(IT, kept=None).audited(signers)
    assert {flaw.message.rpartition(": ")[2] for flaw in late.flaws} == {"the key of old@x was no longer valid"}


def test_a_broken_line_is_named_by_file_line_and_event() -> None:
    lines = [*IT.lines]
    lines[24] = lines[24].replace(b'"x"', b'"y"')
    [flaw] = replace(IT, lines=tuple(lines)).audited().flaws
    # The second file begins after the first half.
    assert (flaw.kind, flaw.file, flaw.seq) == ("broken-chain", "log/2.jsonl", 25)
    assert flaw.message.startswith(
        f"line {25 - len(IT.lines) // 2} does not match its own hash; the log is sound up to event 24"
    )
    told = replace(IT, lines=tuple(lines)).audited()
    assert [one.holds for one in told.anchors] == [True if one.anchor.size <= 24 else None for one in told.anchors]


def dropped(first: int, told: int | None = None, edge: bool = True) -> World:
    """The log after retention dropped what is before an event."""
    data: dict[str, object] = {"first": told or first}
    if edge:
        data["edge"] = [hash.hex() for hash in grown(Edge(), IT.lines[: first - 1]).hashes]
    after = rechained(IT, len(IT.lines), [Draft("retention.dropped", None, data)])
    return replace(after, lines=after.lines[first - 1 :])


def test_a_log_whose_beginning_retention_dropped_still_holds() -> None:
    told = dropped(SIZES[0]).audited()
    assert (told.good, told.flaws, told.first, told.anchored) == (True, (), SIZES[0], NEWEST)
    # The anchor of the very last event that was dropped, too: the tree over them is known, and the first line names the head.
    told = dropped(SIZES[0] + 1).audited()
    assert (told.flaws, [one.holds for one in told.anchors]) == ((), [True] * len(SIZES))
    # Anchors further back are past telling.
    assert kinds(dropped(SIZES[1] + 3)) == [("out-of-reach", "note", SIZES[1])]
    assert dropped(SIZES[1] + 3).audited().anchored == NEWEST


@pytest.mark.parametrize("after", [dropped(9, told=8), dropped(9, edge=False), replace(IT, lines=IT.lines[8:])])
def test_a_log_whose_beginning_is_gone_otherwise_does_not(after: World) -> None:
    assert kinds(after)[0] == ("missing-beginning", "error", 9)
    assert after.audited().anchored == 0


def test_the_log_of_another_store() -> None:
    assert kinds(replace(world(Random(0), store="dev-00c0ffee"), archive={}, kept=None))[0] == (
        "foreign-log",
        "error",
        1,
    )


def test_records_that_were_made_from_another_log() -> None:
    assert kinds(replace(IT, applied=Head(12, "1" * 64))) == [("projection-other", "error", 12)]
    assert kinds(replace(IT, applied=Head(len(IT.lines) + 1, "1" * 64))) == [
        ("projection-ahead", "error", len(IT.lines) + 1)
    ]
    behind = place(IT.lines[11].removesuffix(b"\n"))
    assert (
        kinds(replace(IT, applied=behind))
        == kinds(replace(IT, applied=Head()))
        == kinds(replace(IT, applied=None))
        == []
    )


def test_the_archive_has_to_hold_what_the_log_says_was_pushed() -> None:
    lines = IT.lines + recorded([Draft("archive.pushed", None, {"seq": NEWEST})], IT.applied or Head())
    pushed = replace(IT, lines=lines)
    assert kinds(pushed) == kinds(replace(pushed, archived=NEWEST)) == []
    assert kinds(replace(pushed, archived=NEWEST - 1)) == [("archive-rewound", "error", NEWEST)]
    # What was pushed without a key has no anchor, which is no fault of the archive.
    without = replace(pushed, archive={size: IT.archive[size] for size in SIZES[:-1]}, kept=None, archived=NEWEST)
    assert (kinds(without), without.audited().anchored) == ([], SIZES[-2])


def test_an_anchor_of_which_there_is_a_copy_has_to_be_in_the_archive() -> None:
    less = {size: data for size, data in IT.archive.items() if size != NEWEST}
    assert kinds(replace(IT, archive=less)) == [("missing-anchor", "error", NEWEST)]


def test_files_that_hold_no_anchor_of_this_log() -> None:
    found = [
        Found(ARCHIVE, "anchors/00000000000000000007", b"hello\n"),
        Found(ARCHIVE, "anchors/00000000000000000009", IT.archive[NEWEST]),
        Found(ARCHIVE, "x", anchored(IT.lines, NEWEST, store="dev-00c0ffee")),
        Found(ARCHIVE, "y", anchored(IT.lines, NEWEST, time="2026-99-21T12:00:00.000000Z")),
    ]
    told = audit(STORE, lambda: [("log/1.jsonl", IT.lines)], found, read_signers(SIGNERS))
    kinds = ["damaged-anchor", "misnamed-anchor", "foreign-anchor", "damaged-anchor", "replaced-anchor"]
    assert [flaw.kind for flaw in told.flaws] == kinds


def test_a_line_that_is_no_event_breaks_the_chain_and_nothing_else() -> None:
    for junk in (b"\n", b"\0" * 40 + b"\n", b'{"v":1,"seq":1}\n', b"x" * 2000):
        [first, *_] = World((junk,)).audited().flaws
        assert (first.kind, first.seq) == ("broken-chain", 1)
