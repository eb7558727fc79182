"""A store that lost something: what fsck says, and going on by the word of a person."""

import shutil
from pathlib import Path

import pytest
from runs import ticking

from lamina.changes.state.opening import opened
from lamina.changes.state.repairing import rebuilt, repaired
from lamina.changes.state.store import StateStore
from lamina.project.state.examining import examined
from lamina.project.state.opening import StatePlace, place_at
from lamina.thought.runs.failures import Untellable
from lamina.words.check import Check
from lamina.words.event import Draft
from lamina.world.log import CorruptLog, EventLog, LostEvents, read, segments


@pytest.fixture
def place(tmp_path: Path) -> StatePlace:
    """A store of one run with an artifact, a checkpoint and a finished step."""
    made = place_at(tmp_path / "state.sqlite")
    with open_store(made) as store:
        store.create_run("r", "feature")
        store.add_phase("r", "plan")
        store.move_run("r", "executing")
        store.move_phase("r", 1, "in_progress")
        step = store.start_step("r", 1, "draft")
        store.add_artifact("r", "plan.md", b"# plan\n", execution=step.id)
        store.end_step(step.id, "finished")
        store.checkpoint("r", {"page": 1})
    return made


def open_store(place: StatePlace) -> StateStore:
    return opened(place, ticking(), pytest.fail)


def segment(place: StatePlace) -> Path:
    assert place.home is not None
    return next(place.home.log.glob("0*.jsonl"))


def checks(place: StatePlace) -> dict[str, Check]:
    return {one.name: one for one in examined(place)}


def problems(place: StatePlace) -> dict[str, str]:
    return {one.name: one.message for one in examined(place) if one.state != "ok"}


def test_a_sound_store(place: StatePlace) -> None:
    assert problems(place) == {}
    assert checks(place)["records"].message == "just what the log says"
    assert checks(place)["contents"].message == "1 artifacts and 1 checkpoints are what their digests say"


def test_a_flipped_bit_in_the_log_is_told_and_ended_by_the_word_of_a_person(place: StatePlace) -> None:
    file = segment(place)
    lines = file.read_bytes().splitlines(keepends=True)
    at = next(number for number, line in enumerate(lines) if b"executing" in line)
    bad = lines[at].replace(b"executing", b"completed")
    file.write_bytes(b"".join([*lines[:at], bad, *lines[at + 1 :]]))
    assert f"event {at + 1}, at byte" in problems(place)["log"]
    with pytest.raises(CorruptLog):
        open_store(place)
    repair = repaired(place, "a bad disk, replaced", "ada", ticking(), pytest.fail)
    assert repair.events == at
    assert place.home is not None
    (aside,) = repair.aside
    assert (place.home.log / aside).read_bytes() == b"".join([bad, *lines[at + 1 :]])
    last = list(read(place.home.log))[-1]
    assert (last.type, last.data["reason"], last.data["by"]) == ("log.opened", "a bad disk, replaced", "ada")
    assert problems(place) == {}
    with open_store(place) as store:
        assert store.run("r").status == "planning"


def test_a_log_that_was_cut_is_told_and_gone_on_with_by_the_word_of_a_person(place: StatePlace) -> None:
    file = segment(place)
    file.write_bytes(b"".join(file.read_bytes().splitlines(keepends=True)[:-1]))
    assert "which the log does not have" in problems(place)["records"]
    with pytest.raises(LostEvents):
        open_store(place)
    repaired(place, "restored from an old copy", "ada", ticking(), pytest.fail)
    assert problems(place) == {}


@pytest.mark.parametrize("form", ["state.sqlite", "state"])
def test_records_of_what_the_log_does_not_have_are_set_aside(form: str, tmp_path: Path) -> None:
    place = place_at(tmp_path / form)
    with open_store(place) as store:
        store.create_run("r", "feature")
    assert place.home is not None
    shutil.rmtree(place.home.log)
    assert checks(place)["records"].state == "problem"
    assert "and the log is gone" in problems(place)["records"]
    repair = repaired(place, "somebody deleted the log", "ada", ticking(), pytest.fail)
    assert repair.records is not None
    kept = repair.records.read_bytes() if repair.records.is_file() else (repair.records / "r.json").read_bytes()
    assert b"feature" in kept
    assert list(read(place.home.log))[-1].data["records"] == repair.records.name
    assert problems(place) == {}
    again = repaired(place, "for good measure", "ada", ticking(), pytest.fail)
    assert again.records is None


def test_events_that_make_no_records_are_told(place: StatePlace) -> None:
    assert place.home is not None
    with EventLog.open(place.home.log, ticking(), store="x") as log:
        log.append([Draft("phase.transitioned", "r", {"phase": 1, "from": "pending", "status": "sometimes"})])
    assert (
        "(phase.transitioned) makes no records: 'sometimes' is not a valid PhaseStatus" in checks(place)["log"].message
    )
    with pytest.raises(Untellable):
        open_store(place)


def test_the_way_out_of_a_file_of_others_is_one(place: StatePlace) -> None:
    assert place.home is not None
    place.home.database.write_text("mine\n")
    assert checks(place)["records"].fix == "move it away: the log makes the records anew"
    place.home.database.rename(place.home.database.with_name("mine"))
    with open_store(place) as store:
        assert store.run("r").status == "executing"


def test_a_missing_segment_in_the_middle(tmp_path: Path) -> None:
    place = place_at(tmp_path / "state.sqlite")
    with open_store(place) as store:
        store.create_run("r", "feature")
    assert place.home is not None
    with EventLog.open(place.home.log, ticking(), store="x", segment_events=3) as log:
        for number in range(9):
            log.append([Draft("config.applied", None, {"new": str(number)})])
    found = segments(place.home.log)
    assert len(found) > 3
    found[1].path.unlink()
    assert "log" in problems(place)
    repair = repaired(place, "a file was deleted", "ada", ticking(), pytest.fail)
    assert len(repair.aside) == len(found) - 2
    assert problems(place) == {}
    with open_store(place) as store:
        store.move_run("r", "executing")


def test_records_that_cannot_be_read_are_made_anew(place: StatePlace) -> None:
    assert place.home is not None
    content = bytearray(place.home.database.read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)
    place.home.database.write_bytes(content)
    assert checks(place)["records"].state == "problem"
    assert rebuilt(place, ticking(), pytest.fail) > 5
    assert problems(place) == {}
    assert place.home.database.with_name("state.sqlite.damaged-1").exists()


def test_records_that_were_changed_by_hand_are_told(place: StatePlace) -> None:
    import apsw

    assert place.home is not None
    with apsw.Connection(str(place.home.database)) as database:
        database.execute("UPDATE run SET error = 'forged'")
    assert problems(place)["records"] == "other than the log says: runs"
    rebuilt(place, ticking(), pytest.fail)
    assert problems(place) == {}


def test_a_damaged_artifact_is_told(place: StatePlace) -> None:
    assert place.home is not None
    for one in place.home.blobs.glob("*/*"):
        if one.read_bytes() == b"# plan\n":
            one.write_bytes(b"# plen\n")
    assert problems(place)["contents"].startswith("gone or damaged: r.a")


def test_steps_of_the_dead_are_told(place: StatePlace) -> None:
    with open_store(place) as store:
        store.start_step("r", 1, "review")
        assert "steps" not in problems(place)
    assert problems(place)["steps"] == "left running by processes that are dead: r"
