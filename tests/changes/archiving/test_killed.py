"""Restoring, killed before any act on the disk: there is a store, the old or the new, and what was there is never lost.

LAMINA_TORTURE=1 kills before each act, and not only before some.
"""

import os
from pathlib import Path

from archived import Keeper
from githistory import begun, committed
from killing import killed

from lamina.project.state.opening import held_state
from lamina.world import log

EVERY = 1 if os.environ.get("LAMINA_TORTURE") else 40


def test_a_restore_that_is_killed_leaves_a_store_and_keeps_the_old_one(tmp_path: Path, server: Path) -> None:
    keeper = Keeper(tmp_path / "kept/state.sqlite", server)
    root = begun(tmp_path / "work")
    schema, document = "schemas/orchestrator/v1.schema.yaml", "environments/prod/orchestrator.yaml"
    committed(root, {schema: "type: object\n", document: f"persistence: {{location: {keeper.location}}}\n"})
    keeper.work("r1")
    keeper.made()
    keeper.work("r2")
    newest = list(log.lines(keeper.home.log))
    number = kills = 0
    while killed(root, number, ["snapshot", "restore", "prod"]):
        kills += 1
        number += EVERY
        with held_state(keeper.place.state) as held:
            assert {run.id for run in held.reader.runs()} in ({"r1"}, {"r1", "r2"})
    assert kills > 3
    homes = [one for one in keeper.location.parent.iterdir() if (one / "log").is_dir()]
    # The one that had more was kept, whatever was killed after it was moved aside.
    assert newest in [list(log.lines(one / "log"))[: len(newest)] for one in homes]
    assert not (keeper.location.parent / "state.restoring").exists()
    print(f"a restore killed {kills} times")
    keeper.work("r3")
    assert keeper.made().runs == 1
    assert keeper.verify().faults == ()
