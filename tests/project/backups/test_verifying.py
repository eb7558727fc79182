"""Verifying backups: whatever is not as it was written is told, whoever made it so."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from unittest import mock

import orjson
import pytest
from backups import Kept, forged, new_key, parts_of, put_together
from conftest import Counted
from githistory import begun, committed
from running import surroundings

from lamina.project.backups.trust import NotTrusted
from lamina.project.backups.verifying import NoSuchPoint, verify
from lamina.thought.anchors.signers import read_signers
from lamina.thought.backups.points import point
from lamina.words.errors import Failure
from lamina.world.backups.failures import BadBackup

LONG = bool(os.environ.get("LAMINA_TORTURE"))
Part = tuple[str, bytes]


@pytest.fixture(autouse=True)
def _plain() -> Iterator[None]:
    with mock.patch.dict(os.environ, surroundings(), clear=True):
        yield


@pytest.fixture
def kept(memory: Path) -> Kept:
    """A store with two runs and a log of two segments; in memory, since it is damaged very often."""
    found = Kept(memory / "state.sqlite")
    found.work("r")
    with mock.patch("lamina.world.log.writer.Writer._now", return_value="2026-11-21T12:30:00.000000Z"):
        found.work("s", findings=1)
    return found


@pytest.fixture
def backup(kept: Kept) -> Path:
    return kept.backup(kept.location.with_name("b.tar")).path


@pytest.fixture
def configuration(tmp_path: Path) -> Path:
    root = begun(tmp_path / "configuration")
    committed(root, {"lamina.yaml": "environments: {prod: {}}\n"})
    return root


def faults(path: Path, damaged: Iterator[bytes]) -> tuple[int, list[int]]:
    """How many were tried, and which of them nobody noticed."""
    missed, count = [], 0
    for number, data in enumerate(damaged):
        path.write_bytes(data)
        count += 1
        try:
            verify(path, None)
        except (BadBackup, NotTrusted):
            continue
        missed.append(number)
    return count, missed


def trials(size: int) -> range:
    """All bytes, or some hundreds."""
    return range(0, size, 1 if LONG else max(1, size // 300))


@pytest.mark.parametrize("signed", [False, True], ids=["unsigned", "signed"])
def test_g5_a_bit_flipped_at_every_byte_is_noticed(kept: Kept, signed: bool, memory: Path, counted: Counted) -> None:
    key = new_key(memory)[0] if signed else None
    path = kept.backup(memory / "c.tar", key=key).path
    whole = path.read_bytes()
    flips = (whole[:at] + bytes([whole[at] ^ 1 << at % 8]) + whole[at + 1 :] for at in trials(len(whole)))
    count, missed = faults(path, flips)
    counted("G5", "a bit of a backup flipped: seen", count, count - len(missed))
    assert missed == []
    assert count >= 300


def test_g5_a_backup_cut_at_every_byte_is_noticed(backup: Path, counted: Counted) -> None:
    whole = backup.read_bytes()
    count, missed = faults(backup, (whole[:size] for size in trials(len(whole))))
    counted("G5", "a backup cut at a byte: seen", count, count - len(missed))
    assert missed == []
    assert count >= 300


def test_what_is_sound_is_told(kept: Kept, backup: Path) -> None:
    found = verify(backup, None)
    with kept.store() as store:
        assert (found.manifest.head, found.runs, found.seq) == (store.records.applied, 2, store.records.applied.seq)
    assert (found.word.key, found.manifest.first, found.manifest.missing) == (None, 1, ())
    assert found.size == backup.stat().st_size


def test_a_point_is_found(backup: Path) -> None:
    assert verify(backup, None, point("7")).seq == 7
    assert verify(backup, None, point("2026-11-21T12:29:00Z")).seq < verify(backup, None, point("a" * 7)).seq
    for text in ("0", "999", "2020-01-01", "b" * 40):
        with pytest.raises(NoSuchPoint):
            verify(backup, None, point(text))


def _other(name: str, change: Callable[[bytes], bytes]) -> Callable[[list[Part]], list[Part]]:
    return lambda parts: [(part, change(data) if part.startswith(name) else data) for part, data in parts]


def _without(name: str) -> Callable[[list[Part]], list[Part]]:
    return lambda parts: [part for part in parts if not part[0].startswith(name)]


def _first_blob_twice(parts: list[Part]) -> list[Part]:
    return [*parts, ("blobs/sha256/" + "f" * 64, b"")]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        pytest.param(_other("store.json", lambda data: b"{}\n"), "whose the store is", id="marker"),
        pytest.param(_other("store.json", lambda data: b'{"store":"other"}\n'), "of another store", id="another-store"),
        pytest.param(_other("store.json", lambda data: b" " * 70_000), "70,000 bytes", id="giant-marker"),
        pytest.param(_other("log", lambda data: data.replace(b"plan", b"plot", 1)), "own hash", id="edited-event"),
        pytest.param(_other("log", lambda data: data[:-1]), "is cut off", id="cut-log"),
        pytest.param(
            _other("log", lambda data: data[: data[:-1].rfind(b"\n") + 1]), "not where it should", id="short-log"
        ),
        pytest.param(_other("log", lambda data: b"x" * (3 << 20)), "is cut off", id="endless-line"),
        pytest.param(_other("log", lambda data: b""), "ends with event 0", id="empty-log"),
        pytest.param(
            _other("records", lambda data: data.replace(b"low", b"high")), "what the events say", id="records"
        ),
        pytest.param(_other("blobs", lambda data: data + b"x"), "not what its name says", id="blob"),
        pytest.param(_without("blobs"), "needed and not in it", id="no-blobs"),
        pytest.param(_first_blob_twice, "not what its name says", id="blob-too-many"),
    ],
)
def test_what_was_put_together_otherwise_is_told(
    change: Callable[[list[Part]], list[Part]], told: str, backup: Path, tmp_path: Path
) -> None:
    path = forged(tmp_path / "forged.tar", change(parts_of(backup)))
    with pytest.raises(BadBackup, match=told):
        verify(path, None)


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        pytest.param({"head": {"seq": 3, "hash": "0" * 64}}, "not where it should", id="head"),
        pytest.param({"store": "other"}, "of another store", id="store"),
        pytest.param({"missing": ["sha256:" + "0" * 64]}, "needed by none", id="missing"),
        pytest.param({"members": []}, "names no store.json", id="no-members"),
        pytest.param({"signed": True}, "store.json stands where manifest.json.sig is due", id="signature"),
        pytest.param({"v": 9}, "version is 9", id="version"),
    ],
)
def test_a_manifest_that_tells_otherwise_is_told(
    changed: dict[str, Any], told: str, backup: Path, tmp_path: Path
) -> None:
    path = forged(tmp_path / "forged.tar", parts_of(backup), **changed)
    with pytest.raises(BadBackup, match=told):
        verify(path, None)


def test_a_forged_log_whose_events_make_no_sense_is_told(backup: Path, tmp_path: Path) -> None:
    from lamina.words.event import Draft, Head
    from lamina.words.event_line import line

    for draft in (
        Draft("run.transitioned", "r", {}),
        Draft("run.created", "r", {}),
        Draft("run.created", None, {"workflow": "x"}),
        Draft("run.carried", "r", {"records": [1]}),
        Draft("retention.dropped", None, {"runs": 1}),
    ):
        begin, head = line(Draft("run.created", "r", {"workflow": "x"}), Head(), "2026-11-21T12:00:00.000000Z")
        data, _ = line(draft, head, "2026-11-21T12:00:00.000000Z")
        change = _other("log", lambda _, text=begin + data: text)  # type: ignore[misc]
        path = forged(tmp_path / f"{draft.type}.{draft.run}.{len(data)}.tar", change(parts_of(backup)))
        with pytest.raises(BadBackup, match=r"event 2 says what cannot be|not where it should"):
            verify(path, None)


def test_a_member_that_no_manifest_names_is_told(backup: Path, tmp_path: Path) -> None:
    parts = parts_of(backup)
    for place in (1, 3, len(parts)):
        path = put_together(tmp_path / f"{place}.tar", [*parts[:place], ("more", b"x"), *parts[place:]])
        with pytest.raises(BadBackup, match="more"):
            verify(path, None)
    with pytest.raises(BadBackup, match=r"manifest\.json is due"):
        verify(put_together(tmp_path / "none.tar", parts[1:]), None)


def test_a_segment_that_does_not_tell_of_the_one_before_is_told(kept: Kept, tmp_path: Path) -> None:
    path = kept.backup(tmp_path / "b.tar").path
    parts = parts_of(path)
    data = dict(parts)["log/00000000000000000001.jsonl"]
    cut = data.index(b"\n", len(data) // 2) + 1
    seq = data[:cut].count(b"\n") + 1
    halves = [("log/00000000000000000001.jsonl", data[:cut]), (f"log/{seq:020}.jsonl", data[cut:])]
    split = [half for part in parts for half in (halves if part[0].startswith("log/") else [part])]
    with pytest.raises(BadBackup, match="how the segment before it ended"):
        verify(forged(tmp_path / "split.tar", split), None)
    halves[1] = (f"log/{seq + 1:020}.jsonl", data[cut:])
    split = [half for part in parts for half in (halves if part[0].startswith("log/") else [part])]
    with pytest.raises(BadBackup, match=f"stands where event {seq} is due"):
        verify(forged(tmp_path / "gap.tar", split), None)


def test_a_bundle_that_gives_no_repository_is_told(kept: Kept, configuration: Path, tmp_path: Path) -> None:
    parts = parts_of(kept.backup(tmp_path / "b.tar", root=configuration).path)
    for number, change in enumerate((lambda data: b"", lambda data: data[:-30], lambda data: data[:-1] + b"x")):
        path = forged(tmp_path / f"{number}.tar", _other("configuration", change)(parts))
        with pytest.raises(BadBackup, match="gives no repository"):
            verify(path, None)
    other = {"configuration": {"commit": "b" * 40, "digest": None}}
    with pytest.raises(BadBackup, match="lacks the commit bbbb"):
        verify(forged(tmp_path / "other.tar", parts, **other), None)


def test_who_may_sign_is_asked(kept: Kept, tmp_path: Path) -> None:
    key, line = new_key(tmp_path)
    path = kept.backup(tmp_path / "b.tar", key=key).path
    word = verify(path, read_signers(line)).word
    assert (word.signer, (word.key or "")[:7]) == ("ops@example.com", "SHA256:")
    assert verify(path, None).word.signer is None
    for text in ("", line.replace("ssh-ed25519", 'namespaces="lamina-anchor" ssh-ed25519')):
        with pytest.raises(NotTrusted, match="is signed by SHA256:"):
            verify(path, read_signers(text))
    before = line.replace("ssh-ed25519", 'valid-before="20200101" ssh-ed25519')
    with pytest.raises(NotTrusted, match="no longer valid"):
        verify(path, read_signers(before))


def test_a_backup_that_is_not_signed_is_not_trusted_where_somebody_must(backup: Path, tmp_path: Path) -> None:
    _, line = new_key(tmp_path)
    with pytest.raises(NotTrusted, match="not signed"):
        verify(backup, read_signers(line))


def test_a_signature_of_another_manifest_does_not_hold(kept: Kept, tmp_path: Path) -> None:
    key, line = new_key(tmp_path)
    parts = parts_of(kept.backup(tmp_path / "b.tar", key=key).path)
    kept.work("t")
    newer = parts_of(kept.backup(tmp_path / "c.tar", key=key).path)
    for number, signature in enumerate((parts[1], ("manifest.json.sig", b"none"))):
        path = put_together(tmp_path / f"{number}.tar", [newer[0], signature, *newer[2:]])
        for signers in (None, read_signers(line)):
            with pytest.raises(NotTrusted, match="does not hold"):
                verify(path, signers)


def test_every_failure_has_words_for_people(backup: Path) -> None:
    backup.write_bytes(b"x")
    with pytest.raises(Failure) as refused:
        verify(backup, None)
    assert refused.value.hint
    assert orjson.dumps(refused.value.message)
