"""An index that is damaged, cut off, of another form or in parts is none: what it says is never taken for true."""

import os
import random
import subprocess
from hashlib import sha1
from pathlib import Path

import pytest
from githistory import begun, git
from world.index.indexed import FILES, hashed, index_of, read, settle, staged, write
from world.unprivileged import bound

from lamina.world.index.entries import read_entries


def test_bits_that_are_flipped(tmp_path: Path) -> None:
    file = staged(tmp_path) / ".git/index"
    whole, chance = file.read_bytes(), random.Random(1)
    for _ in range(300):
        data = bytearray(whole)
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        file.write_bytes(data)
        assert read_entries(str(file)) is None


@pytest.mark.parametrize("part", [0.0, 0.01, 0.1, 0.5, 0.99])
def test_a_cut_index(part: float, tmp_path: Path) -> None:
    file = staged(tmp_path) / ".git/index"
    os.truncate(file, int(file.stat().st_size * part))
    assert read(tmp_path) is None


@pytest.mark.parametrize("version", ["2", "4"])
def test_rubbish_under_a_right_checksum_gives_no_ids_that_are_wrong(version: str, tmp_path: Path) -> None:
    top = staged(tmp_path, FILES, f"index.version={version}")
    file, chance = top / ".git/index", random.Random(2)
    whole = file.read_bytes()[:-20]
    for _ in range(300):
        data = bytearray(whole)
        for _ in range(chance.randrange(1, 5)):
            data[chance.randrange(4, len(data))] = chance.randrange(256)
        if chance.random() < 0.3:
            del data[chance.randrange(12, len(data)) :]
        file.write_bytes(data + sha1(data).digest())
        entries = read_entries(str(file))
        # An id may be any that somebody wrote there; what may not happen is a failure.
        for name in FILES if entries is not None else ():
            assert entries.proved(name.encode(), str(top / name)) in (None, entries.staged(name.encode()))


@pytest.mark.parametrize("setting", ["splitIndex", "sparse"])
def test_an_index_in_parts(setting: str, tmp_path: Path) -> None:
    top = staged(tmp_path)
    if setting == "splitIndex":
        git(top, "update-index", "--split-index")
    else:
        git(top, "commit", "-qm", "all")
        write(top, {"other/x/y.yaml": "1"})
        git(top, "add", "--all")
        git(top, "commit", "-qm", "more")
        git(top, "sparse-checkout", "init", "--cone", "--sparse-index")
        git(top, "sparse-checkout", "set", "deep")
    assert read(top) is None


def test_an_index_whose_checksum_git_left_out(tmp_path: Path) -> None:
    file = staged(tmp_path) / ".git/index"
    file.write_bytes(file.read_bytes()[:-20] + bytes(20))
    assert read(tmp_path) is None


def test_an_index_with_extensions_of_git_s_own(tmp_path: Path) -> None:
    top = staged(tmp_path, FILES, "core.untrackedCache=true", "index.threads=4")
    git(top, "commit", "-qm", "all")
    git(top, "status")
    settle(top)
    git(top, "update-index", "--force-write-index")
    assert b"TREE" in (top / ".git/index").read_bytes()
    assert index_of(top).ids(FILES) == hashed(top, *FILES)


def test_ids_of_sha_256(tmp_path: Path) -> None:
    begun(tmp_path, "--object-format=sha256")
    write(tmp_path, FILES)
    settle(tmp_path)
    git(tmp_path, "add", "--all")
    assert read(tmp_path) is None


@pytest.mark.parametrize("kind", ["folder", "pipe", "unreadable"])
def test_an_index_that_cannot_be_read(kind: str, tmp_path: Path) -> None:
    file = staged(tmp_path) / ".git/index"
    if kind == "unreadable":
        file.chmod(0)
        assert bound(lambda: 0 if read_entries(str(file)) is None else 1) == 0
        return
    file.unlink()
    if kind == "folder":
        file.mkdir()
    else:
        os.mkfifo(file)
        # Nobody writes into it: to open it must not wait.
    assert read(tmp_path) is None


def test_one_index_is_read_while_git_writes_another(tmp_path: Path) -> None:
    top = staged(tmp_path)
    adding = subprocess.Popen(
        ["sh", "-c", "for i in $(seq 60); do echo $i > f$i; git add f$i; done"], cwd=top, stdout=subprocess.DEVNULL
    )
    looks = 0
    while adding.poll() is None or looks < 5:
        assert index_of(top).ids(FILES) == hashed(top, *FILES)
        looks += 1
    assert adding.returncode == 0
