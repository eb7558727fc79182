"""Where an environment keeps its state, and what is kept there."""

from pathlib import Path

import pytest
from conftest import Builder
from runs import START

import lamina
from lamina.project.state.opening import NoStateKept, held_state, place_at, state_place
from lamina.words.event import Draft
from lamina.world.log import EventLog
from lamina.world.store.home import NoStore, establish

LAYER = """
persistence:
  location: /var/lib/x/state.sqlite
checkpoint:
  mode: on_gates
"""
SCHEMA = {"schemas/orchestrator/v1.schema.yaml": "type: object\n"}


def test_the_place_is_where_the_configuration_says(repository: Builder) -> None:
    root = repository(SCHEMA | {"environments/prod/orchestrator.yaml": LAYER})
    place = state_place(lamina.open(root), "prod")
    assert place.home is not None
    assert (place.home.database, place.home.folder) == (Path("/var/lib/x/state.sqlite"), Path("/var/lib/x/state"))
    assert place.settings.checkpoint.mode == "on_gates"
    assert place.digest is not None
    assert place.digest.startswith("sha256:")


def test_an_environment_that_keeps_no_state(repository: Builder) -> None:
    root = repository({"environments/prod/app.yaml": "a: 1\n"})
    with pytest.raises(NoStateKept, match="prod keeps no state: it has no document orchestrator"):
        state_place(lamina.open(root), "prod")
    root = repository(SCHEMA | {"environments/prod/orchestrator.yaml": "persistence: {enabled: false}\n"})
    with (
        pytest.raises(NoStateKept, match=r"persistence\.enabled is false"),
        held_state(state_place(lamina.open(root), "prod")),
    ):
        pass


def test_where_nothing_was_kept_yet(tmp_path: Path) -> None:
    with pytest.raises(NoStore), held_state(place_at(tmp_path / "state.sqlite")):
        pass
    assert list(tmp_path.iterdir()) == []


def test_the_log_alone_is_enough_to_read(tmp_path: Path) -> None:
    place = place_at(tmp_path / "state.sqlite")
    assert place.home is not None
    marker = establish(place.home, "2026-11-21T12:00:00.000000Z", "prod")
    with EventLog.open(place.home.log, lambda: START, store=marker.store) as log:
        log.append([Draft("run.created", "r", {"workflow": "feature"})])
    with held_state(place) as held:
        assert [one.id for one in held.reader.runs()] == ["r"]
        assert held.store == marker.store
        assert held.head.seq == 2
    assert not place.home.database.exists()
