"""Topology: from the names of a repository's files to environments, documents, kinds and stacks.

The layout is that of a folder an environment; see the stack's order at `Topology.stack`.
"""

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import field
from itertools import groupby
from typing import Literal, NamedTuple, Protocol, TypeAlias

from lamina.words.errors import near
from lamina.words.node import Path
from lamina.words.regex import regex
from lamina.words.values import dataclass

ENVIRONMENTS, SCHEMAS, SETTINGS = "environments", "schemas", "lamina.yaml"
CREATION_RULES = ".sops.yaml"
BASE = "base"
DEFAULTS = "_defaults"

_EXTENSIONS = (".sops.yaml", ".sops.json", ".yaml", ".json")
_NAME = regex(r"(?!.*\.\.)[A-Za-z0-9][A-Za-z0-9_.-]*")
_SCHEMA = regex(rf"{SCHEMAS}/([^/]+)/v([1-9][0-9]*)\.schema\.(?:yaml|json)")
_MIGRATION = regex(rf"{SCHEMAS}/([^/]+)/v([1-9][0-9]*)\.migration\.(?:yaml|json)")


class EnvironmentSettings(Protocol):
    """What `lamina.yaml` says of one environment."""

    @property
    def extends(self) -> str | None: ...
    @property
    def abstract(self) -> bool | None: ...
    @property
    def protected(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class TopologyFault:
    """Something wrong with a name or with who extends whom; `path` is a place in lamina.yaml when the fault is there."""

    rule: str
    message: str
    file: str
    path: Path = ()
    fix: str | None = None
    severity: Literal["error", "warning"] = "error"


@dataclass(frozen=True, slots=True)
class Environment:
    """An environment and those it extends: `chain` is root first and ends with itself."""

    name: str
    chain: tuple[str, ...]
    abstract: bool = False
    protected: bool = False
    broken: bool = False

    @property
    def extends(self) -> str | None:
        """The environment it extends, or None for a root."""
        return self.chain[-2] if len(self.chain) > 1 else None


@dataclass(frozen=True, slots=True)
class LayerFile:
    """A file that is a layer: whose, of what, and in which of the roles."""

    file: str
    environment: str
    document: str
    defaults: bool
    sealed: bool


_Documents: TypeAlias = Mapping[str, tuple[LayerFile, ...]]


@dataclass(frozen=True, slots=True)
class Topology:
    """The shape of a repository, told from its file names and settings alone."""

    environments: Mapping[str, Environment]
    layers: Mapping[str, _Documents]
    schemas: Mapping[str, Mapping[int, str]]
    faults: tuple[TopologyFault, ...] = ()
    migrations: Mapping[str, Mapping[int, str]] = field(default_factory=dict)
    _folders: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _links: dict[str, tuple[_Documents, ...]] = field(default_factory=dict, init=False, compare=False, repr=False)

    def documents(self, environment: str) -> list[str]:
        """Names of the documents that some layer of the environment's chain names, sorted."""
        chain = self.environments[environment].chain
        names = {name for link in chain for name in self.layers.get(link, {}) if not _is_defaults(name)}
        return sorted(names)

    def stack(self, environment: str, document: str) -> list[LayerFile]:
        """A document's layers, lowest first.

        Link by link of the chain: the defaults (outer folder first), then the document, then its sealed part.
        """
        folders = self._folders.get(document)
        if folders is None:
            parts = document.split("/")[:-1]
            folders = tuple("/".join((*parts[: depth + 1], DEFAULTS)) for depth in range(len(parts)))
            self._folders[document] = folders
        links = self._links.get(environment)
        if links is None:
            chain = self.environments[environment].chain
            links = self._links[environment] = tuple(self.layers[link] for link in chain if link in self.layers)
        stack: list[LayerFile] = []
        for layers in links:
            for name in (*folders, document):
                stack += layers.get(name, ())
        return stack

    def layer_files(self) -> Iterator[LayerFile]:
        """Every layer, by environment and document."""
        for documents in self.layers.values():
            for layers in documents.values():
                yield from layers

    def layer_of(self, file: str) -> LayerFile | None:
        """The layer that a file is."""
        environment = file.split("/")[1] if file.startswith(f"{ENVIRONMENTS}/") else ""
        of_environment = self.layers.get(environment, {}).values()
        return next((of for layers in of_environment for of in layers if of.file == file), None)

    def files_of(self, environment: str) -> list[str]:
        """The layer files in the environment's own folder, sorted."""
        return sorted(layer.file for layers in self.layers.get(environment, {}).values() for layer in layers)


def can_name(text: str) -> bool:
    """Whether a text can be the name of an environment, a kind or a document."""
    return _NAME.fullmatch(text) is not None


def kind_of_document(document: str) -> str:
    """The kind of a document: its first folder, or itself at the top level."""
    return document.partition("/")[0]


def survey(files: Iterable[str], settings: Mapping[str, EnvironmentSettings]) -> Topology:
    """Read the shape of a repository from its file names (relative, with slashes) and the environments' settings."""
    faults: list[TopologyFault] = []
    shelves: dict[str, list[_Shelf]] = {name: [] for name in settings}
    schemas: dict[str, dict[int, str]] = {}
    migrations: dict[str, dict[int, str]] = {}
    roles: dict[str, _Role | None] = {}
    for folder, group in groupby(sorted(files), lambda file: file.rpartition("/")[0]):
        if folder.startswith(SCHEMAS + "/"):
            for file in group:
                if match := _SCHEMA.fullmatch(file):
                    schemas.setdefault(match[1], {})[int(match[2])] = file
                elif match := _MIGRATION.fullmatch(file):
                    migrations.setdefault(match[1], {})[int(match[2])] = file
        elif folder.partition("/")[0] == ENVIRONMENTS:
            shelf = _shelf(folder, group, roles, faults)
            if shelf.roles:
                shelves.setdefault(shelf.environment, []).append(shelf)
    layers = _Layers(shelves)
    faults += _clashes(shelves, layers)
    return Topology(_environments(shelves, settings, faults), layers, schemas, tuple(faults), migrations)


class _Role(NamedTuple):
    """What a file of some name is in any folder: the end of its document's name, and whether it is sealed."""

    stem: str
    sealed: bool


class _Shelf(NamedTuple):
    """The layers in one folder of an environment, by their file names; `prefix` begins the names of their documents."""

    folder: str
    environment: str
    prefix: str
    roles: Mapping[str, _Role]


class _Layers(Mapping[str, _Documents]):
    """The layers of each environment, made when they are first asked for: of ten thousand a question needs a few."""

    def __init__(self, shelves: Mapping[str, list[_Shelf]]) -> None:
        self._shelves = shelves
        self._made: dict[str, _Documents] = {}

    def __getitem__(self, environment: str) -> _Documents:
        if environment not in self._made:
            self._made[environment] = _layers(self._shelves[environment])
        return self._made[environment]

    def __iter__(self) -> Iterator[str]:
        return iter(self._shelves)

    def __len__(self) -> int:
        return len(self._shelves)


def _layers(shelves: Iterable[_Shelf]) -> _Documents:
    """The layers of an environment by document, the plain ones first."""
    found: dict[str, tuple[LayerFile, ...]] = {}
    for folder, environment, prefix, roles in shelves:
        for name, (stem, sealed) in roles.items():
            document = prefix + stem
            of = LayerFile(f"{folder}/{name}", environment, document, stem == DEFAULTS, sealed)
            others = found.get(document)
            found[document] = (of,) if others is None else tuple(sorted((*others, of), key=lambda one: one.sealed))
    return found


def _is_defaults(document: str) -> bool:
    return document == DEFAULTS or document.endswith("/" + DEFAULTS)


def _shelf(folder: str, files: Iterable[str], roles: dict[str, _Role | None], faults: list[TopologyFault]) -> _Shelf:
    """A folder below environments/; `roles` are those of names that were met already: most stand in many folders."""
    _, *parts = folder.split("/")
    fine = bool(parts) and all(map(can_name, parts))
    taken: dict[str, _Role] = {}
    for file in files:
        name = file[len(folder) + 1 :]
        if name not in roles:
            roles[name] = _role(name)
        role = roles[name]
        if role is not None and fine and (len(parts) > 1 or role.stem != DEFAULTS):
            taken[name] = role
        elif (fault := _fault(file)) is not None:
            faults.append(fault)
    return _Shelf(folder, parts[0] if parts else "", "".join(f"{part}/" for part in parts[1:]), taken)


def _role(name: str) -> _Role | None:
    """What a file of that name is where its folder is fine; None for what is no layer."""
    extension = _extension(name)
    if extension is None or _is_left_out(name):
        return None
    stem = name.removesuffix(extension)
    return _Role(stem, ".sops." in extension) if stem == DEFAULTS or can_name(stem) else None


def _extension(name: str) -> str | None:
    return next((ending for ending in _EXTENSIONS if name.endswith(ending)), None)


def _is_left_out(name: str) -> bool:
    return name.startswith((".", "README"))


def _fault(file: str) -> TopologyFault | None:
    """Why a file under environments/ is no layer; None where it is none of ours."""
    _, *parts = file.split("/")
    name = parts[-1]
    if _is_left_out(name):
        return None
    extension = _extension(name)
    if extension is None or len(parts) < 2:
        yml = name.endswith(".yml")
        message = "layers end in .yaml, not .yml" if yml else "this file is no layer, so nothing reads it"
        fix = f"rename it to {name[:-4]}.yaml" if yml else "layers are environments/ENVIRONMENT/DOCUMENT.yaml"
        return TopologyFault("stray-file", message, file, fix=fix, severity="error" if yml else "warning")
    stem = name.removesuffix(extension)
    odd = [part for part in parts[:-1] if not can_name(part)]
    odd += [] if stem == DEFAULTS or can_name(stem) else [stem]
    if odd:
        message = f"{odd[0]!r} cannot name an environment or a document"
        fix = "use letters, digits, - and _, and single dots; start with a letter or digit"
        return TopologyFault("bad-name", message, file, fix=fix)
    message = "defaults stand in the folder of a kind; at the top of an environment there is none"
    return TopologyFault("misplaced-defaults", message, file, fix="move it into the folder of a kind")


def _clashes(shelves: Mapping[str, Iterable[_Shelf]], layers: Mapping[str, _Documents]) -> Iterator[TopologyFault]:
    every = [shelf for of in shelves.values() for shelf in of]
    folders = {shelf.prefix.partition("/")[0] for shelf in every if shelf.prefix}
    # Two files of one document differ in their endings, so that one of them is JSON.
    json = {name for name in set[str]().union(*(shelf.roles for shelf in every)) if name.endswith(".json")}
    for environment, own in shelves.items():
        odd = (role.stem in folders for shelf in own if not shelf.prefix for role in shelf.roles.values())
        if not all(json.isdisjoint(shelf.roles) for shelf in own) or any(odd):
            yield from _clashes_in(environment, layers[environment], folders)


def _clashes_in(environment: str, documents: _Documents, folders: Container[str]) -> Iterator[TopologyFault]:
    for name, layers in documents.items():
        in_order = sorted(layers, key=lambda layer: layer.file)
        for index, layer in enumerate(in_order):
            twin = next((other for other in in_order[:index] if other.sealed == layer.sealed), None)
            if twin is not None:
                message = f"{environment} has two layers for {name}: this one and {twin.file}"
                yield TopologyFault("name-clash", message, layer.file, fix="keep one of them")
            elif name in folders:
                message = f"{name} is a document here and a folder of documents elsewhere in {ENVIRONMENTS}/"
                fix = "rename one: a kind is either one document or a folder"
                yield TopologyFault("name-clash", message, layer.file, fix=fix)


def _environments(
    found: Mapping[str, object], settings: Mapping[str, EnvironmentSettings], faults: list[TopologyFault]
) -> dict[str, Environment]:
    parents: dict[str, str | None] = {}
    for name in {*found, BASE}:
        said = settings[name].extends if name in settings else None
        parents[name] = said or (None if name == BASE else BASE)
    orphans: set[str] = set()
    for name, parent in sorted(parents.items()):
        if parent is not None and parent not in parents:
            message = f"{name} extends {parent}, and there is no such environment"
            place = ("environments", name, "extends")
            like = near(parent, parents)
            fix = f"did you mean {like}?" if like else "make its folder, or mend the name"
            faults.append(TopologyFault("unknown-environment", message, SETTINGS, place, fix))
            parents[name] = None
            orphans.add(name)
    cyclic = {name for name in parents if _circle(name, parents)}
    for circle in sorted({_turned(_circle(name, parents)) for name in cyclic}):
        message = f"{' extends '.join(circle)}: an environment cannot extend itself"
        place = ("environments", circle[0], "extends")
        fix = f"{BASE} extends nothing: leave that out" if BASE in circle else f"let one of them extend {BASE}"
        faults.append(TopologyFault("circular-extends", message, SETTINGS, place, fix))
    environments = {}
    for name in sorted(parents):
        chain, broken = _chain(name, parents, cyclic | orphans)
        one = settings.get(name)
        abstract = one.abstract if one and one.abstract is not None else name == BASE
        environments[name] = Environment(name, chain, abstract, bool(one and one.protected), broken)
    return environments


def _circle(name: str, parents: Mapping[str, str | None]) -> list[str]:
    """The way from an environment back to itself, or [] when there is none."""
    way, current = [name], parents[name]
    while current is not None and current not in way:
        way.append(current)
        current = parents[current]
    return [*way, name] if current == name else []


def _turned(circle: list[str]) -> tuple[str, ...]:
    """The same circle whoever it is told from: beginning with base, or else with the first name."""
    members = circle[:-1]
    start = members.index(BASE if BASE in members else min(members))
    return (*members[start:], *members[: start + 1])


def _chain(name: str, parents: Mapping[str, str | None], lost: set[str]) -> tuple[tuple[str, ...], bool]:
    """The environments up to a name, and whether the way to the root is lost in one of them."""
    chain: list[str] = []
    current: str | None = name
    while current is not None:
        chain.insert(0, current)
        if current in lost:
            return tuple(chain), True
        current = parents[current]
    return tuple(chain), False
