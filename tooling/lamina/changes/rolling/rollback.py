"""Rollback: of everything, or of one environment by its own layers alone; computed and proved before anything is written."""

from collections.abc import Sequence
from pathlib import Path

from lamina.changes.landing import Landing
from lamina.changes.overriding import merged, overridden
from lamina.changes.plan import Plan, WouldNotHold, errors_of, planned
from lamina.changes.rolling.proving import prove
from lamina.changes.rolling.restoring import newest, restored, settings_restored
from lamina.changes.rolling.target import target
from lamina.project import Project
from lamina.project.keyring import Keyring
from lamina.project.outdated import tree_layers
from lamina.project.questions import NoSuchEnvironment
from lamina.project.revisions import project_at
from lamina.thought.topology import LayerFile
from lamina.words.errors import Failure
from lamina.words.node import same
from lamina.words.values import dataclass
from lamina.world.history import Commit, History, NoSuchRevision


class NotOnBranch(Failure):
    """A commit that is not among those of the branch, so that there is no way back to it."""

    def __init__(self, commit: Commit, why: str) -> None:
        super().__init__(f"{commit.id[:12]} {why}", "git log --oneline lists the commits that one can go back to")


@dataclass(frozen=True, slots=True)
class Rollback:
    """A rollback that is not committed yet: to which commit, of which environment (None: of all), and the plan.

    `kept` are the sealed files that stay as they are, and were others.
    """

    commit: Commit
    environment: str | None
    plan: Plan
    kept: tuple[str, ...]

    def land(self, landing: Landing, reason: str | None) -> str | None:
        """Commit it, and give the id; None where nothing changes. Raises what `Branch.commit` raises."""
        trailers = {"Rolled-back-to": self.commit.id, "Environment": self.environment or "all"}
        trailers |= {"Reason": reason} if reason else {}
        subject = f"Roll {self.environment or 'all environments'} back to {self.commit.id[:12]}"
        return landing.land(self.plan.files, subject, trailers)


def rollback(
    landing: Landing, folder: Path, revision: str, environment: str | None, keyring: Keyring, secrets: bool = False
) -> Rollback:
    """What brings an environment, or all, back to a revision before the tip of a branch; nothing is written.

    Raises NotOnBranch, what `project_at` raises, and what `rolled_back` raises.
    """
    history = History(folder)
    try:
        commit = history.commit(revision)
    except NoSuchRevision as failure:
        if revision in landing.project.tree.topology.environments:
            failure.hint = f"{revision} is an environment; the order is lamina rollback {revision} --to REV"
        raise
    demand_before(history, commit, landing.project.commit or "HEAD")
    then = project_at(folder, commit.id, landing.project.version)
    plan = rolled_back(landing.project, then, environment, keyring, secrets)
    return Rollback(commit, environment, plan, () if secrets else _kept(landing.project, then, environment))


def _kept(now: Project, then: Project, environment: str | None) -> tuple[str, ...]:
    """The sealed files of an environment, or of all, that are others than they were."""
    sides = [
        {file: project.tree.data(file) for file, of in tree_layers(project).items() if _is_sealed(of, environment)}
        for project in (now, then)
    ]
    return tuple(file for file in sorted({*sides[0], *sides[1]}) if sides[0].get(file) != sides[1].get(file))


def _is_sealed(of: LayerFile, environment: str | None) -> bool:
    return of.sealed and environment in (None, of.environment)


def demand_before(history: History, commit: Commit, tip: str) -> None:
    """Raise NotOnBranch unless a commit is among those that lead to the tip of a branch."""
    if history.precedes(commit.id, tip):
        return
    if history.precedes(tip, commit.id):
        raise NotOnBranch(commit, f"is later than {tip[:12]}, so it is nothing to go back to")
    raise NotOnBranch(commit, f"does not lead to {tip[:12]}: it is on another branch, or of another history")


def rolled_back(now: Project, then: Project, environment: str | None, keyring: Keyring, secrets: bool = False) -> Plan:
    """Bring an environment, or all, to what it was: the merged documents are those of then under today's schemas.

    Sealed files stay as they are but with `secrets`. Raises NoSuchEnvironment, NothingWritten, WouldNotHold, NotTheSame,
    ReadableByOthers, SecretReturns, SecretDiffers, CannotEdit and CannotOverride.
    """
    names = [environment] if environment else sorted({one.name for side in (now, then) for one in side.environments()})
    for side in (then, now) if environment else ():
        _demand_environment(side, names[0])
    wanted = target(now, then, names if secrets else ())
    _demand_sound(wanted, names)
    files = {} if environment else settings_restored(now, then)
    if files or any(_differing(now, wanted, name) for name in names):
        wanted = newest(wanted, names, keyring, secrets)
        files |= restored(now, wanted, names, secrets)
        files |= _overrides(now, files, wanted, environment) if environment else {}
    plan = planned(now, files)
    prove(now, plan, wanted, names)
    return plan


def _demand_environment(side: Project, name: str) -> None:
    try:
        side.environment(name)
    except NoSuchEnvironment as failure:
        failure.details = (f"at the commit {side.commit}",) if side.commit else ()
        raise


def _overrides(
    now: Project, files: dict[str, bytes | None], wanted: Project, environment: str
) -> dict[str, bytes | None]:
    """What the environment has to say beyond its old layers, since those below it are others today."""
    more: dict[str, bytes | None] = {}
    back = now.with_files(files)
    for name in dict.fromkeys([*_differing(back, wanted, environment), *_at_odds(back, environment)]):
        after = now.with_files({**files, **more})
        more |= overridden(after, environment, name, merged(wanted, environment, name))
    return more


def _at_odds(project: Project, environment: str) -> list[str]:
    """The documents of whose layers one says something that does not go with those below it, such as a vain `!unset`."""
    road = project.road(environment)
    return [name for name in road.names() if road.stage(name).merged.faults]


def _differing(project: Project, wanted: Project, environment: str) -> list[str]:
    """The documents whose layers merge into something else than is wanted."""
    sides = [one for one in (project, wanted) if environment in one.tree.topology.environments]
    names = sorted({name for side in sides for name in side.tree.topology.documents(environment)})
    if len(sides) < 2:
        return names
    return [name for name in names if not same(*(merged(side, environment, name) for side in sides))]


def _demand_sound(wanted: Project, names: Sequence[str]) -> None:
    findings = [finding for name in names for finding in errors_of(wanted, name)]
    if findings:
        count = len(set(findings))
        what = f"what it was has {count} error{'s' * (count > 1)} under today's schemas"
        raise WouldNotHold(what, findings, "the lines are as they were; go back to another commit, or by hand")
