"""E10: each act of the store is an event of its own type, and people are told each in words."""

import json
import re
from pathlib import Path

import pytest
from runs import ticking

from lamina.changes.state.opening import opened
from lamina.changes.state.store import StateStore
from lamina.project.state.opening import place_at
from lamina.thought.timeline.sentences import SENTENCES, sentence
from lamina.thought.upkeep.settings import CheckpointSettings, StateSettings
from lamina.words.event import Event
from lamina.world.log import read

TOOLING = Path(__file__).parents[3] / "tooling/lamina"
DIGEST = "sha256:" + "0" * 64


def everything_once(store: StateStore, elsewhere: Path) -> None:
    """Every act that a program has, at least once."""
    store.create_run("r", "feature")
    store.update_run("r", pinned=True)
    store.add_phase("r", "plan", retries=1)
    store.update_phase("r", 1, name="planning")
    store.move_run("r", "executing")
    store.move_phase("r", 1, "in_progress")
    for step, end in (("a", "finished"), ("b", "failed"), ("c", "interrupted")):
        store.end_step(store.start_step("r", 1, step).id, end)
    store.skip_step("r", 1, "d")
    finding = store.record_finding("r", "high", "no tests")
    store.update_finding(finding.id, grade="low")
    store.resolve_finding(finding.id)
    store.add_artifact("r", "patch", b"+")
    store.update_artifact(store.record_artifact("r", "log", 7, DIGEST).id, format="text")
    store.answer_intervention(store.request_intervention("r", "approval", "go on?").id, "approved")
    store.gate("r", 1, "tests", passed=True)
    store.gate("r", 1, "review", passed=False)
    store.checkpoint("r", {"at": 1})
    store.checkpoint("r", {"at": 2})
    store.reject("it has errors")
    assert store.apply(place_at(elsewhere)).verdict == "deferred"
    store.take_over(json.loads(json.dumps(store.export("r")).replace('"r"', '"s"').replace('"r.', '"s.')))


def test_e10_each_act_is_an_event_of_its_type_and_is_told_in_words(tmp_path: Path) -> None:
    settings = StateSettings(checkpoint=CheckpointSettings(keep=1))
    with opened(place_at(tmp_path / "state", settings), ticking(), pytest.fail) as store:
        everything_once(store, tmp_path / "elsewhere")
        store.clean_up()
    events = list(read(tmp_path / "state/log"))
    # What else there is befalls a log, is done to old runs, or is said of the archive: other tests have these.
    others = {"log.opened", "log.repaired", "backup.restored", "log.rotated", "log.gap", "retention.dropped"}
    assert {event.type for event in events} == {
        one for one in SENTENCES if one not in others and not one.startswith("archive.")
    }
    told = [(event.type, sentence(event)) for event in events]
    assert [one for one in told if not one[1] or one[0] in one[1]] == []


def test_e10_every_type_that_is_written_anywhere_is_told_in_words() -> None:
    written = re.compile(r'Draft\(\s*"([a-z]+\.[a-z]+)"')
    found = {one for file in TOOLING.rglob("*.py") for one in written.findall(file.read_text("utf-8"))}
    assert "run.created" in found
    assert found - SENTENCES.keys() == set()


@pytest.mark.parametrize(
    ("type", "data", "words"),
    [
        (
            "log.opened",
            {"store": "prod-1", "by": "ann", "reason": "the disk was replaced", "aside": []},
            "log opened by ann, after what was found of it was not sound: the disk was replaced",
        ),
    ],
)
def test_e10_what_people_did_to_a_log_is_told_in_words(type: str, data: dict[str, object], words: str) -> None:
    assert sentence(Event(2, "2026-11-21T12:00:00.000000Z", type, None, data, "0" * 64, "1" * 64)) == words
