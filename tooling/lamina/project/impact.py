"""The impact of a change: which addresses of which environments differ from what they were where the change began.

Environments made from the same files and schemas, by the ids of git's objects, are not made at all. Of the others
documents are made anew only where what they are made of is another.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from pathlib import Path as FolderPath
from typing import Literal

from lamina.project.causes import Cause, Causes, Side
from lamina.project.comparing import DocumentChange, document_changes, newer_shape
from lamina.project.consent import Owner, owners_of
from lamina.project.digests import digest_of, digest_of_inputs
from lamina.project.kept import Kept, Store
from lamina.project.moments import NOTHING, Moment, made, remade
from lamina.project.newer_schemas import raised
from lamina.project.questions import Project
from lamina.project.revisions import NothingThere, home_of
from lamina.project.road import Road
from lamina.thought.schema import Shape
from lamina.thought.topology import ENVIRONMENTS, SCHEMAS
from lamina.words.errors import Failure, Misuse, listing, near
from lamina.words.finding import Finding
from lamina.words.values import dataclass
from lamina.world.history import Commit, History
from lamina.world.repository import find_root
from lamina.world.sources import Identified
from lamina.world.sources.commit import CommitTree
from lamina.world.sources.hashed import HashedTree

# Who may open sealed files.
_RULES = ".sops.yaml"
State = Literal["same", "changed", "added", "removed", "renamed"]


@dataclass(frozen=True, slots=True)
class Digest:
    """What a side is told apart by: the render, or the inputs where these are the same; None where there is no render."""

    of: Literal["render", "inputs"]
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Caused:
    """A change, and the line that caused it."""

    found: DocumentChange
    cause: Cause


@dataclass(frozen=True, slots=True)
class Trouble:
    """An error of a side, because of which a document (or None: all of the environment) cannot be compared."""

    side: Side
    document: str | None
    finding: Finding


@dataclass(frozen=True, slots=True)
class EnvironmentImpact:
    """What a change does to one environment; one that is `renamed` renders as the one that it `was`."""

    name: str
    state: State
    digest: Digest
    protected: bool = False
    changes: tuple[Caused, ...] = ()
    troubles: tuple[Trouble, ...] = ()
    was: str | None = None

    @property
    def touched(self) -> bool:
        """Whether anything about it differs, or may differ behind an error."""
        return self.state != "same"


@dataclass(frozen=True, slots=True)
class ChangedFile:
    """A file that differs between the sides, and the environments in whose changed documents it takes part."""

    file: str
    change: Literal["added", "removed", "changed"]
    environments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Impact:
    """The commit where a change began, the one where it ends (None: the work tree), and what it does."""

    base: Commit
    head: Commit | None
    environments: tuple[EnvironmentImpact, ...]
    files: tuple[ChangedFile, ...]
    owners: tuple[Owner, ...]

    def unexpected(self, expected: Sequence[str]) -> list[str]:
        """The environments that are touched though they are not expected to be; raises Misuse for a name that is none."""
        known = [name for one in self.environments for name in (one.name, one.was) if name]
        for name in expected:
            if name not in known:
                like = near(name, known)
                hint = (
                    f"did you mean {like}?" if like else f"environments that are rendered: {listing(known) or 'none'}"
                )
                raise Misuse(f"--expect names {name}, and neither side renders such an environment", hint)
        return [one.name for one in self.environments if one.touched and one.name not in expected]


def impact(folder: FolderPath, version: str, base: str, head: str | None = None) -> Impact:
    """What the way from where `head` left `base` does to every environment; without a head that of the work tree, as it is.

    In a bare repository the head is HEAD. Raises what History does, Unrelated among it, and NothingThere.
    """
    home = home_of(folder)
    history = History(home or folder)
    start = history.fork(base, head or "HEAD")
    end = history.commit(head or "HEAD") if head is not None or history.is_bare else None
    store = Store()
    # A change may be the one that brings the first environment.
    old = _Side("base", _committed(history, start, _root(history, start, folder) or ""), version, store)
    tree = HashedTree(find_root(folder)) if end is None else _demanded(history, end, folder, head or "HEAD")
    return _Ends(old, _Side("head", tree, version, store)).impact(start, end)


def effects(before: Identified, after: Identified, version: str) -> tuple[EnvironmentImpact, ...]:
    """What the way from one content of a repository to another does to every environment of either."""
    store = Store()
    ends = _Ends(_Side("base", before, version, store), _Side("head", after, version, store))
    return tuple(one.impact for one in ends.compared())


def _demanded(history: History, commit: Commit, folder: FolderPath, revision: str) -> CommitTree:
    """The repository in a commit; raises NothingThere."""
    root = _root(history, commit, folder)
    if root is None:
        raise NothingThere(revision, commit)
    return _committed(history, commit, root)


def _root(history: History, commit: Commit, folder: FolderPath) -> str | None:
    return CommitTree(history.objects, commit.tree).root_above(history.within(folder))


def _committed(history: History, commit: Commit, root: str) -> CommitTree:
    return CommitTree(history.objects, commit.tree, root)


class _Side:
    """One end of a change: the repository there, and in the newer form of each kind, whichever side has that."""

    def __init__(self, side: Side, tree: Identified, version: str, store: Store) -> None:
        self.side = side
        self.tree = tree
        try:
            self.project = Project(tree, version, kept=Kept(store, tree.identity))
        except Failure as failure:
            failure.details = (*failure.details, f"in the {side} of the change")
            raise
        self.newer = self.project

    def road(self, name: str) -> Road | None:
        """The road of an environment that is rendered."""
        known = self.project.tree.topology.environments.get(name)
        return self.project.road(name) if known is not None and not known.abstract else None

    def inputs(self, road: Road) -> object:
        """All that an environment is made from: the same ones render the same bytes."""
        folders = tuple((link, self.tree.identity(f"{ENVIRONMENTS}/{link}")) for link in road.environment.chain)
        return folders, self.tree.identity(SCHEMAS), road.findings

    def view(self, road: Road | None, before: Moment = NOTHING) -> "_View":
        """An environment, whose documents are those of `before` where they are made of the same."""
        if road is None or road.findings:
            return _View(self.side, road, NOTHING, NOTHING)
        moment = made(road, self.tree, before)
        if self.newer is self.project:
            return _View(self.side, road, moment, moment)
        newer = self.newer.road(road.environment.name)
        return _View(self.side, newer, moment, remade(moment, newer))


@dataclass(frozen=True, slots=True)
class _View:
    """An environment at one end (no road: it is not there), as it is made, and as it is compared."""

    side: Side
    road: Road | None
    own: Moment
    moment: Moment

    @property
    def digest(self) -> str | None:
        """The digest of the render; None where there is none."""
        if self.road is None or self.road.findings or self.moment.broken:
            return None
        return digest_of(one.document for one in self.moment.documents.values())

    def troubles(self, names: Collection[str]) -> Iterator[Trouble]:
        """What is wrong with the environment, and with some documents of it."""
        if self.road is not None:
            yield from (Trouble(self.side, None, finding) for finding in self.road.findings)
            for name in names:
                findings = (finding for one in self.road.drawn_on(name) for finding in one.findings)
                yield from (Trouble(self.side, name, one) for one in findings if one.severity == "error")

    def files(self, name: str) -> Iterator[str]:
        """The files that a document was made of."""
        made = self.own.documents.get(name)
        key = self.own.broken.get(name, made.key if made else ())
        return (file for _, files in key for file, _ in files)


@dataclass(frozen=True, slots=True)
class _Compared:
    """An environment's impact, with the schemas of what changed, and all files that took part."""

    impact: EnvironmentImpact
    shapes: tuple[tuple[DocumentChange, tuple[Shape, ...]], ...] = ()
    files: frozenset[str] = frozenset()


class _Ends:
    """Both ends of a change."""

    def __init__(self, old: _Side, new: _Side) -> None:
        self._old, self._new = old, new
        old.newer, new.newer = raised(old.project, new.project), raised(new.project, old.project)
        self._files = {one.file: one for one in _changed_files(old, new)}

    def impact(self, start: Commit, end: Commit | None) -> Impact:
        """What becomes of every environment of either end."""
        compared = self.compared()
        reached: dict[str, list[str]] = {file: [] for file in self._files}
        for one in compared:
            for file in one.files & reached.keys():
                reached[file].append(one.impact.name)
        files = tuple(replace(one, environments=tuple(reached[file])) for file, one in self._files.items())
        settings = [side.project.tree.settings.owners for side in (self._old, self._new)]
        owners = owners_of(settings, self._files, (found for one in compared for found in one.shapes))
        return Impact(start, end, _with_renames([one.impact for one in compared]), files, owners)

    def compared(self) -> "list[_Compared]":
        """Every environment that is rendered at either end, by name."""
        names = sorted({one.name for side in (self._old, self._new) for one in side.project.environments()})
        return [one for one in map(self._environment, names) if one is not None]

    def _environment(self, name: str) -> _Compared | None:
        old, new = self._old.road(name), self._new.road(name)
        if old is None and new is None:
            return None
        protected = any(road is not None and road.environment.protected for road in (old, new))
        if old is not None and new is not None:
            inputs = self._old.inputs(old)
            if inputs == self._new.inputs(new):
                digest = digest_of_inputs(inputs)
                return _Compared(EnvironmentImpact(name, "same", Digest("inputs", digest, digest), protected))
        before = self._old.view(old)
        return self._differing(name, before, self._new.view(new, before.own), protected)

    def _differing(self, name: str, before: _View, after: _View, protected: bool) -> _Compared:
        wrong = {
            one
            for one in (*before.moment.broken, *after.moment.broken)
            if before.moment.broken.get(one) != after.moment.broken.get(one)
        }
        troubles = [
            trouble for view in (before, after) for trouble in view.troubles(sorted(wrong & view.moment.broken.keys()))
        ]
        hidden = any(one.document is None for one in troubles)
        found = () if hidden else tuple(_differences(before.moment, after.moment))
        causes = Causes(name, before.road, after.road, self._files)
        changes = tuple(Caused(one, causes.of(one)) for one, _ in found)
        digest = Digest("render", before.digest, after.digest)
        state: State = "changed" if changes or troubles else "same"
        state = "added" if before.road is None else "removed" if after.road is None else state
        files = {file for one, _ in found for view in (before, after) for file in view.files(one.document)}
        files |= {one.cause.position.file for one in changes} | {one.finding.position.file for one in troubles}
        impact = EnvironmentImpact(name, state, digest, protected, changes, tuple(troubles))
        return _Compared(impact, found, frozenset(files))


def _changed_files(old: _Side, new: _Side) -> Iterator[ChangedFile]:
    # Who may open sealed files has owners too, though no render turns on it.
    for file in sorted({*old.project.tree.files, *new.project.tree.files, _RULES}):
        before, after = old.tree.identity(file), new.tree.identity(file)
        if before != after:
            yield ChangedFile(file, "added" if before is None else "removed" if after is None else "changed")


def _differences(before: Moment, after: Moment) -> Iterator[tuple[DocumentChange, tuple[Shape, ...]]]:
    """What differs in the documents that are sound on both sides, and the schemas of each."""
    for name in sorted({*before.documents, *after.documents}):
        left, right = before.documents.get(name), after.documents.get(name)
        if left is right or name in before.broken or name in after.broken:
            continue
        kinds = [one.kind for one in (left, right) if one is not None]
        shapes = tuple(kind.schema.shape for kind in kinds if kind is not None and kind.schema is not None)
        shape = newer_shape(left.kind if left else None, right.kind if right else None)
        documents = (left.document if left else None, right.document if right else None)
        yield from ((one, shapes) for one in document_changes(name, *documents, shape))


def _with_renames(found: list[EnvironmentImpact]) -> tuple[EnvironmentImpact, ...]:
    """An environment that is gone and one that is new are the same by another name where they alone render the same."""
    gone = {one.digest.before: one for one in found if one.state == "removed" and one.changes}
    counts = Counter(one.digest.before or one.digest.after for one in found if one.state in ("removed", "added"))
    told: list[EnvironmentImpact] = []
    renamed: set[str] = set()
    for one in found:
        was = gone.get(one.digest.after) if one.state == "added" else None
        if was is not None and one.digest.after is not None and counts[one.digest.after] == 2:
            renamed.add(was.name)
            digest = Digest("render", was.digest.before, one.digest.after)
            one = replace(one, state="renamed", digest=digest, changes=(), was=was.name)
        told.append(one)
    return tuple(one for one in told if one.name not in renamed)
