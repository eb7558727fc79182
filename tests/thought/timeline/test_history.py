"""The history: a line an event, in the order of the log, whatever the clock did."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from thought.timeline.samples import FULL, chained, time, told

from lamina.thought.timeline import history, sentence
from lamina.thought.timeline.sentences import SENTENCES as KNOWN
from lamina.words.event import Draft

TEXT = """\
     1  2026-11-21 15:42:03.000  run of release created in prod, configuration 1a2b3c4d5e6f
     2  2026-11-21 15:42:03.010  phase 1 created: build, 1 retry
     3  2026-11-21 15:42:03.020  phase 2 created: deploy
     4  2026-11-21 15:42:03.030  phase 3 created: announce
     5  2026-11-21 15:42:03.100  run executing, was planning
     6  2026-11-21 15:42:03.200  phase 1: in progress
     7  2026-11-21 15:42:03.500  phase 1, step compile: started by coder
     8  2026-11-21 15:42:03.600  phase 1, step lint: started by reviewer
     9  2026-11-21 15:42:12.000  phase 1, step lint: finished: two small remarks
    10  2026-11-21 15:42:12.500  phase 1: high finding: a key in the log (app.py:12)
    11  2026-11-21 15:42:23.000  phase 1, step compile: failed: the disk is full
    12  2026-11-21 15:42:24.000  phase 1, step compile: started by coder, try 2
    13  2026-11-21 15:42:55.000  phase 1, step compile: finished, try 2, 1 artifact
    14  2026-11-21 15:42:55.100  phase 1: artifact app, 4.0 KiB
    15  2026-11-21 15:42:56.000  phase 1: gate tests passed
    16  2026-11-21 15:42:56.500  checkpoint 1 for gate, 2.0 KiB, 2 steps done
    17  2026-11-21 15:42:57.000  phase 1: completed
    18  2026-11-21 15:42:58.000  phase 2: in progress
    19  2026-11-21 15:42:58.500  phase 2, step migrate: started by operator
    20  2026-11-21 15:42:59.000  phase 2, step seed: skipped: nothing to seed
    21  2026-11-21 15:43:03.000  phase 2: approval asked for by operator: go to production?
    22  2026-11-21 15:43:03.500  run paused, was executing
    23  2026-11-21 15:43:38.000  intervention i1 approved by ann
    24  2026-11-21 15:43:38.500  run executing, was paused
    25  2026-11-21 15:43:39.000  finding f1 resolved by ann: taken out again
    26  2026-11-21 15:44:01.000  phase 2, step migrate: interrupted
    27  2026-11-21 15:44:02.000  phase 2, step migrate: started by operator, try 2
    28  2026-11-21 15:44:33.000  phase 2, step migrate: finished, try 2
    29  2026-11-21 15:44:34.000  phase 2: gate smoke failed: 2 of 40 requests failed
    30  2026-11-21 15:44:35.000  phase 2: failed: gate smoke failed
    31  2026-11-21 15:44:35.500  phase 3: skipped by an intervention
    32  2026-11-21 15:44:36.000  run failed, was executing: phase 2 failed
"""
SENTENCES = {
    "run.updated pinned=true": "run: pinned",
    "run.updated pinned=false labels={}": "run: no longer pinned; labels taken away",
    'run.updated labels={"team":"a"}': "run: labels team=a",
    "run.updated": "run: updated",
    "run.carried records=[{},{}]": "2 records carried over",
    "phase.updated phase=1 name=b retries=3": "phase 1: named b; 3 retries",
    "phase.transitioned phase=1 status=in_progress attempt=2": "phase 1: in progress, turn 2",
    "phase.transitioned phase=1 status=skipped intervention=i1": "phase 1: skipped by an intervention",
    "finding.updated id=f1 phase=2": "phase 2: finding f1 updated",
    "artifact.updated id=a1": "artifact a1 updated",
    "finding.recorded id=f1": "a finding: f1",
    'checkpoint.dropped ids=["a","b"]': "2 older checkpoints dropped",
    "log.created store=prod-1": "log of the store prod-1 begun",
    "log.repaired bytes=20 kept_as=x reason=is_no_record": "log repaired: 20 B torn off its end kept as x (is no record)",
    "log.rotated segment=1 size=4096 events=1024": "new segment after that of 1, events 1,024, size 4.0 KiB",
    "log.gap lost=3 error=full": "3 events were not recorded: full",
    "log.gap": "events were not recorded",
    "config.applied commit=1a2b3c4d5e6f7081 new=sha256:11 old=sha256:22":
        "configuration applied, commit 1a2b3c4d5e6f, digest sha256:11, before sha256:22",
    "config.rejected reason=the_storage_would_move": "configuration rejected: the storage would move",
    "backup.restored from=prod-1 seq=7 store=prod-2 taken=T":
        "restored from a backup up to event 7, of prod-1, taken T",
    "archive.pushed snapshot=prod-1@7 remote=origin branch=state-archive commit=1a2b3c4d5e6f7081":
        "snapshot prod-1@7 pushed, remote origin, branch state-archive, commit 1a2b3c4d5e6f",
    'retention.dropped runs=["a","b","c","d"] blobs=2 bytes=2048': "removed: 4 runs (a, b, c, …), 2 blobs, 2.0 KiB freed",
    "retention.dropped first=1025": "removed: events before 1,025",
    "retention.dropped": "removed: nothing",
    "retention.ran scheduled=2026-11-21T00:00:00Z dropped=4": "clean-up done, 4 runs removed, due 2026-11-21T00:00:00Z",
    "audit.odd": "audit.odd",
    'audit.odd a=[1]': 'audit.odd {"a": [1]}',
    "step.failed": "failed",
}  # fmt: skip


def plain(text: str, colour: str) -> str:
    return text


def test_the_text_of_a_history() -> None:
    assert "".join(f"{line}\n" for line in history.text(told(FULL), plain)) == TEXT


def test_what_went_wrong_is_red_and_what_is_to_be_seen_yellow() -> None:
    lines = list(history.text(told(FULL), lambda text, colour: f"<{colour}>{text}</>"))
    assert lines[10] == (
        "    11  <bright_black>2026-11-21 15:42:23.000</>  <red>phase 1, step compile: failed: the disk is full</>"
    )
    assert "<yellow>phase 2, step migrate: interrupted</>" in lines[25]


def test_a_clock_that_was_set_back_is_told_and_the_order_stays() -> None:
    events = told("10 run.created workflow=w\n5 gate.passed gate=a\n6 gate.passed gate=b")
    assert list(history.text(events, plain)) == [
        "     1  2026-11-21 15:42:13.000  run of w created",
        "     2  2026-11-21 15:42:08.000  gate a passed (the clock was set back)",
        "     3  2026-11-21 15:42:09.000  gate b passed",
    ]


@pytest.mark.parametrize(("event", "said"), SENTENCES.items(), ids=SENTENCES)
def test_what_an_event_says(event: str, said: str) -> None:
    assert sentence(told(f"0 {event}")[0]) == said


odd = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=3), lambda of: st.lists(of, max_size=2)
)
KEYS = (
    *(
        "phase",
        "step",
        "id",
        "status",
        "from",
        "attempt",
        "error",
        "name",
        "agent",
        "workflow",
        "size",
        "runs",
        "records",
    ),
    *("labels", "pinned", "retries", "artifacts", "summary", "file", "line", "by", "reason", "ids", "steps", "bytes"),
    *("commit", "new", "old", "first", "blobs", "scheduled", "dropped", "lost", "events", "segment", "detail", "gate"),
)


@given(st.sampled_from(sorted(KNOWN)), st.dictionaries(st.sampled_from(KEYS), odd))
def test_no_event_is_too_odd_to_be_told(kind: str, data: dict[str, object]) -> None:
    assert sentence(chained([(0, Draft(kind, "r1", data))])[0])


def test_the_data_of_what_is_not_known_is_cut() -> None:
    assert len(sentence(told(f"0 audit.odd x={'y' * 500}")[0])) == len("audit.odd ") + 201


def test_a_long_text_is_cut_for_people_and_whole_for_programs() -> None:
    events = told(f"0 gate.failed gate=g detail={'y' * 1000}")
    (line,) = history.text(events, plain)
    assert line.endswith("yyy… (715 more characters)")
    assert "y" * 1000 in history.json_text("r1", events)


def test_the_json_of_a_history() -> None:
    assert json.loads(history.json_text("r1", told("0 run.created workflow=w\n1 gate.passed phase=1 gate=a"))) == {
        "run": "r1",
        "events": [
            {"seq": 1, "time": time(0), "type": "run.created", "text": "run of w created", "data": {"workflow": "w"}},
            {"seq": 2, "time": time(1), "type": "gate.passed", "text": "phase 1: gate a passed",
             "data": {"phase": 1, "gate": "a"}},
        ],
    }  # fmt: skip


def test_the_markdown_of_a_history() -> None:
    assert (
        history.markdown("r1", told("0 run.created workflow=w\n1 gate.passed phase=1 gate=a|b"))
        == """\
### History of <code>r1</code>

|  | time (UTC) | what |
|--:|---|---|
| 1 | 2026-11-21 15:42:03 | <code>run of w created</code> |
| 2 | 2026-11-21 15:42:04 | <code>phase 1: gate a&#124;b passed</code> |
"""
    )
