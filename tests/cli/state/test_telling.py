"""`state history` and `timeline`: from the log alone, in each form, to the terminal and into files."""

import json
import shutil
from pathlib import Path
from xml.etree import ElementTree

import pytest
from conftest import Lamina
from example_state import FOLDER


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A store of which nothing is left but the log."""
    shutil.copytree(FOLDER / "log", tmp_path / "state/log")
    return tmp_path / "state"


def test_e9_the_history_by_the_log_alone(store: Path, lamina: Lamina) -> None:
    outcome = lamina("state", "history", "feature-118", "--location", "state", cwd=store.parent)
    lines = outcome.out.splitlines()
    assert (outcome.code, outcome.err, len(lines)) == (0, "", 32)
    assert lines[0] == "     2  2026-11-21 12:00:00.000  run of feature created in prod, configuration 1a2b3c4d5e6f"
    assert lines[-1] == "    33  2026-11-21 12:17:02.500  run completed, was executing"


def test_e9_the_timeline_by_the_log_alone(store: Path, lamina: Lamina) -> None:
    outcome = lamina("state", "timeline", "feature-118", "--location", "state", cwd=store.parent)
    lines = outcome.out.splitlines()
    assert (outcome.code, outcome.err) == (0, "")
    assert lines[0] == "feature-118: feature in prod, completed, 17 m 03 s"
    assert lines[7] == "  implement       coder      finished, 2 tries    5 m 33 s  ▓▓▓▓▓█████████"
    assert max(map(len, lines)) == 100


def test_a_timeline_is_as_wide_as_the_terminal(store: Path, lamina: Lamina) -> None:
    words = ("state", "timeline", "feature-118", "--location", "state")
    lines = lamina(*words, cwd=store.parent, env={"COLUMNS": "140"}).out.splitlines()
    assert max(map(len, lines)) == 140


def test_e9_each_form_of_both(store: Path, lamina: Lamina) -> None:
    def printed(command: str, form: str) -> str:
        outcome = lamina("state", command, "release-31", "--location", "state", "--format", form, cwd=store.parent)
        assert (outcome.code, outcome.err) == (0, "")
        return outcome.out

    assert [one["seq"] for one in json.loads(printed("history", "json"))["events"]] == list(range(34, 43))
    assert printed("history", "markdown").startswith("### History of <code>release-31</code>\n")
    assert json.loads(printed("timeline", "json"))["phases"][0]["steps"][1]["status"] == "running"
    assert printed("timeline", "markdown").startswith("### Run <code>release-31</code>: executing\n")
    assert ElementTree.fromstring(printed("timeline", "svg")).tag == "{http://www.w3.org/2000/svg}svg"


@pytest.mark.parametrize("form", ["text", "json", "markdown", "svg"])
def test_a_file_gets_what_would_be_printed(form: str, store: Path, lamina: Lamina) -> None:
    words = ("state", "timeline", "feature-118", "--location", "state", "--format", form)
    outcome = lamina(*words, "-o", "out", cwd=store.parent)
    file = store.parent / "out"
    assert (outcome.code, outcome.out, outcome.err) == (0, "", "lamina: wrote out\n")
    assert file.read_text("utf-8") == lamina(*words, cwd=store.parent).out
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_link_is_not_written_through(store: Path, lamina: Lamina) -> None:
    (store.parent / "out").symlink_to(store.parent / "target")
    outcome = lamina("state", "timeline", "feature-118", "--location", "state", "-o", "out", cwd=store.parent)
    assert outcome.code == 3
    assert not (store.parent / "target").exists()


def test_a_log_that_was_changed_is_told(store: Path, lamina: Lamina) -> None:
    (file,) = (store / "log").glob("*.jsonl")
    file.write_bytes(file.read_bytes().replace(b"14 of 14 pass", b"13 of 14 pass"))
    outcome = lamina("state", "history", "feature-118", "--location", "state", cwd=store.parent)
    assert outcome.code == 3
    assert "does not match its own hash" in outcome.err
