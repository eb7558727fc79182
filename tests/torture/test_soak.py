"""G15: live configurations, and `lamina watch`, followed for long: 30 minutes in the long tier."""

from pathlib import Path

from torture.conftest import Torture
from torture.soak import MOST, soak


def test_neither_memory_nor_open_files_grow(tortured: Torture) -> None:
    (row,) = tortured("soak", short=6, long=1800)
    assert min(row.facts[name] for name in ("changed", "spoilt", "handled")) > 0


def test_neither_does_what_lamina_watch_takes(tortured: Torture) -> None:
    (row,) = tortured("served", short=6, long=1800)
    assert min(row.facts[name] for name in ("changed", "spoilt", "handled", "rude clients")) > 0


def test_a_program_that_leaks_is_found_out(tmp_path: Path) -> None:
    (row,) = soak(tmp_path, 3, how="leaking")
    assert {bad.split(" grew ")[0] for bad in row.bad} == MOST.keys()
