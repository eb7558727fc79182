"""The timeline as each writer shows it: against literals, and with names that want to be more than names."""

import json
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from thought.timeline.samples import FULL, chained, time, told

from lamina.thought.timeline import history, json_text, markdown, svg, text, timeline
from lamina.thought.timeline.model import Timeline
from lamina.words.event import Draft, Event

SMALL = """\
0    run.created workflow=release
1    phase.created phase=1 name=build
1    run.transitioned from=planning status=executing
1.5  phase.transitioned phase=1 from=pending status=in_progress attempt=1
2    step.started id=e1 phase=1 step=compile agent=coder attempt=1
4.25 checkpoint.made id=c1 number=1 reason=manual digest=sha256:00 size=10 steps=0
"""
TEXT = """\
r1: release in prod, failed, 2 m 33 s
2026-11-21 15:42:03 to 15:44:36 UTC, 32 events
error: phase 2 failed

                                                      ╷0                ╷1 m              ╷2 m
release                failed               2 m 33 s  ━━━━━━━━━━━━━━━━━━┄┄┄┄┄┄┄┄┄┄┄━━━━━━━━━━━━━━━━━
1 build     2 at once  completed              53.8 s  ━━!━━━━━━━━━━━━◆━
  compile   coder      finished, 2 tries      50.5 s  ▓▓▓▓▓▓██████████
  lint      reviewer   finished                8.4 s  ███
2 deploy               failed               1 m 37 s                  ━━?━━━━━━━━━━━━━━━━━━━━━━━━━━✖
  migrate   operator   finished, 2 tries  ≤ 1 m 34 s                  ░░░░░░░░░░░░░░░░░░░███████████
  seed                 skipped                                        ·
3 announce             skipped

  !    9.5 s  phase 1: high finding: a key in the log (app.py:12)
  ▓   20.0 s  phase 1, step compile: failed: the disk is full
  ·   52.1 s  phase 1: artifact app, 4.0 KiB
  ◆   53.0 s  phase 1: gate tests passed
  ○   53.5 s  checkpoint 1 for gate, 2.0 KiB, 2 steps done
  ? 1 m 00 s  phase 2: approval asked for by operator: go to production?
  · 1 m 01 s  run paused, was executing
  · 1 m 35 s  intervention i1 approved by ann
  · 1 m 36 s  run executing, was paused
  · 1 m 36 s  finding f1 resolved by ann: taken out again
  ░ 1 m 58 s  phase 2, step migrate: interrupted
  ✖ 2 m 31 s  phase 2: gate smoke failed: 2 of 40 requests failed
  · 2 m 33 s  run failed, was executing: phase 2 failed
"""
MARKDOWN = """\
### Run <code>r1</code>: failed

<code>release</code> in <code>prod</code>, begun 2026-11-21 15:42:03 UTC, 2 m 33 s.

<code>phase 2 failed</code>

|  | phase, step | agent | status | tries | at | took | error |
|--:|---|---|---|--:|--:|--:|---|
| 1 | **build** |  | completed | 1 | 200 ms | 53.8 s |  |
|  | <code>compile</code> | <code>coder</code> | finished | 2 | 500 ms | 50.5 s |  |
|  | <code>lint</code> | <code>reviewer</code> | finished | 1 | 600 ms | 8.4 s |  |
| 2 | **deploy** |  | failed | 1 | 55.0 s | 1 m 37 s | <code>gate smoke failed</code> |
|  | <code>migrate</code> | <code>operator</code> | finished | 2 | 55.5 s | ≤ 1 m 34 s |  |
|  | <code>seed</code> |  | skipped | 1 | 56.0 s |  |  |
| 3 | **announce** |  | skipped |  |  |  |  |

| at | phase | what |
|--:|--:|---|
| 9.5 s | 1 | <code>phase 1: high finding: a key in the log &#40;app.py:12&#41;</code> |
| 20.0 s | 1 | <code>phase 1, step compile: failed: the disk is full</code> |
| 52.1 s | 1 | <code>phase 1: artifact app, 4.0 KiB</code> |
| 53.0 s | 1 | <code>phase 1: gate tests passed</code> |
| 53.5 s |  | <code>checkpoint 1 for gate, 2.0 KiB, 2 steps done</code> |
| 1 m 00 s | 2 | <code>phase 2: approval asked for by operator: go to production?</code> |
| 1 m 01 s |  | <code>run paused, was executing</code> |
| 1 m 35 s |  | <code>intervention i1 approved by ann</code> |
| 1 m 36 s |  | <code>run executing, was paused</code> |
| 1 m 36 s |  | <code>finding f1 resolved by ann: taken out again</code> |
| 1 m 58 s | 2 | <code>phase 2, step migrate: interrupted</code> |
| 2 m 31 s | 2 | <code>phase 2: gate smoke failed: 2 of 40 requests failed</code> |
| 2 m 33 s |  | <code>run failed, was executing: phase 2 failed</code> |
"""
HOSTILE = "<script>alert(1)</script> | `x` [a](http://b.c) \x1b[31m\n::error::x ##[error] \u202e&"


def plain(text: str, colour: str) -> str:
    return text


def named(text: str, colour: str) -> str:
    return f"<{colour}>{text}</>"


def full() -> Timeline:
    return timeline("r1", told(FULL))


def test_the_text_of_a_run() -> None:
    assert text.write(full(), 100, plain) == TEXT


def test_the_colours_of_a_text_are_those_of_what_became_of_things() -> None:
    lines = text.write(full(), 100, named).splitlines()
    assert lines[0] == "r1: release in prod, <red>failed</>, 2 m 33 s"
    assert lines[7].endswith("<green>finished, 2 tries</>      50.5 s  <red>▓▓▓▓▓▓</><green>██████████</>")


@pytest.mark.parametrize("width", [0, 40, 100, 101, 200, 1000])
def test_no_line_of_bars_is_wider_than_the_terminal_where_that_has_room(width: int) -> None:
    bars = [line for line in text.write(full(), width, plain).splitlines() if set(line) & set("━█░")]
    assert max(map(text.columns, bars)) <= max(width, 54 + 16)


def test_a_run_that_goes_on_is_drawn_to_its_last_event() -> None:
    assert text.write(timeline("r1", told(SMALL)), 70, plain).splitlines() == [
        "r1: release, executing, 4.3 s…",
        "2026-11-21 15:42:03, last heard of 15:42:07 UTC, 6 events",
        "",
        "                                       ╷0            ╷2 s",
        "release           executing    4.3 s…  ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━",
        "1 build           in progress  2.8 s…            ━━━━━━━━━━━━━━━━━━━━━",
        "  compile  coder  running      2.3 s…                ▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒",
        "",
        "  ○ 4.3 s  checkpoint 1 for manual, 10 B, 0 steps done",
    ]


def test_many_marks_are_cut_and_counted() -> None:
    many = told(SMALL + "\n".join(f"{n} gate.passed phase=1 gate=g{n}" for n in range(5, 60)))
    shown = timeline("r1", many)
    assert text.write(shown, 80, plain).splitlines()[-1] == "and 16 more, of which the history tells"
    assert "and 26 more, of which the history tells" in svg.write(shown)


def test_wide_letters_take_two_columns() -> None:
    lines = text.write(
        timeline("r1", told("0 phase.created phase=1 name=構築\n1 phase.created phase=2 name=ab")), 80, plain
    )
    rows = [line for line in lines.splitlines() if line.startswith(("1 ", "2 "))]
    assert rows == ["1 構築  pending", "2 ab    pending"]


def test_the_markdown_of_a_run() -> None:
    assert markdown.write(full()) == MARKDOWN


def test_the_json_of_a_run() -> None:
    begun = {"start": time(1.5), "end": None, "at": 1.5, "seconds": 2.75, "set_back": False}
    stepped = {"start": time(2), "end": None, "at": 2.0, "seconds": 2.25, "set_back": False}
    one_try = {
        "id": "e1",
        "attempt": 1,
        "status": "running",
        "agent": "coder",
        **stepped,
        "error": None,
        "summary": None,
    }
    step = {"step": "compile", "status": "running", "agent": "coder", "seconds": 2.25, "tries": [one_try]}
    turn = {"attempt": 1, "status": "in_progress", **begun, "error": None}
    said = "checkpoint 1 for manual, 10 B, 0 steps done"
    assert json.loads(json_text.write(timeline("r1", told(SMALL)))) == {
        "run": "r1", "workflow": "release", "environment": None, "status": "executing",
        "start": time(0), "end": None, "at": 0.0, "seconds": 4.25, "set_back": False,
        "error": None, "events": 6, "whole": True, "pauses": [],
        "phases": [
            {"number": 1, "name": "build", "status": "in_progress", "retries": 0, "seconds": 2.75, "at_once": 1,
             "error": None, "turns": [turn], "steps": [step]},
        ],
        "marks": [{"seq": 6, "time": time(4.25), "at": 4.25, "type": "checkpoint.made", "phase": None, "text": said}],
    }  # fmt: skip


def test_the_picture_of_a_run() -> None:
    root = ElementTree.fromstring(svg.write(full()))
    name = "{http://www.w3.org/2000/svg}"
    bars = [
        (one.get("class"), float(one.get("x", "")), float(one.get("width", "")), one.findtext(f"{name}title"))
        for one in root.iter(f"{name}rect")
        if one.find(f"{name}title") is not None
    ]
    assert bars == [
        ("failed", 404, 640, "failed, 2 m 33 s"),
        ("paused", 657.07, 146.41, "paused, 35.0 s"),
        ("completed", 404.84, 225.04, "phase 1, turn 1: completed, 53.8 s"),
        ("failed", 406.09, 81.57, "compile, try 1 by coder: failed, 19.5 s: the disk is full"),
        ("finished", 491.84, 129.68, "compile, try 2 by coder: finished, 31.0 s"),
        ("finished", 406.51, 35.14, "lint, try 1 by reviewer: finished, 8.4 s"),
        ("failed", 634.07, 405.75, "phase 2, turn 1: failed, 1 m 37 s: gate smoke failed"),
        ("interrupted", 636.16, 261.43, "migrate, try 1 by operator: interrupted, ≤ 1 m 03 s"),
        ("finished", 901.78, 129.67, "migrate, try 2 by operator: finished, 31.0 s"),
        ("skipped", 638.25, 2, "seed, try 1: skipped"),
    ]
    texts = ["".join(one.itertext()) for one in root.iter(f"{name}text")]
    assert {"r1: release in prod", "1 build2 at once", "compilecoder", "finished, 2 tries", "1 m 30 s"} <= set(texts)
    assert "failed, 2 m 33 s · 2026-11-21 15:42:03 to 15:44:36 UTC, 32 events" in texts


def test_the_picture_needs_nothing_else() -> None:
    written = svg.write(full())
    assert {one.tag.partition("}")[2] for one in ElementTree.fromstring(written).iter()} == {
        "svg", "title", "style", "rect", "circle", "line", "text", "tspan", "g", "path",
    }  # fmt: skip
    assert not [one for one in ("@import", "url(", "href") if one in written]
    assert "prefers-color-scheme:dark" in written


def hostile(name: str) -> list[Event]:
    """A run whose every word is the name."""
    drafts = [
        Draft("run.created", "r1", {"workflow": name, "environment": name}),
        Draft("phase.created", "r1", {"phase": 1, "name": name}),
        Draft("phase.transitioned", "r1", {"phase": 1, "status": "in_progress"}),
        Draft("step.started", "r1", {"phase": 1, "id": "e1", "step": name, "agent": name, "attempt": 1}),
        Draft("step.failed", "r1", {"phase": 1, "id": "e1", "step": name, "error": name}),
        Draft("gate.failed", "r1", {"phase": 1, "gate": name, "detail": name}),
        Draft("phase.transitioned", "r1", {"phase": 1, "status": name, "error": name}),
        Draft("audit.odd", "r1", {"what": name}),
        Draft("run.transitioned", "r1", {"status": name, "error": name}),
    ]
    return chained(enumerate(drafts))


def demand_inert(name: str) -> None:
    """Raise where a name is more than text in any of the forms."""
    events = hostile(name)
    shown = timeline("r1", events)
    lines = [*text.write(shown, 100, plain).split("\n"), *history.text(events, plain)]
    assert all(line.isprintable() and not line.lstrip().startswith("::") and "##[" not in line for line in lines)
    root = ElementTree.fromstring(svg.write(shown))
    assert not [one for one in root.iter() if one.tag.endswith(("script", "}a", "image", "foreignObject"))]
    assert {one.get("class", "").split(" ")[0] for one in root.iter()} <= {
        "", "title", "paper", "band", "grid", "phase", "step", "faint", "small", "bad", "failed", "other", "in_progress",
        "halo", "line", "planning", "calm", *svg._KNOWN,
    }  # fmt: skip
    for page in (markdown.write(shown), history.markdown("r1", events)):
        assert all(one.isprintable() for one in page.replace("\n", ""))
        assert "##[" not in page
        html = MarkdownIt().enable("table").render(page)
        assert not [one for one in ("<script", "<a ", "<img", "<em>") if one in html]
        assert page.count("\n|") == html.count("<tr>") + html.count("<table>")
    for form in (json_text.write(shown), history.json_text("r1", events)):
        assert "##[" not in form
    assert json.loads(json_text.write(shown))["workflow"] == name


def test_names_stay_names() -> None:
    demand_inert(HOSTILE)


@given(st.text(min_size=1, max_size=40))
def test_any_name_stays_a_name(name: str) -> None:
    demand_inert(name)
