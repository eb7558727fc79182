"""`lamina snapshot`: what it says, and how it ends."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from archived import Keeper
from conftest import Builder, Lamina
from githistory import begun, git
from running import COMMAND, surroundings
from world.unprivileged import bound

BRANCH = "state-archive"


class Site:
    """A repository whose environment prod keeps state, and a server that its archive is pushed to."""

    def __init__(self, root: Path, server: Path, keeper: Keeper) -> None:
        self.root, self.server, self.keeper = root, server, keeper


@pytest.fixture
def site(repository: Builder, tmp_path: Path) -> Site:
    keeper = Keeper(tmp_path / "kept/state.sqlite", begun(tmp_path / "server.git", "--bare"))
    root = repository(
        {
            "schemas/orchestrator/v1.schema.yaml": "type: object\n",
            "environments/prod/orchestrator.yaml": f"persistence:\n  location: {keeper.location}\n",
            "lamina.yaml": "archive: {signers: signers}\n",
        }
    )
    begun(root)
    git(root, "remote", "add", "origin", str(keeper.server))
    git(root, "add", ".")
    git(root, "commit", "-qm", "Configure")
    keeper.work("nightly-1")
    return Site(root, keeper.server, keeper)


def newest(site: Site) -> int:
    """The last event of the newest snapshot."""
    return site.keeper.snapshots[-1].snapshot.seq


def test_push_makes_a_snapshot_and_pushes_it(site: Site, lamina: Lamina) -> None:
    done = lamina("snapshot", "push", "prod", cwd=site.root)
    assert (done.code, done.err) == (0, "")
    first, second = done.out.splitlines()
    assert first.startswith("prod-")
    assert f"@{newest(site)}: 1 run changed, commit " in first
    assert second == f"pushed 1 snapshot to {BRANCH} at {site.server}"
    assert lamina("snapshot", "push", "prod", cwd=site.root).out == f"{BRANCH} at {site.server} has all of them\n"
    message = git(site.server, "log", "-1", "--format=%B", BRANCH)
    assert f"Config-Commit: {git(site.root, 'rev-parse', 'HEAD')}" in message


def test_create_says_when_there_is_nothing_to_do(site: Site, lamina: Lamina) -> None:
    made = json.loads(lamina("snapshot", "create", "prod", "--pin", "--format", "json", cwd=site.root).out)["snapshot"]
    assert (made["seq"], made["runs"], made["pinned"], made["left_out"]) == (newest(site), 1, True, [])
    done = lamina("snapshot", "create", "prod", cwd=site.root)
    assert (done.code, done.out) == (0, "nothing has happened since the last snapshot\n")
    assert json.loads(lamina("snapshot", "create", "prod", "--format", "json", cwd=site.root).out) == {"snapshot": None}


def test_while_the_remote_is_away_it_says_so_with_status_three(site: Site, lamina: Lamina) -> None:
    away = site.server.rename(site.server.with_name("away.git"))
    for number in range(3):
        site.keeper.work(f"more-{number}")
        done = lamina("snapshot", "push", "prod", cwd=site.root)
        assert done.code == 3
        kept = "1 snapshot is" if not number else f"{number + 1} snapshots are"
        assert f"cannot be reached; {kept} kept here and will be pushed next time" in done.err
        assert "lamina: hint: run lamina snapshot push again when it answers" in done.err
    away.rename(site.server)
    assert f"pushed 3 snapshots to {BRANCH}" in lamina("snapshot", "push", "prod", cwd=site.root).out


def test_what_there_is_is_listed_shown_and_compared(site: Site, lamina: Lamina) -> None:
    lamina("snapshot", "push", "prod", cwd=site.root)
    seq = newest(site)
    site.keeper.work("nightly-1", "test")
    site.keeper.work("nightly-2")
    lamina("snapshot", "create", "prod", "--pin", cwd=site.root)
    head, *rows = lamina("snapshot", "list", "prod", cwd=site.root).out.splitlines()
    assert head.split("  ")[0] == "SNAPSHOT"
    assert [row.split()[3:] for row in rows] == [["1", "yes", "-"], ["2", "-", "yes"]]
    listed = json.loads(lamina("snapshot", "list", "prod", "--format", "json", cwd=site.root).out)["snapshots"]
    assert [one["pushed"] for one in listed] == [True, False]
    shown = lamina("snapshot", "show", "prod", "latest", cwd=site.root).out
    assert shown.startswith(listed[1]["name"])
    assert "nightly-2  executing  phases 1, executions 1, findings 1, checkpoints 1" in shown
    done = lamina("snapshot", "diff", "prod", f"@{seq}", "latest", cwd=site.root)
    assert done.code == 1
    assert [line.split()[:3] for line in done.out.splitlines()[1:]] == [
        ["nightly-1", "changed", "executing"],
        ["nightly-2", "added", "executing"],
    ]
    assert "executions 1 -> 2" in done.out
    same = lamina("snapshot", "diff", "prod", "latest", "latest", cwd=site.root)
    assert (same.code, same.out) == (0, "no run differs\n")
    gone = lamina("snapshot", "show", "prod", "@999", cwd=site.root)
    assert (gone.code, "there is no snapshot '@999'" in gone.err) == (2, True)


def test_verify_tells_what_is_wrong(site: Site, lamina: Lamina, tmp_path: Path) -> None:
    lamina("snapshot", "create", "prod", cwd=site.root)
    done = lamina("snapshot", "verify", "prod", cwd=site.root)
    assert (done.code, done.out) == (0, f"1 snapshot, {newest(site)} events, 1 run: all is what was archived\n")
    folder = site.keeper.home.archive
    work = tmp_path / "work"
    git(tmp_path, "clone", "-q", "-b", BRANCH, str(folder), str(work))
    [run] = work.glob("v1/*/runs/*/*/*/run.json")
    run.write_text(run.read_text().replace("executing", "completed"))
    git(work, "commit", "-qam", "mend")
    git(folder, "fetch", "-q", "-u", str(work), f"{BRANCH}:{BRANCH}")
    done = lamina("snapshot", "verify", "prod", cwd=site.root)
    assert done.code == 1
    assert "and is no snapshot" in done.out
    assert json.loads(lamina("snapshot", "verify", "prod", "--format", "json", cwd=site.root).out)["good"] is False


def test_all_that_was_lost_comes_back_with_one_command(site: Site, lamina: Lamina) -> None:
    name = lamina("snapshot", "push", "prod", cwd=site.root).out.partition("@")[0]
    seq = newest(site)
    subprocess.run(["rm", "-r", str(site.keeper.location.parent)], check=True)
    done = lamina("snapshot", "restore", "prod", cwd=site.root)
    assert (done.code, done.err) == (0, "")
    assert f"up to event {seq}, with 1 run, to " in done.out
    assert lamina("state", "show", "prod", "nightly-1", cwd=site.root).code == 0
    again = lamina("snapshot", "restore", "prod", "--to", "5", cwd=site.root)
    assert "it has a new name" in again.err
    assert "what was there is kept: " in again.err
    lacking = lamina("snapshot", "list", "prod", cwd=site.root)
    assert (lacking.code, f"the archive has {name}" in lacking.err) == (3, True)
    assert lamina("snapshot", "list", "prod", "--store", name, cwd=site.root).code == 0
    words = ("--into", "then.sqlite", "--store", name, "--format", "json")
    into = json.loads(lamina("snapshot", "restore", "prod", *words, cwd=site.root).out)
    assert (into["renamed"], into["seq"], into["kept"]) == (False, seq, None)


def test_pull_says_what_is_there(site: Site, lamina: Lamina) -> None:
    done = lamina("snapshot", "pull", "prod", cwd=site.root)
    assert (done.code, done.out) == (0, f"{BRANCH} is not there yet\n")
    lamina("snapshot", "push", "prod", cwd=site.root)
    assert lamina("snapshot", "pull", "prod", cwd=site.root).out.startswith(f"{BRANCH} is at ")


def test_prune_and_squash(site: Site, lamina: Lamina, tmp_path: Path) -> None:
    lamina("snapshot", "push", "prod", cwd=site.root)
    assert lamina("snapshot", "prune", "prod", cwd=site.root).out == "there is nothing to let go of\n"
    for words in (("--squash",), ("--reason", "x"), ("--squash", "--reason", "x", "--dry-run")):
        assert lamina("snapshot", "prune", "prod", *words, cwd=site.root).code == 2
    done = lamina("snapshot", "prune", "prod", "--squash", "--reason", "too large", cwd=site.root)
    assert (done.code, "there is no key to sign the record with" in done.err) == (3, True)
    key = tmp_path / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True)
    (site.root / "signers").write_text(f"ops@example.com {key.with_suffix('.pub').read_text()}")
    git(site.root, "config", "user.signingKey", str(key))
    done = lamina("snapshot", "prune", "prod", "--squash", "--reason", "too large", cwd=site.root)
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("1 commit is one that begins anew, ")
    site.keeper.work("after")
    assert lamina("snapshot", "push", "prod", cwd=site.root).code == 0
    assert lamina("snapshot", "verify", "prod", cwd=site.root).code == 0
    # It was signed, so that an audit has something to go by.
    assert git(site.server, "ls-tree", "-r", "--name-only", BRANCH).count("/anchors/") == 1


def test_words_that_are_off_are_told(site: Site, lamina: Lamina, tmp_path: Path) -> None:
    assert lamina("snapshot", "show", "prod", cwd=site.root).code == 2
    assert lamina("snapshot", "list", "prod", "x", cwd=site.root).code == 2
    empty = lamina("snapshot", "list", "--location", str(tmp_path / "none.sqlite"), cwd=site.root)
    assert (empty.code, "there are no snapshots" in empty.err) == (3, True)
    git(site.root, "remote", "remove", "origin")
    lacking = lamina("snapshot", "push", "prod", cwd=site.root)
    assert (lacking.code, "has no remote 'origin'" in lacking.err) == (3, True)
    assert lamina("snapshot", "create", "prod", cwd=site.root).code == 0


def test_archiving_makes_no_store(repository: Builder, lamina: Lamina, tmp_path: Path) -> None:
    location = tmp_path / "none" / "state.sqlite"
    root = repository(
        {
            "schemas/orchestrator/v1.schema.yaml": "type: object\n",
            "environments/prod/orchestrator.yaml": f"persistence: {{location: {location}}}\n",
        }
    )
    done = lamina("snapshot", "create", "prod", cwd=root)
    assert (done.code, "no state is kept in" in done.err) == (3, True)
    assert not location.parent.exists()


def test_a_store_is_named_by_its_location(site: Site, lamina: Lamina, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    where = ("--location", str(site.keeper.location))
    assert lamina("snapshot", "create", *where, cwd=outside).code == 0
    assert lamina("snapshot", "show", "latest", *where, cwd=outside).code == 0
    assert surroundings()["HOME"] == "/home/ada"
    done = lamina("snapshot", "push", *where, cwd=outside)
    assert (done.code, "the archive has no remote" in done.err) == (3, True)


def test_a_store_that_is_also_archived_by_its_location_stays_that_of_its_environment(
    site: Site, lamina: Lamina
) -> None:
    assert lamina("snapshot", "push", "prod", cwd=site.root).code == 0
    site.keeper.work("nightly-2")
    assert lamina("snapshot", "push", "--location", str(site.keeper.location), cwd=site.root).code == 0
    shutil.rmtree(site.keeper.location.parent)
    done = lamina("snapshot", "restore", "prod", cwd=site.root)
    assert (done.code, "with 2 runs" in done.out) == (0, True), done.err


def test_a_program_begins_where_an_archive_was_pulled(site: Site, lamina: Lamina) -> None:
    assert lamina("snapshot", "push", "prod", cwd=site.root).code == 0
    shutil.rmtree(site.keeper.location.parent)
    assert lamina("snapshot", "pull", "prod", cwd=site.root).code == 0
    site.keeper.work("nightly-2")
    shown = lamina("state", "runs", "prod", cwd=site.root)
    assert (shown.code, "nightly-2" in shown.out, "nightly-1" in shown.out) == (0, True, False), shown.err


def test_what_was_archived_by_its_location_alone_is_asked_for_by_its_name(site: Site, lamina: Lamina) -> None:
    assert lamina("snapshot", "push", "--location", str(site.keeper.location), cwd=site.root).code == 0
    store = site.keeper.snapshots[-1].snapshot.store
    shutil.rmtree(site.keeper.location.parent)
    refused = lamina("snapshot", "restore", "prod", cwd=site.root)
    assert refused.code == 3
    assert f"lamina: hint: the archive has {store}: --store NAME asks for one\n" in refused.err
    assert lamina("snapshot", "restore", "prod", "--store", store, cwd=site.root).code == 0


@pytest.mark.parametrize("words", [["snapshot", "restore", "prod"], ["backup", "restore", "b.tar"]], ids=" ".join)
def test_a_place_that_may_not_be_written_is_told(words: list[str], site: Site, lamina: Lamina) -> None:
    assert lamina("snapshot", "create", "prod", cwd=site.root).code == 0
    assert lamina("backup", "create", "prod", "-o", "b.tar", cwd=site.root).code == 0
    (site.root / "lamina.yaml").write_text("")  # nobody has to sign
    (site.root / "closed").mkdir(mode=0o500)

    def act() -> int:
        command = [*COMMAND, *words, "--into", "closed/state.sqlite"]
        done = subprocess.run(command, cwd=site.root, env=surroundings(), capture_output=True, text=True, check=False)
        return done.returncode if "closed cannot be used: Permission denied\n" in done.stderr else 1

    assert bound(act) == 3
