"""What holds of every format: valid with nothing to tell, of bounded size, and deaf to what a repository says."""

import json
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from thought.reports.samples import FORBIDDEN, HOSTILE, commands, findings, hostile_everywhere, many, report

from lamina.thought.reports import BASELINE, REPORTS
from lamina.words.finding import Finding

ALL = REPORTS | BASELINE
JSON = {"json", "sarif", "gitlab", "baseline"}


@pytest.mark.parametrize("form", ALL)
def test_nothing_found_is_a_whole_document(form: str) -> None:
    text = ALL[form](report([]))
    assert text.endswith("\n")
    if form in JSON:
        json.loads(text)
    elif form == "junit":
        assert len(list(ElementTree.fromstring(text).iter("testcase"))) == 1
    else:
        assert text.removeprefix("### ") == "no findings in dev, prod\n"


@pytest.mark.parametrize("evil", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize("form", ALL)
def test_no_text_of_a_repository_is_a_command(form: str, evil: str) -> None:
    _harmless(form, ALL[form](report([hostile_everywhere(evil)], excerpt=lambda _: evil.replace("\n", " "))))


@pytest.mark.parametrize("form", ALL)
@given(found=st.lists(findings, max_size=4))
def test_no_finding_is_a_command(form: str, found: list[Finding]) -> None:
    _harmless(form, ALL[form](report(found)))


def _harmless(form: str, text: str) -> None:
    if form not in ("json", "baseline"):  # where every character is data, and cli escapes what a terminal would obey
        assert not set(text) & FORBIDDEN
        assert not any(0xD800 <= ord(one) < 0xE000 for one in text)
    obeyed = {one.name for one in commands(text)}
    assert obeyed <= ({"error", "warning", "notice"} if form == "github" else set())
    if form in JSON:
        json.loads(text)
    if form == "junit":
        tags = {one.tag for one in ElementTree.fromstring(text).iter()}
        assert tags <= {"testsuites", "testsuite", "testcase", "failure", "system-out"}


@pytest.mark.parametrize("form", ALL)
def test_the_size_grows_with_the_findings_or_stays_within_a_budget(form: str) -> None:
    one, other = (len(ALL[form](report(many(count))).encode()) for count in (5_000, 10_000))
    if form == "github":
        assert other < 4_000
    elif form == "markdown":
        assert one < other + 1_000
        assert other < 65_536
    else:
        assert one * 1.9 < other < one * 2.1


@pytest.mark.parametrize("form", ALL)
def test_a_finding_about_no_environment_document_or_path(form: str) -> None:
    text = ALL[form](report([Finding("bad-name", "the name cannot stand", hostile_everywhere("lamina.yaml").position)]))
    assert "lamina.yaml" in text
    assert "None" not in text
    assert "(in" not in text
