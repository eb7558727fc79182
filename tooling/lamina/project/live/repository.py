"""Repositories as grounds: an environment, its documents made anew only where what makes them is another."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeAlias

from lamina.project.digests import digest_of_inputs, digest_of_lines, line_of
from lamina.project.hiding import SecretsMode, put_away
from lamina.project.kept import Kept, Store
from lamina.project.keyring import Keyring
from lamina.project.live.ground import Refused, Seen, Unsettled
from lamina.project.live.trees import Trees
from lamina.project.moments import NOTHING, Made, Moment, ids_of, made
from lamina.project.questions import NoKeyring, Project
from lamina.project.road import Road
from lamina.thought.topology import ENVIRONMENTS
from lamina.words.finding import Finding
from lamina.words.frozen import frozen
from lamina.world.sources import Identified, Listing
from lamina.world.sources.memory import Moved

_Handed: TypeAlias = tuple[Made, Any, bytes]


@dataclass(frozen=True, slots=True)
class _Taken:
    """What a look found: what it was made of, each document as it is handed out with its line in the digest, and the whole."""

    listing: Listing | None = None
    moment: Moment = NOTHING
    handed: Mapping[str, _Handed] = field(default_factory=dict)
    seen: Seen = field(default_factory=lambda: Seen({}, {}, ""))

    @property
    def ids(self) -> tuple[str | None, ...]:
        """What the folders of its environments held, and then the rest that it depends on."""
        return self.moment.ids if isinstance(self.moment.ids, tuple) else ()


class Repository:
    """An environment of a repository, its documents made anew only where what makes them is another."""

    def __init__(
        self, trees: Trees, environment: str, version: str, secrets: SecretsMode, keyring: Keyring | None
    ) -> None:
        """Raises NoKeyring."""
        if secrets == "unseal" and keyring is None:
            raise NoKeyring
        self._trees = trees
        self._environment = environment
        self._version = version
        self._secrets = secrets
        self._keyring = keyring if secrets == "unseal" else None
        self._store = Store()
        self._last = self._next = _Taken()
        self.commit: str | None = None

    @property
    def name(self) -> str:
        """Where the repository is."""
        return self._trees.name

    def places(self) -> list[Path]:
        """What changes with the repository."""
        return self._trees.places()

    def accept(self) -> None:
        """What was seen last is in force."""
        self._last = self._next
        self._trees.accept()
        if self._last.listing is not None:
            self._store.keep_only(self._last.listing.files)

    def look(self) -> Seen:
        """What the environment is now (see `Ground`)."""
        try:
            tree, self.commit, home = self._trees.tree()
            commit = self.commit
            listing, last = tree.list(), self._last
            ids = ids_of(tree, last.moment.links)
            if last.listing == listing and last.ids == ids:
                self._next = replace(last, seen=replace(last.seen, commit=commit))
            else:
                self._trees.demand_still()
                try:
                    moment = self._made(tree, commit, home)
                finally:
                    # What was read while git wrote may be of two minds, and so may what is wrong with it.
                    self._trees.demand_still()
                handed = {name: self._handed(name, one) for name, one in moment.documents.items()}
                documents = {name: data for name, (_, data, _) in handed.items()}
                lines = {name: line for name, (_, _, line) in sorted(handed.items())}
                seen = Seen(documents, lines, digest_of_lines(lines.values()), commit, moment.documents)
                self._next = _Taken(listing, moment, handed, seen)
        except Moved as moved:
            raise Unsettled(moved.message, moved.hint) from None
        return self._next.seen

    def _made(self, tree: Identified, commit: str | None, home: Path | None) -> Moment:
        """The documents; raises Refused where something is wrong with them."""
        project = Project(tree, self._version, home=home, commit=commit, kept=Kept(self._store, tree.identity))
        self._demand_there(project)
        road = project.concrete_road(self._environment)
        if self._keyring is not None:
            road = project.road(self._environment, keyring=self._keyring)
        moment = made(road, tree, self._last.moment)
        if road.findings or moment.broken:
            raise _refusal(road, moment)
        if self._last.handed and not moment.documents:
            raise Refused(f"{self._environment} has no documents any more", inputs=digest_of_inputs(moment.ids))
        return moment

    def _handed(self, name: str, one: Made) -> _Handed:
        """A document as it is handed out; what was handed out, where it is the same."""
        before = self._last.handed.get(name)
        if before is not None and before[0] is one:
            return before
        return one, frozen(put_away(one.document, self._secrets)), line_of(one.document)

    def _demand_there(self, project: Project) -> None:
        """Raise where the folder of an environment is gone that was there, even if the settings still name it."""
        chain = project.environment(self._environment).chain
        for link, id in zip(self._last.moment.links, self._last.ids, strict=False):
            folder = f"{ENVIRONMENTS}/{link}"
            if id and link in chain and not any(one.startswith(f"{folder}/") for one in project.tree.files):
                raise Refused(f"{folder} is gone, or nothing is in it")


def _refusal(road: Road, moment: Moment) -> Refused:
    """Why a moment must not get in."""
    errors = sorted(dict.fromkeys(_errors(road, moment.broken)), key=lambda finding: finding.position)
    first = errors[0]
    more = f" and {len(errors) - 1} more" if len(errors) > 1 else ""
    reason = f"{first.position}: {first.message}{more}"
    return Refused(reason, errors, digest_of_inputs(moment.ids))


def _errors(road: Road, broken: Mapping[str, object]) -> Iterator[Finding]:
    yield from road.findings
    for name in broken if not road.findings else ():
        findings = (finding for document in road.drawn_on(name) for finding in document.findings)
        yield from (finding for finding in findings if finding.severity == "error")
