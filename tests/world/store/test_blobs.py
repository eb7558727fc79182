"""Content-addressed files."""

import errno
import hashlib
import io
import os
import random
from collections.abc import Callable
from pathlib import Path

import pytest
from world.store.dying import failing, killed
from world.unprivileged import bound

from lamina.world.store.blobs import BadDigest, Blobs, BlobTooLarge, NoBlob
from lamina.world.store.failures import CannotStore, Damaged, StoreLink

HELLO = "sha256:" + hashlib.sha256(b"hello").hexdigest()


@pytest.fixture
def blobs(tmp_path: Path) -> Blobs:
    """An empty folder of them."""
    return Blobs(tmp_path / "blobs")


@pytest.mark.parametrize("kind", ["sha256", "sha512"])
@pytest.mark.parametrize("size", [0, 1, 5, (1 << 20) - 1, 1 << 20, (2 << 20) + 7])
def test_what_is_added_is_read_under_its_digest(blobs: Blobs, kind: str, size: int) -> None:
    content = random.Random(size).randbytes(size)
    digest = f"{kind}:{hashlib.new(kind, content).hexdigest()}"
    assert blobs.add(content, kind=kind) == (digest, size)
    assert blobs.add(io.BytesIO(content), kind=kind) == (digest, size)
    assert blobs.read(digest) == content
    assert blobs.has(digest)
    assert blobs.is_sound(digest)
    assert blobs.size_of(digest) == size
    assert list(blobs.every()) == [(digest, size)]
    digits = digest.partition(":")[2]
    assert [str(one.relative_to(blobs.folder)) for one in blobs.folder.rglob("*") if one.is_file()] == [
        f"{digits[:2]}/{digits}"
    ]


def test_all_are_listed_with_their_sizes_and_can_be_removed(blobs: Blobs) -> None:
    assert list(blobs.every()) == []
    added = [blobs.add(b"x" * size) for size in range(50)]
    added.append(blobs.add(b"long", kind="sha512"))
    assert sorted(blobs.every()) == sorted(added)
    assert blobs.size == sum(range(50)) + 4
    for digest, _ in added[:10]:
        assert blobs.remove(digest)
        assert not blobs.remove(digest)
        assert not blobs.has(digest)
        assert not blobs.is_sound(digest)
        with pytest.raises(NoBlob):
            blobs.read(digest)
        with pytest.raises(NoBlob):
            blobs.size_of(digest)
    assert sorted(blobs.every()) == sorted(added[10:])


def test_only_the_owner_may_read_them(blobs: Blobs) -> None:
    digest, _ = blobs.add(b"hello")
    file = blobs.folder / digest[7:9] / digest[7:]
    assert [one.stat().st_mode & 0o777 for one in (file, file.parent, blobs.folder)] == [0o600, 0o700, 0o700]


def test_a_file_is_added_as_it_is(blobs: Blobs, tmp_path: Path) -> None:
    (tmp_path / "report").write_bytes(b"hello")
    assert blobs.add_file(tmp_path / "report") == (HELLO, 5)
    (tmp_path / "link").symlink_to("report")
    with pytest.raises(StoreLink):
        blobs.add_file(tmp_path / "link")
    os.mkfifo(tmp_path / "pipe")
    for name in ("pipe", "absent", "."):
        with pytest.raises(CannotStore):
            blobs.add_file(tmp_path / name)


@pytest.mark.parametrize("content", [b"123456", io.BytesIO(b"123456")], ids=["bytes", "stream"])
def test_content_over_the_bound_is_refused_and_nothing_is_left(blobs: Blobs, content: bytes | io.BytesIO) -> None:
    with pytest.raises(BlobTooLarge):
        blobs.add(content, most=5)
    assert list(blobs.folder.iterdir()) == []
    assert blobs.add(b"12345", most=5)[1] == 5


@pytest.mark.parametrize(
    "digest",
    [
        "",
        "sha256:",
        "md5:" + "0" * 32,
        "sha256:" + "0" * 63,
        "sha256:" + "0" * 128,
        "sha256:" + "G" * 64,
        "sha256:" + "A" * 64,
        "sha256:../" + "0" * 61,
        "sha256:" + "0" * 63 + "\n",
        "0" * 64,
    ],
)
def test_a_name_that_is_no_digest_is_refused(blobs: Blobs, digest: str) -> None:
    acts: list[Callable[[str], object]] = [blobs.read, blobs.has, blobs.remove, blobs.size_of, blobs.is_sound]
    for act in acts:
        with pytest.raises(BadDigest):
            act(digest)


def test_content_that_was_changed_is_never_given_out_and_is_mended_by_adding_it_again(blobs: Blobs) -> None:
    digest, _ = blobs.add(b"hello")
    (blobs.folder / digest[7:9] / digest[7:]).write_bytes(b"hellO")
    assert not blobs.is_sound(digest)
    with pytest.raises(Damaged, match="not what its name says"):
        blobs.read(digest)
    blobs.add(b"hello")
    assert blobs.read(digest) == b"hello"


def test_no_link_is_followed(blobs: Blobs, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / HELLO[7:]).write_bytes(b"hello")
    blobs.add(b"other")
    (blobs.folder / HELLO[7:9]).symlink_to(outside)
    with pytest.raises(StoreLink):
        blobs.add(b"hello")
    assert len(list(blobs.every())) == 1
    (blobs.folder / HELLO[7:9]).unlink()
    (blobs.folder / HELLO[7:9]).mkdir()
    (blobs.folder / HELLO[7:9] / HELLO[7:]).symlink_to(outside / HELLO[7:])
    assert not blobs.has(HELLO)
    assert not blobs.is_sound(HELLO)
    with pytest.raises(StoreLink):
        blobs.read(HELLO)
    assert len(list(blobs.every())) == 1
    blobs.add(b"hello")
    assert blobs.read(HELLO) == b"hello"
    (tmp_path / "link").symlink_to(outside)
    with pytest.raises(StoreLink):
        Blobs(tmp_path / "link").add(b"hello")
    assert list(Blobs(tmp_path / "link").every()) == []
    assert [one.name for one in outside.iterdir()] == [HELLO[7:]]


def test_other_files_are_left_alone(blobs: Blobs) -> None:
    blobs.add(b"hello")
    (blobs.folder / "notes.txt").write_text("x")
    (blobs.folder / "ab").mkdir()
    (blobs.folder / "ab" / ("cd" * 32)).write_text("in the wrong folder")
    (blobs.folder / "ab" / "abc").write_text("too short")
    assert [digest for digest, _ in blobs.every()] == [HELLO]


@pytest.mark.parametrize("fresh", [True, False])
def test_a_kill_at_any_act_leaves_the_content_or_nothing(tmp_path: Path, fresh: bool) -> None:
    survived = []
    for number in range(30):
        blobs = Blobs(tmp_path / str(number))
        if not fresh:
            blobs.add(b"other")
        died = killed(lambda blobs=blobs: blobs.add(b"hello"), number)
        survived.append(blobs.has(HELLO))
        assert not blobs.has(HELLO) or blobs.read(HELLO) == b"hello"
        left = blobs.sweep()
        assert left <= 1
        assert blobs.sweep() == 0
        if not died:
            break
    assert survived[0] is False
    assert survived[-1] is True
    assert survived == sorted(survived)
    # The content is forced to the disk, then named, then the name is forced.
    assert survived.count(True) >= 2


@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EIO, errno.EDQUOT])
def test_a_full_disk_leaves_nothing_and_is_no_harm_later(blobs: Blobs, error: int) -> None:
    blobs.add(b"other")
    outcomes = []
    for number in range(30):
        with failing(number, error) as left:
            try:
                blobs.add(b"hello")
                outcomes.append(None)
                assert blobs.has(HELLO)
            except CannotStore as failure:
                outcomes.append(str(failure))
        assert not blobs.has(HELLO) or blobs.read(HELLO) == b"hello"
        assert blobs.sweep() == 0
        if left[0] >= 0:
            break
        blobs.remove(HELLO)
    assert outcomes[-1] is None
    assert len(outcomes) > 4
    told = [text for text in outcomes if text is not None]
    assert len(told) > 3
    assert all(os.strerror(error) in text for text in told)


def test_a_folder_that_may_not_be_written_is_told(blobs: Blobs) -> None:
    blobs.add(b"hello")

    def act() -> int:
        assert blobs.read(HELLO) == b"hello"
        for change in (lambda: blobs.add(b"other"), lambda: blobs.remove(HELLO)):
            try:
                change()
            except CannotStore:
                continue
            return 1
        return 7

    (blobs.folder / HELLO[7:9]).chmod(0o500)
    blobs.folder.chmod(0o500)
    assert bound(act) == 7
