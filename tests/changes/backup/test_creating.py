"""Making backups: of one moment, while others write; what cannot be in it is told."""

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path
from threading import Event
from unittest import mock

import pytest
from backups import Kept, new_key, parts_of
from githistory import committed, git
from runs import ticking

from lamina.changes.backup.creating import Changing, NotProved, create
from lamina.project.backups.bundles import ShallowConfiguration
from lamina.project.backups.moments import NotInLog
from lamina.project.backups.verifying import verify
from lamina.project.state.opening import NoStateKept, StatePlace
from lamina.thought.upkeep.settings import state_settings
from lamina.world.backups.failures import BackupThere, CannotWriteBackup
from lamina.world.log import CannotAppend, EventsGone, Tail, lines
from lamina.world.signing import CannotSign
from lamina.world.store.home import NoStore


def test_it_holds_all_that_the_store_holds(kept: Kept, configuration: Path, tmp_path: Path) -> None:
    key, _ = new_key(tmp_path)
    made = kept.backup(tmp_path / "b.tar", configuration, key)
    parts = dict(parts_of(made.path))
    home = kept.place.home
    assert home is not None
    assert parts["log/00000000000000000001.jsonl"] == b"".join(lines(home.log))
    assert parts["store.json"] == home.marker.read_bytes()
    blobs = [data for name, data in parts.items() if name.startswith("blobs/")]
    assert sorted(blobs) == sorted([b"# plan of r\n", b'{"run":"r","at":1}'])
    assert [one.split(b'"record":')[1][:6] for one in parts["records.jsonl"].splitlines()][:2] == [b'"run",', b'"phase']
    manifest = made.verified.manifest
    assert manifest.configuration.commit == git(configuration, "rev-parse", "HEAD")
    assert manifest.signed
    assert stat.S_IMODE(made.path.stat().st_mode) == 0o600
    assert made.commit is not None
    assert not made.commit.dirty


def test_the_bundle_is_the_whole_repository(kept: Kept, configuration: Path, tmp_path: Path) -> None:
    git(configuration, "branch", "other")
    git(configuration, "tag", "v1")
    bundle = tmp_path / "configuration.bundle"
    bundle.write_bytes(dict(parts_of(kept.backup(tmp_path / "b.tar", configuration).path))[bundle.name])
    git(tmp_path, "clone", "--quiet", str(bundle), "clone")
    assert (tmp_path / "clone/lamina.yaml").read_text() == "environments: {prod: {}}\n"
    assert git(tmp_path / "clone", "for-each-ref", "--format=%(refname)").splitlines()[-3:] == [
        "refs/remotes/origin/main",
        "refs/remotes/origin/other",
        "refs/tags/v1",
    ]


def test_the_same_state_gives_the_same_bytes(kept: Kept, configuration: Path, tmp_path: Path) -> None:
    committed(configuration, {f"{number}.yaml": f"a: {number}\n" * 50 for number in range(20)})
    sums = set()
    for name in ("a", "b"):
        kept.clock = ticking()
        path = kept.backup(tmp_path / name, configuration).path
        sums.add(sha256(path.read_bytes()).hexdigest())
    assert len(sums) == 1


def test_a_log_of_several_segments_is_kept_segment_by_segment(kept: Kept, tmp_path: Path) -> None:
    kept.policies = {"persistence": {"events": {"segment_size_mib": 1}}}
    with kept.store() as store:
        for _ in range(3):
            store.move_run("r", "paused", error="x" * 900_000)
            store.move_run("r", "executing")
    names = [name for name, _ in parts_of(kept.backup(tmp_path / "b.tar").path) if name.startswith("log/")]
    home = kept.place.home
    assert home is not None
    assert len(names) > 1
    assert names == [f"log/{one}" for one in sorted(os.listdir(home.log)) if one.endswith(".jsonl")]


def test_writers_go_on_meanwhile_and_each_backup_is_of_one_moment(kept: Kept, tmp_path: Path) -> None:
    stop, wrote, heads = Event(), Event(), []

    def write() -> None:
        with kept.store() as store:
            while not stop.is_set():
                store.record_finding("r", "low", "found")
                wrote.set()

    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(write)
        for number in range(5):
            wrote.clear()
            wrote.wait()
            heads.append(kept.backup(tmp_path / f"{number}.tar").verified.manifest.head.seq)
        stop.set()
        writing.result()
    assert sorted(set(heads)) == heads
    for number, seq in enumerate(heads):
        assert verify(tmp_path / f"{number}.tar", None).manifest.head.seq == seq


def test_records_that_are_behind_or_gone_are_made_of_the_log(kept: Kept, tmp_path: Path) -> None:
    home = kept.place.home
    assert home is not None
    whole = kept.backup(tmp_path / "a.tar").verified.manifest
    for path in (home.database, *home.records.glob("*")):
        path.unlink(missing_ok=True)
    again = kept.backup(tmp_path / "b.tar").verified.manifest
    assert (again.head, again.members) == (whole.head, whole.members)


def test_without_a_log_the_records_are_backed_up(kept: Kept, tmp_path: Path) -> None:
    other = Kept(kept.location.with_name("other.sqlite"), {"persistence": {"events": {"enabled": False}}})
    other.work()
    found = other.backup(tmp_path / "b.tar").verified
    assert (found.manifest.first, found.runs) == (None, 1)
    assert not [name for name, _ in parts_of(tmp_path / "b.tar") if name.startswith("log/")]


def test_blobs_that_are_gone_or_damaged_are_named(kept: Kept, tmp_path: Path) -> None:
    home = kept.place.home
    assert home is not None
    gone, damaged = sorted(home.blobs.glob("??/*"))
    gone.unlink()
    damaged.write_bytes(b"x")
    found = kept.backup(tmp_path / "b.tar").verified.manifest
    assert found.missing == (f"sha256:{gone.name}", f"sha256:{damaged.name}")


def test_what_is_not_committed_is_told(kept: Kept, configuration: Path, tmp_path: Path) -> None:
    (configuration / "lamina.yaml").write_text("environments: {}\n")
    made = kept.backup(tmp_path / "b.tar", configuration)
    assert made.commit is not None
    assert made.commit.dirty


def test_a_configuration_without_commits_or_git_is_left_out(kept: Kept, tmp_path: Path) -> None:
    (tmp_path / "plain").mkdir()
    found = kept.backup(tmp_path / "b.tar", tmp_path / "plain").verified.manifest
    assert found.configuration.commit is None
    assert found.member("configuration.bundle") is None


def test_a_shallow_configuration_is_refused(kept: Kept, configuration: Path, tmp_path: Path) -> None:
    committed(configuration, {"more.yaml": "a: 1\n"})
    git(tmp_path, "clone", "--quiet", "--depth=1", f"file://{configuration}", "shallow")
    with pytest.raises(ShallowConfiguration):
        kept.backup(tmp_path / "b.tar", tmp_path / "shallow")
    assert not (tmp_path / "b.tar").exists()


def test_nothing_is_written_over_and_nothing_left(kept: Kept, tmp_path: Path) -> None:
    kept.backup(tmp_path / "b.tar")
    with pytest.raises(BackupThere):
        kept.backup(tmp_path / "b.tar")
    with pytest.raises(CannotSign):
        kept.backup(tmp_path / "c.tar", key=str(tmp_path / "none"))
    with pytest.raises(CannotWriteBackup):
        kept.backup(tmp_path / "no/c.tar")
    with pytest.raises(NoStore):
        Kept(tmp_path / "none").backup(tmp_path / "c.tar")
    place = StatePlace(state_settings({"persistence": {"enabled": False}}), None)
    with pytest.raises(NoStateKept):
        create(place, tmp_path / "c.tar", None, None, kept.clock, "0")
    assert sorted(os.listdir(tmp_path)) == ["b.tar", "kept"]


def test_what_is_not_what_the_log_says_is_not_backed_up(kept: Kept, tmp_path: Path) -> None:
    with (
        mock.patch("lamina.project.backups.moments.text_of", return_value=b"{}\n"),
        pytest.raises(NotProved, match="what the events say"),
    ):
        kept.backup(tmp_path / "b.tar")
    assert not [one for one in os.listdir(tmp_path) if "b.tar" in one]


def test_retention_that_takes_what_is_being_copied(kept: Kept, tmp_path: Path) -> None:
    from lamina.changes.backup import creating

    real, tries = creating.moment_of, []

    def first_fails(*words: object) -> object:
        tries.append(words)
        if len(tries) == 1:
            raise EventsGone(tmp_path)
        return real(*words)  # type: ignore[arg-type]

    with mock.patch.object(creating, "moment_of", first_fails):
        kept.backup(tmp_path / "b.tar")
    assert len(tries) == 2
    with mock.patch.object(creating, "moment_of", side_effect=EventsGone(tmp_path)), pytest.raises(Changing):
        kept.backup(tmp_path / "c.tar")


def test_what_changes_between_two_looks_is_looked_at_again(kept: Kept, tmp_path: Path) -> None:
    from lamina.changes.backup import creating

    real, seen = creating._of_bytes, []

    def shifting(name: str, data: bytes) -> object:
        part = real(name, data)
        seen.append(name)
        if len(seen) > 1:
            return part
        return creating._Part(part.member, lambda: [data[:-1] + b"?"])

    with mock.patch.object(creating, "_of_bytes", shifting):
        kept.backup(tmp_path / "b.tar")
    assert seen == ["store.json", "records.jsonl"] * 2


def test_records_ahead_of_a_log_that_could_not_be_written_are_told(kept: Kept, tmp_path: Path) -> None:
    kept.policies = {"persistence": {"events": {"on_error": "degrade"}}}
    with kept.store() as store:
        with mock.patch.object(Tail, "write", side_effect=CannotAppend(tmp_path, OSError(28, "full"))):
            store.move_run("r", "paused")
        with pytest.raises(NotInLog):
            kept.backup(tmp_path / "b.tar")
        store.move_run("r", "executing")
    assert kept.backup(tmp_path / "b.tar").verified.runs == 1
