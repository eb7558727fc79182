"""The check: findings of the road, of secrets and of the rules, weighed by settings and allow comments."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from lamina.project.gate.before import Before
from lamina.project.gate.breaches import Breaches, rendered
from lamina.project.gate.changing import OF_CHANGES, of_change, of_freezes
from lamina.project.gate.extent import EVERYTHING, Extent
from lamina.project.gate.plugins import plugged
from lamina.project.gate.sealing import SealedFiles
from lamina.project.gate.using import Use, Uses
from lamina.project.gate.weighing import Allowed, Names, of_settings, scaled
from lamina.project.plain_secrets import layer_findings
from lamina.project.policies import Asking, policies_of
from lamina.project.questions import Project
from lamina.project.road import Road
from lamina.thought.policies import Policy, page
from lamina.thought.rules import Rendered, silenced, standing
from lamina.thought.rules.allowing import MARK
from lamina.thought.topology import LayerFile
from lamina.words.finding import Finding
from lamina.world.workers import shared_out

# Below so many documents a second process costs more than it saves.
_WORTH_SHARING = 200

# A moment that nothing lies after: where nobody tells the time, no file is of the future.
_NEVER = datetime(9999, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found, by position, in which environments; the pages of rules that are not lamina's own."""

    findings: tuple[Finding, ...]
    environments: tuple[str, ...]
    pages: Mapping[str, str]


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


def check(
    project: Project,
    environments: Sequence[str] = (),
    extent: Extent = EVERYTHING,
    *,
    now: datetime = _NEVER,
    jobs: int = 1,
    base: Project | None = None,
) -> Checked:
    """Everything that is wrong with a repository, or with some environments of it, as far as it is not allowed.

    `jobs` is the number of processes, which is all that it is about; `base` is the project where the change began that is
    judged. Raises NoSuchEnvironment and AbstractEnvironment.
    """
    tree, whole = project.tree, not environments
    plugins = plugged(project.home, silenced() | standing())
    policies = policies_of(tree, silenced() | standing() | plugins.pages.keys())
    brought = {**plugins.pages, **{one.name: page(one) for one in policies.all}}
    before = Before(base, project) if base is not None else None
    of_changes = {*OF_CHANGES, *(one.name for one in policies.all if one.asks_before)}
    names = Names(silenced() | brought.keys(), standing(), of_changes)
    settings = tree.settings.rules
    chosen = tuple(environments) or tuple(project.concrete())
    off = {name for name, said in settings.items() if said.severity == "off"}
    breaches = Breaches(tree, off, plugins.rules)
    run = _Run(project, breaches, SealedFiles(tree, now), policies.all, before, chosen, whole)
    shares = extent.shares(jobs if _size(project, extent) >= _WORTH_SHARING else 1)
    seen = Seen.of(shared_out([partial(run.seen, share) for share in shares]))
    of_tree = (
        *project.findings,
        *plugins.findings,
        *policies.findings,
        *(run.unreached(seen.reached, extent) if whole else ()),
    )
    binding = [one for one in (*seen.binding, *of_tree) if one.severity == "error"]
    others = [*seen.others, *(one for one in of_tree if one.severity != "error")]
    others += breaches.of_use(seen.use) if whole and extent == EVERYTHING else ()
    others += of_change(project, before, extent, environments, now) if before is not None else ()
    allowed = Allowed(tree, names, seen.remarks)
    left = [
        *binding,
        *of_settings(tree, names),
        *of_freezes(tree),
        *allowed.remaining(scaled(dict.fromkeys(others), settings, names)),
    ]
    files = sorted(filter(extent.judges, tree.files) if whole else seen.reached)
    left += scaled(allowed.wrong(files, unused=whole), settings, names)
    found = sorted(dict.fromkeys(left), key=lambda one: (one.position, one.rule, one.environment or "", one.message))
    return Checked(tuple(found), chosen, brought)


def _size(project: Project, extent: Extent) -> int:
    """About how many documents are looked at."""
    layers = project.tree.topology.layers.values()
    return len(extent.documents) if extent.documents is not None else sum(map(len, layers))


class _Run:
    """One way through the documents of some environments; every share goes it by itself."""

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
        road: list[Finding] = []
        rules: list[Finding] = []
        reached: set[str] = set()
        uses = Uses(self._project.tree)
        twins: dict[str, dict[str, tuple[Road, Rendered]]] = {}
        asking = Asking(self._project.tree, self._policies, self._before)
        for one in self._roads.values():
            road += one.vain_removals(extent.document)
            for name in one.names(extent.document):
                document = one.document(name)
                road += document.findings
                reached.update(of.file for of in document.stack)
                rules += self._breaches.of_document(one, document)
                uses.add(one, document)
                if document.sound:
                    asking.take(one, document)
                if document.sound and self._breaches.wants_twins(document.kind):
                    seen = rendered(one, document, one.stage(name))
                    twins.setdefault(name, {})[one.environment.name] = (one, seen)
                one.forget(name)
        for name, roads in sorted(twins.items()):
            rules += self._breaches.of_twins(name, roads) if len(roads) > 1 else ()
        rules += asking.findings(extent.first)
        layers = [of for of in self._layers(extent) if self._whole or of.file in reached]
        secrets = list(layer_findings(self._project.tree, layers))
        rules += secrets
        for of in layers:
            rules += self._breaches.of_layer(of)
        files = [file for file in self._files(extent) if self._whole or file in reached]
        rules += self._sealed.findings(files)
        if self._whole and extent.first:
            rules += self._sealed.of_rules()
        for file in files:
            rules += _beyond(secrets, self._breaches.of_file(file))
        for kind in self._project.kinds() if self._whole else ():
            if extent.kind(kind):
                road += self._project.of_kind(kind)
                rules += self._breaches.of_schema(kind)
        if self._whole and extent.first:
            rules += self._breaches.of_names()
        binding = tuple(finding for finding in road if finding.severity == "error")
        others = (*(finding for finding in road if finding.severity != "error"), *rules)
        tree = self._project.tree
        remarks = frozenset(of.file for of in layers if MARK in tree.layer(of).data)
        return Seen(binding, others, frozenset(reached), remarks, uses.all())

    def unreached(self, reached: frozenset[str], extent: Extent) -> Iterator[Finding]:
        """What is wrong with the text of layers that no document has."""
        every = self._project.tree.topology.layer_files()
        return self._project.unreached({*reached, *(of.file for of in every if not extent.judges(of.file))})

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
