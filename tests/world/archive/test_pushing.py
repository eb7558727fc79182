"""The branch at its remote: what is pushed, what waits, and what is not believed."""

import os
import subprocess
from pathlib import Path

import pytest
from archiving import BRANCH, Store, pushed
from githistory import begun, committed, git

from lamina.world.archive.failures import (
    BadRemote,
    CannotReach,
    Diverged,
    Forked,
    PushRefused,
    Rewound,
    Shallow,
    StillWaiting,
)
from lamina.world.archive.remote import Patience, Remote, push, waiting


def test_snapshots_are_pushed_once(ours: Store, server: Path) -> None:
    made = [ours.commit(1), ours.commit(2)]
    assert list(ours.push(server).commits) == made
    assert ours.push(server).commits == ()
    assert pushed(server) == ["ours-1@1", "ours-1@2"]
    assert git(server, "fsck", "--strict") == ""


def test_stores_of_two_machines_share_a_branch(ours: Store, theirs: Store, server: Path) -> None:
    for number in (1, 2):
        ours.commit(number)
        theirs.commit(number)
        ours.push(server)
        theirs.push(server)
    assert sorted(pushed(server)) == ["ours-1@1", "ours-1@2", "theirs-1@1", "theirs-1@2"]
    assert git(server, "ls-tree", "-r", "--name-only", BRANCH).splitlines() == [
        *("v1/ours-1/each/1", "v1/ours-1/each/2", "v1/ours-1/head"),
        *("v1/theirs-1/each/1", "v1/theirs-1/each/2", "v1/theirs-1/head"),
    ]
    assert theirs.messages == pushed(server)


def test_a_snapshot_made_again_on_top_keeps_its_message_author_and_time(
    ours: Store, theirs: Store, server: Path
) -> None:
    theirs.commit(1)
    theirs.push(server)
    ours.commit(7)
    assert ours.push(server).tries > 1
    assert git(server, "log", "-1", "--format=%s %an %at %P", BRANCH).split()[:3] == ["ours-1@7", "Ada", "7"]
    assert git(server, "log", "-1", "--format=%P", BRANCH) == git(theirs.folder, "rev-parse", BRANCH)


def test_while_the_remote_is_away_all_is_kept_and_it_is_said(ours: Store, server: Path) -> None:
    ours.commit(1)
    ours.push(server)
    away = server.rename(server.with_name("away.git"))
    for number in range(2, 62):
        ours.commit(number)
        with pytest.raises(CannotReach, match=rf"{number - 1} snapshots? (is|are) kept here") as failure:
            ours.push(server)
    assert failure.value.status == 3
    away.rename(server)
    assert len(ours.push(server).commits) == 60
    assert pushed(server) == [f"ours-1@{number}" for number in range(1, 62)]


def test_a_branch_that_was_moved_back_is_not_pushed_to_unasked(ours: Store, theirs: Store, server: Path) -> None:
    theirs.commit(1)
    theirs.push(server)
    first = git(server, "rev-parse", BRANCH)
    ours.commit(1)
    ours.push(server)
    git(server, "update-ref", f"refs/heads/{BRANCH}", first)
    for _ in range(2):
        with pytest.raises(Rewound, match="held") as failure:
            ours.push(server)
        assert "--again" in str(failure.value.hint)
    ours.commit(2)
    with pytest.raises(Rewound):
        ours.push(server)
    assert pushed(server) == ["theirs-1@1"]
    ours.push(server, again=True)
    assert pushed(server) == ["theirs-1@1", "ours-1@1", "ours-1@2"]


def test_a_branch_that_is_gone_is_made_again_only_when_asked(ours: Store, server: Path) -> None:
    ours.commit(1)
    ours.push(server)
    git(server, "update-ref", "-d", f"refs/heads/{BRANCH}")
    ours.commit(2)
    with pytest.raises(Rewound, match="is gone"):
        ours.push(server)
    assert len(ours.push(server, again=True).commits) == 2
    assert pushed(server) == ["ours-1@1", "ours-1@2"]


def rewritten(server: Path, tree: str = BRANCH, message: str = "squashed") -> str:
    """Have the branch at a server begin anew with a tree."""
    new = git(server, "commit-tree", f"{tree}^{{tree}}", "-m", message)
    git(server, "update-ref", f"refs/heads/{BRANCH}", new)
    return new


def test_a_branch_that_was_rewritten_is_followed_only_with_a_record(ours: Store, server: Path) -> None:
    ours.commit(1)
    ours.push(server)
    old, new = git(server, "rev-parse", BRANCH), rewritten(server)
    ours.commit(2)
    with pytest.raises(Diverged, match="no signed record"):
        ours.push(server)
    asked: list[tuple[str, str]] = []

    def follows(known: str, now: str) -> bool:
        asked.append((known, now))
        return True

    assert len(ours.push(server, follows=follows).commits) == 1
    assert asked == [(old, new)]
    assert pushed(server) == ["squashed", "ours-1@2"]


def test_a_record_does_not_excuse_that_snapshots_are_missing(ours: Store, server: Path) -> None:
    ours.commit(1)
    ours.commit(2)
    ours.push(server)
    rewritten(server, f"{BRANCH}~1")
    ours.commit(3)
    with pytest.raises(Forked):
        ours.push(server, follows=lambda old, new: True)


def test_with_leave_our_snapshots_go_on_top_of_a_rewritten_branch(ours: Store, server: Path) -> None:
    ours.commit(1)
    ours.push(server)
    empty = git(server, "hash-object", "-t", "tree", "-w", "--stdin")
    git(server, "update-ref", f"refs/heads/{BRANCH}", git(server, "commit-tree", empty, "-m", "nothing"))
    ours.commit(2)
    ours.push(server, again=True)
    assert pushed(server) == ["nothing", "ours-1@1", "ours-1@2"]


def test_a_snapshot_forged_at_the_remote_is_told(ours: Store, tmp_path: Path, server: Path) -> None:
    ours.commit(1)
    ours.push(server)
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "-q", "-b", BRANCH, str(server), str(clone))
    committed(clone, {"v1/ours-1/head": "2"}, "ours-1@2")
    git(clone, "push", "-q", "origin", BRANCH)
    ours.commit(2)
    with pytest.raises(Forked, match="somebody else changed"):
        ours.push(server)
    assert ours.messages == ["ours-1@1", "ours-1@2"]


def test_two_copies_of_one_store_are_told(ours: Store, tmp_path: Path, server: Path) -> None:
    copy = Store(tmp_path / "copy", ours.name)
    ours.commit(1)
    copy.commit(2)
    ours.push(server)
    with pytest.raises(Forked):
        copy.push(server)


def test_a_push_whose_archiver_died_before_it_knew_is_no_loss_and_no_repeat(ours: Store, server: Path) -> None:
    ours.commit(1)
    git(ours.folder, "push", "-q", str(server), BRANCH)
    ours.commit(2)
    assert len(ours.push(server).commits) == 1
    assert pushed(server) == ["ours-1@1", "ours-1@2"]
    ours.commit(3)
    git(ours.folder, "push", "-q", str(server), BRANCH)
    assert len(ours.push(server).commits) == 1
    assert pushed(server) == ["ours-1@1", "ours-1@2", "ours-1@3"]


def test_a_shallow_clone_is_no_remote(ours: Store, tmp_path: Path) -> None:
    source = begun(tmp_path / "source", "-b", BRANCH)
    for text in ("1", "2"):
        committed(source, {"file": text})
    shallow = tmp_path / "shallow.git"
    git(tmp_path, "clone", "-q", "--bare", "--depth=1", f"file://{source}", str(shallow))
    ours.commit(1)
    with pytest.raises(Shallow, match="shallow clone"):
        ours.push(shallow)
    assert ours.messages == ["ours-1@1"]


def test_a_private_repository_that_was_made_shallow_is_refused(ours: Store, server: Path) -> None:
    commit = ours.commit(1)
    (ours.folder / "shallow").write_text(f"{commit}\n")
    with pytest.raises(Shallow, match=r"archive\.git"):
        ours.push(server)


def test_a_clone_without_the_beginning_never_leads_to_a_push_without_it(
    ours: Store, tmp_path: Path, server: Path
) -> None:
    """A shallow fetch made later pushes fail, or lose: ours is whole, wherever it is fetched from."""
    ours.commit(1)
    ours.commit(2)
    ours.push(server)
    fresh = Store(tmp_path / "fresh", "fresh-1")
    fresh.pull(f"file://{server}")
    fresh.commit(1)
    fresh.push(f"file://{server}")
    assert not (fresh.folder / "shallow").exists()
    assert pushed(server) == ["ours-1@1", "ours-1@2", "fresh-1@1"]


def test_a_remote_that_refuses_is_not_asked_again(ours: Store, server: Path) -> None:
    hook = server / "hooks/update"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\necho once >> asked\necho the branch is protected >&2\nexit 1\n")
    hook.chmod(0o755)
    ours.commit(1)
    with pytest.raises(PushRefused, match="1 snapshot is kept") as failure:
        ours.push(server)
    assert "the branch is protected" in "\n".join(failure.value.details)
    assert (server / "asked").read_text() == "once\n"


def test_tries_are_bounded_and_what_waits_is_kept(ours: Store, server: Path) -> None:
    hook = server / "hooks/update"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\necho once >> asked\nexit 0\n")
    # A reference that is locked for ever is as one that always moves.
    (server / f"refs/heads/{BRANCH}.lock").touch()
    hook.chmod(0o755)
    ours.commit(1)
    pauses: list[tuple[float, float]] = []

    def chance(low: float, high: float) -> float:
        pauses.append((low, high))
        return high

    with ours.archive() as archive:
        remote = Remote(str(server))
        with pytest.raises(StillWaiting, match="4 tries to push; 1 snapshot is kept"):
            push(archive, remote, Patience(chance, tries=4))
        assert len(waiting(archive, remote)) == 1
    assert pauses == [(0.01, 0.03), (0.01, 0.09), (0.01, 0.27)][: len(pauses)]


@pytest.mark.parametrize(
    "url", ["ext::sh -c id", "-oProxyCommand=id", "ssh://-oProxyCommand=id/x", "", "a\nb", "fd::7"]
)
def test_a_remote_that_is_a_command_is_refused(url: str) -> None:
    with pytest.raises(BadRemote):
        Remote(url)


@pytest.mark.parametrize("url", ["ssh://git@host/a.git", "git@host:a/b.git", "https://host/a", "/srv/a.git", "host:a"])
def test_a_remote_may_be_a_url_or_a_path(url: str) -> None:
    assert Remote(url).url == url


def test_a_password_in_the_url_is_never_told(ours: Store) -> None:
    ours.commit(1)
    with pytest.raises(CannotReach) as failure:
        ours.push("http://ada:hunter2@127.0.0.1:1/x.git")
    told = "\n".join((failure.value.message, str(failure.value.hint), *failure.value.details))
    assert "hunter2" not in told
    assert "http://127.0.0.1:1/x.git" in told


def test_no_hook_is_run_whoever_set_it(ours: Store, server: Path, tmp_path: Path) -> None:
    ours.commit(1)
    for hooks in (tmp_path / "hooks", ours.folder / "hooks"):
        hooks.mkdir()
        for name in ("pre-push", "reference-transaction", "pre-auto-gc"):
            (hooks / name).write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\nexit 1\n")
            (hooks / name).chmod(0o755)
    for folder in (tmp_path / "hooks", None):
        if folder:
            git(ours.folder, "config", "core.hooksPath", str(folder))
        else:
            git(ours.folder, "config", "--unset", "core.hooksPath")
        ours.commit(2)
        ours.push(server)
        ours.pull(server)
    assert not (tmp_path / "ran").exists()


def test_variables_of_a_git_that_runs_us_do_not_lead_elsewhere(ours: Store, server: Path, tmp_path: Path) -> None:
    other = begun(tmp_path / "other")
    os.environ |= {"GIT_DIR": str(other / ".git"), "GIT_INDEX_FILE": str(other / "index"), "GIT_WORK_TREE": str(other)}
    ours.commit(1)
    ours.push(server)
    assert pushed(server) == ["ours-1@1"]
    assert subprocess.run(["ls", "-A", str(other / ".git/refs/heads")], capture_output=True, check=True).stdout == b""
