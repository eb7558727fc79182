"""A run as a document: its shape, its schema, the way back, and what is said of a document that does not fit."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from thought.runs.drawn import whole
from thought.runs.test_applying import busy

from lamina.thought.runs.exporting import LISTS, BadExport, document, records_of, schema
from lamina.thought.runs.failures import NotFound
from lamina.words.runs import KINDS, Checkpoint, Phase, Record, Run

DIGEST = "sha256:" + "1" * 64
AT = "2026-11-21T12:00:{:02}.000000Z"


def of_run() -> list[Record]:
    state = busy().state
    return [one for kind in KINDS for one in state.of_run(kind, "r")]


def spoilt(spoil: Callable[[dict[str, Any]], object]) -> tuple[str, ...]:
    """What is said of the document of a run that was changed."""
    shape = json.loads(json.dumps(document(of_run())))
    spoil(shape)
    with pytest.raises(BadExport) as raised:
        records_of(shape)
    return raised.value.faults


def test_a_run_as_a_document() -> None:
    shape = json.loads(json.dumps(document(of_run())))
    assert list(shape) == ["v", "run", *LISTS]
    assert shape["run"] == {
        "id": "r", "workflow": "feature", "status": "executing", "created": AT.format(0), "updated": AT.format(4),
        "started": AT.format(4), "environment": "prod", "labels": {"team": "a b"}, "pinned": False, "version": 5,
    }  # fmt: skip
    assert shape["executions"] == [{
        "id": "r.e7", "run": "r", "phase": 2, "step": "draft", "status": "finished", "attempt": 1, "started": AT.format(6),
        "agent": "planner", "owner": "me", "ended": AT.format(9), "summary": "ok", "version": 10,
    }]  # fmt: skip
    assert [len(shape[many]) for many in LISTS] == [2, 1, 1, 1, 1, 1]


def test_one_phase_as_a_document() -> None:
    shape = document(of_run(), phase=2)
    assert (shape["phase"], [one["number"] for one in shape["phases"]], shape["checkpoints"]) == (2, [2], [])
    assert {len(shape[many]) for many in LISTS if many not in ("phases", "checkpoints")} == {1}
    assert {type(one) for one in records_of(shape)} == set(KINDS.values()) - {Checkpoint}
    assert len(document(of_run(), phase=1)["executions"]) == 0
    with pytest.raises(NotFound, match=r"no phase r\.3"):
        document(of_run(), phase=3)


@given(whole())
def test_s9_the_way_back_is_the_inverse(records: list[Record]) -> None:
    shape = json.loads(json.dumps(document(records)))
    assert records_of(shape) == records


@given(whole(), st.data())
def test_s9_every_document_fits_the_schema(records: list[Record], data: st.DataObject) -> None:
    phases = [one.number for one in records if isinstance(one, Phase)]
    validator = Draft202012Validator(schema())
    phase = data.draw(st.sampled_from([None, *phases]))
    assert not list(validator.iter_errors(json.loads(json.dumps(document(records, phase)))))


def test_the_schema_is_published() -> None:
    published = Path(__file__).parents[3] / "docs/run.schema.json"
    assert json.loads(published.read_text("utf-8")) == schema()


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(schema())
    assert json.loads(json.dumps(schema()))["$defs"]["run"]["properties"]["status"] == {
        "enum": ["planning", "executing", "paused", "completed", "failed", "aborted"]
    }


FAULTS: dict[str, tuple[Callable[[dict[str, Any]], object], str]] = {
    "another version": (lambda one: one.update(v=2), "v is 2, and this lamina knows 1 only"),
    "true for one": (lambda one: one.update(v=True), "v is True, and this lamina knows 1 only"),
    "a member more": (lambda one: one.update(fases=[]), "fases is not known; is phases meant?"),
    "no run": (lambda one: one.pop("run"), "run is missing"),
    "a list less": (lambda one: one.pop("phases"), "phases is missing"),
    "a map for a list": (lambda one: one.update(findings={}), "findings is no list"),
    "a text for a record": (lambda one: one.update(findings=["x"]), "findings[0] is no map"),
    "a field less": (lambda one: one["phases"][1].pop("name"), "phases[1].name is missing"),
    "a field more": (lambda one: one["run"].update(colour=1), "run.colour is not known"),
    "an odd field": (lambda one: one["run"].update({"a\nb": 1}), "run.'a\\nb' is not known"),
    "a status that is none": (
        lambda one: one["run"].update(status="done"),
        "run.status is 'done', none of planning, executing, paused, completed, failed, aborted",
    ),
    "null": (lambda one: one["run"].update(error=None), "run.error is None, no text"),
    "true for a number": (
        lambda one: one["artifacts"][0].update(size=True),
        "artifacts[0].size is True, no whole number from 0",
    ),
    "a float": (lambda one: one["artifacts"][0].update(size=3.0), "artifacts[0].size is 3.0, no whole number from 0"),
    "below zero": (lambda one: one["artifacts"][0].update(size=-1), "artifacts[0].size is -1, no whole number from 0"),
    "too large": (
        lambda one: one["artifacts"][0].update(size=1 << 63),
        "artifacts[0].size is 9223372036854775808, no whole number from 0",
    ),
    "a text for true": (lambda one: one["run"].update(pinned="yes"), "run.pinned is 'yes', neither true nor false"),
    "labels that are none": (lambda one: one["run"].update(labels={"a": 1}), "run.labels is no map of text to text"),
    "half a letter": (lambda one: one["run"].update(error="\ud800"), "run.error is '\\ud800', no text"),
    "a way out": (lambda one: one["run"].update(id="../x"), "run.id is '../x', no name"),
    "a line feed at the end": (lambda one: one["phases"][0].update(run="r\n"), "phases[0].run is 'r\\n', no name"),
    "no time": (
        lambda one: one["run"].update(created="2026-11-21T12:00:00+00:00Z"),
        "run.created is '2026-11-21T12:00:00+00:00Z', no time as in 2026-11-21T15:42:03.000000Z",
    ),
    "a day that never was": (
        lambda one: one["run"].update(created="2026-02-30T12:00:00.000000Z"),
        "run.created is '2026-02-30T12:00:00.000000Z', no time as in 2026-11-21T15:42:03.000000Z",
    ),
    "of another run": (
        lambda one: one["executions"][0].update(run="s"),
        "the execution r.e7 is of the run s, not of r",
    ),
    "of a phase that is not there": (
        lambda one: one["findings"][0].update(phase=7),
        f"the finding {'r.f9'} is of phase 7, which is not there",
    ),
    "of an execution that is not there": (
        lambda one: one["findings"][0].update(execution="r.e1"),
        "the finding r.f9 is of the execution r.e1, which is not there",
    ),
    "twice the same": (lambda one: one["findings"].append(one["findings"][0]), "there are two findings r.f9"),
    "a phase of another id": (lambda one: one["phases"][0].update(id="r.9"), "the phase 1 has the id r.9, not r.1"),
}


@pytest.mark.parametrize(("spoil", "said"), FAULTS.values(), ids=FAULTS)
def test_what_does_not_fit_is_named(spoil: Callable[[dict[str, Any]], object], said: str) -> None:
    assert said in spoilt(spoil)


def test_the_same_phase_twice() -> None:
    faults = spoilt(lambda one: one["phases"].append({**one["phases"][0], "id": "r.9"}))
    assert faults == ("there are two phases 1", "the phase 1 has the id r.9, not r.1")


@pytest.mark.parametrize("shape", [None, [], "x", 1])
def test_what_is_no_map_is_no_export(shape: object) -> None:
    with pytest.raises(BadExport, match="it is no map"):
        records_of(shape)


def test_of_many_faults_ten_are_told() -> None:
    with pytest.raises(BadExport) as raised:
        records_of({"v": 1, "run": {str(number): 1 for number in range(30)}, **{many: [] for many in LISTS}})
    assert len(raised.value.faults) == 35
    assert raised.value.details[-1] == "and 25 more"
    assert len(raised.value.details) == 10


odd = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4),
    lambda of: st.lists(of) | st.dictionaries(st.text(max_size=4), of),
)


@given(whole(), odd, st.data())
def test_the_reader_takes_nothing_that_the_schema_refuses(
    records: list[Record], value: object, data: st.DataObject
) -> None:
    shape = json.loads(json.dumps(document(records)))
    place = data.draw(st.sampled_from([shape, shape["run"], *(one for many in LISTS for one in shape[many])]))
    place[data.draw(st.sampled_from([*place, "more"]))] = value
    fits = Draft202012Validator(schema()).is_valid(shape)
    try:
        found = records_of(shape)
    except BadExport:
        return
    assert fits
    assert isinstance(found[0], Run)
