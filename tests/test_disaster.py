"""The drill: all that is local is deleted, and comes back from a backup, or from the remote; what that loses, and takes."""

import json
import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

import pytest
from archived import Keeper
from backups import new_key
from conftest import Builder, Lamina
from githistory import begun, committed, everything, git
from running import surroundings

from lamina.changes.state.opening import opened
from lamina.project.backups.records import text_of
from lamina.world.log import lines, read
from lamina.world.store import home as homes


@pytest.fixture(autouse=True)
def _plain() -> Iterator[None]:
    with mock.patch.dict(os.environ, surroundings(), clear=True):
        yield


class Site:
    """A machine with a configuration and a store, a server, and a place elsewhere; `acknowledged` is what was promised."""

    def __init__(self, machine: Path, root: Path, server: Path, elsewhere: Path) -> None:
        self.machine, self.root, self.server, self.elsewhere = machine, root, server, elsewhere
        self.keeper = Keeper(machine / "state.sqlite", server)
        self.acknowledged: list[bytes] = []
        self.records = b""

    def remember(self) -> None:
        """What there is now has to come back."""
        self.acknowledged = list(lines(homes.home(self.keeper.location).log))
        with self.keeper.store() as store:
            self.records = text_of(store.records)

    def lose_everything(self) -> None:
        shutil.rmtree(self.root)
        shutil.rmtree(self.machine)
        assert sorted(os.listdir(self.machine.parent)) == ["elsewhere", "server.git"]

    def lost(self) -> int:
        """How many events do not come back, of those that were acknowledged; what came back has to be what there was."""
        present = list(lines(homes.home(self.keeper.location).log))
        same = sum(one == other for one, other in zip(present, self.acknowledged, strict=False))
        with self.keeper.store() as store:
            assert text_of(store.records) == self.records
        return len(self.acknowledged) - same


@pytest.fixture
def site(repository: Builder, tmp_path: Path) -> Site:
    machine, elsewhere = tmp_path / "machine", tmp_path / "elsewhere"
    machine.mkdir()
    elsewhere.mkdir()
    key, line = new_key(elsewhere)
    root = repository(
        {
            "schemas/orchestrator/v1.schema.yaml": "type: object\n",
            "environments/prod/orchestrator.yaml": f"persistence:\n  location: {machine}/state.sqlite\n",
            "lamina.yaml": "archive: {signers: signers}\n",
            "signers": line,
        }
    )
    begun(root)
    git(root, "config", "user.signingKey", key)
    server = begun(tmp_path / "server.git", "--bare")
    git(root, "remote", "add", "origin", str(server))
    committed(root, {}, "Configure")
    git(root, "push", "--quiet", "origin", "HEAD:main")
    git(server, "symbolic-ref", "HEAD", "refs/heads/main")
    made = Site(machine, root, server, elsewhere)
    for number in range(5):
        made.keeper.work(f"nightly-{number}")
    return made


def test_everything_comes_back_from_a_backup(site: Site, lamina: Lamina) -> None:
    site.remember()
    made = lamina("backup", "create", "prod", "-o", str(site.elsewhere / "prod.tar"), cwd=site.root)
    assert (made.code, made.err) == (0, "")
    signers = shutil.copy(site.root / "signers", site.elsewhere)
    site.lose_everything()

    began = time.monotonic()
    words = ["--into", str(site.machine / "state.sqlite"), "--signers", str(signers)]
    done = lamina("backup", "restore", "prod.tar", *words, cwd=site.elsewhere)
    assert (done.code, done.err) == (0, "")
    git(site.elsewhere, "clone", "--quiet", str(site.machine / "state.configuration.bundle"), str(site.root))
    took = time.monotonic() - began

    assert site.lost() == 0
    print(f"from a backup: RPO 0 events of {len(site.acknowledged)}, RTO {took:.1f} s")
    assert_it_goes_on(site, lamina)


def test_everything_comes_back_from_the_remote(site: Site, lamina: Lamina) -> None:
    site.remember()
    pushed = lamina("snapshot", "push", "prod", cwd=site.root)
    assert (pushed.code, pushed.err) == (0, "")
    unpushed = len(list(lines(homes.home(site.keeper.location).log))) - len(site.acknowledged)
    site.lose_everything()

    began = time.monotonic()
    git(site.elsewhere, "clone", "--quiet", str(site.server), str(site.root))
    done = lamina("snapshot", "restore", "prod", cwd=site.root)
    assert done.code == 0, done.err
    took = time.monotonic() - began

    assert site.lost() == 0
    print(
        f"from the remote: RPO 0 events of the {len(site.acknowledged)} that were pushed "
        f"({unpushed} came after, which tell of the push), RTO {took:.1f} s"
    )
    assert_it_goes_on(site, lamina)
    assert lamina("snapshot", "push", "prod", cwd=site.root).code == 0
    assert lamina("snapshot", "verify", "prod", cwd=site.root).code == 0


def test_the_drill_tells_what_would_be_lost_and_touches_nothing(site: Site, lamina: Lamina, tmp_path: Path) -> None:
    lamina("backup", "create", "prod", "-o", "prod.tar", cwd=site.root)
    lamina("snapshot", "push", "prod", cwd=site.root)
    site.keeper.work("nightly-4", step="more")
    before = everything(tmp_path)
    log = list(read(homes.home(site.keeper.location).log))
    for words in ([], ["--file", "prod.tar"]):
        done = lamina("backup", "drill", "prod", *words, "--format", "json", cwd=site.root)
        assert (done.code, done.err) == (0, "")
        said = json.loads(done.out)
        assert said["restored"]["seq"] == 42
        assert (said["present"], said["lost"]) == ({"seq": log[-1].seq, "time": log[-1].time}, log[-1].seq - 42)
        assert (said["store"], said["runs"]) == (homes.marker(homes.home(site.keeper.location)).store, 5)
        shown = lamina("backup", "drill", "prod", *words, cwd=site.root).out.splitlines()
        assert shown[0] == f"{said['store']}: restored up to event 42, 5 runs"
        assert shown[1].startswith(f"  would be lost (RPO): {said['lost']} events, the last ")
    assert everything(tmp_path) == before


def test_the_drill_tells_of_another_history(site: Site, lamina: Lamina) -> None:
    lamina("backup", "create", "prod", "-o", "prod.tar", cwd=site.root)
    lamina("snapshot", "push", "prod", cwd=site.root)
    shutil.rmtree(site.machine)
    assert "no state is kept" in lamina("backup", "drill", "prod", cwd=site.root).err
    site.machine.mkdir()
    lamina("backup", "restore", "prod.tar", "--into", str(site.keeper.location), "--as-of", "20", cwd=site.root)
    told = lamina("backup", "drill", "prod", "--file", "prod.tar", cwd=site.root)
    assert told.code == 1
    assert "is not the one that the store has" in told.err
    other = Keeper(site.machine / "unlogged.sqlite", site.server)
    with opened(other.place.state, other.clock, print):  # type: ignore[arg-type]
        pass
    shutil.rmtree(other.home.log)
    bare = lamina("backup", "drill", "--location", str(other.location), cwd=site.root)
    assert (bare.code, "keeps no log" in bare.err) == (3, True)


def assert_it_goes_on(site: Site, lamina: Lamina) -> None:
    """The environment has its store again, under its name: runs are shown, work goes on, and nothing is wrong with it."""
    shown = lamina("state", "runs", "prod", cwd=site.root)
    assert shown.code == 0, shown.err
    assert shown.out.count("nightly-") == 5
    site.keeper.work("nightly-4", step="more")
    sound = lamina("state", "fsck", "prod", cwd=site.root)
    assert sound.code == 0, sound.out
    audited = json.loads(lamina("audit", "verify", "prod", "--format", "json", cwd=site.root).out)
    assert [one["message"] for one in audited["findings"] if one["severity"] == "error"] == []
