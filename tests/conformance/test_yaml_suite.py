"""The yaml-test-suite through our reader: always on cases of our own, and on the suite itself where LAMINA_SUITES has it."""

import os
from pathlib import Path

import pytest
from conformance.yaml_suite import FIXED_TOP, FOREIGN_TAG, NO_JSON, SEVERAL_DOCUMENTS, Case, judge, run, under_a_key

OWN = Path(__file__).parent / "data" / "own-yaml"
SUITES = os.environ.get("LAMINA_SUITES")


@pytest.mark.skipif(SUITES is None, reason="LAMINA_SUITES names no folder with the suites")
def test_the_suite_is_read_as_it_says(capsys: pytest.CaptureFixture[str]) -> None:
    outcome = run(Path(SUITES or "", "yaml-test-suite"))
    with capsys.disabled():
        print(f"\nyaml-test-suite: {outcome}")
    assert outcome.failures == []
    assert outcome.passed.total() > 250


def test_our_own_cases_are_read_as_they_say() -> None:
    outcome = run(OWN)
    assert outcome.failures == []
    assert outcome.passed == {"valid": 7, "valid under a key": 3, "an empty file is an empty map": 3, "invalid": 5}
    assert outcome.left_out == {FIXED_TOP: 1, FOREIGN_TAG: 1, NO_JSON: 1, SEVERAL_DOCUMENTS: 1}


@pytest.mark.parametrize(
    ("case", "sentence"),
    [
        (Case("x", b"a: 1\n", True, None), "is invalid, and is read without a finding"),
        (Case("x", b"a: [\n", False, ({"a": []},)), "is valid, and is refused: environments/base/case.yaml:1:4: "),
        (Case("x", b"a: 1\n", False, ({"a": 1.0},)), "is {'a': 1.0}, and is read as {'a': 1}"),
        (Case("x", b"- 1\n", False, ([2],)), "is {'top': [2]}, and is read as {'top': [1]}"),
        (Case("x", b"a: 1\n", False, ()), "is {}, and is read as {'a': 1}"),
        (Case("x", b"a: 1\n", False, None), "is no map with text as keys, and is read without a finding"),
        (Case("x", b"a: 1\n", False, (1, 2)), "is no map with text as keys, and is read without a finding"),
    ],
)
def test_a_misreading_is_a_failure(case: Case, sentence: str) -> None:
    verdict = judge(case)
    assert verdict.result == "failed"
    assert verdict.sentence.startswith(sentence)


def test_a_case_that_is_left_out_for_nothing_is_a_failure(tmp_path: Path) -> None:
    (tmp_path / "652Z").mkdir()
    (tmp_path / "652Z" / "in.yaml").write_text("a: 1\n")
    (tmp_path / "652Z" / "in.json").write_text('{"a": 1}')
    assert run(tmp_path).failures == ["652Z: need not be left out: valid"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"- a\n\n- b", b"top:\n  - a\n\n  - b"),
        (b"--- |\n a\n", b"top: |\n   a\n"),
        (b"# one\n\n---\ttext\n", b"# one\n\ntop:\ttext\n"),
        (b"---word\n", b"top:\n  ---word\n"),
        (b"%YAML 1.2\n--- a\n", None),
        (b"--- a\n--- b\n", None),
        (b"a\n...", None),
    ],
)
def test_a_text_goes_under_a_key_line_by_line(text: bytes, expected: bytes | None) -> None:
    assert under_a_key(text) == expected
