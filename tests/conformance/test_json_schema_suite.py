"""The JSON-Schema-Test-Suite, where LAMINA_SUITES names a folder that holds it; the runner itself on our own cases."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from conformance.json_schema_suite import FILES_LEFT_OUT, RULES_LEFT_OUT, run

OWN = Path(__file__).parent / "data" / "own-json-schema"
SUITES = os.environ.get("LAMINA_SUITES")


@pytest.mark.skipif(SUITES is None, reason="LAMINA_SUITES names no folder with the suites")
def test_the_suite_is_judged_as_it_says(capsys: pytest.CaptureFixture[str]) -> None:
    outcome = run(Path(SUITES or "", "JSON-Schema-Test-Suite"))
    with capsys.disabled():
        print(f"\nJSON-Schema-Test-Suite: {outcome}")
    assert outcome.failures == []
    assert outcome.passed > 1200


def test_our_cases_pass() -> None:
    outcome = run(OWN)
    assert outcome.failures == []
    assert outcome.passed == 13
    reasons = {
        *RULES_LEFT_OUT.values(),
        FILES_LEFT_OUT["format.json"],
        "a $ref relative to an $id outside the repository",
    }
    assert dict(outcome.left_out) == dict.fromkeys(reasons, 1)


def test_the_counts_are_printed() -> None:
    assert str(run(OWN)).startswith("13 passed, 8 left out, 0 failed\n  left out:    1 ")


def suite(folder: Path, schema: Any, valid: bool) -> Path:
    cases = folder / "tests" / "draft2020-12"
    cases.mkdir(parents=True)
    group = {"description": "group", "schema": schema, "tests": [{"description": "case", "data": 1, "valid": valid}]}
    (cases / "file.json").write_text(json.dumps([group]), encoding="utf-8")
    return folder


@pytest.mark.parametrize("valid", [True, False])
def test_a_wrong_verdict_fails_the_run(tmp_path: Path, valid: bool) -> None:
    outcome = run(suite(tmp_path, {"type": "string" if valid else "integer"}, valid))
    assert outcome.passed == 0
    said = "valid" if valid else "invalid"
    assert outcome.failures == [
        f"file.json: group: case: {who} says that it is not {said}"
        for who in ("the fast validator", "the explaining validator", "the verdict")
    ]


def test_a_schema_that_is_refused_for_no_known_reason_fails_the_run(tmp_path: Path) -> None:
    outcome = run(suite(tmp_path, {"$ref": "#/nowhere"}, valid=True))
    (failure,) = outcome.failures
    assert failure.startswith("file.json: group: dangling-schema-reference: ")
