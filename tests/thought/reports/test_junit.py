"""JUnit's XML."""

from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st
from thought.reports.samples import finding, findings, report, texts

from lamina.thought.reports.junit import write
from lamina.words.finding import Finding
from lamina.words.harmless import safe


def test_a_file_with_errors_fails_and_the_others_pass() -> None:
    found = [
        finding("first", 1, file="b.yaml"),
        finding("second", 2, file="b.yaml", severity="warning"),
        finding("third", 3, file="c.yaml", severity="note"),
    ]
    root = ElementTree.fromstring(write(report(found, files=("a.yaml", "b.yaml"), excerpt=lambda _: "x: y")))
    assert root.attrib == {"name": "lamina validate", "tests": "3", "failures": "1", "errors": "0"}
    cases = {case.attrib["name"]: case for case in root.iter("testcase")}
    assert list(cases) == ["a.yaml", "b.yaml", "c.yaml"]
    assert {case.attrib["classname"] for case in cases.values()} == {"lamina.validate"}
    assert list(cases["a.yaml"]) == []
    [failure] = cases["b.yaml"]
    assert (failure.tag, failure.attrib) == ("failure", {"message": "1 error, 1 warning", "type": "error"})
    assert (failure.text or "").splitlines() == [
        "b.yaml:1:1: error: first [some-rule]",
        "    x: y",
        "    ^",
        "b.yaml:2:1: warning: second [some-rule]",
        "    x: y",
        "    ^",
    ]
    [said] = cases["c.yaml"]
    assert (said.tag, (said.text or "").splitlines()[0]) == ("system-out", "c.yaml:3:1: note: third [some-rule]")


def test_a_command_of_two_words_is_one_class() -> None:
    text = write(report([finding()])).replace("lamina validate", "")
    assert 'classname="lamina.validate"' in text


@given(st.lists(findings, max_size=4), st.lists(texts, max_size=3).map(tuple))
def test_a_parser_reads_back_every_file_and_every_sentence(found: list[Finding], files: tuple[str, ...]) -> None:
    root = ElementTree.fromstring(write(report(found, files=files)))
    names = sorted(safe(file) for file in {*files, *(one.position.file for one in found)})
    assert sorted(case.attrib["name"] for case in root.iter("testcase")) == (names or ["lamina validate"])
    said = "".join(root.itertext())
    assert all(safe(one.message) in said for one in found)
    assert root.attrib["tests"] == str(len(names) or 1)
