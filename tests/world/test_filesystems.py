"""File systems that locks and syncs may fail on are told by name."""

from pathlib import Path

import pytest

from lamina.world.filesystems import risky

MOUNTS = """\
21 1 8:1 / / rw,relatime shared:1 - ext4 /dev/vda rw
30 21 0:30 / /mnt/share rw,relatime shared:9 - nfs4 server:/share rw,vers=4.2
31 30 8:2 / /mnt/share/disk rw - xfs /dev/vdb rw
32 21 0:32 / /mnt/two\\040words rw - fuse.sshfs host:/ rw
33 21 0:33 / /host rw,relatime - 9p host rw,trans=virtio
34 21 0:34 / /over rw - cifs //server/over rw
35 21 0:35 / /over rw - tmpfs tmpfs rw
36 21 0:36 / /windows rw - fuseblk /dev/sdb1 rw
37 21 0:37 / /merged rw - overlay overlay rw
"""


@pytest.mark.parametrize(
    ("folder", "name"),
    {
        "/home/state": None,
        "/mnt/share/state": "nfs4",
        "/mnt/share": "nfs4",
        "/mnt/shared": None,
        "/mnt/share/disk/state": None,
        "/mnt/two words/state": "fuse.sshfs",
        "/host/state/not/there/yet": "9p",
        "/over/state": None,
        "/windows/state": "fuseblk",
        "/merged": None,
    }.items(),
)
def test_a_folder_is_on_the_nearest_mount(folder: str, name: str | None) -> None:
    assert risky(Path(folder), MOUNTS) == name


def test_a_link_is_followed(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("/mnt/share/state")
    assert risky(tmp_path / "link", MOUNTS) == "nfs4"


def test_this_machine_is_asked(memory: Path) -> None:
    assert risky(memory) is None


def test_nothing_is_said_where_nothing_is_known() -> None:
    assert risky(Path("/x"), "") is None
