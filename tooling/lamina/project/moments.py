"""Moments: an environment at one commit and then another, its documents made anew only where what made them is another."""

from collections.abc import Iterable, Mapping
from dataclasses import field, replace
from pathlib import Path as FolderPath
from typing import TypeAlias

from lamina.project.kept import Kept, KindSchema, Store
from lamina.project.newer_schemas import raised
from lamina.project.questions import Project
from lamina.project.revisions import home_of
from lamina.project.road import Road
from lamina.project.stages import Document
from lamina.project.tree import Tree
from lamina.thought.topology import ENVIRONMENTS, SCHEMAS, SETTINGS, kind_of_document
from lamina.words.errors import Failure
from lamina.words.finding import worst
from lamina.words.values import dataclass
from lamina.world.history import Commit, History
from lamina.world.sources import Identified
from lamina.world.sources.commit import CommitTree

# The name of a document, and its files with what tells their content apart.
Files: TypeAlias = tuple[tuple[str, str | None], ...]
Part: TypeAlias = tuple[str, Files]
Key: TypeAlias = tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Made:
    """A document, its schema, and what it was made of: of each document that it drew on the layers, and what is in schemas/.

    The same of those in which its names, and those of what it drew on, were looked up, whether they are there or not.
    """

    document: Document
    kind: KindSchema | None
    key: Key


@dataclass(frozen=True, slots=True)
class Moment:
    """An environment at a commit: the ids it depends on, the last sound version of each document, and those that are broken."""

    ids: object = None
    links: tuple[str, ...] = ()
    documents: Mapping[str, Made] = field(default_factory=dict)
    broken: Mapping[str, Key] = field(default_factory=dict)
    names: tuple[str, ...] = ()
    schemas: str | None = None
    tree: Identified | None = None


NOTHING = Moment()


class Moments:
    """An environment at the commits of a folder's history, and what was found there.

    Whether it was there at all (`found`) and not abstract (`rendered`); the environments of the last commit that was read
    (`known`), those that extend this one where it was abstract last (`extending`), and it itself there (`last`).
    """

    def __init__(self, folder: FolderPath, version: str, environment: str) -> None:
        home = home_of(folder)
        self.history = History(home or folder)
        self._folder = self.history.within(folder)
        self._version = version
        self._environment = environment
        self._store = Store()
        self.found = False
        self.rendered = False
        self.known: list[str] = []
        self.extending: list[str] = []
        self.last = NOTHING

    def at(self, commit: Commit, before: Moment = NOTHING) -> Moment:
        """The environment at a commit; the very moment of `before` where nothing that it depends on has changed."""
        self.last = self._at(commit, before)
        return self.last

    def _at(self, commit: Commit, before: Moment) -> Moment:
        start = CommitTree(self.history.objects, commit.tree).root_above(self._folder)
        if start is None:
            return before if before is NOTHING else Moment()
        tree = CommitTree(self.history.objects, commit.tree, start)
        if before.ids is not None and before.ids == ids_of(tree, before.links):
            return before
        try:
            project = Project(tree, self._version, kept=Kept(self._store, tree.identity))
        except Failure:
            # It asks for another version of lamina: what it would render cannot be said.
            return Moment(None, (), before.documents, before.broken)
        environments = project.tree.topology.environments
        known = environments.get(self._environment)
        self.found, self.known = self.found or known is not None, list(environments)
        self.rendered = self.rendered or (known is not None and not known.abstract)
        if known is None or known.abstract:
            self.extending = [one.name for one in environments.values() if known and known.name in one.chain[:-1]]
            links = known.chain if known else (self._environment,)
            return Moment(ids_of(tree, links), links)
        return made(project.road(self._environment), tree, before)

    def raised(self, old: Moment, now: Moment) -> Moment:
        """An earlier moment in the form of a later one, where a kind has a new version since: a migration is no change."""
        if old.schemas == now.schemas or old.tree is None or now.tree is None:
            return old
        project = Project(old.tree, self._version)
        newer = raised(project, Project(now.tree, self._version))
        return old if newer is project else remade(old, newer.road(self._environment))


def made(road: Road, tree: Identified, before: Moment = NOTHING) -> Moment:
    """The environment of a road over a tree, each document made anew only where something that it was made of is another."""
    links = road.environment.chain
    if worst(road.findings) == "error":
        # What concerns the environment as a whole breaks all of it.
        return Moment(ids_of(tree, links), links, before.documents, dict.fromkeys(before.documents, ()))
    documents: dict[str, Made] = {}
    broken: dict[str, Key] = {}
    keys = _Keys(road, tree)
    names = tuple(road.names())
    schemas = tree.identity(SCHEMAS)
    for name in names:
        old, wrong = before.documents.get(name), before.broken.get(name)
        if old is not None and wrong is None and keys.is_still(old.key):
            documents[name] = old
            continue
        if wrong is None or before.schemas != schemas or before.names != names or not keys.is_still(wrong):
            drawn_on = road.drawn_on(name)
            looked_up = {other for document in drawn_on for other in road.lookups(document.name)}
            key = keys.of(dict.fromkeys([*(document.name for document in drawn_on), *sorted(looked_up)]))
            if all(document.sound for document in drawn_on):
                documents[name] = Made(drawn_on[0], road.tree.schema(drawn_on[0].kind), key)
                continue
            wrong = key
        broken[name] = wrong
        documents |= {name: old} if old is not None else {}
    return Moment(ids_of(tree, links), links, documents, broken, names, schemas, tree)


def remade(old: Moment, road: Road) -> Moment:
    """A moment with its documents as another road makes them, such as one with newer schemas; as they were where it cannot."""
    found = {name: road.document(name) for name in road.names() if name in old.documents}
    documents = {
        name: replace(old.documents[name], document=one, kind=road.tree.schema(one.kind))
        for name, one in found.items()
        if one.sound
    }
    return replace(old, documents={**old.documents, **documents})


def ids_of(tree: Identified, links: tuple[str, ...]) -> tuple[str | None, ...]:
    """What an environment depends on: its folder and those it extends, the schemas, the settings."""
    return tuple(tree.identity(name) for name in (*(f"{ENVIRONMENTS}/{link}" for link in links), SCHEMAS, SETTINGS))


class _Keys:
    """What documents of an environment are made of: of each its layers, and what schemas/ says of its kind."""

    def __init__(self, road: Road, tree: Identified) -> None:
        self._road = road
        self._tree = tree
        self._parts: dict[str, Part] = {}
        self._schemas: dict[str, Files] = {}

    def of(self, names: Iterable[str]) -> Key:
        """The key of a document that draws on those of some names, its own the first."""
        return tuple(self._parts.get(name) or self._part(name) for name in names)

    def is_still(self, key: Key) -> bool:
        """Whether the same documents are made of the same."""
        return all(part == (self._parts.get(part[0]) or self._part(part[0])) for part in key)

    def _part(self, name: str) -> Part:
        kind = kind_of_document(name)
        if kind not in self._schemas:
            self._schemas[kind] = self._identified(_schemas(self._road.tree, kind))
        layers = self._identified(of.file for of in self._road.stack(name))
        part = self._parts[name] = (name, (*layers, *self._schemas[kind]))
        return part

    def _identified(self, files: Iterable[str]) -> Files:
        return tuple((file, self._tree.identity(file)) for file in files)


def _schemas(tree: Tree, kind: str) -> tuple[str, ...]:
    """The files that a kind's schema is made of; all of schemas/ where one is missing or wrong, or there are migrations."""
    versions, current = tree.topology.schemas.get(kind, {}), tree.schema(kind)
    alone = len(versions) == 1 and kind not in tree.topology.migrations
    return current.files if alone and current is not None and current.schema is not None else (SCHEMAS,)
