"""The check: findings of the road, of sealed files and of the rules, weighed by settings and allow comments."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from lamina.project.gate.breaches import Breaches, rendered
from lamina.project.gate.sealing import SealedFiles
from lamina.project.gate.weighing import Allowed, Names, of_settings, scaled
from lamina.project.plain_secrets import layer_findings
from lamina.project.questions import Project
from lamina.project.road import Road
from lamina.thought.rules import Rendered, silenced, standing
from lamina.words.finding import Finding

# A moment that nothing lies after: where nobody tells the time, no file is of the future.
_NEVER = datetime(9999, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found, by position, and which environments it looked at."""

    findings: tuple[Finding, ...]
    environments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Seen:
    """What was seen of some documents: findings that keep something from being rendered, others, and the layers they have."""

    binding: tuple[Finding, ...] = ()
    others: tuple[Finding, ...] = ()
    reached: frozenset[str] = frozenset()


def check(project: Project, environments: Sequence[str] = (), now: datetime = _NEVER) -> Checked:
    """Everything that is wrong with a repository, or with some environments of it, as far as it is not allowed.

    Raises NoSuchEnvironment and AbstractEnvironment.
    """
    names = Names(silenced(), standing())
    off = {name for name, said in project.tree.settings.rules.items() if said.severity == "off"}
    chosen = tuple(environments) or tuple(project.concrete())
    run = _Run(project, Breaches(project.tree, off), SealedFiles(project.tree, now), chosen, whole=not environments)
    seen = run.seen()
    allowed = Allowed(project.tree, names)
    left = [
        *seen.binding,
        *of_settings(project.tree, names),
        *allowed.remaining(scaled(dict.fromkeys(seen.others), project.tree.settings.rules, names)),
    ]
    files = sorted(project.tree.files if not environments else seen.reached)
    left += scaled(allowed.wrong(files, unused=not environments), project.tree.settings.rules, names)
    found = sorted(dict.fromkeys(left), key=lambda one: (one.position, one.rule, one.environment or "", one.message))
    return Checked(tuple(found), chosen)


class _Run:
    """One way through the documents of some environments."""

    def __init__(
        self, project: Project, breaches: Breaches, sealed: SealedFiles, environments: Sequence[str], whole: bool
    ) -> None:
        self._project = project
        self._breaches = breaches
        self._sealed = sealed
        self._roads = {name: project.concrete_road(name) for name in environments}
        self._whole = whole
        self._twins: dict[str, dict[str, tuple[Road, Rendered]]] = {}

    def seen(self) -> Seen:
        """What is found."""
        road: list[Finding] = [*self._project.findings, *(self._kinds() if self._whole else ())]
        rules: list[Finding] = []
        reached: set[str] = set()
        for one in self._roads.values():
            road += one.vain_removals()
            for name in one.names():
                document = one.document(name)
                road += document.findings
                reached.update(of.file for of in document.stack)
                rules += self._breaches.of_document(one, document)
                if document.sound and self._breaches.wants_twins(document.kind):
                    seen = rendered(one, document, one.stage(name))
                    self._twins.setdefault(name, {})[one.environment.name] = (one, seen)
                one.forget(name)
        if self._whole:
            road += self._project.unreached(reached)
        for name, roads in sorted(self._twins.items()):
            rules += self._breaches.of_twins(name, roads) if len(roads) > 1 else ()
        wanted = None if self._whole else reached
        rules += self._of_layers(wanted)
        rules += self._sealed.findings(wanted)
        for file in self._project.tree.every if wanted is None else sorted(wanted):
            rules += self._breaches.of_file(file)
        if self._whole:
            rules += (one for kind in self._project.kinds() for one in self._breaches.of_schema(kind))
        binding = tuple(finding for finding in road if finding.severity == "error")
        others = (*(finding for finding in road if finding.severity != "error"), *rules)
        return Seen(binding, others, frozenset(reached))

    def _kinds(self) -> Iterator[Finding]:
        for kind in self._project.kinds():
            yield from self._project.of_kind(kind)

    def _of_layers(self, wanted: Collection[str] | None) -> Iterator[Finding]:
        tree = self._project.tree
        yield from layer_findings(tree, lambda file: wanted is None or file in wanted)
        for documents in tree.topology.layers.values():
            for of in (of for layers in documents.values() for of in layers):
                if wanted is None or of.file in wanted:
                    yield from self._breaches.of_layer(of)
