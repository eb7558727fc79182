"""G15: `lamina watch` for long: a folder that is swapped, a command that is run, and clients, polite and rude. What is sound is
passed on, what is wrong never is, and neither memory nor threads nor open files grow."""

import time
from collections import Counter, deque
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from random import Random
from threading import Thread

import yaml
from watching import Watcher, watched
from world.serving.clients import Following, asked, token_file

from lamina.world.serving import UnixPath
from torture.grounds import WorkTree
from torture.soak import LEAST, MEASURED, MOST, PATIENCE, grown, tell
from torture.tally import Row

_SPOILING, _HANDLING = 0.3, 0.2
# Findings of a megabyte are said, and served, as JSON; and each client that is served has a thread.
_MOST = MOST | {"kilobytes": (0.05, 12_288), "threads": (0, 2)}
_STALE = 3  # so many followers that never read, the oldest of which goes when another comes


class Soaked:
    """The process, seen from outside."""

    def __init__(self, watcher: Watcher, out: Path, address: UnixPath) -> None:
        self._process, self._out, self._address = watcher.process, out, address
        self._stale: deque[Following] = deque()
        self.said: Counter[str] = Counter()
        Thread(target=self._listen, args=(watcher,), daemon=True).start()

    def is_in_force(self, number: int) -> bool:
        """Whether a number is in the folder, is served, and all is well."""
        with suppress(OSError, yaml.YAMLError):
            written = yaml.safe_load((self._out / "app.yaml").read_text())["n"]
            served = yaml.safe_load(asked(self._address, "/current/app").data)["n"]
            return written == served == number and self._is_healthy(1)
        return False

    def is_refusing(self, number: int) -> bool:
        """Whether it refuses what there is, and goes on with a number."""
        return self._is_healthy(0) and yaml.safe_load(asked(self._address, "/current/app").data)["n"] == number

    def pester(self, row: Row) -> None:
        """Be the clients that a server fears."""
        wrong = {"Authorization": "Bearer wrong"}, {"Host": "evil.example"}, {"Origin": "https://evil.example"}
        for headers in wrong:
            if (status := asked(self._address, "/current", **headers).status) < 400:
                row.bad.append(f"{headers} is answered by {status}")
        self._stale.append(Following(self._address, room=4096))
        if len(self._stale) > _STALE:
            self._stale.popleft().close()
        row.count("rude clients", 1 + len(wrong))

    def figures(self) -> dict[str, int]:
        """What it takes."""
        folder = Path(f"/proc/{self._process.pid}")
        status = dict(line.split(":", 1) for line in (folder / "status").read_text().splitlines())
        return {
            "kilobytes": int(status["VmRSS"].split()[0]),
            "descriptors": len(list((folder / "fd").iterdir())),
            "threads": int(status["Threads"]),
            "outcomes": self.said.total(),
        }

    def _is_healthy(self, healthy: int) -> bool:
        return f"lamina_config_healthy {healthy}\n".encode() in asked(self._address, "/metrics").data

    def _listen(self, watcher: Watcher) -> None:
        with suppress(AssertionError):
            while True:
                self.said[watcher.next()["event"]] += 1


def served(folder: Path, asked: int, seed: int = 0) -> list[Row]:
    """Soak `lamina watch` for `asked` seconds."""
    row, chance = Row("G15", "seconds of lamina watch: changed, spoilt, pestered", asked), Random(seed)
    ground, address, out = WorkTree(folder / "work"), UnixPath(folder / "socket"), folder / "out"
    words = ("-o", str(out), "--serve", f"unix:{address.path}", "--token-file", str(token_file(folder)), "--", "true")
    figures: list[dict[str, int]] = []
    with watched(ground.path, "prod", *words) as watcher:
        watcher.next("began")
        soaked, number = Soaked(watcher, out, address), 1
        began = time.monotonic()
        while not row.bad and (time.monotonic() - began < asked or len(figures) < LEAST):
            number = _round(ground, soaked, number, chance, row)
            if row.facts["rounds"] % MEASURED == 0:
                figures.append(soaked.figures())
        if (status := watcher.ended()) != 0:
            row.bad.append(f"it ended with {status}: {watcher.errors[-1000:]}")
    row.done = asked
    row.bad = row.bad or grown(figures, _MOST)
    tell(row, figures)
    return [row]


def _round(ground: WorkTree, soaked: Soaked, number: int, chance: Random, row: Row) -> int:
    """Another number, and before it perhaps something wrong or rough; the number that is in force."""
    kind = chance.random()
    row.count("rounds")
    if kind < _SPOILING:
        wrong = ground.spoil(chance)
        _await(lambda: soaked.is_refusing(number), f"{wrong}: not refused, {number} kept", row)
        row.count("spoilt")
    elif kind < _SPOILING + _HANDLING:
        ground.handle(chance)
        row.count("handled")
    soaked.pester(row)
    number = ground.sound(row.facts["rounds"] + 1)
    _await(lambda: soaked.is_in_force(number), f"{number} is not in force", row)
    row.count("changed")
    return number


def _await(true: Callable[[], bool], what: str, row: Row) -> None:
    end = time.monotonic() + PATIENCE
    while not true():
        if time.monotonic() > end:
            row.bad.append(f"round {row.facts['rounds']}: {what}")
            return
        time.sleep(0.005)
