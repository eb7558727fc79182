"""The cache gives back what was put into it, or nothing."""

import stat
from hashlib import sha256
from pathlib import Path

import pytest
from githistory import begun

from lamina.words.git_folder import GitFolder
from lamina.world.cache import open_cache
from lamina.world.gitdir import git_folder

ENTRIES = {sha256(b"%d" % number).digest(): b"value %d" % number * number for number in range(700)}


@pytest.fixture
def folder(tmp_path: Path) -> GitFolder:
    found = git_folder(begun(tmp_path))
    assert found is not None
    return found


def test_what_was_put_is_there_also_for_the_next(folder: GitFolder) -> None:
    cache = open_cache(folder)
    assert cache.get([*ENTRIES]) == {}
    cache.put(ENTRIES)
    assert cache.get([*ENTRIES]) == ENTRIES
    cache.close()
    assert open_cache(folder).get([*ENTRIES, b"another key"]) == ENTRIES


def test_hits_and_misses_are_counted(folder: GitFolder) -> None:
    cache = open_cache(folder)
    key, other = list(ENTRIES)[:2]
    cache.put({key: b"1"})
    cache.get([key, other])
    assert (cache.hits, cache.misses) == (1, 1)


def test_a_value_is_replaced(folder: GitFolder) -> None:
    cache = open_cache(folder)
    key = next(iter(ENTRIES))
    cache.put({key: b"1"})
    cache.put({key: b"2"})
    assert cache.get([key]) == {key: b"2"}


def test_only_the_user_may_read_it(folder: GitFolder) -> None:
    open_cache(folder).put(ENTRIES)
    place = file_of(folder)
    assert (stat.S_IMODE(place.parent.stat().st_mode), stat.S_IMODE(place.stat().st_mode)) == (0o700, 0o600)


def test_asking_makes_no_file(folder: GitFolder) -> None:
    open_cache(folder).get([*ENTRIES])
    assert not file_of(folder).parent.exists()


def test_a_closed_cache_is_empty(folder: GitFolder) -> None:
    cache = open_cache(folder)
    cache.put(ENTRIES)
    cache.close()
    cache.put(ENTRIES)
    assert cache.get([*ENTRIES]) == {}


def file_of(folder: GitFolder) -> Path:
    return Path(folder.common, "lamina/cache.sqlite")
