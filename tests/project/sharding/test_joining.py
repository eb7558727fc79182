"""Joining: the parts of a check, or of a validation, come to what one run finds; a thousand times with LAMINA_LONG=1."""

import json
import os
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_repositories import REPOSITORY, project

import lamina
from lamina.project import Project
from lamina.project.gate import Change, Checked, check
from lamina.project.sharding.joining import joined
from lamina.project.sharding.judging import check_shard, validate_shard
from lamina.project.sharding.part import Part, read_part
from lamina.thought.reports import Report, gathered
from lamina.thought.reports.json_text import write
from lamina.words.finding import Finding, in_order
from lamina.words.shards import Shard

ROOT = Path(__file__).parents[3]
NOW = datetime(2026, 11, 21, tzinfo=UTC)
Files = dict[str, str | None]
ENVIRONMENTS = st.sampled_from([(), ("prod",), ("prod", "qa")])


def report(findings: Sequence[Finding]) -> Report:
    return Report(gathered(findings), "check", "", "")


def part_of(findings: Sequence[Finding], part: dict[str, object]) -> Part:
    """A part, written and read again."""
    return read_part(
        json.dumps({"findings": json.loads(write(report(findings)))["findings"], "part": part}).encode(), ""
    )


def checked(one: Project, of: int, environments: tuple[str, ...], jobs: int = 1) -> tuple[Checked, list[Checked]]:
    """What the shards of a check come to, and what each finds."""
    parts, alone = [], []
    for number in range(of, 0, -1):
        found, part = check_shard(Change(one), Shard(number, of), environments, now=NOW, jobs=jobs)
        alone.append(found)
        parts.append((f"{number}", part_of(found.findings, dict(part))))
    return joined(parts, lambda _: one, Path(), (), NOW).found, alone


def validated(one: Project, of: int, environments: tuple[str, ...]) -> tuple[Checked, list[Finding]]:
    parts, alone = [], []
    for number in range(of, 0, -1):
        findings, part = validate_shard(one, Shard(number, of), environments)
        alone += findings
        parts.append((f"{number}", part_of(findings, dict(part))))
    return joined(parts, lambda _: one, Path(), (), NOW).found, alone


@settings(max_examples=1000 if os.environ.get("LAMINA_LONG") else 50)
@given(REPOSITORY, st.integers(1, 5), ENVIRONMENTS)
def test_the_shards_of_a_check_come_to_the_whole(files: Files, of: int, environments: tuple[str, ...]) -> None:
    environments = tuple(name for name in environments if name in project(files).concrete())
    whole = check(project(files), environments, now=NOW)
    together, alone = checked(project(files), of, environments)
    assert write(report(together.findings)) == write(report(whole.findings))
    assert together.environments == whole.environments
    # What a shard tells by itself is so, and of what it cannot know it tells nothing.
    assert {one for found in alone for one in found.findings} <= set(whole.findings)


@settings(max_examples=1000 if os.environ.get("LAMINA_LONG") else 50)
@given(REPOSITORY, st.integers(1, 5), ENVIRONMENTS)
def test_the_shards_of_a_validation_come_to_the_whole(files: Files, of: int, environments: tuple[str, ...]) -> None:
    environments = tuple(name for name in environments if name in project(files).concrete())
    whole = in_order(project(files).validate(environments))
    together, alone = validated(project(files), of, environments)
    assert write(report(together.findings)) == write(report(whole))
    assert in_order(alone) == whole


@settings(max_examples=15)
@given(REPOSITORY, st.integers(2, 3))
def test_processes_share_a_shard(files: Files, of: int) -> None:
    whole = check(project(files), now=NOW).findings
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("lamina.project.gate.checking._WORTH_SHARING", 0)
        assert write(report(checked(project(files), of, (), jobs=2)[0].findings)) == write(report(whole))


@pytest.fixture(scope="module")
def own() -> Project:
    return lamina.open(ROOT)


@pytest.mark.parametrize("of", range(1, 6))
def test_the_shards_of_this_repository_come_to_the_whole(of: int, own: Project) -> None:
    assert checked(own, of, ())[0].findings == check(own, now=NOW).findings
    assert validated(own, of, ())[0].findings == tuple(in_order(own.validate()))
