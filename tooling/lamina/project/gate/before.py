"""Before a change: what a document was, in the form that it has now."""

from typing import Any

from lamina.project.hiding import ciphered, put_away
from lamina.project.newer_schemas import raised
from lamina.project.questions import Project
from lamina.project.road import Road
from lamina.project.stages import Document
from lamina.words.node import same
from lamina.words.values import dataclass
from lamina.world.sources import Identified


@dataclass(frozen=True, slots=True)
class Was:
    """What a document was, its secrets put away, and None where there was none; and whether it is another now."""

    data: Any
    changed: bool


class Before:
    """The repository where a change began; under the newer schemas, so that a change of form alone is none.

    A document that was not sound then counts as none.
    """

    def __init__(self, old: Project, now: Project) -> None:
        self.project = old
        self._raised = raised(old, now)
        self._roads: dict[str, Road | None] = {}

    def was(self, environment: str, document: Document) -> Was:
        """What a document of an environment was."""
        old = self.document(environment, document.name)
        if old is None:
            return Was(None, True)
        return Was(put_away(old, "redact"), not same(ciphered(old), ciphered(document)))

    def document(self, environment: str, name: str) -> Document | None:
        """A sound document, as it was; None where there was none."""
        road = self.road(environment)
        return sound_document(road, name) if road is not None else None

    def road(self, environment: str) -> Road | None:
        """An environment, as it was; None where there was none that is rendered."""
        if environment not in self._roads:
            self._roads[environment] = rendered_road(self._raised, environment)
        return self._roads[environment]


def differing(old: Project, now: Project) -> list[str]:
    """The files, whatever they are, that are not the same in both projects; sorted."""
    assert isinstance(old.source, Identified), "a commit has ids"
    assert isinstance(now.source, Identified), "what is compared with one has ids"
    names = sorted({*old.tree.every, *now.tree.every})
    return [name for name in names if old.source.identity(name) != now.source.identity(name)]


def rendered_road(project: Project, environment: str) -> Road | None:
    """The road of an environment; None where there is none that is rendered."""
    known = project.tree.topology.environments.get(environment)
    return None if known is None or known.abstract or known.broken else project.road(environment)


def sound_document(road: Road, name: str) -> Document | None:
    """A sound document of an environment; None where there is none."""
    if not road.exists(name):
        return None
    document = road.document(name)
    road.forget(name)
    return document if document.sound else None
