"""The check: findings of the road, of secrets and of the rules, weighed by settings and allow comments."""

from collections.abc import Collection, Iterator, Mapping, Sequence
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
from lamina.words.finding import Finding, in_order
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
    checking = Checking(project, environments, extent, now=now, base=base)
    return checking.settled(checking.seen(jobs))


class Checking:
    """A check in two steps: what is seen in its extent, which several can share, and what all that comes to."""

    def __init__(
        self,
        project: Project,
        environments: Sequence[str] = (),
        extent: Extent = EVERYTHING,
        *,
        now: datetime = _NEVER,
        base: Project | None = None,
    ) -> None:
        """See `check`; raises what it does."""
        self._project = project
        self._tree = tree = project.tree
        self._environments = environments
        self._extent = extent
        self._now = now
        self._plugins = plugged(project.home, silenced() | standing())
        self._policies = policies_of(tree, silenced() | standing() | self._plugins.pages.keys())
        self._before = Before(base, project) if base is not None else None
        self._whole = not environments
        self._chosen = tuple(environments) or tuple(project.concrete())
        off = {name for name, said in tree.settings.rules.items() if said.severity == "off"}
        self._breaches = Breaches(tree, off, self._plugins.rules)
        self._way = Way(
            project, self._breaches, SealedFiles(tree, now), self._policies.all, self._before, self._chosen, self._whole
        )

    @property
    def pages(self) -> Mapping[str, str]:
        """The pages of the rules that are not lamina's own: of other packages, and policies."""
        return {**self._plugins.pages, **{one.name: page(one) for one in self._policies.all}}

    def seen(self, jobs: int = 1) -> Seen:
        """What is seen in the extent, by so many processes."""
        shares = self._extent.shares(jobs if _size(self._project, self._extent) >= _WORTH_SHARING else 1)
        return Seen.of(shared_out([partial(self._way.seen, share) for share in shares]))

    def settled(self, seen: Seen) -> Checked:
        """What is found, once all of the extent is seen; of a share as much as is so whatever is seen in the others."""
        settings, extent = self._tree.settings.rules, self._extent
        of_tree = tuple(self._of_tree(seen))
        binding = [one for one in (*seen.binding, *of_tree) if one.severity == "error"]
        others = [*seen.others, *(one for one in of_tree if one.severity != "error")]
        every = self._whole and extent == EVERYTHING
        others += self._breaches.of_use(seen.use) if every else ()
        if self._before is not None and extent.first:
            others += of_change(self._project, self._before, extent, self._environments, self._now)
        fleeting = {*OF_CHANGES, *(one.name for one in self._policies.all if one.asks_before)}
        fleeting.update(() if every and seen.use.known else (rule.name for rule in OF_OFFERED))
        pages = self.pages
        names = KnownRules(silenced() | pages.keys(), standing(), fleeting)
        allowed = Allowed(self._tree, names, seen.remarks)
        left = [
            *binding,
            *(of_settings(self._tree, names) if extent.first else ()),
            *(of_freezes(self._tree) if extent.first else ()),
            *allowed.remaining(scaled(dict.fromkeys(others), settings, names)),
        ]
        files = sorted(self._judged(seen))
        # Another share may have found what a comment allows.
        asked = frozenset(files) - _unasked(self._tree, binding) if self._whole and extent.whole else frozenset[str]()
        left += scaled(allowed.wrong(files, asked), settings, names)
        return Checked(tuple(in_order(left)), self._chosen, pages)

    def _of_tree(self, seen: Seen) -> Iterator[Finding]:
        """What is wrong with the repository as a whole, and with the text of layers that no document has."""
        if self._extent.first:
            yield from self._project.findings
            yield from self._plugins.findings
            yield from self._policies.findings
        if self._whole:
            yield from self._way.unreached(seen.reached, self._extent)

    def _judged(self, seen: Seen) -> Collection[str]:
        """The files whose comments to lamina are judged."""
        if self._whole:
            return self._extent.judged(self._tree)
        layers = {of.file: of.document for of in self._tree.topology.layer_files()}
        return {file for file in seen.reached if self._extent.whole or self._extent.file(file, layers.get(file, file))}


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
    return (len(extent.documents) if extent.documents is not None else sum(map(len, layers))) // extent.of
