"""Restoring backups: into new places alone, byte for byte, as of any event; and going on from there."""

import os
import stat
from pathlib import Path
from unittest import mock

import pytest
from archived import Keeper
from backups import Kept, forged, new_key, parts_of
from githistory import begun, git

from lamina.changes.backup.restoring import NotRestored
from lamina.project.backups.records import text_of
from lamina.project.backups.trust import NotTrusted
from lamina.project.backups.verifying import NoSuchPoint
from lamina.project.state.auditing import audit_store
from lamina.project.state.opening import place_at
from lamina.thought.anchors.signers import read_signers
from lamina.thought.runs.replaying import Replay
from lamina.words.errors import Misuse
from lamina.world.backups.failures import BadBackup
from lamina.world.disk import AlreadyThere, LinkInTheWay
from lamina.world.log import check, lines, read
from lamina.world.store import home as homes
from lamina.world.store.blobs import Blobs


@pytest.mark.parametrize("into", ["new/state.sqlite", "new/state"])
def test_everything_comes_back_and_goes_on(kept: Kept, into: str, tmp_path: Path) -> None:
    path = kept.backup(tmp_path / "b.tar").path
    with kept.store() as store:
        before, head = text_of(store.records), store.records.applied
        state = store.checkpoints("r")[-1]
    done = kept.restore(path, tmp_path / into)
    again = Kept(tmp_path / into, clock=kept.clock)
    home = again.place.home
    assert home is not None
    assert (done.seq, done.runs, done.lost, done.configuration) == (head.seq, 1, (), None)
    assert done.store == homes.marker(home).store == homes.marker(homes.home(kept.location)).store
    assert list(lines(home.log, upto=head.seq)) == list(lines(homes.home(kept.location).log, upto=head.seq))
    with again.store() as store:
        assert text_of(store.records) == before
        assert store.resumption("r").done
        assert Blobs(home.blobs).read(state.digest)
        store.move_run("r", "paused")
    last = [(one.type, dict(one.data)) for one in read(home.log, head.seq)]
    assert last[0][0] == "backup.restored"
    assert {**last[0][1], "taken": ""} == {"from": done.store, "seq": head.seq, "store": done.store, "taken": ""}
    assert last[-1][0] == "run.transitioned"
    assert check(home.log).fault is None
    assert {stat.S_IMODE(one.stat().st_mode) for one in (home.folder, home.log, home.blobs)} == {0o700}
    assert stat.S_IMODE((home.log / "00000000000000000001.jsonl").stat().st_mode) == 0o600


def test_it_is_restored_as_of_every_event(kept: Kept, tmp_path: Path) -> None:
    path = kept.backup(tmp_path / "b.tar").path
    log = homes.home(kept.location).log
    whole = list(lines(log))
    for seq in range(1, len(whole) + 1):
        done = kept.restore(path, tmp_path / f"{seq}.sqlite", str(seq))
        home = homes.home(tmp_path / f"{seq}.sqlite")
        assert list(lines(home.log))[:-1] == whole[:seq]
        with Kept(tmp_path / f"{seq}.sqlite").store() as store:
            assert text_of(store.records) == text_of(Replay(read(log, upto=seq)))
        named = {one.digest for one in Replay(read(log, upto=seq)).every("checkpoint")}  # type: ignore[union-attr]
        assert named <= {digest for digest, _ in Blobs(home.blobs).every()}
        is_whole = seq == len(whole)
        assert (done.store == done.verified.manifest.store) == is_whole
        assert homes.marker(home).store == done.store


def test_the_audit_knows_a_store_that_was_restored_under_another_name(tmp_path: Path) -> None:
    keeper = Keeper(tmp_path / "state.sqlite", begun(tmp_path / "server.git", "--bare"))
    keeper.work("r")
    keeper.made()
    keeper.push()
    kept = Kept(tmp_path / "state.sqlite")
    path = kept.backup(tmp_path / "b.tar").path
    for into, as_of in (("whole.sqlite", None), ("past.sqlite", "5")):
        kept.restore(path, tmp_path / into, as_of)
        found = audit_store(place_at(tmp_path / into), None)
        assert [one.message for one in found.flaws if one.severity == "error"] == []
    marker = homes.home(tmp_path / "past.sqlite").marker
    marker.write_text(marker.read_text().replace('"store":"', '"store":"x-'))
    flaws = audit_store(place_at(tmp_path / "past.sqlite"), None).flaws
    assert [one.kind for one in flaws if one.severity == "error"] == ["foreign-log"]


def test_as_of_a_time_and_a_commit(kept: Kept, tmp_path: Path) -> None:
    kept.work("s")
    times = [one.time for one in read(homes.home(kept.location).log)]
    path = kept.backup(tmp_path / "b.tar").path
    assert kept.restore(path, tmp_path / "time", times[7]).seq == 8
    assert kept.restore(path, tmp_path / "commit", "a" * 12).seq == len(times)


def test_several_segments_come_back_sealed_and_the_last_is_gone_on_with(kept: Kept, tmp_path: Path) -> None:
    kept.policies = {"persistence": {"events": {"segment_size_mib": 1}}}
    with kept.store() as store:
        for _ in range(5):
            store.move_run("r", "paused", error="x" * 900_000)
            store.move_run("r", "executing")
    path = kept.backup(tmp_path / "b.tar").path
    begun = [int(one.stem) for one in sorted(homes.home(kept.location).log.glob("*.jsonl"))]
    for number, as_of in enumerate((None, str(begun[2] - 1), str(begun[2]))):
        kept.restore(path, tmp_path / f"{number}", as_of)
        home = homes.home(tmp_path / f"{number}")
        modes = [stat.S_IMODE(one.stat().st_mode) for one in sorted(home.log.glob("*.jsonl"))]
        assert modes == [0o400] * (len(modes) - 1) + [0o600]
        assert len(modes) == (len(begun), 2, 3)[number]
        assert check(home.log).fault is None


def test_without_a_log_the_records_come_back(tmp_path: Path) -> None:
    policies = {"persistence": {"events": {"enabled": False}}}
    kept = Kept(tmp_path / "state.sqlite", policies)
    kept.work()
    path = kept.backup(tmp_path / "b.tar").path
    for into in ("new.sqlite", "new-folder"):
        done = kept.restore(path, tmp_path / into)
        with kept.store() as store, Kept(tmp_path / into, policies).store() as other:
            assert text_of(other.records) == text_of(store.records)
            other.move_run("r", "paused")
        assert done.runs == 1
        with Kept(tmp_path / into).store() as logged:
            assert logged.run("r").status == "paused"
    with pytest.raises(NoSuchPoint):
        kept.restore(path, tmp_path / "x", "3")


def test_the_configuration_lies_beside(kept: Kept, configuration: Path, tmp_path: Path) -> None:
    path = kept.backup(tmp_path / "b.tar", configuration).path
    bundle = kept.restore(path, tmp_path / "new/state.sqlite").configuration
    assert bundle == tmp_path / "new/state.configuration.bundle"
    git(tmp_path, "clone", "--quiet", str(bundle), "clone")
    assert git(tmp_path / "clone", "rev-parse", "HEAD") == git(configuration, "rev-parse", "HEAD")
    with pytest.raises(AlreadyThere):
        kept.restore(path, tmp_path / "new/state.sqlite")


def test_the_archive_comes_back_with_what_was_not_pushed(tmp_path: Path) -> None:
    keeper = Keeper(tmp_path / "state.sqlite", begun(tmp_path / "server.git", "--bare"))
    keeper.work("r")
    keeper.made()
    kept = Kept(tmp_path / "state.sqlite")
    path = kept.backup(tmp_path / "b.tar").path
    kept.restore(path, tmp_path / "new.sqlite")
    again = Keeper(tmp_path / "new.sqlite", keeper.server)
    assert [one.commit for one in again.snapshots] == [one.commit for one in keeper.snapshots]
    assert not (again.home.folder / "archive.bundle").exists()
    again.work("s")
    again.made()
    again.push()
    assert again.verify().faults == ()


def test_nothing_is_written_over(kept: Kept, tmp_path: Path) -> None:
    path = kept.backup(tmp_path / "b.tar").path
    (tmp_path / "folder").mkdir()
    (tmp_path / "file.sqlite").write_bytes(b"")
    (tmp_path / "link").symlink_to(tmp_path / "folder")
    (tmp_path / "x.configuration.bundle").write_bytes(b"")
    for into, failure in (
        ("folder", AlreadyThere),
        ("file.sqlite", AlreadyThere),
        ("link", LinkInTheWay),
        ("x", AlreadyThere),
    ):
        with pytest.raises(failure):
            kept.restore(path, tmp_path / into)


def test_what_is_refused_leaves_nothing(kept: Kept, tmp_path: Path) -> None:
    path = kept.backup(tmp_path / "b.tar").path
    _, line = new_key(tmp_path)
    damaged = tmp_path / "damaged.tar"
    damaged.write_bytes(path.read_bytes()[:-1])
    before = sorted(os.listdir(tmp_path))
    with pytest.raises(BadBackup):
        kept.restore(damaged, tmp_path / "new")
    with pytest.raises(NotTrusted):
        kept.restore(path, tmp_path / "new", signers=read_signers(line))
    for as_of, failure in (("0", NoSuchPoint), ("9999", NoSuchPoint), ("soon", Misuse), ("b" * 40, NoSuchPoint)):
        with pytest.raises(failure):
            kept.restore(path, tmp_path / "new", as_of)
    assert sorted(os.listdir(tmp_path)) == before


def test_what_comes_out_otherwise_is_not_put_in_place(kept: Kept, tmp_path: Path) -> None:
    from lamina.changes.backup import restoring

    path = kept.backup(tmp_path / "b.tar").path
    other = forged(tmp_path / "other.tar", parts_of(path), tool="9")
    before = sorted(os.listdir(tmp_path))
    verified = restoring.verify(other, None)
    with (
        mock.patch.object(restoring, "verify", return_value=verified),
        pytest.raises(NotRestored, match="another file"),
    ):
        kept.restore(path, tmp_path / "new")

    def shortened(seq: int, content: object) -> object:
        return list(content)[:-1]  # type: ignore[call-overload]

    with mock.patch.object(restoring, "_up_to", shortened), pytest.raises(NotRestored, match="ends with event"):
        kept.restore(path, tmp_path / "new")
    with mock.patch.object(restoring, "text_of", side_effect=[b"1"]), pytest.raises(NotRestored, match="events say"):
        kept.restore(path, tmp_path / "new")
    assert sorted(os.listdir(tmp_path)) == before


def test_blobs_that_the_backup_lacks_are_named(kept: Kept, tmp_path: Path) -> None:
    gone = min(homes.home(kept.location).blobs.glob("??/*"))
    gone.unlink()
    path = kept.backup(tmp_path / "b.tar").path
    assert kept.restore(path, tmp_path / "new").lost == (f"sha256:{gone.name}",)
