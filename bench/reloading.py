"""How long a change takes to reach a program that reads, and what it reads meanwhile.

Timed is from the rename of a file to the new value in a reader of the same process, parsed, merged and validated.
"""

import logging
import os
import random
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles

import lamina
from bench import agents
from lamina.project.live.live import Live

EDITS, READS, READERS, WRONG = 1000, 1_000_000, 4, 300
_BAD = ("steps: many", "stpes: 30", "steps: [", "steps: ${nothing:at.all}", "steps: -1", "steps: 30\n    steps: 31")


@dataclass(frozen=True, slots=True)
class Reloading:
    """Milliseconds of each edit; reads that saw two generations at once; bad configurations that got in."""

    milliseconds: Sequence[float]
    torn: int
    applied: int

    def percentile(self, percent: int) -> float:
        """So many of a hundred edits were there sooner."""
        return quantiles(self.milliseconds, n=100, method="inclusive")[percent - 1]


def measure(folder: Path) -> Reloading:
    """Edits one after the other, each of some file; then readers that never pause; then what is wrong."""
    root = agents.write(folder)
    with _quiet(), lamina.live(root, "prod") as live:
        taken = [_edited(live, root, number) for number in range(EDITS)]
        torn = _torn(live, root)
        live.reload()
        return Reloading(taken, torn, sum(_got_in(live, root, number) for number in range(WRONG)))


@contextmanager
def _quiet() -> Iterator[None]:
    """Without hundreds of lines about what is refused."""
    log = logging.getLogger("lamina.live")
    before = log.level
    log.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        log.setLevel(before)


def _replaced(root: Path, part: int, steps: str) -> None:
    text = agents.layer(part).replace("steps: 30", steps)
    (root / "beside.yaml").write_text(text, encoding="utf-8")
    os.replace(root / "beside.yaml", root / f"environments/base/fleet/part-{part:02}.yaml")


def _edited(live: Live, root: Path, number: int) -> float:
    """Milliseconds until an edit is read."""
    part = random.Random(number).randrange(agents.FILES)
    document, name = f"fleet/part-{part:02}", f"agent-{part * agents.EACH + 7:04}"
    text = agents.layer(part).replace("steps: 30", f"steps: {1000 + number}")
    (root / "beside.yaml").write_text(text, encoding="utf-8")
    began = time.perf_counter()
    os.replace(root / "beside.yaml", root / f"environments/base/fleet/part-{part:02}.yaml")
    while live.current[document][name]["limits"]["steps"] != 1000 + number:
        time.sleep(0.0002)
    return (time.perf_counter() - began) * 1e3


def _torn(live: Live, root: Path) -> int:
    """How many of a million reads, by threads that do nothing else, found the agents of one file of two minds."""
    torn = [0] * READERS
    reading = threading.Event()

    def read(reader: int) -> None:
        for _ in range(READS // READERS):
            found = live.current["fleet/part-00"]
            torn[reader] += found["agent-0000"]["limits"]["steps"] != found["agent-0019"]["limits"]["steps"]

    threads = [threading.Thread(target=read, args=(reader,)) for reader in range(READERS)]
    for thread in threads:
        thread.start()
    number = 0
    while any(thread.is_alive() for thread in threads):
        number += 1
        _replaced(root, 0, f"steps: {5000 + number}")
        reading.wait(0.01)
    return sum(torn)


def _got_in(live: Live, root: Path, number: int) -> bool:
    """Whether something wrong was applied."""
    part, before = random.Random(number).randrange(agents.FILES), live.current
    _replaced(root, part, _BAD[number % len(_BAD)])
    refused = live.reload().verdict == "refused" and live.current is before
    _replaced(root, part, "steps: 30")
    live.reload()
    return not refused
