"""Tables of figures with the bound that is demanded of each, as text and as Markdown."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, slots=True)
class Bound:
    """What is demanded of a figure."""

    sign: Literal["<", "<=", ">="]
    limit: float

    def holds(self, value: float) -> bool:
        """Whether the figure is within the bound."""
        return {"<": value < self.limit, "<=": value <= self.limit, ">=": value >= self.limit}[self.sign]

    def __str__(self) -> str:
        return f"{self.sign} {self.limit:g}"


@dataclass(frozen=True, slots=True)
class Row:
    """A name, what was measured, and the figure that a bound may be demanded of."""

    name: str
    cells: Sequence[str]
    figure: float | None = None
    bound: Bound | None = None

    def verdict(self) -> str:
        """`met`, `not met`, or nothing where nothing is demanded."""
        if self.figure is None or self.bound is None:
            return ""
        return "met" if self.bound.holds(self.figure) else "not met"


@dataclass(frozen=True, slots=True)
class Table:
    """A title, the columns of the cells, what the figure is, and remarks below."""

    title: str
    columns: Sequence[str]
    figure: str
    rows: Sequence[Row]
    remarks: Sequence[str] = field(default=())

    def grid(self) -> list[list[str]]:
        """All cells as text, heads first."""
        heads = ["", *self.columns, self.figure, "demanded", "verdict"]
        return [heads] + [
            [
                row.name,
                *row.cells,
                "" if row.figure is None else f"{row.figure:.3g}",
                str(row.bound or ""),
                row.verdict(),
            ]
            for row in self.rows
        ]


def as_text(table: Table) -> str:
    """Aligned columns for a terminal."""
    return "\n".join([table.title, "", *_aligned(table, "  "), "", *(f"{remark}\n" for remark in table.remarks)])


def as_markdown(table: Table) -> str:
    """A section with a Markdown table; remarks are paragraphs."""
    heads, *rows = (f"| {line} |" for line in _aligned(table, " | "))
    names, *figures = ("-" * len(cell) for cell in heads[1:-1].split("|"))
    rule = "|".join(["", names, *(f"{dashes[1:]}:" for dashes in figures), ""])
    return "\n".join([f"## {table.title}", "", heads, rule, *rows, "", *(f"{remark}\n" for remark in table.remarks)])


def _aligned(table: Table, gap: str) -> list[str]:
    """Names flush left, the rest flush right."""
    grid = table.grid()
    widths = [max(map(len, column)) for column in zip(*grid, strict=True)]
    flush = (str.ljust, *[str.rjust] * (len(widths) - 1))
    return [
        gap.join(align(cell, width) for align, cell, width in zip(flush, line, widths, strict=True)) for line in grid
    ]
