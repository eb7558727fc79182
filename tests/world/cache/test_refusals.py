"""A place that is not this user's alone, that may not be written, or that is full: nothing is found or kept there."""

import os
import resource
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
from world.cache.caches import demand_sound, ended, entries, file_of, filled, forked
from world.unprivileged import bound

from lamina.words.git_folder import GitFolder
from lamina.world.cache import CannotClear, clear, info, open_cache

ENTRIES = entries(300)
MORE = entries(400, "more ")


def link(path: Path) -> None:
    path.rename(path.with_name("elsewhere"))
    path.symlink_to(path.with_name("elsewhere"))


OPEN: dict[str, Callable[[Path], None]] = {
    "others may read the file": lambda file: file.chmod(0o644),
    "the group may write the file": lambda file: file.chmod(0o660),
    "others may enter the folder": lambda file: file.parent.chmod(0o755),
    "others may write above": lambda file: file.parent.parent.chmod(0o777),
    "the file is a link": link,
    "the folder is a link": lambda file: link(file.parent),
    "the file has another name": lambda file: os.link(file, file.with_name("other")),
    "the file is a folder": lambda file: (file.unlink(), file.mkdir())[1],
    "the file is a pipe": lambda file: (file.unlink(), os.mkfifo(file, 0o600))[1],
}


@pytest.mark.parametrize("change", OPEN.values(), ids=OPEN)
def test_what_others_could_have_written_is_not_used(change: Callable[[Path], None], folder: GitFolder) -> None:
    change(filled(folder, ENTRIES))
    cache = open_cache(folder)
    assert cache.get([*ENTRIES]) == {}
    cache.put(MORE)
    assert cache.get([*MORE]) == {}
    assert info(folder).unused is not None


def test_a_cache_of_another_user_is_not_used(folder: GitFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    file = filled(folder, ENTRIES)
    before = file.read_bytes()
    monkeypatch.setattr(os, "geteuid", lambda: file.stat().st_uid + 1)
    cache = open_cache(folder)
    assert cache.get([*ENTRIES]) == {}
    cache.put(MORE)
    assert cache.get([*MORE]) == {}
    assert file.read_bytes() == before
    assert info(folder).unused == "it could have been written by somebody else"
    with pytest.raises(CannotClear):
        clear(folder)


def test_a_cache_that_may_only_be_read_is_read(folder: GitFolder) -> None:
    file = filled(folder, ENTRIES)
    file.chmod(0o400)
    file.parent.chmod(0o500)

    def use() -> int:
        cache = open_cache(folder)
        cache.put(MORE)
        return 0 if cache.get([*ENTRIES, *MORE]) == ENTRIES else 1

    assert bound(use) == 0


def test_a_git_folder_that_may_not_be_written_has_none(folder: GitFolder) -> None:
    Path(folder.common).chmod(0o500)

    def use() -> int:
        cache = open_cache(folder)
        cache.put(MORE)
        return 0 if cache.get([*MORE]) == {} else 1

    try:
        assert bound(use) == 0
        assert not file_of(folder).parent.exists()
    finally:
        Path(folder.common).chmod(0o700)


def test_a_cache_that_may_not_be_removed_is_told(folder: GitFolder) -> None:
    filled(folder, ENTRIES).parent.chmod(0o500)

    def use() -> int:
        with pytest.raises(CannotClear, match="Permission denied"):
            clear(folder)
        return 0

    assert bound(use) == 0
    file_of(folder).parent.chmod(0o700)


def test_on_a_full_disk_what_is_there_stays_and_no_more_is_kept(folder: GitFolder) -> None:
    file = filled(folder, ENTRIES)
    size = file.stat().st_size
    kept = set()
    # No file may grow beyond this: not the journal, not the cache, or not by all that is put.
    for most in (0, 100, 5000, 20_000, size, size + 8192, size + 100_000, size * 20):

        def use(most: int = most) -> None:
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (most, resource.RLIM_INFINITY))
            cache = open_cache(folder)
            cache.put(MORE)
            demand_sound(cache, ENTRIES | MORE)
            cache.close()

        assert ended(forked(use)) == 0
        cache = open_cache(folder)
        assert cache.get([*ENTRIES]) == ENTRIES
        kept.add(demand_sound(cache, MORE))
    assert kept == {0, len(MORE)}


def test_on_a_full_disk_none_is_begun(folder: GitFolder) -> None:
    def use() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (100, resource.RLIM_INFINITY))
        cache = open_cache(folder)
        for _ in range(5):
            cache.put(MORE)
            assert cache.get([*MORE]) == {}

    assert ended(forked(use)) == 0
    filled(folder, MORE)
