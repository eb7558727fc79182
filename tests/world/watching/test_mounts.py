"""File systems whose changes are not all told are known by the table of mounts, and by a real one of FUSE."""

import os
import sys
from pathlib import Path

import pytest
from world.watching.watched import Watching, told, written

from lamina.world.watching import noticing
from lamina.world.watching.mounts import silent_mount

LINE = "36 35 98:0 /root {point} rw,noatime shared:1 - {kind} /dev/x rw,errors=continue"
SAYS = "{} lies on {}, which does not tell all changes"


def table(tmp_path: Path, *mounts: tuple[str, str]) -> Path:
    text = "".join(LINE.format(point=point, kind=kind) + "\n" for point, kind in mounts)
    return written(tmp_path / "mountinfo", text)


@pytest.mark.parametrize("kind", ["nfs", "nfs4", "cifs", "smb3", "9p", "virtiofs", "fuse", "fuse.sshfs", "ceph"])
def test_a_file_system_that_others_change_too_is_silent(kind: str, tmp_path: Path) -> None:
    mounts = table(tmp_path, ("/", "ext4"), ("/srv/shared", kind))
    assert silent_mount(["/srv/shared/environments"], mounts) == SAYS.format("/srv/shared/environments", kind)
    assert silent_mount(["/srv/shared"], mounts) == SAYS.format("/srv/shared", kind)
    assert silent_mount(["/srv/shared2", "/home"], mounts) is None


@pytest.mark.parametrize("kind", ["ext4", "xfs", "btrfs", "tmpfs", "overlay", "zfs", "fuseblk", "nfsd"])
def test_a_local_file_system_is_not(kind: str, tmp_path: Path) -> None:
    assert silent_mount(["/srv/a"], table(tmp_path, ("/", "nfs4"), ("/srv", kind))) is None


def test_a_mount_below_a_place_counts_and_is_named(tmp_path: Path) -> None:
    mounts = table(tmp_path, ("/", "ext4"), ("/srv/environments/prod", "nfs4"))
    assert silent_mount(["/srv/environments"], mounts) == SAYS.format("/srv/environments/prod", "nfs4")


def test_the_nearest_and_the_last_mount_count(tmp_path: Path) -> None:
    mounts = table(tmp_path, ("/", "ext4"), ("/srv", "nfs4"), ("/srv/local", "xfs"), ("/srv", "ext4"))
    assert silent_mount(["/srv/a", "/srv/local/a"], mounts) is None


def test_names_are_read_as_they_are_written_there(tmp_path: Path) -> None:
    mounts = table(tmp_path, ("/", "ext4"), (r"/srv/my\040files", "nfs4"))
    assert silent_mount(["/srv/my files"], mounts) == SAYS.format("/srv/my files", "nfs4")


def test_links_are_followed(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("/srv/shared")
    mounts = table(tmp_path, ("/", "ext4"), ("/srv/shared", "nfs4"))
    assert silent_mount([str(tmp_path / "link/a")], mounts) == SAYS.format("/srv/shared/a", "nfs4")


def test_where_there_is_no_table_nothing_is_said(tmp_path: Path) -> None:
    assert silent_mount(["/srv"], tmp_path / "none") is None


def test_a_silent_mount_is_polled_and_said(tmp_path: Path, watching: Watching, monkeypatch: pytest.MonkeyPatch) -> None:
    point, kind = str(tmp_path / "mount"), "fuse.sshfs"
    mounts = table(tmp_path, ("/", "ext4"), (point, kind))
    monkeypatch.setattr(noticing, "silent_mount", lambda places: silent_mount(places, mounts))
    file = written(tmp_path / "mount/environments/a.yaml")
    watch = watching(tmp_path / "mount/environments")
    assert watch.how == f"polling every 0.5 s, since {SAYS.format(f'{point}/environments', kind)}"
    before = len(os.listdir("/proc/self/fd")) if sys.platform == "linux" else 0
    written(file, "a: 2\n")
    assert told(watch)
    assert before == (len(os.listdir("/proc/self/fd")) if sys.platform == "linux" else 0)
