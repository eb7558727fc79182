"""Topology: from the names of a repository's files to environments, documents, kinds and stacks.

The layout is that of a folder an environment; see the stack's order at `Topology.stack`.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

from lamina.words.errors import near
from lamina.words.node import Path

ENVIRONMENTS, SCHEMAS, SETTINGS = "environments", "schemas", "lamina.yaml"
CREATION_RULES = ".sops.yaml"
BASE = "base"
DEFAULTS = "_defaults"

_EXTENSIONS = (".sops.yaml", ".sops.json", ".yaml", ".json")
_NAME = re.compile(r"(?!.*\.\.)[A-Za-z0-9][A-Za-z0-9_.-]*")
_SCHEMA = re.compile(rf"{SCHEMAS}/([^/]+)/v([1-9][0-9]*)\.schema\.(?:yaml|json)")
_MIGRATION = re.compile(rf"{SCHEMAS}/([^/]+)/v([1-9][0-9]*)\.migration\.(?:yaml|json)")


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


@dataclass(frozen=True, slots=True)
class Topology:
    """The shape of a repository, told from its file names and settings alone."""

    environments: Mapping[str, Environment]
    layers: Mapping[str, Mapping[str, tuple[LayerFile, ...]]]
    schemas: Mapping[str, Mapping[int, str]]
    faults: tuple[TopologyFault, ...] = ()
    migrations: Mapping[str, Mapping[int, str]] = field(default_factory=dict)
    _folders: dict[str, tuple[str, ...]] = field(default_factory=dict)

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
        stack: list[LayerFile] = []
        for link in self.environments[environment].chain:
            layers = self.layers.get(link, {})
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
    found: dict[str, dict[str, list[LayerFile]]] = {name: {} for name in settings}
    schemas: dict[str, dict[int, str]] = {}
    migrations: dict[str, dict[int, str]] = {}
    for file in sorted(files):
        if match := _SCHEMA.fullmatch(file):
            schemas.setdefault(match[1], {})[int(match[2])] = file
        elif match := _MIGRATION.fullmatch(file):
            migrations.setdefault(match[1], {})[int(match[2])] = file
        elif file.startswith(ENVIRONMENTS + "/"):
            layer = _layer(file, faults)
            if layer is not None:
                found.setdefault(layer.environment, {}).setdefault(layer.document, []).append(layer)
    faults += _clashes(found)
    layers = {
        environment: {name: tuple(sorted(of, key=lambda layer: layer.sealed)) for name, of in documents.items()}
        for environment, documents in found.items()
    }
    return Topology(_environments(found, settings, faults), layers, schemas, tuple(faults), migrations)


def _is_defaults(document: str) -> bool:
    return document == DEFAULTS or document.endswith("/" + DEFAULTS)


def _layer(file: str, faults: list[TopologyFault]) -> LayerFile | None:
    """The layer that a file name under environments/ stands for, or None (a fault says why, or the file is none of ours)."""
    _, *parts = file.split("/")
    name = parts[-1]
    if name.startswith(".") or name.startswith("README"):
        return None
    extension = next((ending for ending in _EXTENSIONS if name.endswith(ending)), None)
    if extension is None or len(parts) < 2:
        yml = name.endswith(".yml")
        message = "layers end in .yaml, not .yml" if yml else "this file is no layer, so nothing reads it"
        fix = f"rename it to {name[:-4]}.yaml" if yml else "layers are environments/ENVIRONMENT/DOCUMENT.yaml"
        faults.append(TopologyFault("stray-file", message, file, fix=fix, severity="error" if yml else "warning"))
        return None
    stem = name.removesuffix(extension)
    document = "/".join((*parts[1:-1], stem))
    odd = [part for part in (*parts[:-1], stem) if not _NAME.fullmatch(part) and (part != DEFAULTS or part is not stem)]
    if odd:
        message = f"{odd[0]!r} cannot name an environment or a document"
        fix = "use letters, digits, - and _, and single dots; start with a letter or digit"
        faults.append(TopologyFault("bad-name", message, file, fix=fix))
        return None
    if document == DEFAULTS:
        message = "defaults stand in the folder of a kind; at the top of an environment there is none"
        faults.append(TopologyFault("misplaced-defaults", message, file, fix="move it into the folder of a kind"))
        return None
    return LayerFile(file, parts[0], document, stem == DEFAULTS, ".sops." in extension)


def _clashes(found: Mapping[str, Mapping[str, list[LayerFile]]]) -> list[TopologyFault]:
    folders = {name.partition("/")[0] for documents in found.values() for name in documents if "/" in name}
    faults = []
    for environment, documents in found.items():
        for name, layers in documents.items():
            for index, layer in enumerate(layers):
                twin = next((other for other in layers[:index] if other.sealed == layer.sealed), None)
                if twin is not None:
                    message = f"{environment} has two layers for {name}: this one and {twin.file}"
                    faults.append(TopologyFault("name-clash", message, layer.file, fix="keep one of them"))
                elif name in folders:
                    message = f"{name} is a document here and a folder of documents elsewhere in {ENVIRONMENTS}/"
                    fix = "rename one: a kind is either one document or a folder"
                    faults.append(TopologyFault("name-clash", message, layer.file, fix=fix))
    return faults


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
