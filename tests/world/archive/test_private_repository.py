"""The private repository: whole or absent, one at a time, mended where an archiver died, and packed."""

import errno
import fcntl
import os
import shutil
from pathlib import Path
from subprocess import DEVNULL, Popen
from unittest import mock

import pygit2
import pytest
from archiving import BRANCH, Store, pushed
from githistory import begun, git

from lamina.world.archive import commits, opening
from lamina.world.archive.commits import Archive, Author, refusals
from lamina.world.archive.failures import BadBranch, Busy, CannotArchive, NoArchive, OthersArchive
from lamina.world.archive.opening import held, ready
from lamina.world.archive.shelf import Shelf
from lamina.world.archive.upkeep import pack, size

ADA = Author("Ada", "ada@example.org", 0)


def test_it_is_made_with_a_configuration_of_its_own(ours: Store) -> None:
    ours.commit(1)
    assert {name: git(ours.folder, "config", "--local", name) for name in ("core.fsync", "gc.auto", "core.bare")} == {
        "core.fsync": "committed",
        "gc.auto": "0",
        "core.bare": "true",
    }
    assert ours.folder.stat().st_mode & 0o777 == 0o700
    assert not (ours.folder / "hooks").exists()
    assert git(ours.folder, "fsck", "--strict") == ""


def test_an_old_git_is_told_to_sync_in_its_words(ours: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "_version", lambda: (2, 30))
    ours.commit(1)
    assert git(ours.folder, "config", "--local", "core.fsyncObjectFiles") == "true"


def test_one_that_was_not_finished_is_made_anew(ours: Store) -> None:
    begun_one = ours.home / "archive.git.new"
    begun_one.mkdir(parents=True)
    (begun_one / "HEAD").write_text("half")
    ours.commit(1)
    assert ours.messages == ["ours-1@1"]
    assert not begun_one.exists()


def test_what_is_no_private_repository_is_left_alone(ours: Store, tmp_path: Path) -> None:
    for number, make in enumerate(
        (
            lambda path: path.write_text("mine"),
            lambda path: path.mkdir(),
            lambda path: path.symlink_to(begun(tmp_path / "elsewhere", "--bare")),
            lambda path: begun(path),
        )
    ):
        store = Store(tmp_path / str(number), "s-1")
        store.home.mkdir()
        make(store.folder)
        with pytest.raises(NoArchive):
            store.commit(1)


def test_the_archive_of_another_user_is_not_told_to_be_moved_away(ours: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    ours.commit(1)
    refusal = mock.Mock(side_effect=pygit2.GitError(f"repository path '{ours.folder}' is not owned by current user"))
    monkeypatch.setattr(pygit2, "Repository", refusal)
    with pytest.raises(OthersArchive, match="belongs to another user") as failure:
        ours.commit(2)
    assert str(failure.value.hint).startswith("give the command as its owner: ")


def test_locks_that_an_archiver_left_stop_nobody(ours: Store, server: Path) -> None:
    ours.commit(1)
    left = ["HEAD.lock", "packed-refs.lock", "config.lock", f"refs/heads/{BRANCH}.lock", "objects/pack/tmp_pack_x"]
    for name in left:
        (ours.folder / name).touch()
    remembered = ours.folder / "refs/lamina/remote/x.lock"
    remembered.parent.mkdir(parents=True)
    remembered.touch()
    ours.commit(2)
    ours.push(server)
    assert pushed(server) == ["ours-1@1", "ours-1@2"]
    assert not any((ours.folder / name).exists() for name in left)


def test_a_lock_is_waited_for_and_then_told(ours: Store) -> None:
    ours.commit(1)
    with held(ours.home / "archive.lock"), pytest.raises(Busy), held(ours.home / "archive.lock", 0):
        pytest.fail("two hold it")


def test_a_git_that_outlives_its_archiver_holds_the_lock(ours: Store) -> None:
    ours.commit(1)
    with held(ours.home / "archive.lock") as lock:
        process = Popen(["sleep", "60"], pass_fds=(lock,), stdout=DEVNULL)
    with pytest.raises(Busy), held(ours.home / "archive.lock", 0):
        pytest.fail("two hold it")
    process.kill()
    process.wait()
    with held(ours.home / "archive.lock", 0):
        pass


def test_a_reference_moves_only_from_where_it_is_known_to_be(ours: Store) -> None:
    """Unconditional updates lose what another has written meanwhile."""
    first, second = ours.commit(1), ours.commit(2)
    with ours.archive() as archive:
        for old, new in ((first, second), (None, first), (None, second)):
            with refusals(), pytest.raises((CannotArchive, ValueError)):
                archive.move(f"refs/heads/{BRANCH}", old, new)
        assert archive.tip == second


def test_no_reference_is_written_by_force() -> None:
    sources = Path(opening.__file__).parent.glob("*.py")
    text = "".join(file.read_text() for file in sources)
    assert "force=True" not in text
    assert '"--force"' not in text
    assert '"+' not in text


def test_nothing_is_shared_between_stores(ours: Store, theirs: Store, server: Path) -> None:
    """An index that all write conflicts: no path is written by two stores."""
    for store in (ours, theirs):
        store.commit(1)
        store.push(server)
    changed = [git(server, "show", "--format=", "--name-only", f"{BRANCH}~{n}").split() for n in (0, 1)]
    assert not set(changed[0]) & set(changed[1])


def test_siblings_are_not_touched_and_empty_folders_go(ours: Store) -> None:
    with ours.archive() as archive:
        archive.commit({"v1/a/x": b"1", "v1/b/y/z": b"2", "top": b"3"}, "first", ADA)
        archive.commit({"v1/b/y/z": None, "v1/a/w": b"4", "none/there": None}, "second", ADA)
        commit = archive.commit({"v1/a": None, "other": b"5"}, "third", ADA)
    assert git(ours.folder, "ls-tree", "-r", "--name-only", f"{commit}~1").split() == ["top", "v1/a/w", "v1/a/x"]
    assert git(ours.folder, "ls-tree", "-r", "--name-only", commit).split() == ["other", "top"]


@pytest.mark.parametrize("name", ["", "a..b", "-", "a b", "x.lock", "a\nb", "/x"])
def test_a_branch_has_to_have_a_sound_name(name: str, tmp_path: Path) -> None:
    with pytest.raises(BadBranch):
        ready(tmp_path / "archive.git", name or "/")


def test_packing_keeps_all_and_lets_go_of_what_was_made_again(ours: Store, theirs: Store, server: Path) -> None:
    theirs.commit(1)
    theirs.push(server)
    for number in range(20):
        ours.commit(number)
    lost = git(ours.folder, "rev-parse", BRANCH)
    ours.push(server)
    with ours.archive() as archive:
        assert not pack(archive)
        assert pack(archive, always=True, expire="now")
        assert size(archive).loose == 0
    assert ours.messages == pushed(server)
    assert git(ours.folder, "cat-file", "--batch-check", stdin=lost.encode()).endswith("missing")
    ours.commit(99)
    ours.push(server)


def test_a_commit_is_signed_over_its_own_bytes(ours: Store) -> None:
    signed: list[bytes] = []

    def sign(data: bytes) -> str:
        signed.append(data)
        return "-----BEGIN SSH SIGNATURE-----\nx\n-----END SSH SIGNATURE-----"

    with ours.archive() as archive:
        commit = Archive(archive.folder, BRANCH, archive.own, archive.lock, sign).commit({"v1/a": b"1"}, "signed", ADA)
    shelf = Shelf.open(ours.folder, BRANCH)
    assert shelf is not None
    found = shelf.signed(commit)
    assert found is not None
    assert found[1] == signed[0]
    assert found[0].startswith(b"-----BEGIN SSH SIGNATURE-----")


def test_what_was_committed_is_read_back(ours: Store) -> None:
    ours.commit(1)
    commit = ours.commit(2)
    shelf = Shelf.open(ours.folder, BRANCH)
    assert shelf is not None
    assert shelf.tip == commit
    assert [one.message for one in shelf.commits()] == ["ours-1@1", "ours-1@2"]
    assert shelf.file(commit, "v1/ours-1/head") == b"2"
    assert shelf.file(commit, "v1/ours-1/none") is None
    assert dict(shelf.files(commit, "v1/ours-1")) == {"each/1": b"x", "each/2": b"x", "head": b"2"}
    assert shelf.names(commit, "v1/ours-1/each") == ["1", "2"]
    assert shelf.folder(commit, "v1/none") is None
    assert shelf.signed(commit) is None
    assert shelf.commit("0" * 40) is None
    assert Shelf.open(ours.home / "none", BRANCH) is None


@pytest.mark.parametrize("name", ["stat", "scandir", "open"])
def test_what_the_disk_refuses_is_told_by_name(name: str, ours: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    ours.commit(1)
    real = getattr(os, name)

    def refused(path: object, *given: object, **named: object) -> object:
        if "archive" in str(path):
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return real(path, *given, **named)

    with monkeypatch.context() as failing:
        failing.setattr(os, name, refused)
        with pytest.raises(CannotArchive, match="Input/output error"):
            ours.commit(2)
    assert ours.commit(2)


def test_a_lock_that_the_system_refuses_is_told_by_name(ours: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(file: int, how: int) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(fcntl, "flock", refused)
    with pytest.raises(CannotArchive, match="No locks available"):
        ours.commit(1)


def test_an_object_that_is_not_there_is_told_by_name(ours: Store) -> None:
    commit = ours.commit(1)
    shutil.rmtree(ours.folder / "objects")
    (ours.folder / "objects").mkdir()
    shelf = Shelf.open(ours.folder, BRANCH)
    assert shelf is not None
    for look in (
        shelf.commits,
        lambda: shelf.names(commit, ""),
        lambda: shelf.file(commit, "x"),
        lambda: shelf.data(commit),
    ):
        with pytest.raises(CannotArchive):
            look()


def test_folders_that_are_new_last_before_anything_refers_to_them(ours: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[tuple[str, bool]] = []
    with ours.archive() as archive:

        def sync(path: Path) -> None:
            synced.append((str(path.relative_to(ours.folder)), archive.tip is not None))

        monkeypatch.setattr(commits, "sync_path", sync)
        archive.commit({"v1/ours-1/head": b"1"}, "ours-1@1", ADA)
        assert synced == [("objects", False), ("refs/heads", True), ("refs", True)]
        archive.commit({"v1/ours-1/head": b"2"}, "ours-1@2", ADA)
        assert synced[3:] == [("objects", True)]


def test_a_branch_that_another_moves_at_the_same_moment_stays(ours: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    first = ours.commit(1)
    with ours.archive() as archive:
        [other, ours_next] = [archive.made(archive.repository[first].tree_id, f"{n}", ADA, [first]) for n in range(2)]
        # After the branch was looked at, and before it is set.
        monkeypatch.setattr(
            commits, "sync_path", lambda path: git(ours.folder, "update-ref", f"refs/heads/{BRANCH}", other)
        )
        with pytest.raises(CannotArchive), refusals():
            archive.move(f"refs/heads/{BRANCH}", first, ours_next)
        assert archive.tip == other
