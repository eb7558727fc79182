"""The records of a run in markdown: against a literal, and with texts that want to be more than text."""

from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from thought.runs.drawn import whole
from thought.runs.test_applying import busy

from lamina.thought.runs import acts, notes
from lamina.thought.runs.report import report
from lamina.words.runs import KINDS, Execution, ExecutionStatus, Record, Run, RunStatus

MARKDOWN = """\
# Run <code>r</code>

|  |  |
|---|---|
| workflow | <code>feature</code> |
| environment | <code>prod</code> |
| status | **failed** |
| created | 2026-11-21 12:00:00 UTC |
| ended | 2026-11-21 12:00:14 UTC |
| took | 14.0 s |
| error | <code>the &lt;b&gt;end&lt;/b&gt;</code> |
| labels | <code>team=a b</code> |

## Phases

|  | phase | status | turns | took | error |
|---|---|---|---|---|---|
| 1 | before | pending |  |  |  |
| 2 | plan | failed | 1 | 8.0 s | <code>gate &#124; smoke</code> |

## Steps of phase 2: plan

| step | try | agent | status | took | error or summary |
|---|---|---|---|---|---|
| <code>draft</code> | 1 | <code>planner</code> | finished | 3.0 s | <code>ok</code> |

## Findings

| grade | finding | phase | place | state |
|---|---|---|---|---|
| critical | <code>a key</code><br><code>it is</code><br><code>in the log</code> |  | <code>app.py:3</code> | **open** |
| low | <code>typo</code> | 2 |  | resolved by <code>ann</code>: <code>mended</code> |

## Interventions

| kind | reason | phase | status | answer |
|---|---|---|---|---|
| <code>approve</code> | <code>look</code> | 2 | approved | <code>ann</code>: <code>yes</code> |

## Artifacts

| artifact | size | digest | phase |
|---|---|---|---|
| <code>plan.md</code> | 3 B | <code>DIGEST</code> | 2 |

## Checkpoints

|  | made (UTC) | for | steps done | size | digest |
|---|---|---|---|---|---|
| 1 | 2026-11-21 12:00:12 | <code>on&#95;gates</code> | 1 | 3 B | <code>DIGEST</code> |
""".replace("DIGEST", "sha256:" + "1" * 64)


def ended() -> list[Record]:
    """The records of a run that failed, of every kind."""
    told = busy()
    told.tell(acts.move_phase(told.state, "r", 2, "failed", error="gate | smoke"))
    told.tell(acts.move_run(told.state, "r", "failed", error="the <b>end</b>"))
    told.tell(
        notes.record_finding(told.state, "r", "critical", "a key", file="app.py", line=3, detail="it is\n\nin the log")
    )
    told.tell(notes.resolve_finding(told.state, "r.f9", by="ann", resolution="mended"))
    told.tell(notes.answer_intervention(told.state, "r.i11", "approved", by="ann", answer="yes"))
    return [one for kind in KINDS for one in told.state.of_run(kind, "r")]


def test_the_report_of_a_run() -> None:
    assert report(ended()) == MARKDOWN


def test_the_report_of_a_phase_has_what_belongs_to_it() -> None:
    text = report(ended(), phase=2)
    assert text.startswith("# Phase 2 of run <code>r</code>\n")
    assert "a key" not in text
    assert [line for line in text.splitlines() if line.startswith("## ")] == [
        "## Phases", "## Steps of phase 2: plan", "## Findings", "## Interventions", "## Artifacts",
    ]  # fmt: skip


def test_a_run_with_nothing() -> None:
    at = "2026-11-21T12:00:00.000000Z"
    assert report([Run("r", "w", RunStatus.PLANNING, at, at, pinned=True)]).splitlines() == [
        "# Run <code>r</code>", "", "|  |  |", "|---|---|", "| workflow | <code>w</code> |", "| status | **planning** |",
        "| created | 2026-11-21 12:00:00 UTC |", "| pinned | yes |",
    ]  # fmt: skip


def test_prose_is_cut_by_lines() -> None:
    run = ended()[0]
    assert isinstance(run, Run)
    text = report([replace(run, error="\n".join(map(str, range(20))))])
    assert "<code>10</code><br><code>11</code><br>… (8 more lines) |" in text
    assert "<code>12</code>" not in text


def test_what_is_known_of_a_length_is_said() -> None:
    records = ended()
    at = "2026-11-21T12:00:0{}.000000Z"
    one = Execution("e", "r", 2, "s", ExecutionStatus.INTERRUPTED, 1, at.format(1), ended=at.format(4))
    back = replace(one, id="f", step="t", status=ExecutionStatus.FINISHED, ended=at.format(0))
    text = report([*records, one, back])
    assert "| <code>s</code> | 1 |  | interrupted | ≤ 3.0 s |  |" in text
    assert "| <code>t</code> | 1 |  | finished | clock set back |  |" in text


@pytest.mark.parametrize(
    "hostile", ["<script>alert(1)</script>|\n::error::x", "##[error]x [a](http://b.c)\x1b[31m `x`"]
)
def test_texts_stay_texts(hostile: str) -> None:
    demand_inert([_every_text(one, hostile) for one in ended()])


@given(whole(), st.text(max_size=30))
def test_any_text_stays_a_text(records: list[Record], text: str) -> None:
    demand_inert([_every_text(one, text) for one in records])


def _every_text(one: Record, text: str) -> Record:
    kept = ("id", "run", "status", "grade", "version")
    changed = {
        field.name: text
        for field in fields(one)
        if isinstance(value := getattr(one, field.name), str) and field.name not in kept and not _is_time(value)
    }
    return replace(one, **changed)  # type: ignore[arg-type]


def _is_time(text: str) -> bool:
    return len(text) == 27 and text.endswith("Z")


def demand_inert(records: list[Record]) -> None:
    """Raise where a text is more than one."""
    page = report(records)
    assert all(one.isprintable() for one in page.replace("\n", ""))
    assert not [line for line in page.splitlines() if "##[" in line or line.lstrip().startswith("::")]
    html = MarkdownIt().enable("table").render(page)
    assert not [one for one in ("<script", "<a ", "<img", "<em>") if one in html]
    assert page.count("\n|") == html.count("<tr>") + html.count("<table>")
