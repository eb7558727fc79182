"""Making the files of a rendered folder: some documents, in all environments, by one process."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import field
from pathlib import Path, PurePath
from typing import Any, NamedTuple

from lamina.project.folder.order import Order
from lamina.project.folder.texts import digest, text_of
from lamina.project.questions import Project
from lamina.project.road import Road
from lamina.project.stages import Document
from lamina.words.finding import Finding
from lamina.words.values import dataclass
from lamina.world.disk import Stamp, add_file


class Written(NamedTuple):
    """A document's file: what the record says of it, whom it drew on, how it stands on disk, and the local layers in it.

    It stays the same as long as its `key` and what all that it led to is `told` apart by; None is a key that is not known.
    """

    entry: dict[str, Any]
    drawn_on: Sequence[str]
    stamp: Stamp
    key: str | None = None
    led_to: Sequence[str] = ()
    told: str = ""
    overrides: Sequence[dict[str, str]] = ()


@dataclass(slots=True)
class Share:
    """What came of a share: files and errors, each by environment and document, and the digests of what they were made from."""

    made: dict[tuple[str, str], Written] = field(default_factory=dict)
    errors: dict[tuple[str, str], tuple[Finding, ...]] = field(default_factory=dict)
    inputs: dict[str, str] = field(default_factory=dict)


class Making:
    """The makers of an order's documents, from roads by environment, into a folder that is being filled."""

    def __init__(self, project: Project, order: Order, roads: Mapping[str, Road], folder: Path) -> None:
        self._project = project
        self._order = order
        self._roads = roads
        self._folder = str(folder)

    def share(self, wanted: Mapping[str, Sequence[str]], advance: Callable[[], None]) -> Share:
        """Make some documents, each in the environments that want it; those that do not exist there are passed over.

        Nothing is written after an error. Raises Misuse where documents hold secrets and it is not said what becomes of them.
        """
        share = Share()
        for name, environments in wanted.items():
            for environment in environments:
                road = self._roads[environment]
                if road.exists(name):
                    self._make(road, name, share)
                    advance()
        self._project.flush()
        return share

    def _make(self, road: Road, name: str, share: Share) -> None:
        drawn_on = road.drawn_on(name)
        place = (road.environment.name, name)
        errors = [one for document in drawn_on for one in document.findings if one.severity == "error"]
        if errors:
            share.errors[place] = tuple(errors)
        if share.errors:
            return
        data, entry = text_of(drawn_on[0], self._order.form, self._order.secrets)
        stamp = add_file(f"{self._folder}/{self._order.file(*place)}", data)
        overrides = [one for of in drawn_on for one in _overrides(self._project, of)] if self._order.overrides else []
        led_to = road.remember(name)
        key, told = road.caching.tell(name, led_to) if road.caching and led_to is not None else (None, "")
        names = [of.name for of in drawn_on[1:]]
        share.made[place] = Written(entry, names, stamp, key, led_to or (), told, overrides)
        for one in drawn_on:
            self._add_inputs(one, share.inputs)

    def _add_inputs(self, document: Document, inputs: dict[str, str]) -> None:
        """Add the digests of the files that made a document: its layers, but for local ones, and those of its kind's schema."""
        tree = self._project.tree
        kind = tree.schema(document.kind)
        for file in (*[of.file for of in document.stack if of.file not in inputs], *(kind.files if kind else ())):
            if file not in inputs and (file in tree.files or (kind and file in kind.files)):
                inputs[file] = digest(tree.data(file))


def _overrides(project: Project, document: Document) -> Iterator[dict[str, str]]:
    """The local layers of a document, by base name.

    Each has its digest only where its kind knows no secrets and it is not sealed: a plain secret could be guessed from one.
    """
    kind = project.tree.schema(document.kind)
    open_to_all = not document.secrets and kind and kind.schema and not kind.schema.shape.has_secrets
    for of in document.stack:
        if of.file not in project.tree.files:
            entry = {"document": document.name, "file": PurePath(of.file).name}
            told = open_to_all and not of.sealed
            yield {**entry, "digest": digest(project.tree.data(of.file))} if told else entry
