"""JUnit's XML, as Jenkins, GitLab and others read it (junit-10.xsd): a test case a file.

A file keeps its name while findings come and go, so that a CI system can say which tests fail newly and which are mended; a
report without any test case would be an error to Jenkins.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from lamina.thought.reports.found import Found, count_of
from lamina.thought.reports.report import Report
from lamina.thought.reports.text import lines_of
from lamina.words.finding import worst
from lamina.words.harmless import safe

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element


def write(report: Report) -> str:
    """One suite: a file with errors fails, one with warnings or notes alone passes and shows them."""
    from xml.etree.ElementTree import Element, SubElement, indent, tostring

    by_file: dict[str, list[Found]] = {file: [] for file in sorted(report.files)}
    for one in report.found:
        by_file.setdefault(one.finding.position.file, []).append(one)
    failed = sum(_fails(found) for found in by_file.values())
    name = f"lamina {report.command}"
    counts = {"tests": str(len(by_file) or 1), "failures": str(failed), "errors": "0"}
    root = Element("testsuites", {"name": name, **counts})
    suite = SubElement(root, "testsuite", {"name": name, **counts, "skipped": "0"})
    for file, found in sorted(by_file.items()):
        _case(suite, file, found, report)
    if not by_file:
        _case(suite, name, [], report)
    SubElement(suite, "system-out").text = safe(report.summary)
    indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{tostring(root, encoding="unicode")}\n'


def _case(suite: "Element", name: str, found: list[Found], report: Report) -> None:
    from xml.etree.ElementTree import SubElement

    case = SubElement(suite, "testcase", name=safe(name), classname=f"lamina.{report.command.replace(' ', '-')}")
    if _fails(found):
        failure = SubElement(case, "failure", message=count_of(found), type="error")
        failure.text = _text(found, report)
    elif found:
        SubElement(case, "system-out").text = _text(found, report)


def _fails(found: Iterable[Found]) -> bool:
    return worst([one.finding for one in found]) == "error"


def _text(found: Iterable[Found], report: Report) -> str:
    return "\n".join(line for one in found for line in lines_of(one, report.excerpt, lambda text, _: text))
