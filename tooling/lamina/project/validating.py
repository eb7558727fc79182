"""Validating with several processes: each takes a shard of the documents, and all findings are those of one."""

from collections.abc import Sequence
from functools import partial

from lamina.project.overrides import Override
from lamina.project.questions import Project
from lamina.words.finding import Finding, in_order
from lamina.words.shards import WHOLE, Shard
from lamina.world.workers import shared_out

# For fewer documents a second process costs more than it saves.
_WORTH_SHARING = 200


def validated(
    project: Project,
    environments: Sequence[str] = (),
    overrides: Sequence[Override] = (),
    jobs: int = 1,
    shard: Shard = WHOLE,
) -> list[Finding]:
    """What `Project.validate` finds, by position, and raises; `jobs` is the number of processes."""
    topology = project.tree.topology
    concerned = [name for name in environments or project.concrete() if name in topology.environments]
    worth = sum(len(topology.documents(name)) for name in concerned) // shard.of >= _WORTH_SHARING
    shares = shard.shares(jobs if worth else 1)
    found = shared_out([partial(_part, project, environments, overrides, share) for share in shares])
    return in_order(finding for part in found for finding in part)


def _part(project: Project, environments: Sequence[str], overrides: Sequence[Override], shard: Shard) -> list[Finding]:
    found = list(project.validate(environments, overrides, shard))
    project.flush()
    return found
