"""The log of an environment: the commits that changed what it renders, whatever file they did it in.

Commits are gone through from the oldest on. One in which the trees that can reach the environment have the ids they had
is not looked at further; of the others only documents whose files (or those of documents they refer to) are others are made.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path as FolderPath
from typing import TypeAlias

from lamina.project.comparing import DocumentChange, document_changes, newer_shape
from lamina.project.explaining import secrets_below
from lamina.project.kept import Kept, KindSchema, Store
from lamina.project.newer_schemas import raised
from lamina.project.questions import NoSuchEnvironment, Project
from lamina.project.revisions import home_of
from lamina.project.road import Road
from lamina.project.stages import Document
from lamina.thought.diff import Change, changes
from lamina.thought.schema import Shape
from lamina.thought.topology import SCHEMAS, SETTINGS
from lamina.words.address import Address
from lamina.words.errors import Failure
from lamina.words.finding import worst
from lamina.words.node import Data, Path, at
from lamina.world.history import Commit, History
from lamina.world.sources.commit import CommitTree


@dataclass(frozen=True, slots=True)
class LogEntry:
    """A commit, what it changed in the environment, and the documents that it broke: these are compared once mended."""

    commit: Commit
    changes: tuple[DocumentChange, ...]
    broken: tuple[str, ...] = ()


# The name of a document, and its files with what tells their content apart.
_Part: TypeAlias = tuple[str, tuple[tuple[str, str | None], ...]]
_Key: TypeAlias = tuple[_Part, ...]


@dataclass(frozen=True, slots=True)
class _Made:
    """A document, its schema, and what it was made of: of each document that it drew on the files."""

    document: Document
    kind: KindSchema | None
    key: _Key


@dataclass(frozen=True, slots=True)
class _Moment:
    """An environment at a commit: the ids it depends on, the last sound version of each document, and those that are broken."""

    ids: object = None
    links: tuple[str, ...] = ()
    documents: Mapping[str, _Made] = field(default_factory=dict)
    broken: Mapping[str, _Key] = field(default_factory=dict)
    names: tuple[str, ...] = ()
    schemas: str | None = None
    tree: CommitTree | None = None


_NOTHING = _Moment()


def log(
    folder: FolderPath,
    version: str,
    environment: str,
    address: Address | None = None,
    *,
    revision: str = "HEAD",
    all_parents: bool = False,
) -> list[LogEntry]:
    """The commits up to a revision that changed an environment, or one value of it, newest first.

    Raises NoSuchEnvironment where none of the commits has it. A merge is told of where it differs
    from all of its parents that are gone through: the first, unless all are asked for.
    """
    reading = _Log(folder, version, environment)
    entries = list(reading.entries(address, revision, all_parents))
    if not reading.found:
        raise NoSuchEnvironment(environment, reading.known)
    return entries[::-1]


class _Log:
    def __init__(self, folder: FolderPath, version: str, environment: str) -> None:
        home = home_of(folder)
        self._history = History(home or folder)
        self._folder = self._history.within(folder)
        self._version = version
        self._environment = environment
        self._store = Store()
        self.found = False
        self.known: list[str] = []

    def entries(self, address: Address | None, revision: str, all_parents: bool) -> Iterator[LogEntry]:
        """Oldest first."""
        ends = self._history.ends()
        moments: dict[str, _Moment] = {}
        for commit in self._history.line(self._history.commit(revision).id, first_parents=not all_parents):
            parents = commit.parents if all_parents else commit.parents[:1]
            before = [moments[parent] for parent in parents if parent in moments] or [_NOTHING]
            now = moments[commit.id] = self._moment(commit, before[0])
            if not all_parents and parents:
                moments.pop(parents[0], None)
            if commit.id not in ends and all(now is not old for old in before):
                differing = [tuple(_changes(self._raised(old, now), now, address)) for old in before]
                broken = sorted(name for name in now.broken if all(name not in old.broken for old in before))
                told = tuple(name for name in broken if address is None or name == address.document)
                if all(differing) or told:
                    yield LogEntry(commit, differing[0], told)

    def _moment(self, commit: Commit, before: _Moment) -> _Moment:
        """The environment at a commit; the very moment of before where nothing that it depends on has changed."""
        start = CommitTree(self._history.objects, commit.tree).root_above(self._folder)
        if start is None:
            return before if before is _NOTHING else _Moment()
        tree = CommitTree(self._history.objects, commit.tree, start)
        if before.ids is not None and before.ids == _ids(tree, before.links):
            return before
        try:
            project = Project(tree, self._version, kept=Kept(self._store, tree.identity))
        except Failure:
            # It asks for another version of lamina: what it would render cannot be said.
            return _Moment(None, (), before.documents, before.broken)
        environments = project.tree.topology.environments
        known = environments.get(self._environment)
        self.found, self.known = self.found or known is not None, list(environments)
        links = known.chain if known else (self._environment,)
        if known is None or known.abstract:
            return _Moment(_ids(tree, links), links)
        road = project.road(self._environment)
        if worst(road.findings) == "error":
            # What concerns the environment as a whole breaks all of it.
            return _Moment(_ids(tree, links), links, before.documents, dict.fromkeys(before.documents, ()))
        return self._made(road, tree, before)

    def _raised(self, old: _Moment, now: _Moment) -> _Moment:
        """An earlier moment in the form of a later one, where a kind has a new version since: a migration is no change."""
        if old.schemas == now.schemas or old.tree is None or now.tree is None:
            return old
        project = Project(old.tree, self._version)
        newer = raised(project, Project(now.tree, self._version))
        if newer is project:
            return old
        road = newer.road(self._environment)
        found = {name: road.document(name) for name in road.names() if name in old.documents}
        documents = {
            name: replace(old.documents[name], document=one, kind=newer.tree.schema(one.kind))
            for name, one in found.items()
            if one.sound
        }
        return replace(old, documents={**old.documents, **documents})

    def _made(self, road: Road, tree: CommitTree, before: _Moment) -> _Moment:
        """The environment's documents, each made anew only where something that it was made of is another."""
        documents: dict[str, _Made] = {}
        broken: dict[str, _Key] = {}
        keys: dict[str, _Part] = {}
        names = tuple(road.names())
        schemas = tree.identity(SCHEMAS)
        alike = before.schemas == schemas  # defaults, migrations, moves that references follow: all may be others
        for name in names:
            old, wrong = before.documents.get(name), before.broken.get(name)
            if alike and old is not None and wrong is None and old.key == _key(road, tree, old.key, keys):
                documents[name] = old
                continue
            if not alike or wrong is None or before.names != names or wrong != _key(road, tree, wrong, keys):
                drawn_on = road.drawn_on(name)
                key = _key(road, tree, [(document.name,) for document in drawn_on], keys)
                if all(document.sound for document in drawn_on):
                    documents[name] = _Made(drawn_on[0], road.tree.schema(drawn_on[0].kind), key)
                    continue
                wrong = key
            broken[name] = wrong
            documents |= {name: old} if old is not None else {}
        links = road.environment.chain
        return _Moment(_ids(tree, links), links, documents, broken, names, schemas, tree)


def _ids(tree: CommitTree, links: tuple[str, ...]) -> tuple[str | None, ...]:
    """What an environment depends on: its folder and those it extends, the schemas, the settings."""
    return tuple(tree.identity(name) for name in (*(f"environments/{link}" for link in links), SCHEMAS, SETTINGS))


def _key(road: Road, tree: CommitTree, parts: Iterable[_Part | tuple[str]], keys: dict[str, _Part]) -> _Key:
    """What documents are made of beside the schemas: of each its files."""
    names = [part[0] for part in parts]
    for name in names:
        if name not in keys:
            files = tuple((of.file, tree.identity(of.file)) for of in road.stack(name))
            keys[name] = (name, files)
    return tuple(keys[name] for name in names)


def _changes(old: _Moment, new: _Moment, address: Address | None) -> Iterator[DocumentChange]:
    """What differs between two moments, or at an address of them."""
    names = sorted({*old.documents, *new.documents}) if address is None else [address.document]
    for name in names:
        left, right = old.documents.get(name), new.documents.get(name)
        if left is right or name in new.broken:
            continue
        before, after = left.document if left else None, right.document if right else None
        shape = newer_shape(left.kind if left else None, right.kind if right else None)
        if address is None or not address.path:
            yield from document_changes(name, before, after, shape)
        else:
            yield from _changes_at(name, address.path, before, after, shape)


def _changes_at(
    name: str, path: Path, before: Document | None, after: Document | None, shape: Shape | None
) -> Iterator[DocumentChange]:
    """What differs at and below a path; one side may lack it."""
    (old, was), (new, now) = _value(before, path), _value(after, path)
    if was and now:
        found = changes(old, new, shape.at(path) if shape else None, path, path)
    elif was or now:
        found = iter([Change(path, "removed" if was else "added", old, new, path)])
    else:
        found = iter(())
    for change in found:
        secrets = [
            secrets_below(one.secrets, where) for one, where in ((before, change.was), (after, change.path)) if one
        ]
        yield DocumentChange(name, change, frozenset().union(*secrets))


def _value(document: Document | None, path: Path) -> tuple[Data, bool]:
    """The value at a path, and whether there is one."""
    try:
        return (at(document.data, path), True) if document else (None, False)
    except LookupError:
        return None, False
