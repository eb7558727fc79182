"""A change, judged as one: whether it alters an environment that is frozen, and whose consent it needs."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from lamina.project.comparing import DocumentChange, document_changes
from lamina.project.consent import owners_of
from lamina.project.gate.before import Before, differing, rendered_road, sound_document
from lamina.project.gate.extent import Extent
from lamina.project.placing import Placing
from lamina.project.questions import Project
from lamina.project.tree import Tree
from lamina.thought.freezes import BadFreeze, Freeze, freeze_of
from lamina.thought.schema import Shape
from lamina.thought.settings import FreezeSettings
from lamina.thought.topology import SETTINGS, kind_of_document
from lamina.words.address import Address
from lamina.words.errors import listing, near
from lamina.words.finding import Finding, Position, Related
from lamina.words.node import Path

OF_CHANGES = ("frozen-environment", "require-owner")


def of_change(
    project: Project, before: Before, extent: Extent, environments: Sequence[str], now: datetime
) -> Iterator[Finding]:
    """What is to be said of a change as a whole, by environments; without any, by all that are rendered on either side."""
    change = _Change(project, before, extent)
    named = list(environments) or sorted({*before.project.concrete(), *project.concrete()})
    yield from change.in_freezes(named, now)
    yield from change.owned(named)


def of_freezes(tree: Tree) -> Iterator[Finding]:
    """What is wrong with the freezes that the settings name."""
    known = tree.topology.environments
    for number, said in enumerate(tree.settings.freeze):
        place: Path = ("freeze", number)
        try:
            _freeze(said)
        except BadFreeze as bad:
            at = (*place, bad.key)
            yield Finding("bad-rule-setting", str(bad), tree.place(SETTINGS, at), path=at, fix="such as 2026-12-24")
        for index, name in enumerate(said.environments):
            if set("*?[") & set(name) or (name in known and not known[name].abstract):
                continue
            like = near(name, [one.name for one in known.values() if not one.abstract])
            message = f"{name} is abstract, and freezes nothing" if name in known else f"there is no environment {name}"
            fix = f"did you mean {like}?" if like and name not in known else "name environments that are rendered"
            at = (*place, "environments", index)
            yield Finding("bad-rule-setting", message, tree.place(SETTINGS, at), path=at, fix=fix)


class _Change:
    def __init__(self, project: Project, before: Before, extent: Extent) -> None:
        self._project = project
        self._before = before
        self._extent = extent

    def in_freezes(self, environments: Iterable[str], now: datetime) -> Iterator[Finding]:
        """A freeze counts that is named on either side: who lifts one does so before."""
        settings = (*self._project.tree.settings.freeze, *self._before.project.tree.settings.freeze)
        freezes = [freeze for said in settings if (freeze := _sound(said)) is not None]
        for name in environments:
            holding = [one for one in freezes if one.holds(name, now)]
            found = list(self._differences(name)) if holding else []
            if found:
                until = max(holding, key=lambda one: one.end)
                addresses = listing([str(Address(one.document, one.change.path)) for one, _ in found], 3)
                ends = until.end.isoformat(sep=" ", timespec="minutes")
                message = f"{name} is frozen until {ends} ({until.reason}), and this changes {addresses}"
                place, related = self._place(name, found[0][0])
                yield Finding(
                    "frozen-environment", message, place, "error", name, found[0][0].document, related=related,
                    fix="wait, or lift the freeze by a change of its own",
                )  # fmt: skip

    def owned(self, environments: Iterable[str]) -> Iterator[Finding]:
        """One note for each owner of what is changed."""
        files = differing(self._before.project, self._project)
        settings = [one.tree.settings.owners for one in (self._before.project, self._project)]
        asked = environments if self._has_addresses(settings) else ()
        found = [(name, one) for name in asked for one in self._differences(name)]
        at = {str(Address(one.document, one.change.path)): (name, one) for name, (one, _) in reversed(found)}
        for owner in owners_of(settings, files, (one for _, one in found)):
            there = [Position(file) for file in owner.files if file in self._project.tree.every]
            places = [*there, *(self._place(*at[address])[0] for address in owner.addresses[:1])]
            reasons = listing((*owner.files, *owner.addresses), 3)
            message = f"the consent of {owner.name} is needed, for {reasons}"
            yield Finding("require-owner", message, places[0] if places else Position(SETTINGS), "note")

    def _has_addresses(self, settings: Sequence[Mapping[str, Sequence[str]]]) -> bool:
        """Whether anybody owns values, not only files."""
        if any(":" in pattern for said in settings for pattern in said):
            return True
        files = [file for versions in self._project.tree.topology.schemas.values() for file in versions.values()]
        return any(b"x-owner" in self._project.tree.data(file) for file in files)

    def _differences(self, environment: str) -> Iterator[tuple[DocumentChange, tuple[Shape, ...]]]:
        """What is another in an environment, as far as both sides are sound."""
        now, then = rendered_road(self._project, environment), self._before.road(environment)
        names = {name for road in (now, then) if road is not None for name in road.names()}
        for name in sorted(filter(self._extent.document, names)):
            old, new = (sound_document(road, name) if road else None for road in (then, now))
            broken = any(
                road is not None and one is None and road.exists(name) for one, road in ((old, then), (new, now))
            )
            if not broken and not (old is None and new is None):
                schema = self._project.tree.schema(kind_of_document(name))
                shape = schema.schema.shape if schema and schema.schema else None
                yield from ((one, (shape,) if shape else ()) for one in document_changes(name, old, new, shape))

    def _place(self, environment: str, found: DocumentChange) -> tuple[Position, tuple[Related, ...]]:
        road = rendered_road(self._project, environment)
        if road is None or not road.exists(found.document):
            return Position(SETTINGS), ()
        return Placing(self._project.tree, environment, road.stage(found.document)).locate(found.change.path)


def _freeze(said: FreezeSettings) -> Freeze:
    return freeze_of(said.environments, said.start, said.end, said.reason)


def _sound(said: FreezeSettings) -> Freeze | None:
    """A freeze; None where its times mean nothing, which is told elsewhere."""
    try:
        return _freeze(said)
    except BadFreeze:
        return None
