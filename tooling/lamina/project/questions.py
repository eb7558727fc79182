"""A project: one reading of a repository, and the questions one may ask of it."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path as FolderPath
from typing import TYPE_CHECKING

from lamina.project.excerpts import excerpt_of
from lamina.project.explaining import Explanation, explain, value_of
from lamina.project.hiding import SecretsMode
from lamina.project.kept import Kept, Store
from lamina.project.keyring import Keyring
from lamina.project.overrides import Override, stacked
from lamina.project.road import Road
from lamina.project.tree import Tree
from lamina.thought.topology import Environment, LayerFile, kind_of_document
from lamina.words.address import Address
from lamina.words.errors import Failure, listing, near
from lamina.words.finding import Finding, Position
from lamina.words.node import Data
from lamina.words.shards import WHOLE, Shard
from lamina.words.values import dataclass
from lamina.world.sources import Source
from lamina.world.sources.overlay import Overlay

if TYPE_CHECKING:
    from lamina.project.comparing import DocumentChange
    from lamina.project.rendering import Rendering

_NONE: Mapping[str, int] = {}


class NoSuchEnvironment(Failure):
    """The repository has no environment of that name."""

    def __init__(self, name: str, known: Sequence[str]) -> None:
        like = near(name, known)
        hint = f"did you mean {like}?" if like else f"there are {listing(known) or 'none yet: make environments/NAME/'}"
        environment, mark, revision = name.partition("@")
        if mark and environment in known:
            hint = f"ENV@REV is for lamina diff; other questions take --at {revision or 'REV'}"
        super().__init__(f"no environment {name}", hint)


class NoKeyring(Failure):
    """Secrets were to be opened, and nobody said with whose keys."""

    def __init__(self) -> None:
        super().__init__("secrets cannot be opened without a keyring", "pass keyring=lamina.Keyring(os.environ)")


class AbstractEnvironment(Failure):
    """An environment that is only there to be extended."""

    def __init__(self, name: str, extending: Sequence[str]) -> None:
        hint = f"ask for one that extends it: {listing(extending)}" if extending else None
        super().__init__(f"{name} is abstract: it is neither rendered nor validated by itself", hint)


@dataclass(frozen=True, slots=True)
class Entry:
    """A document as `list` shows it: its name, its kind and that kind's version, and its layers, lowest first."""

    name: str
    kind: str
    version: int | None
    stack: tuple[LayerFile, ...]


class Project:
    """A repository as it was when this was opened; open it again to see later changes."""

    def __init__(
        self,
        source: Source,
        version: str,
        root: FolderPath | None = None,
        *,
        home: FolderPath | None = None,
        commit: str | None = None,
        kept: Kept | None = None,
        unstated: Mapping[str, int] = _NONE,
    ) -> None:
        """`root` is the work tree's, where files can be written; `home` the folder on disk that a `commit` was read beside.

        `unstated` is by kind the version of layers that state none.
        """
        self.source = source
        self.version = version
        # One reading is of one moment: what is not replaced in it (see `with_files`) is what it was.
        self._kept = kept or Kept(Store(), lambda _: "as it is")
        self.tree = Tree(source, version, self._kept, unstated)
        self.root = root
        self.home = home or root
        self.commit = commit

    def with_files(self, files: Mapping[str, bytes | None], unstated: Mapping[str, int] | None = None) -> "Project":
        """The project as it would be with other bytes in some files, and without those of None."""
        versions = self.tree.unstated if unstated is None else unstated
        source = Overlay(self.source, files)
        kept = self._kept.with_files(files)
        return Project(
            source, self.version, self.root, home=self.home, commit=self.commit, kept=kept, unstated=versions
        )

    def flush(self) -> None:
        """Hand what was made to the cache, for other processes."""
        if self.tree.caching is not None:
            self.tree.caching.rows.flush()

    def close(self) -> None:
        """Hand what was made to the cache, and let go of it."""
        if self.tree.caching is not None:
            self.tree.caching.rows.close()

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What is wrong with the repository as a whole: names, links, settings, who extends whom."""
        return self.tree.findings

    def environments(self) -> list[Environment]:
        """Every environment, abstract ones too, by name."""
        return list(self.tree.topology.environments.values())

    def concrete(self) -> list[str]:
        """The environments that can be rendered, by name."""
        return [one.name for one in self.environments() if not one.abstract and not one.broken]

    def environment(self, name: str) -> Environment:
        """One environment; raises NoSuchEnvironment."""
        known = self.tree.topology.environments
        if name not in known:
            raise NoSuchEnvironment(name, list(known))
        return known[name]

    def road(
        self,
        name: str,
        overrides: Sequence[Override] = (),
        asked: str | None = None,
        keyring: Keyring | None = None,
    ) -> Road:
        """An environment's road; `asked` is the document that overrides without a telling name belong to.

        With a keyring sealed layers are opened on it.
        """
        environment = self.environment(name)
        return Road(self.tree, environment, stacked(self.tree, name, overrides, asked), keyring)

    def documents(self, environment: str) -> list[str]:
        """The names of an environment's documents, sorted."""
        return self.road(environment).names()

    def entries(self, environment: str) -> list[Entry]:
        """An environment's documents with their kinds and layers, by name."""
        road = self.road(environment)
        return [self._entry(road, name) for name in road.names()]

    def _entry(self, road: Road, name: str) -> Entry:
        kind = kind_of_document(name)
        schema = self.tree.schema(kind)
        return Entry(name, kind, schema.version if schema else None, road.stack(name))

    def get(
        self,
        environment: str,
        address: Address,
        overrides: Sequence[Override] = (),
        *,
        secrets: SecretsMode = "redact",
        keyring: Keyring | None = None,
    ) -> tuple[Data, bool]:
        """One value with its secrets put away, and whether there were any; to `unseal` needs a keyring.

        Raises NoSuchEnvironment, NoSuchDocument, NoSuchValue, and Broken when an error touches the value; and NoKey.
        """
        road = self.road(environment, overrides, address.document, _opening(secrets, keyring))
        return value_of(road, address, secrets)

    def excerpt(self, position: Position) -> str | None:
        """The line of a position, for people; None where it could show a secret (see `excerpt_of`)."""
        return excerpt_of(self.tree, position)

    def render(
        self,
        environment: str,
        document: str | None = None,
        *,
        secrets: SecretsMode = "redact",
        overrides: Sequence[Override] = (),
        keyring: Keyring | None = None,
    ) -> "Rendering":
        """An environment's documents, or one of them, each made when it is asked for; to `unseal` needs a keyring.

        Raises NoSuchEnvironment, AbstractEnvironment, NoSuchDocument; what is made then, NoKey, Unsound and Tampered.
        """
        from lamina.project.rendering import Rendering

        road = self.render_road(environment, document, secrets=secrets, overrides=overrides, keyring=keyring)
        return Rendering(road, road.names() if document is None else [document], secrets)

    def render_road(
        self,
        environment: str,
        document: str | None = None,
        *,
        secrets: SecretsMode = "redact",
        overrides: Sequence[Override] = (),
        keyring: Keyring | None = None,
    ) -> Road:
        """The road of what `render` renders; raises NoSuchEnvironment, AbstractEnvironment and NoSuchDocument."""
        road = self.road(environment, overrides, document, _opening(secrets, keyring))
        self._demand_concrete(road.environment)
        if document is not None:
            road.demand(document)
        return road

    def explain(self, environment: str, address: Address, overrides: Sequence[Override] = ()) -> Explanation:
        """Where a value comes from; raises NoSuchEnvironment, NoSuchDocument and NoSuchValue."""
        return explain(self.road(environment, overrides, address.document), address)

    def validate(
        self, environments: Sequence[str] = (), overrides: Sequence[Override] = (), shard: Shard = WHOLE
    ) -> Iterator[Finding]:
        """Everything wrong with the repository, or with some environments of it; of a shard its part of that."""
        if shard.first:
            yield from self.tree.findings
            for kind in self.kinds() if not environments else ():
                yield from self.of_kind(kind)
        reached: set[str] = set()
        for name in environments or self.concrete():
            road = self.concrete_road(name, overrides)
            yield from road.vain_removals(shard.holds)
            for document in road.names(shard.holds):
                if road.is_known_sound(document):
                    reached.update(of.file for of in road.stack(document))
                    self.tree.advance()
                    continue
                finished = road.document(document)
                reached.update(of.file for of in finished.stack)
                yield from finished.findings
                road.remember(document)
                road.forget(document)
        if not environments:
            yield from self.unreached(reached if shard == WHOLE else reached.union(self._elsewhere(shard, reached)))

    def _elsewhere(self, shard: Shard, reached: Collection[str]) -> Iterator[str]:
        """The layers that belong to other shards, and the defaults that only documents of those have."""
        for of in self.tree.topology.layer_files():
            if of.file not in reached:
                used = of.defaults and any(self.concrete_road(name).uses(of) for name in self.concrete())
                if used or not shard.holds(of.document):
                    yield of.file

    def kinds(self) -> list[str]:
        """The kinds that have schemas or migrations, sorted."""
        return sorted({*self.tree.topology.schemas, *self.tree.topology.migrations})

    def of_kind(self, kind: str) -> Iterator[Finding]:
        """What is wrong with the schemas and the migrations of a kind."""
        caching = self.tree.caching
        if caching is not None and caching.is_sound(kind):
            return
        entry = self.tree.schema(kind)
        found = (*(entry.findings if entry else ()), *self.tree.versions(kind).findings)
        yield from found
        if caching is not None and not found:
            caching.keep_sound(kind)

    def concrete_road(self, name: str, overrides: Sequence[Override] = ()) -> Road:
        """The road of an environment that is rendered; raises NoSuchEnvironment and AbstractEnvironment."""
        road = self.road(name, overrides)
        self._demand_concrete(road.environment)
        return road

    def unreached(self, reached: Collection[str]) -> Iterator[Finding]:
        """What is wrong with the text of layers that no document of any environment holds, such as lone defaults."""
        for of in self.tree.topology.layer_files():
            if of.file not in reached:
                yield from self.tree.layer(of).findings

    def diff(self, left: str, right: str) -> "list[DocumentChange]":
        """What differs between two environments, by document and path; raises Broken where one has errors."""
        from lamina.project.comparing import compared

        return compared(self.render(left), self.render(right))

    def _demand_concrete(self, environment: Environment) -> None:
        if environment.abstract:
            extending = [one.name for one in self.environments() if environment.name in one.chain and not one.abstract]
            raise AbstractEnvironment(environment.name, extending)


def _opening(secrets: SecretsMode, keyring: Keyring | None) -> Keyring | None:
    """The keyring where secrets are to be opened, and nothing otherwise, whatever keys there are."""
    if secrets == "unseal" and keyring is None:
        raise NoKeyring
    return keyring if secrets == "unseal" else None
