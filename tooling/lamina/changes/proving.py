"""Proving that a change of form is no change: every document of every environment says what it said before."""

from collections.abc import Iterator
from typing import Any

from lamina.project import Project
from lamina.project.road import Road
from lamina.thought.diff import changes
from lamina.thought.merge import ABSENT
from lamina.words.address import Address
from lamina.words.errors import Failure, listing
from lamina.words.node import Data, Path, Sealed, same


class WouldChange(Failure):
    """A document that would not say the same any more."""

    status = 1

    def __init__(self, environment: str, document: str, what: str) -> None:
        message = f"{document} in {environment} would not be the same any more: {what}"
        super().__init__(message, "bring its layers to the newest version by hand")


def differences(before: Project, after: Project) -> list[Failure]:
    """The documents that say something else, or have errors that they did not have; sealed values count by their type."""
    found: list[Failure] = []
    for environment in before.environments():
        if not environment.broken:
            old, new = before.road(environment.name), after.road(environment.name)
            found += (failure for name in sorted({*old.names(), *new.names()}) for failure in _compared(old, new, name))
    return found


def _compared(old: Road, new: Road, name: str) -> Iterator[Failure]:
    environment = old.environment.name
    if not (old.exists(name) and new.exists(name)):
        yield WouldChange(environment, name, "it would come or go")
        return
    before, after = old.resolved(name), new.resolved(name)
    # A reference that leads nowhere keeps its text, which names the new place afterwards.
    broken = before.broken & after.broken
    left, right = (_masked(one.value, broken) for one in (before, after))
    if not same(left, right):
        paths = [str(Address(name, change.path)) for change in changes(left, right, None)]
        yield WouldChange(environment, name, listing(paths))
        return
    known = {_identity(one) for one in old.document(name).findings}
    fresh = [one for one in new.document(name).findings if one.severity == "error" and _identity(one) not in known]
    if fresh:
        yield WouldChange(environment, name, f"{fresh[0].position}: {fresh[0].message}")


def _identity(finding: Any) -> tuple[object, ...]:
    return finding.rule, finding.path


def _masked(value: Data, broken: frozenset[Path], path: Path = ()) -> Data:
    """A value with every sealed leaf as its type alone, since a value that moved is sealed anew."""
    if isinstance(value, dict):
        return {key: _masked(part, broken, (*path, key)) for key, part in value.items()}
    if isinstance(value, list):
        return [_masked(part, broken, (*path, index)) for index, part in enumerate(value)]
    if value is ABSENT or path in broken:
        return None
    return Sealed("", value.type) if isinstance(value, Sealed) else value
