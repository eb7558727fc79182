"""A plan: the files that are to change and what that does in every environment, before anything is written."""

from collections.abc import Iterator, Mapping, Sequence

from lamina.changes.writing import FileChange
from lamina.project import Project
from lamina.project.impact import EnvironmentImpact, effects
from lamina.thought.topology import ENVIRONMENTS
from lamina.words.errors import Failure
from lamina.words.finding import Finding
from lamina.words.values import dataclass
from lamina.world.sources import Identified
from lamina.world.sources.hashed import HashedTree
from lamina.world.sources.overlay import IdentifiedOverlay

_BY_HAND = "the lines are as they would be; change a part of it by hand"


class WouldNotHold(Failure):
    """What would be has errors, in the environment itself or in one that has none of them today."""

    status = 1

    def __init__(self, what: str, findings: Sequence[Finding], hint: str = _BY_HAND) -> None:
        super().__init__(f"{what}, so nothing was written", hint)
        self.findings = tuple(findings)


@dataclass(frozen=True, slots=True)
class Plan:
    """The files of the repository that change, what that does to every environment, and the project as it would be."""

    files: tuple[FileChange, ...]
    effects: tuple[EnvironmentImpact, ...]
    after: Project


def planned(now: Project, files: Mapping[str, bytes | None]) -> Plan:
    """The plan that gives some files other bytes; None takes one away."""
    found = ((file, now.source.read(file) if file in now.tree.files else None, data) for file, data in files.items())
    changes = tuple(FileChange(file, before, data) for file, before, data in sorted(found) if before != data)
    before = identified(now)
    after = IdentifiedOverlay(before, {one.file: one.after for one in changes})
    return Plan(changes, effects(before, after, now.version), now.with_files(files))


def identified(project: Project) -> Identified:
    """What a project was read from, with an id of every file."""
    if isinstance(project.source, Identified):
        return project.source
    assert project.root is not None, "a project is read from a commit or from a work tree"
    return HashedTree(project.root)


def errors_of(project: Project, name: str) -> Iterator[Finding]:
    """The errors of an environment that is rendered; none of one that is not, or is not there."""
    environment = project.tree.topology.environments.get(name)
    if environment is None or environment.abstract:
        return
    road = project.road(name)
    yield from road.findings
    for document in road.names():
        yield from (one for one in road.document(document).findings if one.severity == "error")


def demand_no_new_errors(now: Project, plan: Plan) -> None:
    """Raise WouldNotHold for the first environment that would have errors which it has not."""
    # Effects are told under the newer schemas of both sides, and so do not tell of a version that goes away.
    anywhere = any(not one.file.startswith(f"{ENVIRONMENTS}/") for one in plan.files)
    for name in (one.name for one in plan.effects if anywhere or one.touched):
        before = {_identity(finding) for finding in errors_of(now, name)}
        fresh = [finding for finding in errors_of(plan.after, name) if _identity(finding) not in before]
        if fresh:
            raise WouldNotHold(f"{name} would have errors that it has not today", fresh)


def _identity(finding: Finding) -> tuple[object, ...]:
    return finding.rule, finding.document, finding.path, finding.message
