"""What readers see while it changes: the old or the new, never a mix."""

import threading
from pathlib import Path

from conftest import Counted
from living import replaced, until, written

import lamina
from lamina.project.live.live import Live

READERS, READS = 4, 1_000_000


def test_reads_by_four_threads_are_never_torn(tmp_path: Path, counted: Counted) -> None:
    root = written(tmp_path / "repository")
    torn, backwards = list[object](), list[object]()
    with lamina.live(root, "prod") as live:
        threads = [threading.Thread(target=_read, args=(live, torn, backwards)) for _ in range(READERS)]
        for thread in threads:
            thread.start()
        number = 1
        while any(thread.is_alive() for thread in threads):
            number += 1
            replaced(root / "environments/base/app.yaml", f"n: {number}\nlist: [{number}]\nmap: {{a: {number}}}\n")
            threads[0].join(0.005)
        until(lambda: live.current["app"]["n"] == number)
        assert live.generation > 2
    assert (torn, backwards) == ([], [])
    counted("F1", "a read by one of four threads: not torn", READS)


def _read(live: Live, torn: list[object], backwards: list[object]) -> None:
    last = 0
    for _ in range(READS // READERS):
        current = live.current
        app = current["app"]
        values = {app["n"], app.get("list", [app["n"]])[0], app["map"]["a"], current["web"]["from"]}
        if len(values) > 1:
            torn.append(values)
        if current.generation < last:
            backwards.append((last, current.generation))
        last = current.generation


def test_many_edits_in_a_second_end_in_the_last_one(tmp_path: Path) -> None:
    root = written(tmp_path / "repository")
    with lamina.live(root, "prod") as live:
        for number in range(1000):
            replaced(root / "environments/base/app.yaml", f"n: {number}\n")
        until(lambda: live.current["app"]["n"] == 999)
