"""Laying out the suites: what the packages hold, as the files of the suites."""

from pathlib import Path

import pytest
from conformance.fetch_suites import exactly, write, yaml_files


def test_a_test_of_one_case_is_a_folder() -> None:
    test = {"id": "AB12", "cases": [{"yaml": "a: é\n", "json": '{"a": "é"}\n'}]}
    assert dict(yaml_files(test)) == {"AB12/in.yaml": "a: é\n".encode(), "AB12/in.json": '{"a": "é"}\n'.encode()}


def test_cases_are_numbered_and_take_their_data_from_the_case_before() -> None:
    cases = [
        {"yaml": "1", "json": "1\n"},
        {"yaml": "01"},
        {"yaml": "[", "fail": True},
        {"yaml": ":", "json": None},
        {"yaml": "?"},
    ]
    assert dict(yaml_files({"id": "AB12", "cases": cases})) == {
        "AB12/00/in.yaml": b"1",
        "AB12/00/in.json": b"1\n",
        "AB12/01/in.yaml": b"01",
        "AB12/01/in.json": b"1\n",
        "AB12/02/in.yaml": b"[",
        "AB12/02/error": b"",
        "AB12/03/in.yaml": b":",
        "AB12/04/in.yaml": b"?",
    }


def test_more_than_ten_cases_have_three_digits_as_in_the_suite() -> None:
    names = [name for name, _ in yaml_files({"id": "AB12", "cases": [{"yaml": ""}] * 11})]
    assert (names[0], names[-1]) == ("AB12/000/in.yaml", "AB12/010/in.yaml")


def test_a_package_without_the_suite_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="the package of tests no longer holds the suite"):
        write(tmp_path / "tests", iter(()))


def test_a_schema_of_a_report_is_byte_for_byte_the_one_that_was_looked_at() -> None:
    digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert exactly(iter([("x", b""), ("a.xsd", b"abc")]), "a.xsd", digest) == b"abc"
    for files in ([], [("a.xsd", b"abd")], [("b.xsd", b"abc")]):
        with pytest.raises(SystemExit, match=r"a\.xsd is not what it was"):
            exactly(iter(files), "a.xsd", digest)
