"""What is outdated: layers of an older version, and references that name a place from which something has moved."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from typing import cast

from lamina.project.questions import Project
from lamina.project.raising import is_there, raised_stack
from lamina.project.road import Road
from lamina.project.stages import Needless, RaisedStack
from lamina.thought.document import VERSION_KEY, Layer
from lamina.thought.document.placing import placed
from lamina.thought.merge import fold, trace
from lamina.thought.migration import get, inner
from lamina.thought.references import Reference, retargeted
from lamina.thought.topology import ENVIRONMENTS, LayerFile, kind_of_document
from lamina.words.finding import Finding, Position
from lamina.words.node import Data, Patch, Path, Tagged
from lamina.words.values import dataclass

Places = Callable[[LayerFile, Reference], Path]
"""Where what a reference in a layer names is today."""


@dataclass(frozen=True, slots=True)
class OutdatedLayer:
    """A layer of an older version: where it says so, and where its migration finds nothing below it."""

    of: LayerFile
    version: int
    newest: int
    position: Position
    needless: Needless = frozenset()


@dataclass(frozen=True, slots=True)
class OutdatedReference:
    """A text whose references name an old place: where it stands, and what it would say."""

    of: LayerFile
    position: Position
    text: str
    now: str


@dataclass(frozen=True, slots=True)
class Survey:
    """All that is outdated; the values that migrations set, with the layer and the place they belong to; and what hinders."""

    layers: tuple[OutdatedLayer, ...]
    references: tuple[OutdatedReference, ...]
    defaults: tuple[tuple[str, Path, Patch], ...]
    findings: tuple[Finding, ...]
    places: Places

    @property
    def current(self) -> bool:
        """Whether nothing is outdated, and nothing keeps one from knowing."""
        return not (self.layers or self.references or self.findings)

    def of(self, files: Collection[str]) -> "Survey":
        """What of it concerns some layers; what is wrong with a migration or a schema concerns all."""
        return replace(
            self,
            layers=tuple(one for one in self.layers if one.of.file in files),
            references=tuple(one for one in self.references if one.of.file in files),
            defaults=tuple(one for one in self.defaults if one[0] in files),
            findings=tuple(
                one
                for one in self.findings
                if one.position.file in files or not one.position.file.startswith(f"{ENVIRONMENTS}/")
            ),
        )


def surveyed(project: Project, environments: Sequence[str] = (), plain: bool = False) -> Survey:
    """What is outdated in the layers of the environments' own folders (of all, when none is named).

    With `plain` only layers that are not sealed are looked at. Raises NoSuchEnvironment.
    """
    names = {project.environment(name).name for name in environments}

    def wanted(of: LayerFile) -> bool:
        return (not names or of.environment in names) and not (plain and of.sealed)

    tree, places = project.tree, _places(project)
    stacks = [entry for road in _roads(project) for entry in _stacks(road)]
    needless = _needless(stack for _, stack in stacks)
    findings = dict.fromkeys(
        one for _, stack in stacks for one in stack.findings if _concerns(one, tree_layers(project), wanted)
    )
    layers: list[OutdatedLayer] = []
    references: list[OutdatedReference] = []
    for of in filter(wanted, tree_layers(project).values()):
        layer, kind = tree.layer(of), tree.schema(kind_of_document(of.document))
        if kind is None:
            continue
        if not layer.whole and kind.version > 1:
            findings.update(dict.fromkeys(layer.findings))
        if layer.version is not None and layer.version < kind.version:
            place = tree.place(of.file, (VERSION_KEY,))
            layers.append(OutdatedLayer(of, layer.version, kind.version, place, needless.get(of.file, frozenset())))
        else:
            references += _references(project, of, layer, places)
    outdated = {one.of.file for one in layers}
    defaults = dict.fromkeys(
        (file, path) for road, stack in stacks for file, path, _ in _defaults(road, stack) if file in outdated
    )
    values = {(file, path): value for road, stack in stacks for file, path, value in _defaults(road, stack)}
    set_there = tuple((file, path, values[file, path]) for file, path in defaults)
    return Survey(tuple(layers), tuple(references), set_there, tuple(findings), places)


def tree_layers(project: Project) -> dict[str, LayerFile]:
    """Every layer of the repository, by file."""
    layers = project.tree.topology.layers.values()
    return {
        of.file: of for documents in layers for ofs in documents.values() for of in sorted(ofs, key=lambda of: of.file)
    }


def mended(patch: Patch, of: LayerFile, places: Places, path: Path = ()) -> Iterator[tuple[Path, Patch]]:
    """The texts of a layer whose references name an old place, as they should be; tags stay."""
    if isinstance(patch, Tagged):
        for place, value in mended(patch.value, of, places, path):
            yield place, Tagged(patch.tag, value) if place == path else value
    elif isinstance(patch, dict):
        for key, part in patch.items():
            yield from mended(part, of, places, (*path, key))
    elif isinstance(patch, list):
        for index, part in enumerate(patch):
            yield from mended(part, of, places, (*path, index))
    elif isinstance(patch, str) and "${" in patch:
        now = retargeted(patch, lambda reference: places(of, reference))
        if now != patch:
            yield path, now


def followed(road: Road, document: str, data: Data) -> Data:
    """What a document says before its references are resolved, with those that name an old place naming that of today."""
    tree = road.tree
    if not tree.topology.migrations:
        return data

    def place(_: LayerFile, reference: Reference) -> Path:
        name = reference.document or document
        kind = kind_of_document(name)
        held = road.data(name) if kind in tree.topology.migrations else None
        if held is None or is_there(held, reference.path):
            return reference.path
        return next((one for one in tree.versions(kind).led(reference.path) if is_there(held, one)), reference.path)

    of = LayerFile("", road.environment.name, document, False, False)
    for path, value in list(mended(data, of, place)):
        data = cast("Data", placed(data, path, value))
    return data


def _references(project: Project, of: LayerFile, layer: Layer, places: Places) -> Iterator[OutdatedReference]:
    if b"${" in layer.data and project.tree.topology.migrations:
        for path, value in mended(layer.patch, of, places):
            text, now = inner(get(layer.patch, path)), inner(value)
            yield OutdatedReference(of, project.tree.place(of.file, path), str(text), str(now))


def _roads(project: Project) -> Iterator[Road]:
    return (project.road(one.name) for one in project.environments() if not one.broken)


def _stacks(road: Road) -> Iterator[tuple[Road, RaisedStack]]:
    for name in road.names():
        stack = road.stack(name)
        kind = road.tree.schema(kind_of_document(name))
        yield road, raised_stack(road.tree, kind, stack, tuple(map(road.tree.layer, stack)))


def _needless(stacks: Iterator[RaisedStack]) -> dict[str, Needless]:
    """By file what no lower layer has, in whatever stack the file lies."""
    found: dict[str, Needless] = {}
    for stack in stacks:
        for of, needless in zip(stack.stack, stack.needless, strict=False):
            found[of.file] = found[of.file] & needless if of.file in found else needless
    return found


def _concerns(finding: Finding, layers: dict[str, LayerFile], wanted: Callable[[LayerFile], bool]) -> bool:
    of = layers.get(finding.position.file)
    return finding.severity == "error" and (of is None or wanted(of))


def _defaults(road: Road, stack: RaisedStack) -> Iterator[tuple[str, Path, Patch]]:
    """The values that migrations set, as far as they count, each with the lowest layer that names the document."""
    made = [index for index, of in enumerate(stack.stack) if not of.document]
    if not made:
        return
    home = next(index for index, of in enumerate(stack.stack) if index > made[-1] and not of.defaults)
    kind = road.tree.schema(kind_of_document(stack.stack[home].document))
    shape = kind.schema.shape if kind and kind.schema else None
    count = len(stack.layers)
    arranged = fold([layer.patch for layer in stack.layers], shape, [True] * count, [True] * count).layers
    for index in made:
        for path, value in _leaves(stack.layers[index].patch):
            winner = trace(arranged[: home + 1], path).winner
            if winner is not None and winner.layer == index:
                yield stack.stack[home].file, path, value


def _leaves(patch: Patch, path: Path = ()) -> Iterator[tuple[Path, Patch]]:
    if isinstance(patch, dict) and patch:
        for key, part in patch.items():
            yield from _leaves(part, (*path, key))
    else:
        yield path, patch


def _places(project: Project) -> Places:
    """Where references lead today, by what the environments hold that a layer takes part in."""
    roads = {road.environment.name: road for road in _roads(project)}
    tree = project.tree

    def place(of: LayerFile, reference: Reference) -> Path:
        kind = kind_of_document(reference.document or of.document)
        if kind not in tree.topology.migrations:
            return reference.path
        held = [
            data
            for road in roads.values()
            if of.environment in road.environment.chain
            for data in _data(road, of, reference)
        ]
        if any(is_there(data, reference.path) for data in held):
            return reference.path
        led = (one for one in tree.versions(kind).led(reference.path) if any(is_there(data, one) for data in held))
        return next(led, reference.path)

    return place


def _data(road: Road, of: LayerFile, reference: Reference) -> Iterator[Data]:
    """The documents that a reference in a layer may mean: of defaults, every one that they lie under."""
    named = reference.document or (None if of.defaults else of.document)
    names = [named] if named else [name for name in road.names() if of in road.stack(name)]
    for name in names:
        data = road.data(name)
        if data is not None:
            yield data
