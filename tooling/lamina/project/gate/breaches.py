"""Rules, asked: what they say of layers, stacks, documents and schemas, as findings at the place that is to be mended."""

from collections.abc import Callable, Collection, Iterable, Iterator
from functools import partial
from typing import Any, TypeVar

from lamina.project.gate.suspicion import Suspicion
from lamina.project.gate.using import Use
from lamina.project.placing import Placing
from lamina.project.road import Road
from lamina.project.stages import Document, Stage
from lamina.project.tree import Tree
from lamina.thought.document import plain_words, scalar_spans
from lamina.thought.rules import (
    OF_DOCUMENTS,
    OF_FILES,
    OF_LAYERS,
    OF_NAMES,
    OF_OFFERED,
    OF_SCHEMAS,
    OF_SETTINGS,
    OF_STACKS,
    OF_TWINS,
    AnyFile,
    Breach,
    LayerText,
    NamedEnvironments,
    Names,
    Offered,
    Rendered,
    Rule,
    Rules,
    SchemaText,
    Stack,
    Twins,
)
from lamina.thought.rules.plugged import NO_RULES, Failed
from lamina.thought.topology import SETTINGS, LayerFile, kind_of_document
from lamina.words.finding import Finding, Position, Related
from lamina.words.mend import Mend
from lamina.words.node import Data, Path
from lamina.world.sources import Unreadable

Subject = TypeVar("Subject")
# How far git, too, looks for the byte that tells binary files.
_HEAD = 8000


class Breaches:
    """The rules over one tree; those that are `off` are not asked. What a file's bytes rule out is known once a file."""

    def __init__(self, tree: Tree, off: Collection[str], plugged: Rules = NO_RULES) -> None:
        self._tree = tree
        self._of_files = [rule for rule in (*OF_FILES, *plugged.files) if rule.name not in off]
        self._of_layers = [rule for rule in (*OF_LAYERS, *plugged.layers) if rule.name not in off]
        self._of_stacks = [rule for rule in (*OF_STACKS, *plugged.stacks) if rule.name not in off]
        self._of_documents = [rule for rule in (*OF_DOCUMENTS, *plugged.documents) if rule.name not in off]
        self._of_twins = [rule for rule in (*OF_TWINS, *plugged.twins) if rule.name not in off]
        self._of_schemas = [rule for rule in (*OF_SCHEMAS, *plugged.schemas) if rule.name not in off]
        self._of_names = [rule for rule in OF_NAMES if rule.name not in off]
        self._of_settings = [rule for rule in OF_SETTINGS if rule.name not in off]
        self._of_offered = [rule for rule in OF_OFFERED if rule.name not in off]
        self._suspicion = Suspicion(self._of_documents)
        self._hinted: dict[tuple[str, str], bool] = {}
        self._judged: set[str] = set()

    def of_file(self, file: str) -> Iterator[Finding]:
        """What the rules say of a file as it is, whatever it is; nothing of one that cannot be read, or is binary."""
        try:
            data = self._tree.glance(file)
        except Unreadable:
            return
        if b"\0" in data[:_HEAD]:
            return
        for rule in self._of_files:
            if rule.hint is None or rule.hint.search(data):
                for breach in _asked(rule, AnyFile(file, data)):
                    place = self._place(file, breach)
                    yield _finding(rule, breach, place, None, None, self._mend(breach, file, breach.path))

    def of_layer(self, of: LayerFile) -> Iterator[Finding]:
        """What the rules say of one layer that could be read."""
        layer = self._tree.layer(of)
        rules = [rule for rule in self._of_layers if self._may_break(rule, [of.file])]
        if not layer.whole or not rules:
            return
        kind = kind_of_document(of.document)
        newest = self._tree.schema(kind)
        known = newest if newest is None or layer.version is None else self._tree.schema_of(kind, layer.version)
        shape = known.schema.shape if known and known.schema else None
        subject = LayerText(
            of.file, of.environment, of.document, kind, layer.data, layer.patch, shape, of.sealed, of.defaults,
            layer.version, newest.version if newest else None, scalar_spans, partial(plain_words, layer.data, of.file),
        )  # fmt: skip
        for rule in rules:
            for breach in _asked(rule, subject):
                place = self._place(of.file, breach)
                yield _finding(rule, breach, place, None, of.document, self._mend(breach, of.file, breach.path))

    def of_document(self, road: Road, document: Document) -> Iterator[Finding]:
        """What the rules say of a document of an environment, and of how its layers lie on one another."""
        stage = road.stage(document.name)
        if not stage.whole or not stage.layers:
            return
        placing = Placing(self._tree, road.environment.name, stage)
        yield from self._of_stack(road, stage, placing)
        files = [of.file for of in stage.stack]
        schema = self._tree.schema(document.kind)
        files += schema.files if schema else ()
        rules = [rule for rule in self._suspicion.suspecting(stage) if self._may_break(rule, files)]
        if rules and document.sound:
            subject = rendered(road, document, stage)
            for rule in rules:
                for breach in _asked(rule, subject):
                    yield self._rendered_finding(rule, breach, subject.environment, stage, placing)

    def _of_stack(self, road: Road, stage: Stage, placing: Placing) -> Iterator[Finding]:
        judged = [of.file not in self._judged for of in stage.stack]
        if not self._of_stacks or not any(judged):
            return
        self._judged.update(of.file for of in stage.stack if not of.defaults)
        shape = stage.kind.schema.shape if stage.kind and stage.kind.schema else None
        subject = Stack(
            road.environment.name, stage.name, kind_of_document(stage.name),
            [layer.patch for layer in stage.layers], judged,
            [of.sealed for of in stage.stack], [of.defaults for of in stage.stack], shape,
        )  # fmt: skip
        for rule in self._of_stacks:
            for breach in _asked(rule, subject):
                number = breach.layer or 0
                related = tuple(
                    Related(placing.place(also.layer, also.path), also.message)
                    for also in breach.also
                    if also.layer is not None
                )
                place = placing.place(number, breach.path, breach.at_key)
                mend = self._mend(breach, stage.stack[number].file, placing.path_in_file(number, breach.path))
                yield _finding(rule, breach, place, None, stage.name, mend, related)

    def of_twins(self, name: str, roads: dict[str, tuple[Road, Rendered]]) -> Iterator[Finding]:
        """What the rules say of one document as it is in every environment."""
        first = next(iter(roads.values()))[1]
        placings: dict[str, Placing] = {}

        def placing(environment: str) -> Placing:
            if environment not in placings:
                road = roads[environment][0]
                placings[environment] = Placing(self._tree, environment, road.stage(name))
            return placings[environment]

        def inherits(environment: str, path: Path) -> bool:
            winner = placing(environment).origins(path)[0].winner
            return winner is None or placing(environment).layer(winner).environment != environment

        seen = {environment: one for environment, (_, one) in roads.items()}
        subject = Twins(name, first.kind, seen, first.shape, inherits)
        for rule in self._of_twins:
            for breach in _asked(rule, subject):
                environment = breach.environment or next(iter(roads))
                place, _ = placing(environment).locate(breach.path, breach.at_key)
                related = tuple(
                    Related(placing(also.environment).locate(also.path)[0], also.message)
                    for also in breach.also
                    if also.environment is not None
                )
                yield _finding(rule, breach, place, environment, name, None, related)

    def of_schema(self, kind: str) -> Iterator[Finding]:
        """What the rules say of the newest schema of a kind."""
        schema = self._tree.schema(kind)
        if schema is None or schema.schema is None:
            return
        file = self._tree.topology.schemas[kind][schema.version]
        text: Data = self._tree.reading(file).value  # type: ignore[assignment]
        words = partial(plain_words, self._tree.data(file), file)
        subject = SchemaText(kind, schema.version, file, text, schema.schema.shape, words)
        for rule in self._of_schemas:
            if self._may_break(rule, [file]):
                for breach in _asked(rule, subject):
                    at = breach.file or file
                    mend = self._mend(breach, at, breach.path)
                    yield _finding(rule, breach, self._place(at, breach), None, None, mend)

    def of_names(self) -> Iterator[Finding]:
        """What the rules say of the names of environments, documents and kinds."""
        topology = self._tree.topology
        environments = {name: files for name in topology.environments if (files := topology.files_of(name))}
        documents: dict[str, list[str]] = {}
        for layers in topology.layers.values():
            for name, ofs in layers.items():
                documents.setdefault(name, []).extend(of.file for of in ofs)
        kinds = {kind: list(versions.values()) for kind, versions in topology.schemas.items()}
        subject = Names({"environment": environments, "document": documents, "kind": kinds})
        for rule in self._of_names:
            for breach in _asked(rule, subject):
                related = tuple(Related(Position(also.file), also.message) for also in breach.also if also.file)
                if breach.file is not None:
                    yield _finding(rule, breach, Position(breach.file), None, None, None, related)

    def of_settings(self) -> Iterator[Finding]:
        """What the rules say of the environments that the settings name."""
        folders = [name for name, documents in self._tree.topology.layers.items() if documents]
        subject = NamedEnvironments(tuple(self._tree.settings.environments), folders)
        for rule in self._of_settings:
            for breach in _asked(rule, subject):
                yield _finding(rule, breach, self._place(SETTINGS, breach), None, None, None)

    def of_use(self, use: Use) -> Iterator[Finding]:
        """What the rules say of documents that may be named, once it is known who leads where."""
        lowest: dict[str, str] = {}
        for name, file in sorted(use.offered, reverse=True):
            lowest[name] = file
        for name, file in sorted(lowest.items()) if use.known else ():
            for rule in self._of_offered:
                for breach in _asked(rule, Offered(name, name in use.used)):
                    yield _finding(rule, breach, self._place(file, breach), None, name, None)

    def wants_twins(self, kind: str) -> bool:
        """Whether documents of the kind are to be compared between environments."""
        schema = self._tree.schema(kind)
        return bool(self._of_twins and schema and schema.schema and schema.schema.shape.has_environments)

    def _rendered_finding(
        self, rule: Rule[Any], breach: Breach, environment: str, stage: Stage, placing: Placing
    ) -> Finding:
        place, others = placing.locate(breach.path, breach.at_key)
        also = (Related(placing.locate(one.path, one.at_key)[0], one.message) for one in breach.also)
        related = (*also, *others)
        node, _ = placing.origins(breach.path if breach.act_path is None else breach.act_path)
        mend = None
        if breach.act is not None and node.winner is not None:
            layer, path = node.winner.layer, node.winner.path
            mend = Mend(stage.stack[layer].file, placing.path_in_file(layer, path), breach.act, breach.safety)
        return _finding(rule, breach, place, environment, stage.name, mend, related)

    def _mend(self, breach: Breach, file: str, path: Path) -> Mend | None:
        if breach.act is None:
            return None
        return Mend(file, path if breach.act_path is None else breach.act_path, breach.act, breach.safety)

    def _place(self, file: str, breach: Breach) -> Position:
        if breach.spot is not None:
            return Position(file, *breach.spot)
        return self._tree.place(file, breach.path, breach.at_key)

    def _may_break(self, rule: Rule[Any], files: Iterable[str]) -> bool:
        if rule.hint is None:
            return True
        return any(self._holds(rule, file) for file in files)

    def _holds(self, rule: Rule[Any], file: str) -> bool:
        key = rule.name, file
        if key not in self._hinted:
            try:
                self._hinted[key] = rule.hint is None or rule.hint.search(self._tree.data(file)) is not None
            except Unreadable:
                self._hinted[key] = False
        return self._hinted[key]


def rendered(road: Road, document: Document, stage: Stage) -> Rendered:
    """A finished document as rules see it."""
    shape = stage.kind.schema.shape if stage.kind and stage.kind.schema else None
    of = road.environment
    return Rendered(
        of.name, of.protected, document.name, document.kind, document.data, document.secrets, shape, of.chain
    )


def _asked(rule: Rule[Subject], subject: Subject) -> Iterable[Breach]:
    check: Callable[[Subject], Iterable[Breach]] | None = rule.check
    return check(subject) if check is not None else ()


def _finding(
    rule: Rule[Any],
    breach: Breach,
    place: Position,
    environment: str | None,
    document: str | None,
    mend: Mend | None,
    related: tuple[Related, ...] = (),
) -> Finding:
    severity = breach.severity or rule.severity
    path = breach.path or None
    name = "rule-failed" if isinstance(breach, Failed) else rule.name
    return Finding(name, breach.message, place, severity, environment, document, path, related, breach.fix, mend)
