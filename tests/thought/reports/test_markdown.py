"""Findings as a comment."""

import re

from thought.reports.samples import HOSTILE, finding, hostile_everywhere, many, report

from lamina.thought.reports.markdown import write


def test_a_table_with_errors_first() -> None:
    found = [finding("a", 1, severity="note"), finding("b", 2, environment="dev", fix="mend it")]
    assert write(report(found)).splitlines() == [
        "### 1 error, 1 note in dev, prod",
        "",
        "|  | place | finding | fix |",
        "|---|---|---|---|",
        "| error <code>some-rule</code> | <code>environments/dev/app.yaml:2:1</code> | <code>b</code> in <code>dev</code> "
        "| <code>mend it</code> |",
        "| note <code>some-rule</code> | <code>environments/dev/app.yaml:1:1</code> | <code>a</code> |  |",
    ]


def test_hostile_text_stays_in_its_cell() -> None:
    for evil in HOSTILE:
        lines = write(report([hostile_everywhere(evil)])).splitlines()
        assert len(lines) == 5
        assert lines[4].count("|") == 5
        cells = re.sub(r"</?code>|<!---->|&(?:#\d+|amp|lt|gt);", "", lines[4])
        assert not set("<>[]`*&#@!") & set(cells), cells


def test_what_has_no_room_is_counted() -> None:
    text = write(report([*many(10_000, severity="warning"), finding("x" * 10_000, 99_999)]))
    assert len(text.encode()) < 65_536
    rows = text.count("<code>some-rule</code>")
    assert text.splitlines()[-1] == f"{10_001 - rows:,} warnings more; `lamina validate` tells of all."
    assert text.splitlines()[4].startswith("| error ")
