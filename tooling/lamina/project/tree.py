"""One reading of a repository: its settings, topology, layers and schemas, each read once and kept."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from copy import copy
from dataclasses import replace
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

from lamina.project.kept import Kept, KindSchema
from lamina.project.keyring import Keyring
from lamina.project.outlines import outline_of_data
from lamina.thought.document import Layer, Outline, Reading, find, read, read_layer
from lamina.thought.schema import Place, Schema, compile_schema
from lamina.thought.sealed import SealedFault, closed, with_plain
from lamina.thought.settings import SCHEMA, Settings, allows, settings_of
from lamina.thought.topology import (
    SCHEMAS,
    SETTINGS,
    Environment,
    LayerFile,
    TopologyFault,
    kind_of_document,
    survey,
)
from lamina.words.errors import Failure
from lamina.words.finding import Finding, Position, Severity, worst
from lamina.words.node import Data, Path, tagged_paths, untagged
from lamina.words.regex import regex
from lamina.world.sources import Identified, Listing, Obstacle, Source, Unreadable
from lamina.world.sources.walking import below

if TYPE_CHECKING:
    from lamina.project.caching import Caching
    from lamina.project.versions import Versions

_LINE_END = regex("\r\n|\r|\n")
_NONE: Mapping[str, int] = {}


class RequiresAnotherVersion(Failure):
    """The repository asks for versions of lamina that do not include this one."""

    def __init__(self, wanted: str, version: str) -> None:
        super().__init__(
            f"this repository requires lamina {wanted}, and this is {version}", f"pip install 'lamina{wanted}'"
        )


class Tree:
    """A repository's files through one source; every answer of one Tree is about the same moment."""

    def __init__(
        self, source: Source, version: str, kept: Kept | None = None, unstated: Mapping[str, int] = _NONE
    ) -> None:
        """With `kept`, layers and schemas that another reading has read already are not read again.

        `unstated` is by kind the version of layers that state none: under newer schemas than those they were written for.
        """
        self._source = source
        self._kept = kept
        self.unstated = unstated
        # Called whenever a document has been made: whoever shows how far the work is puts something in its place.
        self.advance: Callable[[], None] = lambda: None
        listing = source.list()
        self.files = frozenset(listing.files)
        self._readings: dict[str, Reading] = {}
        self._data: dict[str, bytes] = {}
        self._layers: dict[str, Layer] = {}
        self._opened: dict[str, Layer] = {}
        self._lines: dict[str, list[str]] = {}
        self._outlines: dict[str, Outline] = {}
        self._schemas: dict[tuple[str, int], KindSchema] = {}
        self._versions: dict[str, Versions] = {}
        self.caching: Caching | None = None  # which needs to be told of settings and topology first
        self.settings, settings_findings = self._settings(version)
        self.topology = (kept.topology if kept else survey)(listing.files, self.settings.environments)
        self.caching = self._caching()
        self.findings: tuple[Finding, ...] = (
            *(_obstacle(obstacle) for obstacle in listing.obstacles),
            *settings_findings,
            *(self._topology_finding(fault) for fault in self.topology.faults),
        )

    def _caching(self) -> "Caching | None":
        """What other processes have made of the same; layers of a version that they do not state are nobody else's."""
        if self._kept is None or self._kept.rows is None or self.unstated:
            return None
        from lamina.project.caching import Caching

        return Caching(self._kept.rows, self.topology, self.files, self._kept.identity, self.schema)

    def kept_for(self, other: Identified) -> Kept | None:
        """What is kept, for another reading of the same repository."""
        return self._kept.seen_by(other.identity) if self._kept else None

    def below(self, folder: str) -> Listing:
        """The files of a folder that is neither of layers nor of schemas, and the obstacles met there."""
        return below(self._source, folder)

    def data(self, file: str) -> bytes:
        """A file's bytes; raises Unreadable."""
        layer = self._layers.get(file)
        if layer is not None:
            return layer.data
        if file not in self._data:
            self._data[file] = self._source.read(file)
        return self._data[file]

    @cached_property
    def every(self) -> tuple[str, ...]:
        """All files of the repository, those that nothing reads too, sorted."""
        return tuple(sorted(self.files.union(self._source.every())))

    def glance(self, file: str) -> bytes:
        """A file's bytes, which are not kept where nothing else reads them; raises Unreadable."""
        known = file in self.files or file in self._layers or file in self._data
        return self.data(file) if known else self._source.read(file)

    def lines(self, file: str) -> list[str]:
        """A file's text, line by line; none of one that cannot be read or is not UTF-8."""
        if file not in self._lines:
            try:
                self._lines[file] = _LINE_END.split(self.data(file).decode("utf-8-sig"))
            except (Unreadable, UnicodeDecodeError):
                self._lines[file] = []
        return self._lines[file]

    def reading(self, file: str) -> Reading:
        """A file of settings or schemas, read; one that cannot be opened is a finding."""
        if file not in self._readings:
            try:
                self._readings[file] = self._read(file, self.data(file))
            except Unreadable as error:
                self._readings[file] = Reading({}, (_obstacle(error.obstacle),), whole=False)
        return self._readings[file]

    def _read(self, file: str, data: bytes) -> Reading:
        def anew() -> Reading:
            return _without_tags(read(data, file), file)

        return self.caching.layers.reading(file, data, anew) if self.caching else anew()

    def layer(self, of: LayerFile) -> Layer:
        """A layer as merging wants it: read, its version taken off, its ciphertext marked."""
        layer = self._layers.get(of.file)
        if layer is None:
            kept = self._kept.layer(of) if self._kept else None
            layer = kept or self._read_layer(of)
            if self._kept and not kept:
                self._kept.keep_layer(of, layer)
            if self.unstated and layer.version is None and not layer.takes_away:
                layer = replace(layer, version=self.unstated.get(kind_of_document(of.document)))
            self._layers[of.file] = layer
        return layer

    def takes_away(self, of: LayerFile) -> bool:
        """Whether a layer is wholly `!unset`; without an exclamation mark in its bytes it need not be read for that."""
        known = of.file in self._layers or (self._kept is not None and self._kept.layer(of) is not None)
        if not known:
            try:
                known = b"!" in self.data(of.file)
            except Unreadable:
                return False
        return known and self.layer(of).takes_away

    def _read_layer(self, of: LayerFile) -> Layer:
        try:
            data = self._source.read(of.file) if of.file not in self._data else self._data[of.file]
        except Unreadable as error:
            return Layer(of.file, b"", {}, None, (_obstacle(error.obstacle),), whole=False)
        return self.take(data, of)

    def take(self, data: bytes, of: LayerFile) -> Layer:
        """Bytes as the layer `of`, from wherever they came."""
        if self.caching is None:
            return self._taken(data, of)
        return self.caching.layers.layer(of, data, lambda: self._taken(data, of))

    def _taken(self, data: bytes, of: LayerFile) -> Layer:
        layer = read_layer(data, of.file)
        if of.defaults and layer.takes_away:
            message = "defaults cannot take documents away; only a layer of the document can be wholly !unset"
            finding = Finding("misplaced-tag", message, Position(of.file), fix="delete the file")
            return Layer(of.file, data, {}, layer.version, (*layer.findings, finding))
        if not of.sealed or not layer.whole:
            return layer
        patch, faults = closed(layer.patch)
        self._layers[of.file] = layer
        findings = tuple(self._sealed_finding(of.file, fault) for fault in faults)
        from lamina.project.otherwise import read_otherwise

        findings += tuple(read_otherwise(data, of.file))
        return Layer(of.file, data, patch, layer.version, layer.findings + findings)

    def opened(self, of: LayerFile, keyring: Keyring) -> Layer:
        """A layer whose sealed leaves are opened; raises NoKey, Unsound and Tampered.

        One that is wrong already stays closed.
        """
        layer = self.layer(of)
        if not of.sealed or not layer.whole or worst(layer.findings) == "error":
            return layer
        if of.file not in self._opened:
            plain = keyring.open_layer(layer.data, of.file)
            doubts = tuple(self._sealed_finding(of.file, doubt, "warning") for doubt in plain.doubts)
            patch = with_plain(layer.patch, plain.patch)
            self._opened[of.file] = replace(layer, patch=patch, findings=layer.findings + doubts)
        return self._opened[of.file]

    def _sealed_finding(self, file: str, fault: SealedFault, severity: Severity = "error") -> Finding:
        return Finding(fault.rule, fault.message, self.place(file, fault.path), severity, fix=fault.fix)

    def put(self, of: LayerFile, data: bytes) -> None:
        """Let bytes stand for a layer that is not in the source: a local override."""
        self._data[of.file] = data
        self._layers[of.file] = self._taken(data, of)

    def lay(self, of: LayerFile, layer: Layer, outline: Outline) -> None:
        """Let a part of a file stand for a layer that is not in the source; what it holds stands where the outline says."""
        self._layers[of.file] = layer
        self._outlines[of.file] = outline

    def alone(self, environment: str) -> "Tree":
        """The same schemas, and one environment without any layer."""
        other = copy(self)
        environments = {environment: Environment(environment, (environment,))}
        other.topology = replace(self.topology, environments=environments, layers={})
        other.findings = ()
        other.caching = None
        return other

    def place(self, file: str, path: Path, at_key: bool = False) -> Position:
        """Where a path stands in a file; the nearest place above it that the file has."""
        if file not in self._outlines:
            known = self._layers.get(file)
            data = known.data if known is not None else self.data(file)
            whole = known.whole if known is not None else self.reading(file).whole
            if not whole:
                return Position(file)
            self._outlines[file] = outline_of_data(data, file)
        root = self._outlines[file]
        for length in range(len(path), 0, -1):
            found = find(root, path[:length])
            if found is not None:
                spot = found.key if at_key and length == len(path) and found.key is not None else found.value
                return Position(file, spot.line, spot.column)
        return Position(file, root.value.line, root.value.column)

    def schema(self, kind: str) -> KindSchema | None:
        """The current schema of a kind, compiled; None when the kind has none."""
        versions = self.topology.schemas.get(kind)
        return self.schema_of(kind, max(versions)) if versions else None

    def schema_of(self, kind: str, version: int) -> KindSchema | None:
        """The schema of one version of a kind, compiled; None when there is none."""
        file = self.topology.schemas.get(kind, {}).get(version)
        if file is None:
            return None
        if (kind, version) not in self._schemas:
            self._schemas[kind, version] = self._current(version, file)
        return self._schemas[kind, version]

    def versions(self, kind: str) -> "Versions":
        """The versions of a kind and the migrations between them."""
        if kind not in self._versions:
            from lamina.project.versions import versions_of

            self._versions[kind] = versions_of(
                kind,
                self.topology,
                self.reading,
                lambda version: shape.shape if (of := self.schema_of(kind, version)) and (shape := of.schema) else None,
                self.place,
            )
        return self._versions[kind]

    def _current(self, version: int, file: str) -> KindSchema:
        kept = self._kept.schema(file) if self._kept else None
        schema = kept or self._compile(version, file)
        if self._kept and not kept:
            self._kept.keep_schema(file, schema)
        return schema

    def _compile(self, version: int, file: str) -> KindSchema:
        reading = self.reading(file)
        if not reading.whole or any(finding.severity == "error" for finding in reading.findings):
            return KindSchema(version, None, reading.findings)
        files = {file: None}

        def fetch(other: str) -> Data | None:
            files[other] = None
            return self._fetch(other)

        schema = compile_schema(file, untagged(reading.value), fetch)
        known = self.caching is not None and self.caching.is_faultless(files)
        findings = () if known else tuple(self._schema_findings(schema))
        if self.caching and not known and not findings:
            self.caching.keep_faultless(files)
        sound = schema if worst(findings) != "error" else None
        return KindSchema(version, sound, (*reading.findings, *findings), tuple(files))

    def _schema_findings(self, schema: Schema) -> Iterator[Finding]:
        for fault in schema.faults:
            place = self.schema_place(fault.place)
            yield Finding(fault.rule, fault.message, place, fault.severity, fix=fault.hint)

    def _fetch(self, file: str) -> Data | None:
        """Another schema file of the repository, for `$ref`; what lies outside schemas/ is not there."""
        if file not in self.files or not file.startswith(SCHEMAS + "/"):
            return None
        reading = self.reading(file)
        return untagged(reading.value) if reading.whole else None

    def schema_place(self, place: Place) -> Position:
        """Where a place in a schema file stands."""
        return self.place(place.file, place.path, at_key=True)

    def _settings(self, version: str) -> tuple[Settings, Iterable[Finding]]:
        if SETTINGS not in self.files:
            return Settings(), ()
        data, findings = self._judged_settings()
        settings = Settings() if any(finding.severity == "error" for finding in findings) else settings_of(data)
        if settings.requires:
            findings += self._requirement(settings.requires, version)
        return settings, findings

    def _judged_settings(self) -> tuple[Any, list[Finding]]:
        """What the settings say, and what is wrong with that; of sound ones this is remembered."""
        remembered = None
        if self._kept is not None and self._kept.rows is not None:
            from lamina.project.caching.settings import Remembered

            remembered = Remembered(self._kept.rows, lambda: self.data(SETTINGS))
            if (data := remembered.find()) is not None:
                return data, []
        reading = self.reading(SETTINGS)
        findings = list(reading.findings)
        said: Any = reading.value
        if reading.whole:
            schema = _settings_schema()
            faults = [] if schema.accepts(said) else schema.faults_of(said)
            for fault in faults:
                place = self.place(SETTINGS, fault.path, fault.at_key)
                findings.append(Finding(fault.rule, fault.message, place, path=fault.path, fix=fault.fix))
        if remembered is not None and not findings:
            remembered.keep(said)
        return said, findings

    def _requirement(self, wanted: str, version: str) -> Iterable[Finding]:
        try:
            if not allows(wanted, version):
                raise RequiresAnotherVersion(wanted, version)
        except ValueError:
            place = self.place(SETTINGS, ("requires",))
            message = f"{wanted!r} is not a version specifier"
            return (Finding("wrong-format", message, place, path=("requires",), fix='write something like ">=0.1,<1"'),)
        return ()

    def _topology_finding(self, fault: TopologyFault) -> Finding:
        place = self.place(fault.file, fault.path) if fault.path else Position(fault.file)
        return Finding(fault.rule, fault.message, place, fault.severity, path=fault.path or None, fix=fault.fix)


@cache
def _settings_schema() -> Schema:
    return compile_schema("settings.schema", SCHEMA, lambda _: None)


def _obstacle(obstacle: Obstacle) -> Finding:
    return Finding(obstacle.rule, obstacle.message, Position(obstacle.file), fix=obstacle.fix)


def _without_tags(reading: Reading, file: str) -> Reading:
    """A file that is no layer: the layer language's tags mean nothing in it."""
    tags = {node.tag: None for _, node in tagged_paths(reading.value)}
    if not tags:
        return reading
    message = f"!{next(iter(tags))} belongs to layers and means nothing in this file"
    finding = Finding("misplaced-tag", message, Position(file), fix="leave the tag out")
    return Reading(untagged(reading.value), (*reading.findings, finding), reading.whole)
