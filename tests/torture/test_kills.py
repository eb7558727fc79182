"""G1: `kill -9` at any moment takes nothing that was acknowledged."""

from torture.conftest import Torture


def test_kill_9_takes_nothing_that_was_acknowledged(tortured: Torture) -> None:
    rows = tortured("kills", short=60, long=1000)
    assert all(row.facts["acknowledged"] > 0 for row in rows)
