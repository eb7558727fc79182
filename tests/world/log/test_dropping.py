"""Retention on the log's files: what has to last before its beginning goes."""

import os
from pathlib import Path

import pytest
from world.log.logs import Opener, drafts

from lamina.world.log import Sync, drop_before, force, segments


def test_what_was_written_is_forced_to_the_disk_whatever_the_way_of_syncing(
    folder: Path, opened: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = opened(sync=Sync.NEVER, segment_events=5)
    for number in range(12):
        log.append(drafts(1, number))
    forced = []
    fsync = os.fsync
    monkeypatch.setattr(os, "fsync", lambda file: (forced.append(os.readlink(f"/proc/self/fd/{file}")), fsync(file)))
    force(folder)
    assert forced == [str(segments(folder)[-1].path)]


def test_where_there_is_no_log_there_is_nothing_to_do(tmp_path: Path) -> None:
    force(tmp_path / "none")
    assert drop_before(tmp_path / "none", 10) == ()
