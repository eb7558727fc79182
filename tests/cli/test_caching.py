"""`lamina cache`: what there is, and its removal."""

import json
from pathlib import Path

from conftest import Lamina
from githistory import begun

from lamina.world.cache import open_cache
from lamina.world.gitdir import git_folder


def filled(top: Path) -> Path:
    """A repository with a cache of one entry; the cache's file."""
    (begun(top) / "lamina.yaml").write_text("")
    folder = git_folder(top)
    assert folder is not None
    cache = open_cache(folder)
    cache.put({b"a key of it": b"a value"})
    cache.close()
    return top / ".git/lamina/cache.sqlite"


def test_info_says_where_it_lies_and_how_large_it_is(tmp_path: Path, lamina: Lamina) -> None:
    file = filled(tmp_path)
    text = lamina("cache", "info", cwd=tmp_path)
    assert (text.code, text.out, text.err) == (0, f"{file}: 1 entry, 0.0 MB of at most 268.4 MB\n", "")
    shape = json.loads(lamina("cache", "info", "--format", "json", cwd=tmp_path).out)
    size = file.stat().st_size
    assert shape == {"file": str(file), "entries": 1, "bytes": size, "most_bytes": 268435456, "unused": None}


def test_info_says_why_a_file_is_not_used(tmp_path: Path, lamina: Lamina) -> None:
    filled(tmp_path).chmod(0o644)
    text = lamina("cache", "info", cwd=tmp_path)
    assert text.code == 0
    assert "it is not used: it could have been written by somebody else" in text.err
    assert json.loads(lamina("cache", "info", "--format", "json", cwd=tmp_path).out)["unused"]


def test_clear_removes_it(tmp_path: Path, lamina: Lamina) -> None:
    file = filled(tmp_path)
    assert lamina("cache", "clear", cwd=tmp_path).out == "removed 0.0 MB\n"
    assert not file.exists()
    assert lamina("cache", "clear", cwd=tmp_path).out == "there is none\n"


def test_outside_git_there_is_no_place_for_one(tmp_path: Path, lamina: Lamina) -> None:
    (tmp_path / "lamina.yaml").write_text("")
    for words in (("info",), ("clear",)):
        told = lamina("cache", *words, cwd=tmp_path)
        assert (told.code, told.out) == (3, "")
        assert "is in no git repository, and the cache lies in git's folder" in told.err


def test_alone_it_shows_its_help(tmp_path: Path, lamina: Lamina) -> None:
    assert "clear" in lamina("cache", cwd=tmp_path).out + lamina("cache", cwd=tmp_path).err
