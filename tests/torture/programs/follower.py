"""A program that follows live configurations for long: `python -m torture.programs.follower HOW TREE BARE RENDERED MOUNTED`.

Each line that it reads says what must come to be, and it answers when that is so, or when it took too long. Meanwhile threads
read, and hold that no configuration is of two parts, is wrong, or goes back. HOW is `leaking` or `sound`.
"""

import gc
import json
import logging
import os
import sys
import threading
import time
from pathlib import Path

import lamina
from lamina.project.live.live import Live
from lamina.project.live.outcomes import Outcome

_PATIENCE = 60.0
_PAGE = os.sysconf("SC_PAGE_SIZE")
_kept: list[object] = []


def leak() -> None:
    """Lose some of each: memory, objects, a descriptor, a thread."""
    _kept.append(os.urandom(2**18))
    _kept.extend([] for _ in range(1000))
    os.open(os.devnull, os.O_RDONLY)
    threading.Thread(target=threading.Event().wait, daemon=True).start()


class Reader(threading.Thread):
    """Reads one configuration all the time."""

    def __init__(self, live: Live) -> None:
        super().__init__(daemon=True)
        self.live = live
        self.reads = 0
        self.bad: list[str] = []

    def run(self) -> None:
        generation = 0
        while len(self.bad) < 10:
            current = self.live.current
            number, other = current["app"]["n"], current["web"]["from"]
            if number != other or type(number) is not int:
                self.bad.append(f"generation {current.generation} is of two: {number} and {other}")
            if current.generation < generation:
                self.bad.append(f"generation {current.generation} after {generation}")
            generation = current.generation
            self.reads += 1
            time.sleep(0.001)


def main(how: str, work: str, bare: str, rendered: str, mounted: str) -> None:
    logging.getLogger("lamina.live").addHandler(logging.NullHandler())  # there is a warning for each refusal
    lives = [
        lamina.live(work, "prod"),
        lamina.live(bare, "prod", at="main"),
        lamina.live(rendered, "prod"),
        lamina.live(mounted, "prod"),
    ]
    told = [0]

    def count(outcome: Outcome) -> None:
        told[0] += 1
        if how == "leaking":
            leak()

    readers = [Reader(live) for live in lives]
    for live, reader in zip(lives, readers, strict=True):
        live.on_outcome(count)
        live.on_change("app:n", lambda change: None)
        reader.start()
    for line in sys.stdin:
        asked = json.loads(line)
        answer: dict[str, object] = {}
        if "numbers" in asked:
            answer["late"] = _late(lives, asked["numbers"], asked["sound"])
        if asked.get("figures"):
            answer |= _figures() | {"outcomes": told[0], "reads": sum(reader.reads for reader in readers)}
        answer["bad"] = [one for reader in readers for one in reader.bad]
        answer["bad"] += [f"{live.status().source} failed in a callback" for live in lives if _failed(live)]
        print(json.dumps(answer), flush=True)
    for live in lives:
        live.close()


def _late(lives: list[Live], numbers: list[int], sound: bool) -> list[str]:
    """What does not come to be: a number in force, and nothing refused; or refused, with the number still in force."""
    end = time.monotonic() + _PATIENCE
    late: list[str] = []
    for live, number in zip(lives, numbers, strict=True):
        while live.current["app"]["n"] != number or live.status().healthy is not sound:
            if time.monotonic() > end:
                late.append(f"{number}, {'sound' if sound else 'refused'}, but {live.current!r}: {live.status()}")
                break
            time.sleep(0.001)
    return late


def _failed(live: Live) -> bool:
    status = live.status()
    return status.callback_failures > 0 or (status.refused is not None and "a bug" in status.refused.reason)


def _figures() -> dict[str, int]:
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return {
        "kilobytes": pages * _PAGE // 1024,
        "descriptors": len(os.listdir("/proc/self/fd")),
        "threads": threading.active_count(),
        "objects": len(gc.get_objects()),
    }


if __name__ == "__main__":
    main(*sys.argv[1:])
