"""G5: an archive of which a bit is another, or that is cut: its verification says so, wherever that is.

LAMINA_TORTURE=1 takes every byte, else some hundreds.
"""

import os
import shutil
from pathlib import Path

import pygit2
from archived import Keeper
from conftest import Counted
from githistory import begun

from lamina.words.errors import Failure

LONG = bool(os.environ.get("LAMINA_TORTURE"))


def content(repository: Path) -> dict[str, tuple[int, bytes]]:
    """All objects of a repository; raises where one is not what its name says."""
    opened = pygit2.Repository(str(repository))
    return {str(id): opened.read(id) for id in opened}


def is_told(keeper: Keeper, whole: dict[str, tuple[int, bytes]]) -> bool:
    """Whether verifying tells of a damage, or there is none: some bits of what is compressed say nothing."""
    try:
        if keeper.verify().faults:
            return True
    except Failure:
        return True
    try:
        return content(keeper.home.archive) == whole
    except pygit2.GitError:
        return False


def test_g5_a_snapshot_with_a_bit_flipped_or_cut_is_told(memory: Path, counted: Counted) -> None:
    keeper = Keeper(memory / "state", begun(memory / "server.git", "--bare"))
    keeper.work("r1")
    keeper.made()
    assert keeper.verify().faults == ()
    kept = memory / "kept"
    shutil.copytree(keeper.home.archive, kept)
    whole = content(kept)
    files = [one for one in (keeper.home.archive / "objects").rglob("*") if one.is_file()]
    places = [(file, at) for file in files for at in range(file.stat().st_size)]
    missed = {"flipped": [], "cut": []}
    tried = places[:: 1 if LONG else len(places) // 150]
    for number, (file, at) in enumerate(tried):
        data = file.read_bytes()
        file.chmod(0o600)
        for kind, damaged in (
            ("flipped", data[:at] + bytes([data[at] ^ 1 << number % 8]) + data[at + 1 :]),
            ("cut", data[:at]),
        ):
            file.write_bytes(damaged)
            if not is_told(keeper, whole):
                missed[kind].append((file.relative_to(keeper.home.archive), at))
        file.write_bytes(data)
    counted("G5", "a bit of a snapshot flipped: seen", len(tried), len(tried) - len(missed["flipped"]))
    counted("G5", "a snapshot cut at a byte: seen", len(tried), len(tried) - len(missed["cut"]))
    assert missed == {"flipped": [], "cut": []}
    assert keeper.verify().faults == ()
