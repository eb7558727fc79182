"""Writing a rendered folder: whole or not at all, and of what stands there already only what has changed."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

from lamina.project.folder.former import former_of
from lamina.project.folder.making import Making, Share, Written
from lamina.project.folder.order import HasErrors, Order
from lamina.project.folder.record import RECORD, record_text
from lamina.project.folder.texts import digest
from lamina.project.questions import Project
from lamina.project.road import Road
from lamina.project.sharding.moment import files_digest
from lamina.thought.topology import SETTINGS
from lamina.words.errors import Misuse
from lamina.words.finding import Finding
from lamina.world.disk import add_last_file, add_link, replacing_folder, write_file
from lamina.world.repository import Commit
from lamina.world.workers import shared_out

# For fewer documents a second process costs more than it saves.
_WORTH_SHARING = 200


def write_folder(
    project: Project,
    order: Order,
    folder: Path,
    *,
    version: str,
    asked: Callable[[], Commit | None],
    advance: Callable[[], None],
    jobs: int = 1,
) -> int:
    """Render into a folder, whole or not at all, and say how many documents there are.

    `advance` is called once a document, `jobs` is the number of processes. Files of a former render into the folder that would
    be the same, and are what was written then, are taken over. A new folder with opened secrets is its owner's alone. Raises
    HasErrors, NotOurs, LinkInTheWay, CannotWrite, NoKey, and Misuse where the folder lies among the layers, or where the
    documents hold secrets and the order does not say what becomes of them.
    """
    demand_apart(folder, project.home)
    writing = _Writing(project, order, folder, version)
    if writing.is_all_there():
        writing.renew_record(asked())
        return writing.count
    with replacing_folder(folder, RECORD, private=order.is_private) as beside:
        writing.fill(beside, jobs, advance)
        remember = writing.add_record(beside, asked())
    remember()
    return writing.count


class _Writing:
    """A folder that is being written: what can be taken over, what has to be made, and what is said of both."""

    def __init__(self, project: Project, order: Order, folder: Path, version: str) -> None:
        self._project = project
        self._order = order
        self._folder = folder
        self._version = version
        self._roads = {name: _road(project, order, name) for name in order.environments}
        self._former = former_of(project, order, folder)
        self._made: dict[str, dict[str, Written]] = {name: {} for name in order.environments}
        self._inputs: dict[str, str] = {}
        self._took_over = False
        # By document, so that what lies under all its environments is read once.
        self._todo: dict[str, list[str]] = {}
        for name, road in self._roads.items():
            self._take_over(name, road)

    def _take_over(self, environment: str, road: Road) -> None:
        shard, documents = self._order.shard, self._project.tree.topology.documents(environment)
        wanted = documents if self._order.document is None else [self._order.document]
        wanted = wanted if shard is None else [*filter(shard.holds, wanted)]
        kept = self._former.unchanged(environment, wanted) if self._former else {}
        left = [name for name in wanted if name not in kept]
        if kept:
            left = road.existing(left)
        self._made[environment] = kept
        for name in left:
            self._todo.setdefault(name, []).append(environment)

    @property
    def count(self) -> int:
        """How many documents there are."""
        return sum(map(len, self._made.values()))

    def is_all_there(self) -> bool:
        """Whether all files stand in the folder as they would be made, and nothing but them and a record."""
        if self._former is None or self._todo or any(road.findings for road in self._roads.values()):
            return False
        return self._former.holds(self.count)

    def renew_record(self, commit: Commit | None) -> None:
        """Replace the record in a folder whose other files stay, where it would say something else now, as of a new commit."""
        if self._former is None or self._former.is_recorded(self._about(commit)):
            return
        self._inputs = self._former.inputs(self._made)
        record = self._record(commit)
        write_file(self._folder / RECORD, record)
        self._remember(self._former.written, record, commit)

    def fill(self, folder: Path, jobs: int, advance: Callable[[], None]) -> None:
        """Take over and make all files; raises HasErrors."""
        old, new, file = f"{self._folder}/", f"{folder}/", self._order.file
        for environment, kept in self._made.items():
            places = {name: file(environment, name) for name in kept}
            for name in [name for name, at in places.items() if not add_link(new + at, old + at, kept[name].stamp)]:
                del kept[name]
                self._todo.setdefault(name, []).append(environment)
        self._took_over = self.count > 0
        for _ in range(self.count):
            advance()
        making = Making(self._project, self._order, self._roads, folder)
        share = _joined(shared_out([partial(making.share, part, advance) for part in self._shares(jobs)]))
        errors = [*self._errors(share.errors)]
        if errors:
            raise HasErrors(list(dict.fromkeys(errors)))
        if self._former:
            self._inputs = self._former.inputs(self._made)
        self._inputs |= share.inputs
        for (environment, name), made in share.made.items():
            self._made[environment][name] = made

    def _shares(self, jobs: int) -> list[dict[str, list[str]]]:
        """What is to be made, in equal parts; secrets are opened by one process alone, which may have to ask for a key."""
        names = sorted(self._todo)
        parts = jobs if sum(map(len, self._todo.values())) >= _WORTH_SHARING and not self._order.keyring else 1
        return [{name: self._todo[name] for name in names[part::parts]} for part in range(parts)]

    def _errors(self, errors: Mapping[tuple[str, str], Sequence[Finding]]) -> Iterator[Finding]:
        for environment, road in self._roads.items():
            yield from road.findings
            for name in sorted(self._todo):
                yield from errors.get((environment, name), ())

    def add_record(self, folder: Path, commit: Commit | None) -> Callable[[], None]:
        """Write the record, as the last of all files; what this gives is called when the folder is in its place."""
        last = max((made.stamp.written for some in self._made.values() for made in some.values()), default=0)
        record = self._record(commit)
        stamp = add_last_file(folder / RECORD, record, last)
        return lambda: self._remember(stamp.written, record, commit)

    def _remember(self, written: int, record: bytes, commit: Commit | None) -> None:
        """Keep how all files stand, for the next time."""
        if self._former:
            about = self._about(commit)
            self._former.remember(written, record, about, self._made, self._inputs, self._took_over)
            self._project.flush()

    def _about(self, commit: Commit | None) -> list[str | bool | None]:
        """What the record says of the whole: of a shard also which it is, and of which files where no commit tells."""
        about = [self._version, *((commit.id, commit.dirty) if commit else (None, None))]
        if self._order.shard is None:
            return about
        return [*about, str(self._order.shard), None if commit and not commit.dirty else files_digest(self._project)]

    def _record(self, commit: Commit | None) -> bytes:
        made = {name: dict(sorted(documents.items())) for name, documents in self._made.items()}
        layers = [one for documents in made.values() for of in documents.values() for one in of.overrides]
        inputs = dict(self._inputs)
        if inputs and SETTINGS in self._project.tree.files:
            inputs[SETTINGS] = digest(self._project.tree.data(SETTINGS))
        version, id, dirty, *shard = self._about(commit)
        record = {
            **{"lamina": version, "commit": id, "dirty": dirty},
            "format": self._order.form,
            "secrets": self._order.secrets,
            "overrides": [layer for index, layer in enumerate(layers) if layer not in layers[:index]],
            "nested": self._order.nested,
            "document": self._order.document,
            **({"shard": dict(zip(("part", "files"), shard, strict=True))} if shard else {}),
            "environments": {name: {one: of.entry for one, of in some.items()} for name, some in made.items()},
            "inputs": dict(sorted(inputs.items())),
        }
        return record_text(record).encode()


def _road(project: Project, order: Order, environment: str) -> Road:
    secrets = order.secrets or "redact"
    return project.render_road(
        environment, order.document, secrets=secrets, overrides=order.overrides, keyring=order.keyring
    )


def _joined(shares: Sequence[Share]) -> Share:
    joined = Share()
    for share in shares:
        joined.made |= share.made
        joined.errors |= share.errors
        joined.inputs |= share.inputs
    return joined


def demand_apart(folder: Path, root: Path | None) -> None:
    """Raise Misuse for a folder that holds the repository, or lies where its layers and schemas are read."""
    if root is None:
        return
    # Not Path.resolve, which raises for links that lead in a circle.
    target, root = Path(os.path.realpath(folder)), Path(os.path.realpath(root))
    inside = next(
        (name for name in ("environments", "schemas", "policies") if target.is_relative_to(root / name)), None
    )
    hint = "choose a folder of its own, such as -o out"
    if inside is not None:
        raise Misuse(f"{folder} lies in {inside}/, where lamina would read its own output", hint)
    if root.is_relative_to(target):
        raise Misuse(f"{folder} holds the repository itself, so it is left alone", hint)
