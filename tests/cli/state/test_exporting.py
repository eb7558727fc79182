"""`state export`: the document and the report of a run or a phase."""

import json
import shutil
from pathlib import Path

import pytest
from conftest import Lamina
from example_state import FOLDER
from jsonschema import Draft202012Validator

from lamina.project.state.opening import place_at
from lamina.project.state.showing import records_of_run
from lamina.thought.runs.exporting import records_of, schema


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where a copy of the example lies, as `state`."""
    shutil.copytree(FOLDER, tmp_path / "state")
    return tmp_path


def exported(lamina: Lamina, folder: Path, *words: str) -> str:
    outcome = lamina("state", "export", "feature-118", "--location", "state", *words, cwd=folder)
    assert (outcome.code, outcome.err) == (0, "")
    return outcome.out


def test_s9_the_document_fits_the_schema_and_holds_all_records(folder: Path, lamina: Lamina) -> None:
    shape = json.loads(exported(lamina, folder))
    assert not list(Draft202012Validator(schema()).iter_errors(shape))
    assert records_of(shape) == records_of_run(place_at(folder / "state"), "feature-118")


def test_a_phase(folder: Path, lamina: Lamina) -> None:
    shape = json.loads(exported(lamina, folder, "--phase", "2"))
    assert (shape["phase"], [one["step"] for one in shape["executions"]]) == (2, ["review", "changelog"])
    assert exported(lamina, folder, "--phase", "2", "--format", "markdown").startswith("# Phase 2 of run")
    assert lamina("state", "export", "feature-118", "--location", "state", "--phase", "3", cwd=folder).code == 3
    assert lamina("state", "export", "feature-118", "--location", "state", "--phase", "0", cwd=folder).code == 2


def test_s9_a_file_is_replaced_as_a_whole(folder: Path, lamina: Lamina) -> None:
    (folder / "out.json").write_text("before")
    before = (folder / "out.json").stat().st_ino
    outcome = lamina("state", "export", "feature-118", "--location", "state", "-o", "out.json", cwd=folder)
    assert (outcome.code, outcome.out, outcome.err) == (0, "", "lamina: wrote out.json\n")
    assert (folder / "out.json").read_text("utf-8") == exported(lamina, folder)
    assert (folder / "out.json").stat().st_ino != before
    assert sorted(one.name for one in folder.iterdir()) == ["out.json", "state"]
