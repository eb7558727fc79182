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


Recording = Callable[[str, object], None]


def test_a_file_system_without_events_is_polled_and_said(tmp_path: Path, record_property: Recording) -> None:
    row = Row("G15", "changes on a file system of FUSE, which is polled", 4)
    try:
        with mounted(tmp_path / "disks") as disks:
            _loaded(disks, written(tmp_path / "repository"))
            _follows(disks / "repository", row)
    except NoPower as why:
        row.skip(str(why), row.asked)
    record_property(TORTURED, row.text)
    assert row.done or row.skipped


def test_a_mount_that_comes_over_a_watched_folder_and_goes(tmp_path: Path, record_property: Recording) -> None:
    row = Row("G15", "a mount that comes and goes above a watched folder", 2)
    (tmp_path / "disks").mkdir()
    with closing(watching([tmp_path / "disks/repository"], sweep=0.1)) as watch:
        assert watch.how == "events"
        try:
            with mounted(tmp_path / "disks") as disks:
                _loaded(disks, written(tmp_path / "repository"))
                assert watch.wait(LONG)
                assert SAYS in watch.how
                row.done += 1
            assert watch.wait(LONG)
            assert watch.how == "events"
            row.done += 1
        except NoPower as why:
            row.skip(str(why), row.asked)
    record_property(TORTURED, row.text)
    assert row.done or row.skipped


def _loaded(disks: Path, folder: Path) -> None:
    os.setxattr(disks, "user.load", json.dumps({"trial": "repository", "from": str(folder)}).encode())


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
            until(lambda number=number: live.current["app"]["n"] == number)  # type: ignore[misc]  # mypy gives such a default no type
            row.done += 1
