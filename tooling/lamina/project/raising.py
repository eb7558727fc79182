"""Raising a document's layers to the newest version of their kind, each by itself, before they are merged."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import field, replace

from lamina.project.kept import KindSchema
from lamina.project.stages import Needless, RaisedStack, Way, all_newest
from lamina.project.tree import Tree
from lamina.project.versions import Versions
from lamina.thought.document import VERSION_KEY, Layer
from lamina.thought.merge import fold
from lamina.thought.migration import Migration, Operation, Plan, SetDefault, back, forward, plan
from lamina.thought.references import Reference, is_reference, references_in, retargeted
from lamina.thought.topology import LayerFile, kind_of_document
from lamina.words.finding import Finding, Position, Related, worst
from lamina.words.mend import Mend, OneOf, Put
from lamina.words.node import Data, Patch, Path, at, nested
from lamina.words.values import dataclass


@dataclass(frozen=True, slots=True)
class Raised:
    """A layer of the newest version: its patch, and the migrations that made it so with their plans.

    `asks` are the places, as of the newest version, where the plan turns on lower layers; each with the version that asks,
    and the place as of that one. `literal` are the places that were literal, as they are now.
    """

    patch: Patch
    plans: tuple[tuple[Migration, Plan], ...] = ()
    asks: tuple[tuple[Path, int, Path], ...] = ()
    literal: frozenset[Path] = frozenset()

    @property
    def faults(self) -> bool:
        """Whether something hindered."""
        return any(made.faults for _, made in self.plans)


@dataclass(frozen=True, slots=True)
class KindTexts:
    """References to documents of one kind, as a plan asks for them."""

    kind: str

    def refers(self, text: str) -> bool:
        """Whether a text holds a reference."""
        return "${" in text and bool(references_in(text))

    def target(self, text: str) -> Path | None:
        """The place that a text refers to, when it is one reference to a document of this kind."""
        found = references_in(text) if is_reference(text) else []
        return found[0].path if found and self._mine(found[0]) else None

    def followed(self, text: str, lead: Callable[[Path], Path]) -> str:
        """The text with the references to documents of this kind leading elsewhere."""
        return retargeted(text, lambda one: lead(one.path) if self._mine(one) else one.path)

    def _mine(self, reference: Reference) -> bool:
        return reference.document is None or kind_of_document(reference.document) == self.kind


def raised(
    patch: Patch,
    kind: str,
    migrations: Sequence[Migration],
    needless: Needless = frozenset(),
    literal: frozenset[Path] = frozenset(),
) -> Raised:
    """A layer's patch after migrations; at `literal` places of the patch nothing is taken for a reference."""
    texts = KindTexts(kind)
    plans: list[tuple[Migration, Plan]] = []
    asks: list[tuple[Path, int, Path]] = []
    for number, migration in enumerate(migrations):
        own = frozenset(path for version, path in needless if version == migration.version)
        made = plan(patch, migration, texts, own, literal)
        literal = frozenset(forward(path, migration.operations) for path in literal)
        plans.append((migration, made))
        later = [operation for one in migrations[number + 1 :] for operation in one.operations]
        asks += ((forward(path, later), migration.version, path) for path in sorted(made.asks - own, key=str))
        patch = made.patch
        if made.faults:
            break
    return Raised(patch, tuple(plans), asks=tuple(asks), literal=literal)


def raised_stack(
    tree: Tree, kind: KindSchema | None, stack: tuple[LayerFile, ...], layers: tuple[Layer, ...]
) -> RaisedStack:
    """A document's layers brought to the newest version of its kind; those that cannot be are not whole any more."""
    if kind is None or all_newest(kind, layers):
        return RaisedStack(stack, layers)
    work = _Work(tree, kind, tree.versions(kind_of_document(stack[-1].document)))
    below = work.defaults(stack, layers)
    for of, layer in zip(stack, layers, strict=True):
        if below and below[0][0] == len(work.stack):
            work.add_defaults(below)
        work.add(of, layer)
    return RaisedStack(
        tuple(work.stack),
        tuple(work.layers),
        tuple(work.ways),
        tuple(work.needless),
        tuple(dict.fromkeys(work.findings)),
    )


@dataclass
class _Work:
    """The layers so far, lowest first."""

    tree: Tree
    kind: KindSchema
    versions: Versions
    stack: list[LayerFile] = field(default_factory=list)
    layers: list[Layer] = field(default_factory=list)
    ways: list[Way] = field(default_factory=list)
    needless: list[Needless] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def add(self, of: LayerFile, layer: Layer) -> None:
        """One more layer, as it is of the newest version."""
        version = self.version(of, layer)
        if version is None or version == self.kind.version:
            self.put(of, layer, _as_it_is, frozenset())
        elif not self.may_migrate(of, version):
            self.put(of, replace(layer, patch={}, whole=False), _as_it_is, frozenset())
        else:
            self.raise_one(of, layer, self.versions.since(version))

    def put(self, of: LayerFile, layer: Layer, way: Way, needless: Needless) -> None:
        self.stack.append(of)
        self.layers.append(layer)
        self.ways.append(way)
        self.needless.append(needless)

    def version(self, of: LayerFile, layer: Layer) -> int | None:
        """The version that a layer is of; None, with a finding where that is wrong, for one that is left as it is."""
        if not layer.whole or layer.takes_away:
            return None  # What takes a document away has no place to say a version, and is the same in each.
        if layer.version is None:
            # A local layer from outside the repository that says none is meant for today.
            if len(self.versions.schemas) > 1 and of.file in self.tree.files:
                count = len(self.versions.schemas)
                message = f"the kind has {count} versions, and the layer does not say which is its own"
                fix = f"write {VERSION_KEY}: and the number at its top; the newest is {self.kind.version}"
                ways = OneOf(tuple(Put(one) for one in sorted(self.versions.schemas, reverse=True)))
                mend = None if of.sealed else Mend(of.file, (VERSION_KEY,), ways)
                self.findings.append(Finding("missing-schema-version", message, Position(of.file), fix=fix, mend=mend))
            return None
        if layer.version > self.kind.version:
            message = f"the layer is of version {layer.version}, and the newest schema is version {self.kind.version}"
            fix = f"write schemas/{self.versions.kind}/v{layer.version}.schema.yaml, or mend the number"
            self.findings.append(Finding("newer-version", message, self.tree.place(of.file, (VERSION_KEY,)), fix=fix))
            return None
        return layer.version

    def may_migrate(self, of: LayerFile, version: int) -> bool:
        """Whether sound migrations lead from a version to the newest; findings say why not."""
        self.findings += self.versions.findings
        missing = self.versions.missing(version)
        if missing is not None:
            file = self.versions.schemas.get(missing, self.versions.schemas[self.kind.version])
            message = f"nothing says how a layer of version {missing - 1} becomes one of version {missing}"
            fix = f"write schemas/{self.versions.kind}/v{missing}.migration.yaml; operations: [] if nothing has to be done"
            related = (Related(self.tree.place(of.file, (VERSION_KEY,)), "this layer needs it"),)
            self.findings.append(Finding("missing-migration", message, Position(file), related=related, fix=fix))
        return missing is None and worst(self.versions.findings) != "error"

    def raise_one(self, of: LayerFile, layer: Layer, migrations: tuple[Migration, ...]) -> None:
        """A layer after its migrations, asked again as often as it turns on what lower layers have."""
        needless: Needless = frozenset()
        found = raised(layer.patch, self.versions.kind, migrations)
        while found.asks:
            below = self.below()
            more = {(version, path) for place, version, path in found.asks if not is_there(below, place)}
            if not more:
                break
            needless |= more
            found = raised(layer.patch, self.versions.kind, migrations, needless)
        operations = [operation for one in migrations for operation in one.operations]
        self.findings += layer_findings(found, of.file, self.tree)
        sound = not found.faults
        layer = replace(
            layer, patch=found.patch if sound else {}, version=self.kind.version, whole=layer.whole and sound
        )
        self.put(of, layer, lambda path: back(path, operations), needless)

    def below(self) -> Data:
        """What the layers so far make."""
        shape = self.kind.schema.shape if self.kind.schema else None
        return fold(
            [one.patch for one in self.layers], shape, [True] * len(self.layers), [True] * len(self.layers)
        ).value

    def defaults(self, stack: Sequence[LayerFile], layers: Sequence[Layer]) -> list[tuple[int, Layer, Way]]:
        """The values that migrations set below all layers, above the last that takes the document away, and where they go."""
        start = max((index for index, layer in enumerate(layers, 1) if layer.takes_away), default=0)
        own = next((layer for of, layer in zip(stack[start:], layers[start:], strict=True) if not of.defaults), None)
        version = own.version if own is not None and own.whole else None
        if version is None or version >= self.kind.version or self.versions.missing(version) or self.versions.findings:
            return []
        migrations = self.versions.since(version)
        return [
            (start, *self.default(migrations[number:], index, operation))
            for number, migration in enumerate(migrations)
            for index, operation in enumerate(migration.operations)
            if isinstance(operation, SetDefault)
        ]

    def default(self, migrations: Sequence[Migration], index: int, of: SetDefault) -> tuple[Layer, Way]:
        """One such value as a layer of the newest version."""
        first = migrations[0]
        rest = (replace(first, operations=first.operations[index + 1 :]), *migrations[1:])
        path = tuple(map(str, of.path))
        found = raised(nested(path, of.value), self.versions.kind, rest)
        operations = [operation for one in rest for operation in one.operations]

        def way(place: Path) -> Path:
            old = back(place, operations)
            return ("operations", index, of.name, "value", *old[len(path) :])

        return Layer(first.file, self.tree.data(first.file), found.patch, self.kind.version), way

    def add_defaults(self, below: list[tuple[int, Layer, Way]]) -> None:
        """The set defaults, as layers that lie here."""
        for _, layer, way in below:
            self.put(LayerFile(layer.file, "", "", True, False), layer, way, frozenset())
        below.clear()


def layer_findings(found: Raised, file: str, tree: Tree) -> Iterator[Finding]:
    """Why a layer could not be raised, each at the place in its file."""
    done: list[Operation] = []
    for migration, made in found.plans:
        for fault in made.faults:
            message = f"{fault.message} (from version {migration.version - 1} to {migration.version})"
            yield Finding("cannot-migrate", message, tree.place(file, back(fault.path, done)), fix=fault.fix)
        done += migration.operations


def _as_it_is(path: Path) -> Path:
    return path


def is_there(data: Data, path: Path) -> bool:
    """Whether data has something at a path."""
    try:
        at(data, path)
    except LookupError:
        return False
    return True
