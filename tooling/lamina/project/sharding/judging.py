"""A shard of `check` or of `validate`: its findings, and the part of them that is joined with the others'."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from lamina.project.gate.checking import Checked, Checking
from lamina.project.gate.since import Change
from lamina.project.questions import Project
from lamina.project.sharding.moment import asking_moment
from lamina.project.sharding.part import Part, of_findings, part_shape
from lamina.project.validating import validated
from lamina.words.finding import Finding
from lamina.words.shards import Shard


def check_shard(
    change: Change, shard: Shard, environments: Sequence[str], *, now: datetime, jobs: int = 1
) -> tuple[Checked, Mapping[str, Any]]:
    """What is found in a shard of a change whatever the others find, and its part; raises what `check` does."""
    with asking_moment(change.project) as moment:
        extent = change.extent.sharded(shard)
        checking = Checking(change.project, environments, extent, now=now, base=change.before)
        seen = checking.seen(jobs)
        found = checking.settled(seen)
        base, rules = change.base.id if change.base else None, tuple(sorted(checking.pages))
        return found, part_shape(Part("check", shard, moment(), tuple(environments), base, rules, seen))


def validate_shard(
    project: Project, shard: Shard, environments: Sequence[str], jobs: int = 1
) -> tuple[list[Finding], Mapping[str, Any]]:
    """What is wrong in a shard, and its part; raises what `Project.validate` does."""
    with asking_moment(project) as moment:
        findings = validated(project, environments, jobs=jobs, shard=shard)
        part = Part("validate", shard, moment(), tuple(environments), None, (), of_findings(findings))
        return findings, part_shape(part)
