"""Policies of run state, from a document: what is taken, what is refused and how it is named, what a change changes."""

from math import inf, nan
from typing import Any

import pytest

from lamina.thought.upkeep.settings import (
    BadStateSettings,
    CheckpointSettings,
    CleanupSettings,
    PersistenceSettings,
    StateSettings,
    StorageSettings,
    difference,
    digest,
    state_settings,
)

HERE = "/srv/state.sqlite"


def document(**sections: dict[str, Any]) -> dict[str, Any]:
    kept = {"location": HERE, **sections.pop("persistence", {})}
    return {"persistence": kept, **sections}


def test_what_is_not_said_is_the_schemas_default() -> None:
    assert state_settings(document()) == StateSettings(PersistenceSettings(location=HERE))


def test_other_sections_are_not_looked_at() -> None:
    assert state_settings({**document(), "database": 7, "rag": None}) == state_settings(document())


def test_how_artifacts_are_packed_is_left_to_those_who_pack() -> None:
    assert state_settings(document(artifacts={"compression": {"level": 9}})) == state_settings(document())


def test_what_is_said_is_taken() -> None:
    said = document(
        persistence={"format": "json", "location": "/srv/state/", "events": {"sync": "group", "segment_size_mib": 64}},
        checkpoint={"mode": "every_n_steps", "n": 5},
        cleanup={"schedule": "15 2 * * *", "keep_latest": 200},
        artifacts={"checksum": "sha512", "storage": {"kind": "local", "path": "/srv/artifacts/"}},
    )
    settings = state_settings(said)
    assert settings.persistence.format == "json"
    assert settings.persistence.events.sync == "group"
    assert settings.persistence.events.segment_size_mib == 64
    assert settings.checkpoint == CheckpointSettings("every_n_steps", 5)
    assert settings.cleanup == CleanupSettings(schedule="15 2 * * *", keep_latest=200)
    assert settings.artifacts.storage == StorageSettings("local", "/srv/artifacts/")


def test_no_place_is_needed_where_nothing_is_kept() -> None:
    assert state_settings({"persistence": {"enabled": False}}).persistence.location is None


EVENTS = "persistence.events"
WRONG: dict[str, tuple[dict[str, Any], str, object]] = {
    "an unknown key": ({"cleanup": {"keep_lates": 3}}, "cleanup.keep_lates", 3),
    "an unknown key deeper": (document(persistence={"events": {"fsync": True}}), f"{EVENTS}.fsync", True),
    "a format that nobody knows": (document(persistence={"format": "nonsense"}), "persistence.format", "nonsense"),
    "a mode that nobody knows": (document(checkpoint={"mode": "bogus"}), "checkpoint.mode", "bogus"),
    "a negative number": (document(cleanup={"retention_days": -1}), "cleanup.retention_days", -1),
    "nothing at all": (document(cleanup={"keep_latest": 0}), "cleanup.keep_latest", 0),
    "a boolean for a number": (document(cleanup={"retention_days": True}), "cleanup.retention_days", True),
    "a number for a boolean": (document(cleanup={"enabled": 1}), "cleanup.enabled", 1),
    "a text for a boolean": (document(cleanup={"on_startup": "no"}), "cleanup.on_startup", "no"),
    "a day of no month": (document(cleanup={"schedule": "0 0 31 2 *"}), "cleanup.schedule", "0 0 31 2 *"),
    "infinity": (document(cleanup={"max_size_mib": inf}), "cleanup.max_size_mib", inf),
    "half a day": (document(cleanup={"retention_days": 0.5}), "cleanup.retention_days", 0.5),
    "null": (document(cleanup={"schedule": None}), "cleanup.schedule", None),
    "a list for a section": (document() | {"checkpoint": []}, "checkpoint", []),
    "n in another mode": (document(checkpoint={"mode": "on_gates", "n": 3}), "checkpoint.n", 3),
    "no n": (document(checkpoint={"mode": "every_n_steps"}), "checkpoint.n", None),
    "an interval in another mode": (document(checkpoint={"interval_seconds": 60}), "checkpoint.interval_seconds", 60),
    "no interval": (document(checkpoint={"mode": "time_based"}), "checkpoint.interval_seconds", None),
    "late syncs for strict durability": (
        document(persistence={"events": {"sync": "never"}}),
        f"{EVENTS}.sync",
        "never",
    ),
    "an interval without interval": (
        document(persistence={"events": {"interval_milliseconds": 50}}),
        f"{EVENTS}.interval_milliseconds",
        50,
    ),
    "a database for json": (document(persistence={"format": "json"}), "persistence.location", HERE),
    "a folder for sqlite": (document(persistence={"location": "/srv/x/"}), "persistence.location", "/srv/x/"),
    "a place out of the folder": (
        document(persistence={"location": "/srv/../etc/x.sqlite"}),
        "persistence.location",
        "/srv/../etc/x.sqlite",
    ),
    "no place": ({"persistence": {}}, "persistence.location", None),
    "no persistence": ({}, "persistence.location", None),
    "a store of no kind": (document(artifacts={"storage": {"path": "/a/"}}), "artifacts.storage.kind", None),
    "a bucket in a folder": (
        document(artifacts={"storage": {"kind": "local", "path": "/a/", "bucket": "abc"}}),
        "artifacts.storage.bucket",
        "abc",
    ),
    "a bucket without a region": (
        document(artifacts={"storage": {"kind": "s3", "bucket": "abc"}}),
        "artifacts.storage.region",
        None,
    ),
}


@pytest.mark.parametrize(("said", "path", "value"), WRONG.values(), ids=WRONG)
def test_p6_what_is_wrong_is_named_by_path_and_value(said: dict[str, Any], path: str, value: object) -> None:
    with pytest.raises(BadStateSettings) as caught:
        state_settings(said)
    assert (caught.value.path, caught.value.value) == (path, value)
    assert caught.value.message.startswith(path)


def test_p6_nan_is_no_number() -> None:
    with pytest.raises(BadStateSettings, match=r"cleanup\.retention_days = nan: has to be a whole number"):
        state_settings(document(cleanup={"retention_days": nan}))


def test_a_message_obeys_nobody() -> None:
    with pytest.raises(BadStateSettings) as caught:
        state_settings(document(cleanup={"\x1b[2J": "\x1b[2J"}))
    assert "\x1b" not in caught.value.message


def test_the_key_that_was_meant_is_named() -> None:
    with pytest.raises(BadStateSettings) as caught:
        state_settings(document(cleanup={"retention_day": 3}))
    assert caught.value.hint == "did you mean retention_days?"


def test_tapps_8_no_policy_is_replaced_by_a_default_because_it_is_wrong() -> None:
    """There `format: nonsense` and `mode: bogus` were taken, and a broken file silently became the defaults."""
    for section, said in {"persistence": {"format": "nonsense"}, "checkpoint": {"mode": "bogus"}}.items():
        with pytest.raises(BadStateSettings):
            state_settings(document(**{section: said}))


def test_equal_policies_have_equal_digests() -> None:
    said = document(cleanup={"keep_latest": 3, "retention_days": 9})
    turned = document(cleanup={"retention_days": 9.0, "keep_latest": 3})
    assert digest(state_settings(said)) == digest(state_settings(turned))
    assert digest(state_settings(said)) != digest(state_settings(document()))


def test_a_difference_says_what_changes() -> None:
    old, new = state_settings(document()), state_settings(document(cleanup={"keep_latest": 3}))
    assert [(one.path, one.before, one.after) for one in difference(old, new).changes] == [
        ("cleanup.keep_latest", 10, 3)
    ]
    assert difference(old, new).moving == ()
    assert difference(old, old).changes == ()


MOVES: dict[str, dict[str, Any]] = {
    "another place": {"location": "/srv/other.sqlite"},
    "another form": {"format": "json", "location": "/srv/state/"},
    "no state any more": {"enabled": False},
    "no log any more": {"events": {"enabled": False}},
}


@pytest.mark.parametrize("kept", MOVES.values(), ids=MOVES)
def test_a_difference_tells_when_the_storage_moves(kept: dict[str, Any]) -> None:
    moved = difference(state_settings(document()), state_settings(document(persistence=kept)))
    assert moved.moving == moved.changes != ()
