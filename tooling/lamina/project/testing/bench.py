"""The bench: one reading of the repository that all tests share, and the roads of its environments, each made once."""

from collections.abc import Mapping

from lamina.project.questions import Project
from lamina.project.road import Road
from lamina.thought.document import VERSION_KEY, Layer, Outline
from lamina.thought.topology import LayerFile, kind_of_document
from lamina.words.node import Patch

ALONE = "test"
"""The environment of layers that stand for themselves."""


class Bench:
    """What tests ask; layers that a test lays on top are in no other's way."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.tree = project.tree
        self._roads: dict[str, Road] = {}
        self._users: dict[str, Mapping[str, frozenset[str]]] = {}

    def road(self, environment: str) -> Road:
        """An environment as it is; raises NoSuchEnvironment and AbstractEnvironment."""
        if environment not in self._roads:
            self._roads[environment] = self.project.concrete_road(environment)
        return self._roads[environment]

    def alone(self, layers: Mapping[str, tuple[LayerFile, ...]]) -> Road:
        """The road of documents that are made of these layers, with nothing below or beside them."""
        tree = self.tree.alone(ALONE)
        return Road(tree, tree.topology.environments[ALONE], layers)

    def touched(self, environment: str, documents: Mapping[str, object]) -> list[str]:
        """These documents, and those of the environment that refer to them, near or far; sorted."""
        users = self._users_of(environment)
        found, waiting = set(documents), list(documents)
        while waiting:
            fresh = users.get(waiting.pop(), frozenset()) - found
            found |= fresh
            waiting += fresh
        return sorted(found)

    def _users_of(self, environment: str) -> Mapping[str, frozenset[str]]:
        """By document those that refer to it, or in which they look up a name."""
        if environment not in self._users:
            road, users = self.road(environment), dict[str, set[str]]()
            for name in road.names():
                for other in road.document(name).documents | road.lookups(name):
                    users.setdefault(other, set()).add(name)
            self._users[environment] = {name: frozenset(by) for name, by in users.items()}
        return self._users[environment]

    def lay(
        self, place: str, environment: str, document: str, patch: Patch, data: bytes, outline: Outline
    ) -> LayerFile:
        """A part of a file as a layer; `place` names it, and is what its findings stand in.

        A layer that states no version is of the newest.
        """
        newest = self.tree.schema(kind_of_document(document))
        version: int | None = newest.version if newest else None
        if isinstance(patch, dict) and type(stated := patch.get(VERSION_KEY)) is int:
            version, patch = stated, {key: part for key, part in patch.items() if key != VERSION_KEY}
        layer = LayerFile(place, environment, document, False, False)
        self.tree.lay(layer, Layer(place, data, patch, version), outline)
        return layer
