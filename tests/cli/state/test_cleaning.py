"""`state cleanup`: what it removes and says, in text and JSON, and when it cannot."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from conftest import Builder, Lamina

import lamina.state
from lamina.thought.upkeep.settings import state_settings

SCHEMA = "type: object\nadditionalProperties: true\n"
DOCUMENT = "persistence: {{location: {location}}}\ncleanup: {{keep_latest: 1, retention_days: 30, max_size_mib: 64}}\n"


@pytest.fixture
def root(repository: Builder, tmp_path: Path) -> Path:
    """A repository whose environment prod keeps state of runs that ended 50, 40 and 1 days ago, and of one that goes on."""
    location = tmp_path / "s.sqlite"
    policies = state_settings({"persistence": {"location": str(location)}})
    moment = datetime.now(UTC)
    ended = {"old": 50, "older": 60, "new": 1, "works": 45}
    for name, days in sorted(ended.items(), key=lambda one: -one[1]):
        then = moment - timedelta(days=days)
        with lamina.state.open_at(location, policies, clock=lambda then=then: then) as store:  # type: ignore[misc]
            store.create_run(name, "feature")
            store.move_run(name, "executing")
            if name != "works":
                store.move_run(name, "completed")
    files = {"environments/prod/orchestrator.yaml": DOCUMENT.format(location=location)}
    return repository({**files, "schemas/orchestrator/v1.schema.yaml": SCHEMA})


def test_p4_a_dry_run_says_what_then_goes(root: Path, lamina: Lamina) -> None:
    dry = lamina("state", "cleanup", "prod", "--dry-run", cwd=root)
    assert dry.code == 0
    assert dry.out.startswith(
        "older  would go, by age\nold  would go, by age\nruns that would go: 2 (2 by age)\n"
        "runs that stay: 2 (1 among the newest, 1 not ended)\n"
    )
    done = lamina("state", "cleanup", "prod", cwd=root)
    assert done.code == 0
    assert done.out.splitlines()[:4] == [line.replace("would go", "went") for line in dry.out.splitlines()[:4]]
    left = lamina("state", "runs", "prod", "--format", "json", cwd=root)
    assert [run["run"] for run in json.loads(left.out)["runs"]] == ["new", "works"]


def test_json_of_a_dry_run_and_of_the_real_one(root: Path, lamina: Lamina) -> None:
    dry, done = (
        json.loads(lamina("state", "cleanup", "prod", "--format", "json", *more, cwd=root).out)
        for more in (["--dry-run"], [])
    )
    assert dry["dropped"] == done["dropped"] == [{"run": "older", "why": "age"}, {"run": "old", "why": "age"}]
    assert dry["kept"] == done["kept"]
    assert done["kept"] == [{"run": "new", "because": "among the newest"}, {"run": "works", "because": "not ended"}]
    assert (dry["dry_run"], done["dry_run"], done["fits"], done["first_event"]) == (True, False, True, 1)
    assert done["bytes"]["limit"] == 64 << 20


def test_p5_what_was_served_is_not_due(root: Path, lamina: Lamina) -> None:
    assert "served the schedule's time" in lamina("state", "cleanup", "prod", "--if-due", cwd=root).out
    again = lamina("state", "cleanup", "prod", "--if-due", cwd=root)
    assert (again.code, again.out) == (0, "not due\n")
    told = lamina("state", "cleanup", "prod", "--if-due", "--format", "json", cwd=root)
    assert json.loads(told.out) == {"environment": "prod", "due": False}


def test_a_store_that_is_named_is_kept_by_the_policies_of_the_environment(
    root: Path, tmp_path: Path, lamina: Lamina
) -> None:
    (tmp_path / "s").rename(tmp_path / "moved")
    (tmp_path / "s.sqlite").rename(tmp_path / "moved.sqlite")
    absent = lamina("state", "cleanup", "prod", cwd=root)
    assert (absent.code, absent.out) == (3, "")
    assert "no state is kept in" in absent.err
    assert not (tmp_path / "s").exists()
    found = lamina("state", "cleanup", "prod", "--location", str(tmp_path / "moved.sqlite"), cwd=root)
    assert "runs that went: 2 (2 by age)" in found.out


def test_a_policy_that_cannot_be_followed_is_named(root: Path, lamina: Lamina) -> None:
    (root / "environments/prod/orchestrator.yaml").write_text("persistence: {enabled: true}\n")
    found = lamina("state", "cleanup", "prod", cwd=root)
    assert found.code == 3
    assert "persistence.location: is needed while state is kept" in found.err
