"""What a harness did: how often it was asked to, how often it did, what went wrong, and what it could not try, and why."""

import json
from collections import Counter
from dataclasses import asdict, dataclass, field

# The property of a test that holds a row, as JSON: so it reaches the end of the run from any process.
TORTURED = "tortured"


@dataclass
class Row:
    """A row of the table; `skipped` counts by reason."""

    goal: str
    what: str
    asked: int
    done: int = 0
    bad: list[str] = field(default_factory=list)
    skipped: dict[str, int] = field(default_factory=dict)
    facts: dict[str, int] = field(default_factory=dict)

    def skip(self, reason: str, times: int = 1) -> None:
        self.skipped[reason] = self.skipped.get(reason, 0) + times

    def count(self, fact: str, times: int = 1) -> None:
        self.facts[fact] = self.facts.get(fact, 0) + times

    def add(self, other: "Row") -> None:
        """Take in what another worker did."""
        self.done += other.done
        self.bad += other.bad
        self.skipped = dict(Counter(self.skipped) + Counter(other.skipped))
        self.facts = dict(Counter(self.facts) + Counter(other.facts))

    @property
    def text(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def read(cls, text: str) -> "Row":
        return cls(**json.loads(text))


def table(rows: list[Row]) -> list[str]:
    """The rows as lines for people, in the order of their goals; what has the same name is one row."""
    each: dict[tuple[str, str], Row] = {}
    for row in rows:
        if (row.goal, row.what) in each:
            each[row.goal, row.what].asked += row.asked
            each[row.goal, row.what].add(row)
        else:
            each[row.goal, row.what] = row
    lines = [f"{'goal':5} {'asked':>7} {'done':>7} {'bad':>5} {'skipped':>7}  what"]
    for row in sorted(each.values(), key=lambda one: (int(one.goal[1:]), one.what)):
        skipped = sum(row.skipped.values())
        facts = "".join(f", {count:,} {fact}" for fact, count in row.facts.items())
        lines.append(f"{row.goal:5} {row.asked:7,} {row.done:7,} {len(row.bad):5} {skipped:7,}  {row.what}{facts}")
        lines += [f"      skipped {count:,}: {reason}" for reason, count in row.skipped.items()]
        lines += [f"      bad: {one}" for one in row.bad[:20]]
    return lines
