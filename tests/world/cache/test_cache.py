"""The cache gives back what was put into it, or nothing; it keeps within its size, and drops what is used least."""

import sqlite3
import stat
from contextlib import closing
from pathlib import Path

from world.cache.caches import demand_sound, entries, file_of, filled

from lamina.words.git_folder import GitFolder
from lamina.world.cache import MOST_BYTES, Info, clear, info, open_cache

ENTRIES = entries(700)
MANY = entries(1500, "many")
SMALL = 2**20


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


def test_a_value_is_replaced_and_may_be_empty(folder: GitFolder) -> None:
    cache = open_cache(folder)
    cache.put(ENTRIES)
    new = dict.fromkeys(ENTRIES, b"")
    cache.put(new)
    assert cache.get([*ENTRIES]) == new
    assert info(folder).entries == len(ENTRIES)


def test_keys_that_begin_alike_are_told_apart(folder: GitFolder) -> None:
    cache = open_cache(folder)
    cache.put({b"the same 1": b"1"})
    assert cache.get([b"the same 2"]) == {}
    assert cache.get([b"the same 1", b"the same 2"]).items() <= {(b"the same 1", b"1")}
    cache.put({b"the same 2": b"2"})
    assert cache.get([b"the same 2"]) == {b"the same 2": b"2"}


def test_only_the_user_may_read_it(folder: GitFolder) -> None:
    place = filled(folder, ENTRIES)
    assert (stat.S_IMODE(place.parent.stat().st_mode), stat.S_IMODE(place.stat().st_mode)) == (0o700, 0o600)


def test_asking_makes_no_file(folder: GitFolder) -> None:
    cache = open_cache(folder)
    cache.get([*ENTRIES])
    cache.put({})
    cache.close()
    assert not file_of(folder).parent.exists()


def test_a_closed_cache_is_empty(folder: GitFolder) -> None:
    cache = open_cache(folder)
    cache.put(ENTRIES)
    cache.close()
    cache.put(ENTRIES)
    assert cache.get([*ENTRIES]) == {}


def test_it_never_grows_larger_than_it_may(folder: GitFolder) -> None:
    cache = open_cache(folder, most_bytes=SMALL)
    for turn in range(20):
        held = entries(100, f"{turn} ")
        cache.put(held)
        assert cache.get([*held]) == held
        assert file_of(folder).stat().st_size <= SMALL


def test_of_more_than_half_of_its_size_it_keeps_the_first(folder: GitFolder) -> None:
    cache = open_cache(folder, most_bytes=SMALL)
    cache.put(MANY)
    found = cache.get([*MANY])
    assert found == dict(list(MANY.items())[: len(found)])
    assert SMALL / 5 < sum(map(len, found.values())) < SMALL / 4


def test_what_was_used_longest_ago_goes_first(folder: GitFolder) -> None:
    file = filled(folder, entries(100, "unused "))
    filled(folder, entries(100, "used "))
    a_day_later(file)
    cache = open_cache(folder, most_bytes=SMALL)
    turn = 0
    while len(days(file)) > 1 or turn == 0:
        assert cache.get([*entries(100, "used ")]) == entries(100, "used ")
        cache.put(entries(40, f"{turn} "))
        turn += 1
    assert cache.get([*entries(100, "unused ")]) == {}
    assert cache.get([*entries(100, "used ")]) != {}


def test_use_is_noted_also_where_nothing_is_put(folder: GitFolder) -> None:
    file = filled(folder, ENTRIES)
    a_day_later(file)
    used = list(ENTRIES)[:600]
    cache = open_cache(folder)
    cache.get(used)
    cache.close()
    assert days(file) == [100, 600]


def test_an_idle_look_writes_nothing(folder: GitFolder) -> None:
    before = filled(folder, ENTRIES).stat()
    cache = open_cache(folder)
    cache.get([*ENTRIES])
    cache.close()
    assert file_of(folder).stat() == before


def test_info_tells_what_there_is(folder: GitFolder) -> None:
    path = str(file_of(folder))
    assert info(folder) == Info(path, 0, 0, MOST_BYTES)
    size = filled(folder, ENTRIES).stat().st_size
    assert info(folder) == Info(path, size, len(ENTRIES), MOST_BYTES)


def test_clear_removes_it_and_tells_how_much_that_was(folder: GitFolder) -> None:
    file = filled(folder, ENTRIES)
    size = file.stat().st_size
    assert clear(folder) == size
    assert not file.exists()
    assert clear(folder) == 0


def test_who_has_it_open_while_it_is_cleared_goes_on_with_a_new_one(folder: GitFolder) -> None:
    cache = open_cache(folder)
    cache.put(ENTRIES)
    clear(folder)
    demand_sound(cache, ENTRIES)
    cache.put(ENTRIES)
    assert cache.get([*ENTRIES]) == open_cache(folder).get([*ENTRIES]) == ENTRIES


def test_a_folder_that_goes_takes_nothing_with_it(folder: GitFolder) -> None:
    filled(folder, ENTRIES)
    cache = open_cache(folder)
    cache.get([*ENTRIES])
    for one in (file_of(folder), file_of(folder).parent):
        one.rename(f"{one}.gone")
    demand_sound(cache, ENTRIES)
    cache.put(MANY)
    assert open_cache(folder).get([*MANY]) == MANY


def days(file: Path) -> list[int]:
    """How many entries were used last on each day, the oldest first."""
    with closing(sqlite3.connect(file)) as database:
        return [count for (count,) in database.execute("SELECT count(*) FROM entry GROUP BY day ORDER BY day")]


def a_day_later(file: Path) -> None:
    """Have all entries used a day earlier."""
    with closing(sqlite3.connect(file)) as database:
        database.execute("UPDATE entry SET day = day - 1")
        database.commit()
