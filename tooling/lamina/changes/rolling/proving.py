"""Proving a rollback before it is committed: what was rolled back is what it was, and nothing else has changed."""

from collections.abc import Sequence

from lamina.changes.plan import Plan, demand_no_new_errors
from lamina.project import Project
from lamina.project.road import Road
from lamina.thought.diff import changes
from lamina.words.address import Address
from lamina.words.errors import Failure, listing
from lamina.words.node import same


class NotTheSame(Failure):
    """A document that would not be what it was, or what it is."""

    status = 1

    def __init__(self, environment: str, document: str, where: str) -> None:
        message = f"{document} in {environment} would not be what it should be: {where}"
        super().__init__(message, "nothing was committed; change it by hand")


def prove(now: Project, plan: Plan, wanted: Project, names: Sequence[str]) -> None:
    """Raise NotTheSame or WouldNotHold unless the named environments are as wanted, and others none the worse.

    An environment that extends none of those named is not touched at all.
    """
    for name in names:
        _prove_returned(plan.after, wanted, name)
    demand_no_new_errors(now, plan)
    chains = {one.name: one.chain for one in plan.after.environments()}
    for touched in (one.name for one in plan.effects if one.touched):
        if not set(names) & {touched, *chains.get(touched, ())}:
            raise NotTheSame(touched, "the environment", "it extends none of those that go back, and would change")


def _prove_returned(after: Project, wanted: Project, environment: str) -> None:
    sides = [project.tree.topology.environments.get(environment) for project in (after, wanted)]
    if sides[0] is not None and sides[1] is not None:
        # Whether it is rendered today is for the settings to say, which stay when one environment goes back.
        if not (sides[0].abstract and sides[1].abstract):
            new, old = after.road(environment), wanted.road(environment)
            for name in sorted({*new.names(), *old.names()}):
                _prove_document(new, old, name)
    elif any(side is not None and not side.abstract for side in sides):
        raise NotTheSame(environment, "the environment", "it would come or go")


def _prove_document(new: Road, old: Road, name: str) -> None:
    if not (new.exists(name) and old.exists(name)):
        raise NotTheSame(new.environment.name, name, "it would come or go")
    left, right = new.document(name), old.document(name)
    if not same(left.data, right.data):
        paths = [str(Address(name, change.path)) for change in changes(left.data, right.data)]
        raise NotTheSame(new.environment.name, name, listing(paths))
