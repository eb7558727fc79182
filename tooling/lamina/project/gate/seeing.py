"""Seeing: the way through the documents, the texts and the schemas of an extent, and all that is found on it."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from lamina.project.gate.before import Before
from lamina.project.gate.breaches import Breaches, rendered
from lamina.project.gate.extent import Extent
from lamina.project.gate.sealing import SealedFiles
from lamina.project.gate.using import Use, Uses
from lamina.project.plain_secrets import layer_findings
from lamina.project.questions import Project
from lamina.project.road import Road
from lamina.thought.policies import Policy
from lamina.thought.rules import Rendered
from lamina.thought.rules.allowing import MARK
from lamina.thought.topology import LayerFile
from lamina.words.finding import Finding
from lamina.words.values import dataclass

if TYPE_CHECKING:
    from lamina.project.policies.asking import Asking


@dataclass(frozen=True, slots=True)
class Seen:
    """What was seen in a share: findings that keep something from being rendered, others; layers that documents have.

    `remarks` are the layers that may hold comments to lamina; `use` is who leads where.
    """

    binding: tuple[Finding, ...]
    others: tuple[Finding, ...]
    reached: frozenset[str]
    remarks: frozenset[str]
    use: Use

    @classmethod
    def of(cls, shares: "Sequence[Seen]") -> "Seen":
        """What was seen in all shares."""
        return cls(
            tuple(finding for one in shares for finding in one.binding),
            tuple(finding for one in shares for finding in one.others),
            frozenset(file for one in shares for file in one.reached),
            frozenset(file for one in shares for file in one.remarks),
            Use.of([one.use for one in shares]),
        )


class Way:
    """The way through some environments of a project, or all (the `whole` repository); every share goes it by itself."""

    def __init__(
        self,
        project: Project,
        breaches: Breaches,
        sealed: SealedFiles,
        policies: Sequence[Policy],
        before: Before | None,
        environments: Sequence[str],
        whole: bool,
    ) -> None:
        self._project = project
        self._breaches = breaches
        self._sealed = sealed
        self._policies = policies
        self._before = before
        self._roads = {name: project.concrete_road(name) for name in environments}
        self._whole = whole

    def seen(self, extent: Extent) -> Seen:
        """What is found in a share."""
        wrong, broken, reached, use = self._documents(extent)
        reached |= self._in_use(extent, reached)
        layers = [of for of in self._layers(extent) if self._whole or of.file in reached]
        broken += self._texts(extent, layers, reached)
        if self._whole:
            kinds = [kind for kind in self._project.kinds() if extent.kind(kind)]
            wrong += (finding for kind in kinds for finding in self._project.of_kind(kind))
            broken += (finding for kind in kinds for finding in self._breaches.of_schema(kind))
        # Another process sees no more of what this one made.
        self._project.flush()
        binding = tuple(finding for finding in wrong if finding.severity == "error")
        others = (*(finding for finding in wrong if finding.severity != "error"), *broken)
        return Seen(binding, others, reached, self._remarks(layers, {one.position.file for one in others}), use)

    def _in_use(self, extent: Extent, reached: frozenset[str]) -> frozenset[str]:
        """The defaults of a share that only documents of other shares have."""
        rest = [of for of in self._layers(extent) if of.defaults and of.file not in reached] if extent.of > 1 else ()
        return frozenset(of.file for of in rest if any(road.uses(of) for road in self._roads.values()))

    def _remarks(self, layers: Sequence[LayerFile], found: Collection[str]) -> frozenset[str]:
        """Which layers may hold comments to lamina: of a share, and those of others in which something was found."""
        tree = self._project.tree
        own = {of.file for of in layers}
        others = [of for of in tree.topology.layer_files() if of.file in found and of.file not in own]
        return frozenset(of.file for of in (*layers, *others) if MARK in tree.layer(of).data)

    def _documents(self, extent: Extent) -> tuple[list[Finding], list[Finding], frozenset[str], Use]:
        """What is wrong with documents, what rules and policies say of them, the layers that they have, who leads where."""
        wrong: list[Finding] = []
        broken: list[Finding] = []
        reached: set[str] = set()
        uses = Uses(self._project.tree)
        asking = self._asking()
        twins: dict[str, dict[str, tuple[Road, Rendered]]] = {}
        for road in self._roads.values():
            wrong += road.vain_removals(extent.document)
            for name in road.names(extent.document):
                document = road.document(name)
                wrong += document.findings
                reached.update(of.file for of in document.stack)
                broken += self._breaches.of_document(road, document)
                uses.add(road, document)
                if document.sound:
                    road.remember(name)
                    if asking is not None:
                        asking.take(road, document)
                    if self._breaches.wants_twins(document.kind):
                        twin = rendered(road, document, road.stage(name))
                        twins.setdefault(name, {})[road.environment.name] = (road, twin)
                road.forget(name)
        for name, roads in sorted(twins.items()):
            broken += self._breaches.of_twins(name, roads) if len(roads) > 1 else ()
        broken += asking.findings(extent.first) if asking is not None else ()
        return wrong, broken, frozenset(reached), uses.all()

    def _asking(self) -> "Asking | None":
        """The policies, where there are any."""
        if not self._policies:
            return None
        from lamina.project.policies.asking import Asking

        return Asking(self._project.tree, self._policies, self._before)

    def _texts(self, extent: Extent, layers: Sequence[LayerFile], reached: frozenset[str]) -> Iterator[Finding]:
        """What rules say of layers and other files as they are written, and what is wrong with those that are sealed."""
        secrets = list(layer_findings(self._project.tree, layers))
        yield from secrets
        for of in layers:
            yield from self._breaches.of_layer(of)
        files = [file for file in self._files(extent) if self._whole or file in reached]
        yield from self._sealed.findings(files)
        for file in files:
            yield from _beyond(secrets, self._breaches.of_file(file))
        if self._whole and extent.first:
            yield from self._sealed.of_rules()
            yield from self._breaches.of_names()
            yield from self._breaches.of_settings()

    def unreached(self, reached: frozenset[str], extent: Extent) -> Iterator[Finding]:
        """What is wrong with the text of layers that no document has."""
        every = self._project.tree.topology.layer_files()
        others = (of.file for of in every if not (extent.judges(of.file) and extent.file(of.file, of.document)))
        return self._project.unreached({*reached, *others})

    def _files(self, extent: Extent) -> Iterator[str]:
        """The files whose bytes are looked at, whatever they are; a layer in the share of its document."""
        tree = self._project.tree
        documents = {of.file: of.document for of in tree.topology.layer_files()}
        return (file for file in tree.every if extent.file(file, documents.get(file, file)))

    def _layers(self, extent: Extent) -> Iterator[LayerFile]:
        every = self._project.tree.topology.layer_files()
        return (of for of in every if extent.file(of.file, of.document))


def _beyond(known: Iterable[Finding], found: Iterable[Finding]) -> Iterator[Finding]:
    """What is found of a rule on lines where it was not found already: a secret that the schema names may look like one too."""
    told = {(one.rule, one.position.file, one.position.line) for one in known}
    return (one for one in found if (one.rule, one.position.file, one.position.line) not in told)
