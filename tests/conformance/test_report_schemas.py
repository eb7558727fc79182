"""Reports against the schemas of their formats, where LAMINA_SUITES names a folder that holds them.

No package holds one for GitLab's code quality: its documentation is written out in tests/thought/reports/test_gitlab.py.
"""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft4Validator
from lxml import etree
from thought.reports.samples import HOSTILE, findings, hostile_everywhere, many, report

from lamina.thought.reports import REPORTS, Report, tested
from lamina.words.finding import Finding, Position

SUITES = os.environ.get("LAMINA_SUITES")
SCHEMAS = Path(SUITES or "", "report-schemas")
pytestmark = pytest.mark.skipif(SUITES is None, reason="LAMINA_SUITES names no folder with the suites")

CASES: dict[str, list[Finding]] = {
    "nothing": [],
    "hostile": list(map(hostile_everywhere, HOSTILE)),
    "many": many(300),
}


def sarif_fits(told: Report) -> None:
    schema = json.loads((SCHEMAS / "sarif-2.1.0.json").read_text("utf-8"))
    Draft4Validator(schema).validate(json.loads(REPORTS["sarif"](told)))


def junit_fits(told: Report) -> None:
    schema = etree.XMLSchema(etree.parse(SCHEMAS / "junit-10.xsd"))
    schema.assertValid(etree.fromstring(REPORTS["junit"](told).encode(), etree.XMLParser(huge_tree=True)))


@pytest.mark.parametrize("found", CASES.values(), ids=CASES)
@pytest.mark.parametrize("fits", [sarif_fits, junit_fits])
def test_a_report_fits_its_schema(fits: Callable[[Report], None], found: list[Finding]) -> None:
    fits(report(found, files=("a.yaml",)))


@given(st.lists(findings, max_size=4))
def test_any_report_fits_its_schema(found: list[Finding]) -> None:
    sarif_fits(report(found))
    junit_fits(report(found))


def test_the_schemas_refuse_what_is_wrong() -> None:
    sarif = json.loads((SCHEMAS / "sarif-2.1.0.json").read_text("utf-8"))
    junit = etree.XMLSchema(etree.parse(SCHEMAS / "junit-10.xsd"))
    wrong = json.loads(REPORTS["sarif"](report(many(1))).replace('"level":"error"', '"level":"bad"'))
    assert not Draft4Validator(sarif).is_valid(wrong)
    assert not junit.validate(etree.fromstring(REPORTS["junit"](report([])).replace("testcase", "case").encode()))


@pytest.mark.parametrize("name", ["", "retries", *HOSTILE])
def test_results_of_tests_fit_their_schema(name: str) -> None:
    schema = etree.XMLSchema(etree.parse(SCHEMAS / "junit-10.xsd"))
    found = tuple(map(hostile_everywhere, [name] if name else []))
    results = [tested.TestResult(name, Position("a.yaml"), None, found)] if name else []
    text = tested.write_junit(tested.TestReport(results, lambda _: None, lambda text, _: text))
    schema.assertValid(etree.fromstring(text.encode()))
