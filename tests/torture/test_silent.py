"""G15: a real file system of FUSE, which need not tell what changes, and here has no times either: contents are compared."""

import json
import os
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from living import replaced, until, written
from world.watching.watched import LONG

import lamina
from lamina.world.watching import places_of_worktree, watching
from torture.power import NoPower, mounted
from torture.tally import TORTURED, Row

BASE = "environments/base/app.yaml"
SAYS = " lies on fuse"


def test_a_file_system_without_events_is_polled_and_said(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    row = Row("G15", "changes on a file system of FUSE, which is polled", 4)
    written(tmp_path / "repository")
    try:
        with mounted(tmp_path / "disks") as disks:
            load = {"trial": "repository", "from": str(tmp_path / "repository")}
            os.setxattr(disks, "user.load", json.dumps(load).encode())
            _follows(disks / "repository", row)
    except NoPower as why:
        row.skip(str(why), row.asked)
    record_property(TORTURED, row.text)
    assert row.done or row.skipped


def _follows(root: Path, row: Row) -> None:
    with closing(watching(places_of_worktree(root))) as watch:
        assert SAYS in watch.how
        before = (root / BASE).stat()
        (root / BASE).write_text((root / BASE).read_text().replace("n: 1", "n: 2"))
        after = (root / BASE).stat()
        assert before == after  # nothing but what is in it tells
        assert watch.wait(LONG)
        row.done += 1
    with lamina.live(root, "prod") as live:
        assert live.status().watched.startswith("polling every 0.5 s, since ")
        assert SAYS in live.status().watched
        for number in (3, 4, 5):
            replaced(root / BASE, f"n: {number}\n")
            until(lambda number=number: live.current["app"]["n"] == number)  # type: ignore[misc]
            row.done += 1
