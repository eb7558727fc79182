"""The former render into a folder: which of its files are still what was written then, and would be written again.

A file of the folder is trusted by its stamp, as git trusts a work tree by its index: one that was written when the record was,
or later, may have been changed within the same tick of the clock, and proves nothing.
"""

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, TypeAlias

import orjson

from lamina.project.caching import Caching
from lamina.project.folder.making import Written
from lamina.project.folder.order import Order
from lamina.project.folder.record import RECORD
from lamina.project.folder.texts import digest
from lamina.project.folder.touching import touched
from lamina.project.questions import Project
from lamina.thought.topology import ENVIRONMENTS, SETTINGS, kind_of_document
from lamina.world.disk import Stamp, stamps

# Of a document: its key, what it leads to, what that is told apart by, its entry in the record, whom it drew on, its stamp.
_Row: TypeAlias = Sequence[Any]

_NOTHING: dict[str, Any] = {"written": 0, "files": {}, "kinds": {}, "documents": {}}
# After so many changed files each document is looked at by itself.
_MOST_CHANGES = 100


class Former:
    """What was written into a folder by the same order before, and what is remembered of this time for the next."""

    def __init__(self, project: Project, caching: Caching, order: Order, folder: Path) -> None:
        self._project = project
        self._caching = caching
        self._order = order
        self._folder = folder
        place = os.path.realpath(folder)
        words = (place, order.form, str(order.secrets), str(order.nested), order.document, str(order.shard))
        self._key = caching.rows.key("folder", words)
        row = caching.rows.one(self._key) if os.path.isdir(place) else None
        self._said: dict[str, Any] = orjson.loads(row) if row else _NOTHING
        self._there = stamps(folder) if row else {}

    def unchanged(self, environment: str, names: Iterable[str]) -> dict[str, Written]:
        """The documents whose files are what they were, and would be again."""
        said: Mapping[str, _Row] = self._said["documents"].get(environment, {})
        written, there, place = self._said["written"], self._there, self._order.file
        is_same = self._sameness(environment) if said else _never
        kept: dict[str, Written] = {}
        for name in names if said else ():
            row, stamp = said.get(name), there.get(place(environment, name))
            if row is None or stamp is None or stamp != tuple(row[5]) or stamp.written >= written:
                continue
            if is_same(name, row):
                key, led_to, told, entry, drawn_on, _ = row
                kept[name] = Written(entry, drawn_on, stamp, key, led_to, told)
        return kept

    def _sameness(self, environment: str) -> Callable[[str, _Row], bool]:
        """Tells of a document whether all that it was made of is what it was."""
        if self._changed is None:
            documents = self._caching.documents(self._project.environment(environment))
            return lambda name, row: (row[0], row[2]) == documents.tell(name, row[1])
        may_be_other = touched(self._changed, self._project.environment(environment).chain)
        if may_be_other is None:
            return _always
        return lambda name, row: not any(map(may_be_other, (name, *row[1])))

    @cached_property
    def _changed(self) -> Sequence[str] | None:
        """The layers that are there or not, or hold something else, since then; None where more than some layers changed."""
        said = self._said
        about_all = (said.get("settings"), said.get("chains"))
        if about_all != (self._settings, self._chains) or any(
            self._caching.of_kind(kind) != told for kind, (told, _) in said["kinds"].items()
        ):
            return None
        then, now = said["files"], self._files
        changed = [file for file, id in now.items() if file not in then or then[file][0] != id]
        changed += [file for file in then if file not in now]
        return changed if len(changed) <= _MOST_CHANGES else None

    @cached_property
    def _files(self) -> dict[str, str | None]:
        """What each layer holds."""
        identity = self._caching.identity
        return {file: identity(file) for file in self._project.tree.files if file.startswith(f"{ENVIRONMENTS}/")}

    @property
    def _chains(self) -> dict[str, list[str]]:
        """Whom each environment extends."""
        return {name: [*self._project.environment(name).chain] for name in self._order.environments}

    @property
    def _settings(self) -> str | None:
        return self._caching.identity(SETTINGS) if SETTINGS in self._project.tree.files else None

    def holds(self, count: int) -> bool:
        """Whether nothing more stands in the folder than so many files that are unchanged, and a record."""
        return len(self._there) == count + 1 and self._there.get(RECORD) is not None

    def is_recorded(self, about: Sequence[Any]) -> bool:
        """Whether the record says what it would, of files that are all unchanged; `about` is what it says of the whole."""
        same = self._said.get("about") == about and self._said.get("settings") == self._settings
        return same and digest((self._folder / RECORD).read_bytes()) == self._said["record"]

    def inputs(self, kept: Mapping[str, Mapping[str, Written]]) -> dict[str, str]:
        """The digests of the files that documents were made from which are unchanged."""
        files: dict[str, None] = {}
        for environment, documents in kept.items():
            stack = self._project.tree.topology.stack
            for name, made in documents.items():
                for one in (name, *made.drawn_on):
                    files.update([(of.file, None) for of in stack(environment, one)])
        names = {
            one for documents in kept.values() for name, made in documents.items() for one in (name, *made.drawn_on)
        }
        files.update((file, None) for kind in set(map(kind_of_document, names)) for file in self._of_kind(kind))
        said = self._said["files"]
        return {file: said[file][1] for file in files}

    @property
    def written(self) -> int:
        """When the record was written, in nanoseconds."""
        return int(self._said["written"])

    def remember(
        self, written: int, record: bytes, about: Sequence[Any], made: Mapping[str, Mapping[str, Written]],
        inputs: Mapping[str, str], took_over: bool,
    ) -> None:  # fmt: skip
        """Keep how files stand in the folder since its record was written, in nanoseconds.

        Those that were taken over have lost a name since they were looked at, with the folder that was there before.
        """
        there = stamps(self._folder) if took_over else {}
        names = {name for some in made.values() for one, of in some.items() for name in (one, *of.drawn_on)}
        kinds = sorted(set(map(kind_of_document, names)))
        said: dict[str, Any] = {
            "written": written,
            "record": digest(record),
            "about": about,
            "settings": self._settings,
            "chains": self._chains,
            "kinds": {kind: (self._caching.of_kind(kind), self._of_kind(kind)) for kind in kinds},
            "files": {file: (id, inputs.get(file)) for file, id in self._files.items()},
            "documents": {
                environment: {
                    name: (of.key, of.led_to, of.told, of.entry, of.drawn_on, [*stamp])
                    for name, of in some.items()
                    if of.key is not None and (stamp := self._stamp(there, environment, name, of))
                }
                for environment, some in made.items()
            },
        }
        said["files"] |= {
            file: (None, inputs[file]) for kind in kinds for file in said["kinds"][kind][1] if file in inputs
        }
        self._caching.rows.put(self._key, orjson.dumps(said))

    def _stamp(self, there: Mapping[str, Stamp | None], environment: str, name: str, made: Written) -> Stamp | None:
        """How a document's file stands in the folder; None where it is no longer what was made."""
        now = there.get(self._order.file(environment, name)) if there else made.stamp
        return now if now is not None and now.is_same_file(made.stamp) else None

    def _of_kind(self, kind: str) -> Sequence[str]:
        """The files of a kind's schema, which need not be read where they are known from the time before."""
        files: Sequence[str]
        told, files = self._said["kinds"].get(kind, (None, ()))
        if told == self._caching.of_kind(kind):
            return files
        schema = self._project.tree.schema(kind)
        return schema.files if schema else ()


def _always(name: str, row: _Row) -> bool:
    return True


def _never(name: str, row: _Row) -> bool:
    return False


def former_of(project: Project, order: Order, folder: Path) -> Former | None:
    """The former render of an order; None where nothing is remembered, as of opened secrets and local layers."""
    caching = project.tree.caching
    return Former(project, caching, order, folder) if caching and not order.is_private and not order.overrides else None
