"""Figures, their bounds, and how both are shown."""

import pytest

from bench.table import Bound, Row, Table, as_markdown, as_text

TABLE = Table(
    "Rendering",
    ("wall s",),
    "lamina / it",
    [
        Row("lamina", ("0.5",)),
        Row("slow", ("2.00",), 0.25, Bound("<", 1)),
        Row("quick", ("0.25",), 2.0, Bound("<=", 0.7)),
    ],
    ("A remark.",),
)


@pytest.mark.parametrize(
    ("bound", "value", "holds"),
    [
        (Bound("<", 1), 0.99, True),
        (Bound("<", 1), 1, False),
        (Bound("<=", 0.7), 0.7, True),
        (Bound("<=", 0.7), 0.71, False),
        (Bound(">=", 1.5), 1.5, True),
        (Bound(">=", 1.5), 1.49, False),
    ],
)
def test_a_bound_holds_or_not(bound: Bound, value: float, holds: bool) -> None:
    assert bound.holds(value) is holds


def test_a_table_as_text() -> None:
    assert as_text(TABLE).splitlines() == [
        "Rendering",
        "",
        "        wall s  lamina / it  demanded  verdict",
        "lamina     0.5                                ",
        "slow      2.00         0.25       < 1      met",
        "quick     0.25            2    <= 0.7  not met",
        "",
        "A remark.",
    ]


def test_a_table_as_markdown() -> None:
    assert as_markdown(TABLE).splitlines() == [
        "## Rendering",
        "",
        "|        | wall s | lamina / it | demanded | verdict |",
        "|--------|-------:|------------:|---------:|--------:|",
        "| lamina |    0.5 |             |          |         |",
        "| slow   |   2.00 |        0.25 |      < 1 |     met |",
        "| quick  |   0.25 |           2 |   <= 0.7 | not met |",
        "",
        "A remark.",
    ]
