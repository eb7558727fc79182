"""The form of a backup: any tar reads it, one way alone to write it, and what is written otherwise is refused by name."""

import io
import os
import stat
import subprocess
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from lamina.world.backups.failures import BackupThere, BadBackup, CannotReadBackup, CannotWriteBackup
from lamina.world.backups.form import BLOCK, MOST, Malformed, header, read_header
from lamina.world.backups.reading import opened_file
from lamina.world.backups.writing import new_backup

LONG = f"blobs/sha512/{'a' * 64}/{'b' * 64}"


def written(path: Path, parts: dict[str, bytes]) -> Path:
    with new_backup(path) as file:
        for name, data in parts.items():
            file.add(name, len(data), [data[:3], data[3:]])
        file.finish()
    return path


def contents(path: Path, count: int) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    with opened_file(path) as file:
        for _ in range(count):
            name, size, _ = file.next_member()
            found[name] = b"".join(file.chunks(size))
        file.finish()
    return found


def test_what_is_written_is_read() -> None:
    for size in (0, 1, 511, 512, 513, MOST):
        assert read_header(header(LONG, size)) == (LONG, size)


def test_it_comes_back_and_any_tar_reads_it(tmp_path: Path) -> None:
    parts = {"one": b"x" * 700, LONG: b""}
    path = written(tmp_path / "b.tar", parts)
    assert contents(path, 2) == parts
    with tarfile.open(path) as read:
        assert [(one.name, one.size, one.mode) for one in read][:2] == [("one", 700, 0o600), (LONG, 0, 0o600)]
    listed = subprocess.run(["tar", "-tf", path], capture_output=True, text=True, check=True).stdout
    assert listed.split() == ["one", LONG, "seal"]


def test_the_same_parts_give_the_same_bytes_for_the_owner_alone(tmp_path: Path) -> None:
    one, other = (written(tmp_path / name, {"one": b"1"}) for name in ("a", "b"))
    assert one.read_bytes() == other.read_bytes()
    assert stat.S_IMODE(one.stat().st_mode) == 0o600


def test_no_file_is_written_over_and_what_fails_leaves_none(tmp_path: Path) -> None:
    path = written(tmp_path / "b.tar", {"one": b"1"})
    with pytest.raises(BackupThere), new_backup(path):
        pass
    with pytest.raises(KeyError), new_backup(tmp_path / "c.tar") as file:
        file.add({}["one"], 1, [b"1"])
    with pytest.raises(ValueError, match="changed while"), new_backup(tmp_path / "c.tar") as file:
        file.add("one", 2, [b"1"])
    with pytest.raises(CannotWriteBackup), new_backup(tmp_path / "no/c.tar"):
        pass
    assert os.listdir(tmp_path) == ["b.tar"]


def test_what_is_no_file_is_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path, tmp_path / "pipe", tmp_path / "none"):
        with pytest.raises(CannotReadBackup), opened_file(path):
            pass


def _tarred(kind: bytes, name: str = "store.json", link: str = "") -> bytes:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, link
    return info.tobuf(tarfile.USTAR_FORMAT)


@pytest.mark.parametrize(
    ("block", "told"),
    [
        pytest.param(_tarred(tarfile.SYMTYPE, link="/etc/passwd"), "holds a link", id="symbolic-link"),
        pytest.param(_tarred(tarfile.LNKTYPE, link="store.json"), "holds a link", id="hard-link"),
        pytest.param(_tarred(tarfile.CHRTYPE), "holds a device", id="device"),
        pytest.param(_tarred(tarfile.DIRTYPE), "holds a folder", id="folder"),
        pytest.param(_tarred(tarfile.FIFOTYPE), "holds a pipe", id="pipe"),
        pytest.param(_tarred(b"x"), "of a kind that is not taken", id="extended-header"),
        pytest.param(_tarred(tarfile.REGTYPE, "../../etc/passwd"), "leads out of the backup", id="up"),
        pytest.param(_tarred(tarfile.REGTYPE, "/etc/passwd"), "leads out of the backup", id="absolute"),
        pytest.param(_tarred(tarfile.REGTYPE, "a/./b"), "leads out of the backup", id="dot"),
        pytest.param(_tarred(tarfile.REGTYPE, "a\x1b[31m"), "leads out of the backup", id="control-character"),
        pytest.param(_tarred(tarfile.REGTYPE), "damaged, or not ours", id="another-tar"),
        pytest.param(b"\0" * BLOCK, "ends before its seal", id="end"),
        pytest.param(b"x" * BLOCK, "damaged", id="rubbish"),
    ],
)
def test_a_header_of_another_form_is_refused_by_name(block: bytes, told: str, tmp_path: Path) -> None:
    (tmp_path / "b.tar").write_bytes(block + b"\0" * 4096)
    with opened_file(tmp_path / "b.tar") as file, pytest.raises(BadBackup, match=told):
        file.next_member()


def test_a_giant_is_refused_before_it_is_read(tmp_path: Path) -> None:
    (tmp_path / "b.tar").write_bytes(header("store.json", MOST) + b"\0" * 4096)
    with opened_file(tmp_path / "b.tar") as file, pytest.raises(BadBackup, match="should have 8,589,934,591 bytes"):
        file.next_member()
    path = written(tmp_path / "c.tar", {"manifest.json": b"x" * 100})
    with opened_file(path) as file, pytest.raises(BadBackup, match="99 are the most"):
        file.content("manifest.json", 99)
    with pytest.raises(Malformed, match="larger"):
        header("x", MOST + 1)
    with pytest.raises(Malformed, match="too long"):
        header(f"x/{'y' * 101}", 1)


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        pytest.param(lambda data: data + b"\0", "1 bytes follow", id="longer"),
        pytest.param(lambda data: data[:-1], "cut off", id="shorter"),
        pytest.param(lambda data: data[:-1] + b"x", "its end is damaged", id="end"),
        pytest.param(lambda data: data[:513] + b"x" + data[514:], "fills a member up", id="padding"),
        pytest.param(lambda data: data[:512] + b"2" + data[513:], "not what was sealed", id="content"),
        pytest.param(lambda data: data[:1024] + data, "holds one", id="twice"),
    ],
)
def test_damage_is_told(damage: Callable[[bytes], bytes], told: str, tmp_path: Path) -> None:
    path = written(tmp_path / "b.tar", {"one": b"1"})
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(BadBackup, match=told):
        contents(path, 1)


def test_a_member_of_another_name_is_told(tmp_path: Path) -> None:
    path = written(tmp_path / "b.tar", {"one": b"1"})
    with opened_file(path) as file, pytest.raises(BadBackup, match=r"one stands where manifest\.json is due"):
        file.content("manifest.json", 10)


def test_an_archive_of_a_usual_tar_is_told(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        tar.addfile(tarfile.TarInfo("manifest.json"))
    (tmp_path / "b.tar").write_bytes(buffer.getvalue())
    with opened_file(tmp_path / "b.tar") as file, pytest.raises(BadBackup, match="not ours"):
        file.next_member()
