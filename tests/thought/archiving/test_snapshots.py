"""What a commit says of its snapshot, and how people name one."""

from dataclasses import replace

import pytest

from lamina.thought.archiving.snapshots import NoSuchSnapshot, Snapshot, message, named, seq_of, snapshot_of, trailers
from lamina.words.errors import Misuse

ONE = Snapshot("prod-1", 120, "ab" * 32, 101, "prod-1@100", "cd" * 20, True)
TIMES = [(1, "2026-11-21T10:00:00.000000Z"), (2, "2026-11-21T11:00:00.000000Z"), (3, "2026-11-21T10:30:00.000000Z")]


def test_a_message_ties_the_snapshot_to_the_log_and_the_configuration() -> None:
    assert message(ONE, 3).splitlines() == [
        "snapshot prod-1@120: 3 runs changed",
        "",
        "Snapshot: prod-1@120",
        "Store: prod-1",
        "First-Seq: 101",
        "Last-Seq: 120",
        f"Chain-Head: {'ab' * 32}",
        f"Config-Commit: {'cd' * 20}",
        "Previous-Archive: prod-1@100",
        "Pinned: yes",
    ]


@pytest.mark.parametrize(
    "snapshot", [ONE, replace(ONE, previous=None), replace(ONE, config_commit=None, pinned=False)], ids=range(3)
)
def test_what_is_written_is_read_back(snapshot: Snapshot) -> None:
    assert snapshot_of(message(snapshot, 1)) == snapshot


@pytest.mark.parametrize(
    "text", ["", "a\n\nb", "a\n\nStore: x\n", "a\n\nStore: x\nLast-Seq: y\nFirst-Seq: 1\nChain-Head: z"]
)
def test_a_message_that_speaks_of_no_snapshot_is_told(text: str) -> None:
    assert snapshot_of(text) is None


def test_trailers_are_the_last_paragraph_and_nothing_else() -> None:
    assert trailers("a\n\nKey: 1\n\nOther-Key: 2: 3\n") == {"Other-Key": "2: 3"}
    assert trailers("a\n\nKey: 1\nno trailer\n") == {}


def test_a_snapshot_is_named_in_several_ways() -> None:
    known = [replace(ONE, seq=100), ONE]
    for text in ("prod-1@120", "@120", "120", "latest"):
        assert named(text, known) is ONE
    with pytest.raises(NoSuchSnapshot) as failure:
        named("prod-1@12", known)
    assert "did you mean prod-1@1" in str(failure.value.hint)


@pytest.mark.parametrize(
    ("text", "seq"),
    [
        ("prod-1@120", 120),
        ("7", 7),
        ("2026-11-21T10:59:59Z", 1),
        ("2026-11-21T10:15:00+00:00", 1),
        ("2026-11-21T12:15:00+02:00", 1),
        ("2026-11-22", 3),
        ("2026-11-21T11:00", 3),
    ],
)
def test_a_place_is_a_snapshot_a_number_or_a_time(text: str, seq: int) -> None:
    # Events are in the order of their numbers; a clock that went back does not change it.
    assert seq_of(text, [ONE], TIMES) == seq


def test_a_place_that_is_not_there_is_told() -> None:
    for text in ("121", "0", "nonsense", "2026-13-45"):
        with pytest.raises(NoSuchSnapshot):
            seq_of(text, [ONE], TIMES)
    with pytest.raises(Misuse, match="nothing was recorded by"):
        seq_of("2026-11-20", [ONE], TIMES)
