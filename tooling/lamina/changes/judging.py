"""Judging a change before it is written: what would be wrong with the repository that was not wrong before."""

from collections.abc import Iterator
from dataclasses import replace

from lamina.project import Project
from lamina.project.road import Road
from lamina.words.address import Address
from lamina.words.errors import Failure
from lamina.words.finding import Finding


class WouldBreak(Failure):
    """The change adds errors, or leaves one where it was made, so nothing was written; `findings` are the errors."""

    status = 1

    def __init__(self, findings: tuple[Finding, ...], forcible: bool = True) -> None:
        hint = "--force writes it all the same" if forcible else "a commit is made only of what has no new errors"
        super().__init__("nothing was written: there would be errors", hint)
        self.findings = findings


def judged(
    project: Project, changed: Project, environment: str, file: str, address: Address | None = None
) -> tuple[Finding, ...]:
    """The errors that a change of a layer leaves: those that it adds or leaves at its address, and as notes the older ones.

    An error of the repository as a whole hinders every change: what the layers of a document are is not sure then.
    """
    whole = changed.road(environment).findings
    checked = _checked(changed, file) | _checked(project, file)
    old = {_identity(finding) for finding in _errors(project, checked)}

    def hinders(finding: Finding) -> bool:
        return _identity(finding) not in old or (address is not None and _is_at(finding, address, file))

    left = dict.fromkeys(_errors(changed, checked))
    own = (one if hinders(one) else replace(one, severity="note") for one in left if one not in whole)
    return (*whole, *own)


def _is_at(finding: Finding, address: Address, file: str) -> bool:
    here = (finding.document, finding.position.file) == (address.document, file)
    return here and (finding.path or ())[: len(address.path)] == address.path


def _identity(finding: Finding) -> tuple[object, ...]:
    """What makes an error the same before and after a change, which may move its place."""
    return finding.rule, finding.document, finding.environment, finding.path, finding.message


def _checked(project: Project, file: str) -> set[tuple[str, str]]:
    """The documents that the layer can touch, by environment: in every one that has its own in its chain."""
    layer_environment = file.split("/")[1]
    return {
        (environment.name, name)
        for environment in project.environments()
        if not environment.abstract and not environment.broken and layer_environment in environment.chain
        for name in _touched(project.road(environment.name), file)
    }


def _touched(road: Road, file: str) -> set[str]:
    """The documents that the layer belongs to, and all that draw on those, or name something in them, near or far."""
    uses = {name: road.resolved(name).documents | road.lookups(name) for name in road.names()}
    touched = {name for name in uses if any(of.file == file for of in road.stack(name))}
    while fresh := {name for name, used in uses.items() if used & touched} - touched:
        touched |= fresh
    return touched


def _errors(project: Project, checked: set[tuple[str, str]]) -> Iterator[Finding]:
    """The errors of documents, by environment and name; of an environment that only the change makes there are none before."""
    for environment, name in sorted(one for one in checked if one[0] in project.tree.topology.environments):
        road = project.road(environment)
        if road.exists(name):
            yield from (finding for finding in road.document(name).findings if finding.severity == "error")
