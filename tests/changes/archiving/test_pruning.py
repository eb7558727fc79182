"""Letting go of what retention dropped: by a commit, or by a history that begins anew and says why."""

import subprocess
from pathlib import Path

import pytest
from archived import Keeper
from githistory import git

from lamina.thought.anchors.signers import Signers, read_signers
from lamina.words.event import Draft
from lamina.world.archive.failures import Diverged
from lamina.world.archive.shelf import Shelf


@pytest.fixture
def key(tmp_path: Path) -> str:
    file = tmp_path / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(file)], check=True)
    return str(file)


def signers(key: str) -> Signers:
    return read_signers(f"ops@example.com {Path(f'{key}.pub').read_text()}")


def dropped(keeper: Keeper, *runs: str) -> None:
    with keeper.store() as store:
        store.note(Draft("retention.dropped", None, {"runs": list(runs), "blobs": 0, "bytes": 0}))


def runs_of(keeper: Keeper, folder: Path) -> set[str]:
    return {
        path.split("/")[5]
        for path in git(folder, "ls-tree", "-r", "--name-only", "state-archive").split()
        if "/runs/" in path
    }


def test_dropped_runs_go_by_a_commit_and_history_keeps_them(plain: Keeper, tmp_path: Path) -> None:
    for run in ("r1", "r2"):
        plain.work(run)
    first = plain.made()
    dropped(plain, "r1")
    plain.made()
    assert plain.prune(dry_run=True).runs == ("r1",)
    assert runs_of(plain, plain.home.archive) == {"r1", "r2"}
    done = plain.prune()
    assert (done.runs, done.commit is not None) == (("r1",), True)
    assert runs_of(plain, plain.home.archive) == {"r2"}
    assert plain.prune().commit is None
    assert plain.verify().faults == ()
    assert plain.restore(first.snapshot.name, tmp_path / "old.sqlite").runs == 2
    plain.work("r3")
    plain.made()
    plain.push()
    assert plain.verify().faults == ()


def test_a_run_that_came_again_stays(plain: Keeper) -> None:
    plain.work("r1")
    plain.made()
    dropped(plain, "r1")
    plain.work("r1")
    plain.made()
    assert plain.prune().runs == ()
    assert plain.verify().faults == ()


def test_a_history_that_began_anew_is_followed_by_other_clones(plain: Keeper, tmp_path: Path, key: str) -> None:
    other = Keeper(tmp_path / "other.sqlite", plain.server, signers(key))
    stranger = Keeper(tmp_path / "stranger.sqlite", plain.server)
    for keeper in (other, stranger, plain):
        keeper.work("r1")
        keeper.made()
        keeper.push()
    plain.work("r2")
    pinned = plain.create(pin=True)
    assert pinned is not None
    plain.work("r3")
    dropped(plain, "r1")
    plain.made()
    other.work("r2")
    other.made()
    done = plain.squash("customer asked for removal", key)
    assert done.pruned.runs == ("r1",)
    assert git(plain.server, "rev-list", "--count", "state-archive") == "1"
    assert git(plain.server, "log", "-1", "--format=%b", "state-archive") == "customer asked for removal"
    # Nothing that went is left where it was begun anew.
    assert git(plain.home.archive, "cat-file", "--batch-check", stdin=done.old.encode()).endswith("missing")
    plain.work("r4")
    plain.made()
    plain.push()
    with pytest.raises(Diverged):
        stranger.push()
    assert len(other.push().snapshots) == 1
    for keeper in (plain, other):
        keeper.pull()
        assert keeper.verify().faults == ()
    assert plain.restore(pinned.snapshot.name, tmp_path / "pinned.sqlite").runs == 2


def test_a_record_explains_one_rewriting_and_no_other(plain: Keeper, tmp_path: Path, key: str) -> None:
    plain.signers = signers(key)
    plain.work("r1")
    plain.made()
    plain.push()
    plain.squash("too large", key)
    plain.work("r2")
    plain.made()
    plain.push()
    # Somebody else begins it anew once more, with the old record still in it.
    tree = git(plain.server, "rev-parse", "state-archive~1^{tree}")
    git(plain.server, "update-ref", "refs/heads/state-archive", git(plain.server, "commit-tree", tree, "-m", "again"))
    plain.work("r3")
    plain.made()
    with pytest.raises(Diverged):
        plain.push()


def test_an_archiver_that_died_after_the_push_follows_itself(plain: Keeper, key: str) -> None:
    plain.signers = signers(key)
    plain.work("r1")
    plain.made()
    plain.push()
    refs = {name: git(plain.home.archive, "rev-parse", name) for name in ("refs/heads/state-archive",)}
    shelf = Shelf.open(plain.home.archive, "state-archive")
    assert shelf is not None
    [remembered] = [name for name in shelf.repository.references if name.startswith("refs/lamina/remote/")]
    copy = plain.home.archive.with_name("copy.git")
    git(plain.home.folder, "clone", "-q", "--mirror", str(plain.home.archive), str(copy))
    plain.squash("too large", key)
    # As if it had died before it knew: all is as before the push.
    git(plain.home.archive, "fetch", "-q", str(copy), "+refs/heads/state-archive:refs/heads/old")
    for name in (*refs, remembered):
        git(plain.home.archive, "update-ref", name, refs["refs/heads/state-archive"])
    plain.work("r2")
    plain.made()
    assert len(plain.push().snapshots) == 1
    assert git(plain.server, "rev-list", "--count", "state-archive") == "2"
