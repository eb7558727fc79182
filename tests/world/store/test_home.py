"""The home of a store: where everything lies, and whose it is."""

import os
from pathlib import Path

import pytest
from world.unprivileged import bound

from lamina.words.errors import Failure
from lamina.world.store.failures import CannotStore, Damaged, ForeignFile, NewerSchema, StoreLink
from lamina.world.store.home import Home, NoStore, establish, home, marker, risk

THEN = "2026-11-21T15:42:03.000000Z"


@pytest.mark.parametrize("location", ["state.sqlite", "state", "state/", "x/../state.sqlite"])
def test_both_formats_have_one_home(tmp_path: Path, location: str) -> None:
    found = home(tmp_path / location)
    assert found == Home(tmp_path / "state", tmp_path / "state.sqlite")
    assert found.log == tmp_path / "state" / "log"


def test_the_marker_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    place = home(tmp_path / "deep" / "state.sqlite")
    with pytest.raises(NoStore):
        marker(place)
    first = establish(place, THEN, "prod-eu")
    assert first.store.startswith("prod-eu-")
    assert len(first.store) == len("prod-eu-") + 8
    assert establish(place, "later", "dev") == marker(place) == first
    assert place.marker.stat().st_mode & 0o777 == 0o600
    assert place.folder.stat().st_mode & 0o777 == 0o700
    assert sorted(one.name for one in place.folder.iterdir()) == ["projection.lock", "store.json"]


def test_many_that_begin_at_once_agree_on_the_store(tmp_path: Path) -> None:
    place = home(tmp_path / "state")
    children = []
    for number in range(8):
        child = os.fork()
        if child == 0:
            try:
                (tmp_path / f"said-{number}").write_text(establish(place, THEN).store)
            finally:
                os._exit(0)
        children.append(child)
    for child in children:
        os.waitpid(child, 0)
    assert {(tmp_path / f"said-{number}").read_text() for number in range(8)} == {marker(place).store}


def test_a_folder_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "dear.txt").write_text("hello")
    with pytest.raises(ForeignFile, match=r"dear\.txt"):
        establish(home(tmp_path / "letters"), THEN)
    assert [one.name for one in (tmp_path / "letters").iterdir()] == ["dear.txt"]


@pytest.mark.parametrize(
    ("said", "failure"),
    [
        ('{"v":2,"store":"a","created":"b"}', NewerSchema),
        ('{"v":1,"store":"../a","created":"b"}', Damaged),
        ('{"v":1,"store":7,"created":"b"}', Damaged),
        ('{"v":1}', Damaged),
        ('{"v":1,"st', Damaged),
        ("", Damaged),
        ("[]", Damaged),
    ],
)
def test_a_marker_that_is_none_is_told(tmp_path: Path, said: str, failure: type[Failure]) -> None:
    place = home(tmp_path)
    place.marker.write_text(said)
    with pytest.raises(failure):
        establish(place, THEN)
    assert place.marker.read_text() == said


@pytest.mark.parametrize(
    "inner", [".", "store.json", "projection.lock", "log", "records", "blobs", "owners", "archive.git", "archive.lock"]
)
def test_no_link_is_followed(tmp_path: Path, inner: str) -> None:
    place = home(tmp_path / "state")
    outside = tmp_path / "outside"
    outside.mkdir()
    if inner != ".":
        establish(place, THEN)
        (place.folder / inner).unlink(missing_ok=True)
    (place.folder / inner).symlink_to(outside) if inner != "." else place.folder.symlink_to(outside)
    for look in (lambda: establish(place, THEN), lambda: marker(place)):
        with pytest.raises(StoreLink, match="is a link"):
            look()
    assert list(outside.iterdir()) == []


def test_a_folder_that_may_not_be_written_is_told(tmp_path: Path) -> None:
    def act() -> int:
        try:
            establish(home(tmp_path / "closed" / "state"), THEN)
        except CannotStore as failure:
            return 7 if "Permission denied" in str(failure) else 1
        return 0

    (tmp_path / "closed").mkdir(mode=0o500)
    assert bound(act) == 7


MOUNTS = """\
22 1 254:0 / / rw,relatime - ext4 /dev/vda rw
30 22 0:40 / /srv/shared rw - nfs4 server:/x rw
31 22 0:41 / /srv/shared/local rw - xfs /dev/vdb rw
32 22 0:42 / /mnt/my\\040disk rw - fuse.sshfs host: rw
33 22 0:43 / /over rw - ext4 /dev/vdc rw
34 22 0:44 / /over rw - cifs //host/x rw
"""


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/var/lib/state", None),
        ("/srv/shared/state", "nfs4"),
        ("/srv/shared", "nfs4"),
        ("/srv/shared2", None),
        ("/srv/shared/local/state", None),
        ("/mnt/my disk/a", "fuse.sshfs"),
        ("/over/a", "cifs"),
    ],
)
def test_a_file_system_that_is_shared_is_warned_of(tmp_path: Path, folder: str, kind: str | None) -> None:
    mounts = tmp_path / "mountinfo"
    mounts.write_text(MOUNTS)
    said = risk(Path(folder), mounts)
    assert said is None if kind is None else said is not None and f"lies on {kind}," in said


def test_where_the_system_tells_no_mounts_nothing_is_warned_of(tmp_path: Path) -> None:
    assert risk(tmp_path, tmp_path / "absent") is None
