"""Indexes of these tests: files that git added in time, and what is read of them."""

import os
import time
from collections.abc import Mapping
from pathlib import Path

from githistory import begun, git

from lamina.world.gitdir import git_folder
from lamina.world.index import Index, read_index

FILES = {"a.yaml": "a: 1\n", "deep/er/b.yaml": "b: 2\n", "empty": "", "Ünïcode ~ name.yaml": "c: 3\n"}


def staged(top: Path, files: Mapping[str, str | bytes] = FILES, *settings: str) -> Path:
    """Files that git has added, long enough before the index was written; `settings` are those of the repository."""
    begun(top)
    for setting in settings:
        git(top, "config", *setting.split("="))
    write(top, files)
    settle(top)
    git(top, "add", "--all")
    return top


def write(top: Path, files: Mapping[str, str | bytes]) -> None:
    """Write files of a work tree."""
    for name, text in files.items():
        (top / name).parent.mkdir(parents=True, exist_ok=True)
        (top / name).write_bytes(text if isinstance(text, bytes) else text.encode())


def settle(top: Path) -> None:
    """Wait until the clock of the file system has gone on."""
    probe = top / "probe of the clock"
    probe.write_text("")
    before = probe.stat().st_mtime_ns
    while probe.stat().st_mtime_ns == before:
        time.sleep(0.001)
        probe.write_text("")
    probe.unlink()


def read(top: Path) -> Index | None:
    """The index of a work tree."""
    folder = git_folder(top)
    assert folder is not None
    return read_index(top, folder)


def index_of(top: Path) -> Index:
    """The index of a work tree, which is to be trusted."""
    index = read(top)
    assert index is not None
    return index


def hashed(top: Path, *names: str) -> dict[str, str]:
    """The ids of files, by what they hold."""
    return dict(zip(names, git(top, "hash-object", "--no-filters", "--", *names).splitlines(), strict=True))


def touched(path: Path, nanoseconds: int) -> None:
    """Set the time of a file's last change."""
    os.utime(path, ns=(nanoseconds, nanoseconds))
