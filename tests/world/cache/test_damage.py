"""A cache that is damaged, of another version, cut off, or no cache at all is as good as none, and is made anew.

LAMINA_TORTURE=1 flips more bits.
"""

import os
import random
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from conftest import Counted
from world.cache.caches import demand_sound, entries, file_of, filled

from lamina.words.git_folder import GitFolder
from lamina.world.cache import info, open_cache

ENTRIES = entries(150)
FLIPS = 4000 if os.environ.get("LAMINA_TORTURE") else 80
NO_CACHES = {
    "text": b"this is no database\n" * 1000,
    "one byte": b"S",
    "zeros": bytes(20_000),
    "a head alone": b"SQLite format 3\0",
    "a head and zeros": b"SQLite format 3\0" + bytes(20_000),
}
OTHERS = {
    "a newer version": "PRAGMA user_version = 1000",
    "an older version": "PRAGMA user_version = 0",
    "no table": "DROP TABLE held",
    "other columns": "ALTER TABLE entry RENAME COLUMN day TO week",
    "values that are no bytes": "UPDATE held SET value = 'text'",
    "values that are nothing": "CREATE TABLE h (place, value); INSERT INTO h SELECT place, NULL FROM held;"
    " DROP TABLE held; ALTER TABLE h RENAME TO held",
    "places of others": "UPDATE entry SET place = (SELECT max(place) FROM entry) + 1 - place",
    "values of others": "UPDATE held SET value = (SELECT value FROM held WHERE place = 1)",
    "shorter values": "UPDATE held SET value = substr(value, 1, length(value) - 1)",
    "a view in place of the table": "ALTER TABLE held RENAME TO h; CREATE VIEW held AS SELECT * FROM h",
}


def test_it_mends_itself(folder: GitFolder) -> None:
    demand_healing(folder)


@pytest.mark.parametrize("data", NO_CACHES.values(), ids=NO_CACHES)
def test_a_file_that_is_no_cache_is_made_anew(data: bytes, folder: GitFolder) -> None:
    filled(folder, ENTRIES).write_bytes(data)
    demand_healing(folder, expected=0)


@pytest.mark.parametrize("change", OTHERS.values(), ids=OTHERS)
def test_a_cache_of_another_making_gives_nothing_that_is_wrong(change: str, folder: GitFolder) -> None:
    with closing(sqlite3.connect(filled(folder, ENTRIES))) as database:
        database.executescript(change)
    demand_healing(folder)


@pytest.mark.parametrize(("at", "bits"), [(18, 4), (19, 4), (24, 1), (44, 7), (56, 3), (60, 1)])
def test_a_head_that_says_something_else(at: int, bits: int, folder: GitFolder) -> None:
    file = filled(folder, ENTRIES)
    data = bytearray(file.read_bytes())
    data[at] ^= bits
    file.write_bytes(data)
    demand_healing(folder)


def test_names_in_it_that_are_no_text(folder: GitFolder) -> None:
    file = filled(folder, ENTRIES)
    file.write_bytes(file.read_bytes().replace(b"TABLE held", b"TAB\xe5E held"))
    assert info(folder).unused is not None
    demand_healing(folder, expected=0)


def test_info_tells_of_another_version_and_of_damage(folder: GitFolder) -> None:
    file = filled(folder, ENTRIES)
    with closing(sqlite3.connect(file)) as database:
        database.execute("PRAGMA user_version = 1000")
    assert info(folder).unused == "the file is of another version"
    file.write_bytes(NO_CACHES["text"])
    assert info(folder).unused == "file is not a database"


@pytest.mark.parametrize("part", [0.0, 0.01, 0.3, 0.5, 0.9, 0.999])
def test_a_cache_that_is_cut_off_is_made_anew(part: float, folder: GitFolder) -> None:
    file = filled(folder, ENTRIES)
    os.truncate(file, int(file.stat().st_size * part))
    demand_healing(folder)


def test_a_cache_that_is_cut_off_while_it_is_open_gives_nothing_that_is_wrong(folder: GitFolder) -> None:
    filled(folder, ENTRIES)
    cache = open_cache(folder)
    demand_sound(cache, ENTRIES)
    os.truncate(file_of(folder), 30_000)
    demand_sound(cache, ENTRIES)
    cache.close()
    demand_healing(folder)


def test_a_journal_of_another_file_gives_nothing_that_is_wrong(folder: GitFolder, tmp_path: Path) -> None:
    other = tmp_path / "other.sqlite"
    with closing(sqlite3.connect(other, isolation_level=None)) as database:
        database.executescript("PRAGMA page_size = 8192; CREATE TABLE t (x); INSERT INTO t VALUES (zeroblob(90000))")
        database.execute("PRAGMA cache_size = 1")
        database.execute("BEGIN")
        database.execute("UPDATE t SET x = randomblob(90000)")
        left = other.with_name("other.sqlite-journal").read_bytes()
    file = filled(folder, ENTRIES)
    file.with_name(file.name + "-journal").write_bytes(left)
    demand_healing(folder)


def test_bits_that_are_flipped_give_nothing_that_is_wrong(folder: GitFolder, counted: Counted) -> None:
    whole = filled(folder, ENTRIES).read_bytes()
    file, chance, lost = file_of(folder), random.Random(7), 0
    for _ in range(FLIPS):
        data = bytearray(whole)
        for _ in range(chance.choice((1, 1, 2, 40))):
            # The pages that say where the others lie are few: they get their share.
            at = chance.randrange(len(data)) if chance.random() < 0.5 else chance.randrange(3 * 8192)
            data[at] ^= 1 << chance.randrange(8)
        file.write_bytes(data)
        lost += demand_healing(folder) < len(ENTRIES)
    counted("G16", "bits of the cache flipped", FLIPS, FLIPS)
    assert lost > FLIPS // 10


def demand_healing(folder: GitFolder, expected: int | None = None) -> int:
    """How many entries were left; all are there again once they were put, at the second attempt at the latest."""
    cache = open_cache(folder)
    left = demand_sound(cache, ENTRIES)
    assert expected in (None, left)
    cache.put(ENTRIES)
    demand_sound(cache, ENTRIES)
    cache.close()
    again = open_cache(folder)
    demand_sound(again, ENTRIES)
    again.put(ENTRIES)
    again.put(ENTRIES)
    assert demand_sound(again, ENTRIES) == len(ENTRIES)
    again.close()
    return left
