"""`state resume`, `import`, `vacuum`, `rebuild` and `fsck`: what they print, and when they cannot."""

import json
import shutil
from pathlib import Path

import pytest
from conftest import Lamina
from example_state import FOLDER

RESUMED = """\
release-31 is executing
goes on in phase 1 (preparation)
  done         1 release-notes
  interrupted  1 audit, try 1
  waits for    approval: Release as 2.4.0?
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A folder with the store of the docs in it, as `state`, for its owner alone."""
    shutil.copytree(FOLDER, tmp_path / "state")
    (tmp_path / "state").chmod(0o700)
    return tmp_path


def test_resume_says_where_a_run_goes_on(root: Path, lamina: Lamina) -> None:
    outcome = lamina("state", "resume", "release-31", "--location", "state", cwd=root)
    assert (outcome.code, outcome.out, outcome.err) == (0, RESUMED, "")
    again = lamina("state", "resume", "release-31", "--location", "state", "--format", "json", cwd=root)
    said = json.loads(again.out)
    assert (said["phase"], said["done"]) == (1, [{"phase": 1, "step": "release-notes"}])
    ended = lamina("state", "resume", "feature-118", "--location", "state", cwd=root)
    assert ended.out == "feature-118 is completed\nit has ended, so there is nothing to go on with\n"


@pytest.mark.parametrize("words", [["state", "resume", "release-31"], ["snapshot", "create"]], ids=" ".join)
def test_who_looks_after_a_store_by_its_location_applies_no_policies(
    words: list[str], root: Path, lamina: Lamina
) -> None:
    assert lamina(*words, "--location", "state", cwd=root).code == 0
    (segment,) = (root / "state/log").glob("0*.jsonl")
    assert b'"type":"config.applied"' not in segment.read_bytes()


def test_an_export_is_imported_as_it_was(root: Path, lamina: Lamina) -> None:
    exported = lamina("state", "export", "feature-118", "--location", "state", cwd=root).out
    (root / "run.json").write_text(exported)
    (root / "other").mkdir(mode=0o700)
    refused = lamina("state", "import", "--location", "other/x", "--file", "run.json", cwd=root)
    assert (refused.code, "no state is kept" in refused.err) == (3, True)
    lamina("state", "export", "release-31", "--location", "state", "-o", "other.json", cwd=root)
    shutil.copytree(root / "state", root / "copy")
    segment = root / "copy/log/00000000000000000001.jsonl"
    segment.write_bytes(segment.read_bytes().splitlines(keepends=True)[0])
    outcome = lamina("state", "import", "--location", "copy", "--file", "run.json", cwd=root)
    assert (outcome.code, outcome.out) == (0, "took over feature-118, completed\n")
    assert lamina("state", "export", "feature-118", "--location", "copy", cwd=root).out == exported
    again = lamina("state", "import", "--location", "copy", "--file", "run.json", cwd=root)
    assert (again.code, "there is a run feature-118 already" in again.err) == (3, True)


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [("{", 2, "run.json is no JSON"), ("{}", 1, "is no export of a run"), (None, 2, "run.json cannot be read")],
)
def test_what_is_no_export(root: Path, lamina: Lamina, text: str | None, code: int, said: str) -> None:
    if text is not None:
        (root / "run.json").write_text(text)
    outcome = lamina("state", "import", "--location", "state", "--file", "run.json", cwd=root)
    assert outcome.code == code
    assert said in outcome.err


def test_rebuild_and_vacuum(root: Path, lamina: Lamina) -> None:
    outcome = lamina("state", "rebuild", "--location", "state", cwd=root)
    assert (outcome.code, outcome.out) == (0, "made the records anew from 42 events\n")
    outcome = lamina("state", "vacuum", "--location", "state", cwd=root)
    assert outcome.code == 0
    assert outcome.out.startswith("gave ")


def test_fsck_tells_what_is_wrong_and_repair_needs_a_reason(root: Path, lamina: Lamina) -> None:
    lamina("state", "rebuild", "--location", "state", cwd=root)
    segment = root / "state/log/00000000000000000001.jsonl"
    segment.write_bytes(b"".join(segment.read_bytes().splitlines(keepends=True)[:-2]))
    outcome = lamina("state", "fsck", "--location", "state", cwd=root)
    assert outcome.code == 1
    assert "problem  records   they were told event 42, which the log does not have: it ends with 40" in outcome.out
    refused = lamina("state", "runs", "--location", "state", cwd=root)
    assert refused.code in (0, 3)
    assert lamina("state", "fsck", "--location", "state", "--repair", cwd=root).code == 2
    assert lamina("state", "fsck", "--location", "state", "--reason", "x", cwd=root).code == 2
    words = ("state", "fsck", "--location", "state", "--repair", "--reason", "from an old copy", "--format", "json")
    repaired = lamina(*words, cwd=root)
    states = {one["name"]: one["state"] for one in json.loads(repaired.out)["checks"]}
    assert (states["log"], states["records"]) == ("ok", "ok")
    assert "from an old copy" in segment.read_text()


@pytest.mark.parametrize("command", ["resume", "vacuum", "rebuild", "fsck"])
def test_no_command_makes_a_store(tmp_path: Path, lamina: Lamina, command: str) -> None:
    run = ["r"] if command == "resume" else []
    outcome = lamina("state", command, *run, "--location", "none", cwd=tmp_path)
    assert (outcome.code, "no state is kept in" in outcome.err) == (3, True)
    assert list(tmp_path.iterdir()) == []
