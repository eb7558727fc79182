"""Writing what is in force into a folder, as `render -o` does: one file a document, and the record."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

from lamina.project.folder import RECORD
from lamina.project.folder.record import record_text
from lamina.project.folder.texts import text_of
from lamina.project.hiding import SecretsMode
from lamina.project.live.current import Current
from lamina.project.moments import Made
from lamina.world.disk import Stamp, add_file, add_link


@dataclass(frozen=True, slots=True)
class _File:
    """A document's file: what the document was made from, what the record says of it, and how it stands on disk."""

    made: Made
    entry: dict[str, Any]
    stamp: Stamp


class Writing:
    """Fills one folder after another; files of the last one that would be the same are taken over from it."""

    def __init__(self, form: str, secrets: SecretsMode | None, version: str) -> None:
        self._form, self._secrets, self._version = form, secrets, version
        self._last: tuple[Path | None, dict[str, _File]] = (None, {})
        self._next: dict[str, _File] = {}

    def fill(self, folder: Path, current: Current, made: Mapping[str, Made]) -> None:
        """Fill an empty folder.

        Raises NoForm, and Misuse where the documents hold secrets and it was not said what becomes of them.
        """
        self._next = {
            name: self._taken_over(folder, name, one) or self._written(folder, one) for name, one in made.items()
        }
        files = (files for one in made.values() for _, files in one.key)
        record: dict[str, Any] = {
            "lamina": self._version,
            "commit": current.commit,
            "dirty": None if current.commit is None else False,
            "format": self._form,
            "secrets": self._secrets,
            "overrides": [],
            "nested": False,
            "document": None,
            "environments": {current.environment: {name: self._next[name].entry for name in sorted(made)}},
            "inputs": {file: f"git:{id}" for file, id in sorted(dict(chain(*files)).items()) if id is not None},
        }
        (folder / RECORD).write_text(record_text(record), encoding="utf-8")

    def wrote(self, folder: Path) -> None:
        """What was filled last stands here now."""
        self._last = (folder, self._next)

    def _taken_over(self, folder: Path, name: str, made: Made) -> _File | None:
        """A document's file of the last folder, where it is of the very same document and nobody has touched it."""
        last, files = self._last
        before = files.get(name)
        if last is None or before is None or before.made is not made:
            return None
        file = before.entry["file"]
        return before if add_link(f"{folder}/{file}", f"{last}/{file}", before.stamp) else None

    def _written(self, folder: Path, made: Made) -> _File:
        """Write a document's file."""
        data, entry = text_of(made.document, self._form, self._secrets)
        return _File(made, entry, add_file(folder / entry["file"], data))
