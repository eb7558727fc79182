"""The check: findings of the road, of secrets and of the rules, weighed by settings and allow comments."""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial

from lamina.project.gate.before import Before
from lamina.project.gate.breaches import Breaches
from lamina.project.gate.changing import OF_CHANGES, of_change, of_freezes
from lamina.project.gate.extent import EVERYTHING, Extent
from lamina.project.gate.plugins import plugged
from lamina.project.gate.sealing import SealedFiles
from lamina.project.gate.seeing import Seen, Way
from lamina.project.gate.weighing import Allowed, KnownRules, of_settings, scaled
from lamina.project.policies.reading import policies_of
from lamina.project.questions import Project
from lamina.project.tree import Tree
from lamina.thought.policies import page
from lamina.thought.rules import OF_OFFERED, silenced, standing
from lamina.thought.topology import SETTINGS
from lamina.words.finding import Finding
from lamina.words.values import dataclass
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
    settings = tree.settings.rules
    chosen = tuple(environments) or tuple(project.concrete())
    off = {name for name, said in settings.items() if said.severity == "off"}
    breaches = Breaches(tree, off, plugins.rules)
    way = Way(project, breaches, SealedFiles(tree, now), policies.all, before, chosen, whole)
    shares = extent.shares(jobs if _size(project, extent) >= _WORTH_SHARING else 1)
    seen = Seen.of(shared_out([partial(way.seen, share) for share in shares]))
    of_tree = (
        *project.findings,
        *plugins.findings,
        *policies.findings,
        *(way.unreached(seen.reached, extent) if whole else ()),
    )
    binding = [one for one in (*seen.binding, *of_tree) if one.severity == "error"]
    others = [*seen.others, *(one for one in of_tree if one.severity != "error")]
    every = whole and extent == EVERYTHING
    others += breaches.of_use(seen.use) if every else ()
    others += of_change(project, before, extent, environments, now) if before is not None else ()
    fleeting = {*OF_CHANGES, *(one.name for one in policies.all if one.asks_before)}
    fleeting.update(() if every and seen.use.known else (rule.name for rule in OF_OFFERED))
    names = KnownRules(silenced() | brought.keys(), standing(), fleeting)
    allowed = Allowed(tree, names, seen.remarks)
    left = [
        *binding,
        *of_settings(tree, names),
        *of_freezes(tree),
        *allowed.remaining(scaled(dict.fromkeys(others), settings, names)),
    ]
    files = sorted(filter(extent.judges, tree.files) if whole else seen.reached)
    asked = frozenset(files) - _unasked(tree, binding) if whole else frozenset[str]()
    left += scaled(allowed.wrong(files, asked), settings, names)
    found = sorted(dict.fromkeys(left), key=lambda one: (one.position, one.rule, one.environment or "", one.message))
    return Checked(tuple(found), chosen, brought)


def _unasked(tree: Tree, errors: Collection[Finding]) -> frozenset[str]:
    """The files of which not every rule was asked, so that nothing can be said of comments there that allow one.

    Those are files with errors and the layers of documents with errors, anywhere, since some rules compare environments;
    and all of them where the settings have errors, which are not followed then.
    """
    wrong = {one.position.file for one in errors}
    documents = {one.document for one in errors}
    layers = (of.file for of in tree.topology.layer_files() if of.document in documents)
    return tree.files if SETTINGS in wrong else frozenset(wrong.union(layers))


def _size(project: Project, extent: Extent) -> int:
    """About how many documents are looked at."""
    layers = project.tree.topology.layers.values()
    return len(extent.documents) if extent.documents is not None else sum(map(len, layers))
