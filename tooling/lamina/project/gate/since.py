"""What a change can affect: the documents, layers and kinds about which findings may be others than they were before it.

A document is affected where a layer of its stack in any environment is another, its schema is, or one that it refers to or may
name is affected. Who refers to whom is read off the layers' text; a layer without `${` is not even parsed.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from functools import partial
from pathlib import Path as FolderPath

from lamina.project.gate.before import differing
from lamina.project.gate.extent import EVERYTHING, Extent
from lamina.project.gate.naming import named_in_layers, names_in
from lamina.project.kept import Kept, Store
from lamina.project.policies.reading import policies_of
from lamina.project.questions import Project
from lamina.project.revisions import home_of
from lamina.project.tree import Tree
from lamina.thought.policies import Policy, policy_name
from lamina.thought.references import may_refer
from lamina.thought.rules.allowing import MARK
from lamina.thought.schema import Shape
from lamina.thought.topology import CREATION_RULES, DEFAULTS, SCHEMAS, SETTINGS, LayerFile, kind_of_document
from lamina.words.finding import Position
from lamina.words.values import dataclass
from lamina.world.gitdir import git_folder
from lamina.world.history import Commit, History
from lamina.world.history.asking import fork_asked, place_within
from lamina.world.repository import find_root
from lamina.world.sources import Identified, Source, Unreadable
from lamina.world.sources.commit import CommitTree, Objects
from lamina.world.sources.hashed import HashedTree


def _none(_: Position) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Change:
    """What a project is since a commit (without one, all that it is): itself, ready to be checked where it differs.

    `extent` is what the change can affect, `changed_line` tells the lines that it changed, and `before` is the project at that
    commit, where there was one.
    """

    project: Project
    base: Commit | None = None
    extent: Extent = EVERYTHING
    changed_line: Callable[[Position], bool] = _none
    before: Project | None = None


def since(
    folder: FolderPath,
    version: str,
    base: str,
    project: Project | None = None,
    received: Sequence[FolderPath] = (),
) -> Change:
    """What a project (without one that has ids the work tree, as it is) is since it left `base`; raises what History does.

    `received` are folders of objects that the repository does not have yet.
    """
    start, objects, place = _fork(home_of(folder) or folder, base, project, received)
    if project is None or not isinstance(project.source, Identified):
        top = find_root(folder)
        tree = HashedTree(top)
        project = Project(tree, version, top, kept=Kept(Store(), tree.identity))
    root = CommitTree(objects, start.tree).root_above(place(folder))
    if root is None:
        return Change(project, start, changed_line=lambda _: True)
    before = CommitTree(objects, start.tree, root)
    changed = _ChangedLines(before, project.tree)
    old = Project(before, version, kept=project.tree.kept_for(before))
    return Change(project, start, extent_since(project, old), changed, old)


def _fork(
    home: FolderPath, base: str, project: Project | None, received: Sequence[FolderPath]
) -> tuple[Commit, Objects, Callable[[FolderPath], str]]:
    """Where a project left `base`, the objects there, and where folders lie; raises what History does."""
    head = project.commit if project and project.commit else "HEAD"
    git = None if received else git_folder(home)
    if git is not None:
        asked = fork_asked(git, base, head, lambda: History(home).objects)
        if asked is not None:
            return *asked, partial(place_within, git)
    history = History(home, received)
    return history.fork(base, head), history.objects, history.within


class _ChangedLines:
    """Whether a line of a file is another than before, or new."""

    def __init__(self, before: Source, after: Tree) -> None:
        self._before = before
        self._after = after
        self._lines: dict[str, frozenset[int]] = {}

    def __call__(self, position: Position) -> bool:
        if position.file not in self._lines:
            self._lines[position.file] = frozenset(self._of(position.file))
        return position.line in self._lines[position.file]

    def _of(self, file: str) -> Iterator[int]:
        old, new = self._text(self._before.read, file), self._text(self._after.data, file)
        matcher = SequenceMatcher(None, old, new, autojunk=False) if old != new else None
        for tag, _, _, start, end in matcher.get_opcodes() if matcher else ():
            yield from range(start + 1, end + 1) if tag != "equal" else ()

    def _text(self, read: Callable[[str], bytes], file: str) -> list[bytes]:
        try:
            return read(file).splitlines()
        except Unreadable:
            return []


def extent_since(project: Project, old: Project) -> Extent:
    """What differs, or may, from what it was."""
    if old.tree.topology.environments != project.tree.topology.environments:
        return EVERYTHING
    changed = set(differing(old, project))
    if any(name == SETTINGS or name.rpartition("/")[2] == CREATION_RULES or policy_name(name) for name in changed):
        return EVERYTHING
    affected = _Affected(project.tree, changed, named_in_layers(project.tree, old, changed))
    for tree in (old.tree, project.tree):
        for of in tree.topology.layer_files():
            if of.file in changed:
                affected.add_layer(of)
    affected.spread()
    # A policy may look at other documents than the one that it is about, whichever these are.
    affected.add_asked([one for one in policies_of(project.tree, ()).all if one.asks_others])
    affected.spread()
    return affected.extent()


class _Affected:
    """The documents that are affected so far."""

    def __init__(self, tree: Tree, changed: set[str], named: Mapping[str, Collection[str]]) -> None:
        self._tree = tree
        self._changed = changed
        self._named = named
        self._by_folder: dict[str, set[str]] = defaultdict(set)
        self._by_kind: dict[str, set[str]] = defaultdict(set)
        self._layers: dict[str, list[LayerFile]] = defaultdict(list)
        for of in tree.topology.layer_files():
            self._layers[of.document].append(of)
            if not of.defaults:
                self._by_kind[kind_of_document(of.document)].add(of.document)
                for folder in _folders(of.document):
                    self._by_folder[folder].add(of.document)
        self._documents: set[str] = set()
        self._files = set(changed)
        self._kinds = set(self._changed_kinds())
        for kind in self._kinds:
            self._documents |= self._by_kind[kind]
            self._files |= {of.file for ofs in self._layers.values() for of in ofs if _is_of(of, kind)}

    def add_layer(self, of: LayerFile) -> None:
        """Affect the documents that a layer is of."""
        self._documents |= self._by_folder[_folder(of.document)] if of.defaults else {of.document}

    def add_asked(self, policies: Sequence[Policy]) -> None:
        """Affect the documents that policies are about, where anything is affected."""
        names = (
            {of.document for ofs in self._layers.values() for of in ofs if not of.defaults} if self._documents else ()
        )
        for name in names:
            if any(policy.match.may_fit(name, kind_of_document(name)) for policy in policies):
                self._documents.add(name)

    def spread(self) -> None:
        """Affect also who refers to what is affected, or names it, and who shares comments to lamina with it."""
        referring, naming = self._referring(), self._naming()
        waiting = list(self._documents)
        while waiting:
            name = waiting.pop()
            near = (
                referring.get(name, set()) | naming.get(name, set()) | naming.get(f"{kind_of_document(name)}/", set())
            )
            fresh = (near | self._sharing(name)) - self._documents
            self._documents |= fresh
            waiting += fresh

    def extent(self) -> Extent:
        """All that is affected."""
        files = self._files | {of.file for name in self._documents for of in self._layers.get(name, ())}
        return Extent(frozenset(self._documents), frozenset(files), frozenset(self._kinds))

    def _changed_kinds(self) -> Iterator[str]:
        schemas = {file for file in self._changed if file.startswith(f"{SCHEMAS}/")}
        yield from (file.split("/")[1] for file in schemas if file.count("/") > 1)
        for kind in self._tree.topology.schemas if schemas else ():
            known = self._tree.schema(kind)
            if known is not None and not schemas.isdisjoint(known.files):
                yield kind

    def _referring(self) -> dict[str, set[str]]:
        """By document those that refer to it: in a layer, or in a default of their schema."""
        found: dict[str, set[str]] = defaultdict(set)
        for of in self._tree.topology.layer_files():
            for name in self._named.get(of.file, ()):
                found[name] |= self._by_folder[_folder(of.document)] if of.defaults else {of.document}
        for kind, shape in self._shapes(may_refer):
            for name in names_in(one.default for one in _shapes(shape, lambda one: one.has_defaults)):
                found[name] |= self._by_kind[kind]
        return found

    def _naming(self) -> dict[str, set[str]]:
        """By document (or kind, with a slash) those of the kinds whose values name it, or what is in it."""
        found: dict[str, set[str]] = defaultdict(set)
        for kind, shape in self._shapes(lambda data: b"x-refers" in data):
            for one in _shapes(shape, lambda one: one.has_names):
                for register in one.refers:
                    found[register.document if register.path else f"{register.document}/"] |= self._by_kind[kind]
        return found

    def _shapes(self, wanted: Callable[[bytes], bool]) -> Iterator[tuple[str, Shape]]:
        """The kinds whose schema files may say what is wanted, or may take it from another file."""
        for kind, versions in self._tree.topology.schemas.items():
            texts = [self._bytes(file) for file in versions.values()]
            if any(wanted(data) or b"$ref" in data for data in texts):
                known = self._tree.schema(kind)
                if known and known.schema:
                    yield kind, known.schema.shape

    def _sharing(self, name: str) -> set[str]:
        """The documents that a comment to lamina in shared defaults, or in the schema, may be about too."""
        kind = kind_of_document(name)
        found: set[str] = set()
        if any(MARK in self._bytes(file) for file in self._tree.topology.schemas.get(kind, {}).values()):
            found |= self._by_kind[kind]
        for folder in _folders(name):
            defaults = self._layers.get(f"{folder}/{DEFAULTS}", ())
            if any(MARK in self._bytes(of.file) for of in defaults):
                found |= self._by_folder[folder]
        return found

    def _bytes(self, file: str) -> bytes:
        try:
            return self._tree.data(file)
        except Unreadable:
            return b""


def _is_of(of: LayerFile, kind: str) -> bool:
    return kind_of_document(of.document) == kind


def _folder(document: str) -> str:
    return document.rpartition("/")[0]


def _folders(document: str) -> Iterator[str]:
    """The folders that a document is in, the inner first."""
    while document := _folder(document):
        yield document


def _shapes(shape: Shape, wanted: Callable[[Shape], bool], seen: "set[Shape] | None" = None) -> Iterator[Shape]:
    """A place of a schema and those below it, as far as they are wanted."""
    seen = set() if seen is None else seen
    if shape not in seen and wanted(shape):
        seen.add(shape)
        yield shape
        for part in shape.parts():
            yield from _shapes(part, wanted, seen)
