"""The tests of this repository's own configuration, and of every kind that it has."""

from pathlib import Path

import pytest

import lamina
from lamina.project.testing import run
from lamina.project.testing.bench import Bench
from lamina.project.testing.properties import property_findings
from lamina.thought import testing
from lamina.words.finding import Position

ROOT = Path(__file__).parents[2]
KINDS = sorted(file.parent.name for file in ROOT.glob("schemas/*/v1.schema.yaml"))


def test_they_pass() -> None:
    results = run(lamina.open(ROOT))
    assert [(one.case.name, one.findings) for one in results if not one.passed] == []
    assert len(results) > 10


@pytest.mark.parametrize("kind", KINDS)
def test_whatever_a_schema_lets_through_renders(kind: str) -> None:
    bench = Bench(lamina.open(ROOT))
    found = property_findings(bench, testing.Property(kind, 40), None, (), Position("here"))
    assert list(found) == []
