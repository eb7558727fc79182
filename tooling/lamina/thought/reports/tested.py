"""What tests came to: for people, as JSON, and as JUnit's XML, where each test is a test case."""

import json
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from lamina.thought.reports.found import clipped, gathered
from lamina.thought.reports.json_text import shape_of
from lamina.thought.reports.text import Excerpt, Paint, lines_of
from lamina.words.finding import Finding, Position
from lamina.words.harmless import safe, safe_json
from lamina.words.values import dataclass

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element


@dataclass(frozen=True, slots=True)
class TestResult:
    """A test, the environment that it is about, and what is wrong by it: it passed where nothing is."""

    name: str
    position: Position
    environment: str | None
    findings: tuple[Finding, ...]

    @property
    def title(self) -> str:
        """The name, with the environment."""
        return f"{self.name} [{self.environment}]" if self.environment else self.name


@dataclass(frozen=True, slots=True)
class TestReport:
    """The results, of which `commit` if not of the work tree; `every` test is told of in text, or only those that failed."""

    results: Sequence[TestResult]
    excerpt: Excerpt
    paint: Paint
    commit: str | None = None
    every: bool = False

    @property
    def failed(self) -> int:
        """How many tests failed."""
        return sum(bool(one.findings) for one in self.results)

    @property
    def summary(self) -> str:
        """`12 tests: 11 passed, 1 failed`."""
        count = len(self.results)
        passed = count - self.failed
        return f"{count:,} test{'s' * (count != 1)}: {passed:,} passed, {self.failed:,} failed"


def write_text(report: TestReport) -> str:
    """The tests that failed, each with what is wrong, and how many there are."""
    return "\n".join([*_text_lines(report), report.summary]) + "\n"


def _text_lines(report: TestReport) -> Iterator[str]:
    for one in report.results:
        title = clipped(one.title)
        if one.findings:
            yield f"{report.paint('FAILED', 'red')} {title}"
            yield from (f"  {line}" for line in _finding_lines(one, report.excerpt, report.paint))
        elif report.every:
            yield f"{report.paint('passed', 'green')} {title}"


def _finding_lines(one: TestResult, excerpt: Excerpt, paint: Paint) -> Iterator[str]:
    for found in gathered(one.findings):
        yield from lines_of(found, excerpt, paint)


def write_json(report: TestReport) -> str:
    """Every test, with its findings in their documented shape."""
    commit = {"commit": report.commit} if report.commit else {}
    counts = {"passed": len(report.results) - report.failed, "failed": report.failed}
    shape = {**commit, "tests": [_shape(one) for one in report.results], **counts}
    return safe_json(json.dumps(shape, indent=2, ensure_ascii=False)) + "\n"


def _shape(one: TestResult) -> dict[str, Any]:
    place = one.position
    return {
        "name": one.name,
        "environment": one.environment,
        "file": place.file,
        "line": place.line,
        "column": place.column,
        "passed": not one.findings,
        "findings": [shape_of(finding) for finding in one.findings],
    }


def write_junit(report: TestReport) -> str:
    """One suite; a test case is called after its test, and its class after the file."""
    from xml.etree.ElementTree import Element, SubElement, indent, tostring

    counts = {"tests": str(len(report.results) or 1), "failures": str(report.failed), "errors": "0"}
    root = Element("testsuites", {"name": "lamina test", **counts})
    suite = SubElement(root, "testsuite", {"name": "lamina test", **counts, "skipped": "0"})
    for one in report.results:
        _case(suite, one, report)
    if not report.results:
        SubElement(suite, "testcase", name="lamina test", classname="lamina.test")
    SubElement(suite, "system-out").text = report.summary
    indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{tostring(root, encoding="unicode")}\n'


def _case(suite: "Element", one: TestResult, report: TestReport) -> None:
    from xml.etree.ElementTree import SubElement

    case = SubElement(suite, "testcase", name=clipped(one.title), classname=safe(one.position.file))
    if one.findings:
        failure = SubElement(case, "failure", message=clipped(one.findings[0].message), type="failed-test")
        failure.text = "\n".join(_finding_lines(one, report.excerpt, lambda text, _: text))


TESTED: dict[str, Callable[[TestReport], str]] = {"text": write_text, "json": write_json, "junit": write_junit}
"""How results may be told."""
