"""`state runs`, `show` and `stats`: what they print, and when they cannot."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from conftest import Builder, Lamina
from example_state import FOLDER
from running import COMMAND, surroundings
from runs import START
from world.unprivileged import bound

from lamina.words.event import Draft
from lamina.world.log import EventLog

SHOWN = """\
feature-118: feature in prod, completed, 17 m 03 s
created 2026-11-21 12:00:00, ended 2026-11-21 12:17:02 UTC
configuration: 1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d
labels: issue=118

phases:
  1 implementation            completed          12 m 12 s
    write-tests     tester    finished           1 m 35 s   14 tests, all fail as they should
    implement       coder     finished, 2 tries  3 m 12 s   6 files changed
    verify          tester    finished, 2 tries  1 m 02 s   14 of 14 pass
  2 review                    completed          4 m 49 s
    review          reviewer  finished           1 m 19 s
    changelog                 skipped                       the change is internal

artifacts:
  change.patch  18.3 KiB  phase 1  sha256:DIGEST

last checkpoint:
  1  every_step  2026-11-21 12:05:40 UTC  2 steps done  2.3 KiB
""".replace("DIGEST", "5e" * 32)
GOING_ON = """\
release-31: release in prod, executing
created 2026-11-21 12:25:00, last changed 2026-11-21 12:25:01 UTC
configuration: 1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d

phases:
  1 preparation                      in progress
    release-notes  documenter        finished     1 m 09 s
    audit          security-auditor  running

open findings:
  medium  release-31.f41  phase 1  a dependency is a year old

to be answered:
  approval  release-31.i42  phase 1  asked by release-manager  Release as 2.4.0?
"""
STATS = """\
runs         1 executing, 1 completed
  took       median 17 m 03 s, nine of ten within 17 m 03 s
phases       1 in progress, 2 completed
steps        1 running, 5 finished, 1 failed, 1 skipped, 1 interrupted; 2 tried again
  took       median 1 m 27 s, nine of ten within 3 m 12 s
gates        1 passed
findings     1 medium open, 1 resolved
questions    1 pending, 1 approved
artifacts    1 of 18.3 KiB
checkpoints  1

AGENT             TRIES  FINISHED  FAILED  INTERRUPTED  MEDIAN    P90
tester            3      2                 1            1 m 19 s  1 m 35 s
coder             2      1         1                    2 m 46 s  3 m 12 s
documenter        1      1                              1 m 09 s  1 m 09 s
reviewer          1      1                              1 m 19 s  1 m 19 s
security-auditor  1
"""


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A copy of the example."""
    return Path(shutil.copytree(FOLDER, tmp_path / "state"))


def test_the_runs(store: Path, lamina: Lamina) -> None:
    outcome = lamina("state", "runs", "--location", str(store), cwd=store)
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out.splitlines() == [
        "RUN          WORKFLOW  STATUS     PHASES  OPEN FINDINGS  QUESTIONS  CREATED (UTC)        TOOK",
        "release-31   release   executing  0 of 1  1              1          2026-11-21 12:25:00",
        "feature-118  feature   completed  2 of 2                            2026-11-21 12:00:00  17 m 03 s",
    ]


def test_the_runs_of_a_status(store: Path, lamina: Lamina) -> None:
    words = ("state", "runs", "--location", str(store), "--format", "json", "--status")
    shape = json.loads(lamina(*words, "completed", "--status", "aborted", cwd=store).out)
    assert shape == {
        "runs": [{
            "run": "feature-118", "workflow": "feature", "environment": "prod", "status": "completed", "phases": 2,
            "phases_done": 2, "open_findings": 0, "pending_interventions": 0, "created": "2026-11-21T12:00:00.000000Z",
            "updated": "2026-11-21T12:17:02.500000Z", "started": "2026-11-21T12:00:00.400000Z",
            "ended": "2026-11-21T12:17:02.500000Z", "error": None, "pinned": False,
        }]
    }  # fmt: skip
    assert json.loads(lamina(*words, "aborted", cwd=store).out) == {"runs": []}
    assert lamina(*words, "done", cwd=store).code == 2


@pytest.mark.parametrize(("run", "text"), [("feature-118", SHOWN), ("release-31", GOING_ON)])
def test_a_run(run: str, text: str, store: Path, lamina: Lamina) -> None:
    outcome = lamina("state", "show", run, "--location", str(store), cwd=store)
    assert (outcome.code, outcome.out, outcome.err) == (0, text, "")


def test_a_run_for_programs_is_its_export(store: Path, lamina: Lamina) -> None:
    shown = lamina("state", "show", "release-31", "--location", "state", "--format", "json", cwd=store.parent)
    assert shown.out == lamina("state", "export", "release-31", "--location", "state", cwd=store.parent).out


def test_the_numbers(store: Path, lamina: Lamina) -> None:
    assert lamina("state", "stats", "--location", str(store), cwd=store).out == STATS
    shape = json.loads(lamina("state", "stats", "--location", str(store), "--format", "json", cwd=store).out)
    assert shape["runs"]["completed"] == 1
    assert shape["run_lengths"] == {"count": 1, "median": 1022.5, "p90": 1022.5, "total": 1022.5}
    assert list(shape) == [
        "runs", "run_lengths", "phases", "phase_retries", "executions", "step_lengths", "step_retries", "findings", "agents",
        "interventions", "artifacts", "artifact_bytes", "checkpoints", "gates",
    ]  # fmt: skip


def test_a_long_text_is_cut(tmp_path: Path, lamina: Lamina) -> None:
    (tmp_path / "state").mkdir()
    (tmp_path / "state/store.json").write_bytes((FOLDER / "store.json").read_bytes())
    with EventLog.open(tmp_path / "state/log", lambda: START, store="x") as log:
        log.append([
            Draft("run.created", "r", {"workflow": "w"}),
            Draft("phase.created", "r", {"phase": 1, "name": "p" * 1000}),
            Draft("run.transitioned", "r", {"status": "failed", "error": "e" * 1000}),
        ])  # fmt: skip
    lines = lamina("state", "show", "r", "--location", "state", cwd=tmp_path).out.splitlines()
    assert lines[2].endswith("eee… (700 more characters)")
    assert "ppp… (842 more characters)  pending" in lines[5]


def test_nothing_is_changed_by_looking(store: Path, lamina: Lamina) -> None:
    before = {one: (one.stat().st_mtime_ns, one.stat().st_mode) for one in store.parent.rglob("*")}
    for words in (
        ["runs"],
        ["show", "feature-118"],
        ["stats"],
        ["history", "feature-118"],
        ["timeline", "feature-118"],
    ):
        assert lamina("state", *words, "--location", str(store), cwd=store).code == 0
    assert {one: (one.stat().st_mtime_ns, one.stat().st_mode) for one in store.parent.rglob("*")} == before


def test_an_environment_leads_to_its_store(store: Path, repository: Builder, lamina: Lamina) -> None:
    layer = f"persistence:\n  format: json\n  location: {store}/\n"
    root = repository(
        {"schemas/orchestrator/v1.schema.yaml": "type: object\n", "environments/prod/orchestrator.yaml": layer}
    )
    assert lamina("state", "show", "prod", "feature-118", cwd=root).out == SHOWN
    assert lamina("state", "stats", "prod", cwd=root).out == STATS


MISUSES = {
    "no run": (["show", "prod"], "RUN is missing"),
    "nothing": (["show"], "ENVIRONMENT and RUN are missing"),
    "too much": (["runs", "prod", "x"], "x is too much"),
    "an environment beside a location": (
        ["show", "prod", "feature-118", "--location", "."],
        "feature-118 is too much: with --location no environment is named",
    ),
    "no such command": (["shwo"], "there is no command state shwo"),
}


@pytest.mark.parametrize(("words", "said"), MISUSES.values(), ids=MISUSES)
def test_words_that_are_off(words: list[str], said: str, store: Path, lamina: Lamina) -> None:
    outcome = lamina("state", *words, cwd=store)
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.startswith(f"lamina: error: {said}\n")


@pytest.mark.parametrize("words", [["show", "feature-1"], ["export", "x"], ["history", "feature-1"], ["timeline", "x"]])
def test_a_run_that_is_not_there(words: list[str], store: Path, lamina: Lamina) -> None:
    outcome = lamina("state", *words, "--location", str(store), cwd=store)
    assert (outcome.code, outcome.out) == (3, "")


@pytest.mark.parametrize("command", ["show", "export", "history", "timeline", "resume"])
def test_the_run_that_may_be_meant_is_named(command: str, store: Path, lamina: Lamina) -> None:
    outcome = lamina("state", command, "Feature-181", "--location", str(store), cwd=store)
    assert (outcome.code, outcome.err.splitlines()[-1]) == (3, "lamina: hint: did you mean feature-118?")
    unlike = lamina("state", command, "zzz", "--location", str(store), cwd=store)
    assert "lamina: hint: lamina state runs ENV " in unlike.err


def test_a_file_is_no_store(store: Path, lamina: Lamina) -> None:
    outcome = lamina("state", "runs", "--location", str(FOLDER / "store.json"), cwd=store)
    assert (outcome.code, outcome.err.splitlines()[0]) == (
        3,
        f"lamina: error: no state is kept in {FOLDER / 'store.json'}",
    )


def test_a_store_that_may_not_be_read_is_told(store: Path) -> None:
    (store.parent / "state.sqlite").write_bytes(b"")
    (store.parent / "state.sqlite").chmod(0)
    store.chmod(0)

    def act() -> int:
        command = [*COMMAND, "state", "runs", "--location", str(store.parent / "state.sqlite")]
        done = subprocess.run(
            command, cwd=store.parent, env=surroundings(), capture_output=True, text=True, check=False
        )
        return done.returncode if "cannot be used: Permission denied" in done.stderr else 1

    try:
        assert bound(act) == 3
    finally:
        store.chmod(0o700)


def test_where_nothing_is_kept(repository: Builder, lamina: Lamina) -> None:
    root = repository({"environments/prod/app.yaml": "a: 1\n"})
    for words in (["runs", "prod"], ["history", "prod", "r"], ["stats", "--location", "nowhere"]):
        outcome = lamina("state", *words, cwd=root)
        assert (outcome.code, outcome.out) == (3, "")
        assert "state is kept" in outcome.err or "keeps no state" in outcome.err


def test_what_programs_put_there_stays_text(tmp_path: Path, lamina: Lamina) -> None:
    hostile = "\x1b[31m\n::error::x ##[error] <script>"
    (tmp_path / "state").mkdir()
    (tmp_path / "state/store.json").write_bytes((FOLDER / "store.json").read_bytes())
    with EventLog.open(tmp_path / "state/log", lambda: START, store="x") as log:
        log.append([
            Draft("run.created", "r", {"workflow": hostile, "environment": hostile, "labels": {hostile: hostile}}),
            Draft("phase.created", "r", {"phase": 1, "name": hostile}),
            Draft("run.transitioned", "r", {"status": "executing"}),
            Draft("step.started", "r", {"id": "e", "phase": 1, "step": hostile, "attempt": 1, "agent": hostile}),
            Draft("finding.recorded", "r", {"id": "f", "grade": "high", "title": hostile, "file": hostile}),
            Draft("intervention.requested", "r", {"id": "i", "kind": hostile, "reason": hostile, "by": hostile}),
            Draft("artifact.recorded", "r", {"id": "a", "name": hostile, "size": 1, "digest": hostile}),
            Draft("run.transitioned", "r", {"status": "failed", "error": hostile}),
        ])  # fmt: skip
    for words in (["runs"], ["show", "r"], ["stats"], ["history", "r"], ["timeline", "r"]):
        outcome = lamina("state", *words, "--location", "state", cwd=tmp_path)
        assert outcome.code == 0
        lines = outcome.out.split("\n")
        assert all(line.isprintable() and "##[" not in line and not line.lstrip().startswith("::") for line in lines)
