"""Many processes at once, killed at any moment, forked in the middle: each finds what is sound, and nobody waits for long.

LAMINA_TORTURE=1 kills and forks more.
"""

import os
import random
import signal
import time
from threading import Thread

from conftest import Counted
from world.cache.caches import demand_sound, ended, entries, file_of, filled, forked

from lamina.words.git_folder import GitFolder
from lamina.world.cache import clear, info, open_cache
from lamina.world.cache.place import locked

ENTRIES = entries(600)
LONG = bool(os.environ.get("LAMINA_TORTURE"))
KILLS = 500 if LONG else 15
CROWD, TURNS = 6, (100 if LONG else 3)


def test_many_at_once(folder: GitFolder) -> None:
    children = [forked(lambda number=number: busy(folder, number)) for number in range(CROWD)]
    assert [ended(child) for child in children] == [0] * CROWD
    filled(folder, ENTRIES)
    assert info(folder).unused is None


def busy(folder: GitFolder, number: int) -> None:
    """Put and get parts of the entries, and clear the cache now and then."""
    chance = random.Random(number)
    for _ in range(TURNS):
        cache = open_cache(folder)
        for _ in range(5):
            some = dict(chance.sample(list(ENTRIES.items()), 200))
            cache.put(some)
            demand_sound(cache, ENTRIES)
        cache.close()
        if chance.random() < 0.1:
            clear(folder)


def test_killed_at_any_moment(folder: GitFolder, counted: Counted) -> None:
    chance = random.Random(3)
    begin = time.monotonic()
    filled(folder, entries(600, "first "))
    took = time.monotonic() - begin
    died = 0
    for turn in range(KILLS):
        held = entries(600, f"{turn} ")
        child = forked(lambda held=held: forever(folder, held))
        time.sleep(chance.random() * took * 2)
        os.kill(child, signal.SIGKILL)
        died += ended(child) == -signal.SIGKILL
        cache = open_cache(folder)
        demand_sound(cache, held)
        demand_sound(cache, ENTRIES)
        cache.put(ENTRIES)
        assert cache.get([*ENTRIES]) == ENTRIES
        cache.close()
        assert info(folder).unused is None
    counted("G16", "processes killed that were filling the cache", KILLS, died)
    assert died == KILLS


def forever(folder: GitFolder, held: dict[bytes, bytes]) -> None:
    while True:
        cache = open_cache(folder, most_bytes=2**22)
        cache.put(held)
        cache.put({key: value[::-1] for key, value in entries(300, "more ").items()})
        cache.close()


def test_a_child_finds_and_keeps_beside_its_parent(folder: GitFolder) -> None:
    cache = open_cache(folder)
    cache.put(ENTRIES)
    assert cache.get([*ENTRIES]) == ENTRIES
    theirs = entries(50, "child ")

    def use() -> None:
        assert cache.get([*ENTRIES]) == ENTRIES
        cache.put(theirs)
        cache.close()

    child = forked(use)
    ours = entries(50, "parent ")
    cache.put(ours)
    assert ended(child) == 0
    assert cache.get([*theirs, *ours]) == theirs | ours


def test_a_fork_in_the_middle_of_another_thread_s_work(folder: GitFolder) -> None:
    cache = open_cache(folder)
    stop = False

    def work() -> None:
        while not stop:
            cache.put(ENTRIES)
            demand_sound(cache, ENTRIES)

    thread = Thread(target=work)
    thread.start()
    try:
        children = []
        for turn in range(10):
            some = entries(20, f"{turn} ")

            def use(some: dict[bytes, bytes] = some) -> None:
                cache.put(some)
                demand_sound(cache, ENTRIES | some)

            children.append(forked(use))
        assert [ended(child) for child in children] == [0] * 10
    finally:
        stop = True
        thread.join()
    assert cache.get([*ENTRIES]) == ENTRIES


def test_one_who_is_stopped_in_the_middle_holds_nobody_up_for_long(folder: GitFolder) -> None:
    filled(folder, ENTRIES)
    read, write = os.pipe()

    def stay() -> None:
        with locked(file_of(folder).parent):
            os.write(write, b"x")
            time.sleep(60)

    child = forked(stay)
    os.read(read, 1)
    cache = open_cache(folder)
    cache.put(entries(10, "more "))
    assert cache.get([*ENTRIES]) == ENTRIES
    os.kill(child, signal.SIGKILL)
    ended(child)
    os.close(read)
    os.close(write)
