"""The files of a folder projection: read as far as they changed, checked against their sum, and changed in one step."""

import os
import re
from collections import OrderedDict
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from lamina.words.event import Head
from lamina.words.runs import Run
from lamina.world.store.failures import CannotStore, Damaged, NewerSchema
from lamina.world.store.shelf import VERSION, Shelf, read, sealed, unsealed, written
from lamina.world.store.writing import staged, sync_folder, unstage, write_whole

# No run has such a name, as those begin with a letter or digit.
_APPLIED = "_applied.json"
_CACHED = 256
_FILE = re.compile(r"([A-Za-z0-9][A-Za-z0-9._-]*)\.json", re.ASCII)
_LEFT_BEHIND = re.compile(r"\..+\.json\.[0-9a-f]{12}", re.ASCII)
_READING = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


class Shelves:
    """What the files of a folder say, to one caller at a time, who holds the folder's lock.

    `fault` says why they have to be made anew; then it is as if there were none.
    """

    def __init__(self, folder: Path, durable: bool) -> None:
        self._folder = folder
        self._durable = durable
        self._applied_file = -1
        self._count: int | None = None
        self._is_settled = False
        self._forget(None)

    def __del__(self) -> None:
        self._let_go()

    def new_position(self) -> int:
        """Where one more run stands in the order of runs."""
        self._positions += 1
        return self._positions

    def shelf(self, run: str) -> Shelf | None:
        """The records of a run, not to be changed; raises Damaged."""
        if run not in self._digests:
            return None
        if (found := self._cache.get(run)) is None:
            found, digest = self._read(run, self._last.get(run))
            if digest != self._digests[run]:
                raise self._damaged(run, "it was changed")
            self._keep(run, found)
        elif run in self._cache:
            self._cache.move_to_end(run)
        return found

    def refresh(self) -> None:
        """Read what has changed since; raises NewerSchema and CannotStore."""
        try:
            now = os.stat(self._folder / _APPLIED, follow_symlinks=False)
            # The file that was read is held open, so no other can have its number.
            if self._applied_file >= 0 and os.path.samestat(now, os.fstat(self._applied_file)):
                return
        except FileNotFoundError:
            pass
        except OSError as error:
            raise CannotStore(self._folder / _APPLIED, error.strerror or str(error)) from error
        try:
            said = self._head()
            if self._count is not None and said["count"] == self._count + 1 and not self.fault:
                self._take(said, said["last"])
            if said["sum"] != f"{self._sum:064x}" or said["count"] != self._count:
                self._forget(None)
                self._take(said, {**dict.fromkeys(self._files()), **said["last"]})
            if said["sum"] != f"{self._sum:064x}":
                raise ValueError("its files are not all of one moment")
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            self._forget(str(error))
        except Damaged:
            pass

    def change(self, head: Head, changed: Mapping[str, Shelf]) -> None:
        """Put these runs, or take away those without records, in one step; raises CannotStore, and nothing was changed."""
        if self.fault:
            self.clear()
        self._settle()
        texts = {run: written(shelf, head) if any(shelf.records.values()) else None for run, shelf in changed.items()}
        total = self._sum
        for run, text in texts.items():
            total ^= int(self._digests.get(run, "0"), 16) ^ (int(text[1], 16) if text else 0)
        beside: dict[str, Path] = {}
        try:
            for run, text in texts.items():
                if text is not None:
                    beside[run] = staged(self._path(run), text[0], self._durable)
            last: dict[str, str | None] = {run: text[0].decode() if text else None for run, text in texts.items()}
            self._commit(head, total, last)
        except BaseException:
            for one in beside.values():
                unstage(one)
            raise
        # From here on it is done; what cannot be renamed is in the file of the last change.
        with suppress(OSError, CannotStore):
            for run in texts:
                if run in beside:
                    os.replace(beside[run], self._path(run))
                else:
                    self._remove(run)
            if self._durable:
                sync_folder(self._folder)
            self._is_settled = True
        for run, text in texts.items():
            self._put(run, changed[run] if text else None, text[1] if text else "")
        self.applied, self._last = head, last

    def clear(self) -> None:
        """Take away all files, whatever is in them; raises CannotStore."""
        gone = dict.fromkeys(self._files())
        self._forget(None)
        self._commit(Head(), 0, gone)
        self._last = gone
        self._settle()

    def sweep(self) -> None:
        """Remove what a broken write left beside the files, and the text of the last change; raises CannotStore."""
        self._settle()
        for one in list(os.scandir(self._folder)):
            if _LEFT_BEHIND.fullmatch(one.name):
                unstage(Path(one.path))
        if self._digests:
            self._commit(self.applied, self._sum, {})
            self._last, self._is_settled = {}, True

    def in_memory(self) -> "Shelves":
        """All of it, as it is now, to be read without the files; raises Damaged."""
        made = Shelves(self._folder, self._durable)
        made._cache = OrderedDict((run, shelf) for run in list(self._digests) if (shelf := self.shelf(run)) is not None)
        made.applied, made.fault = self.applied, self.fault
        made.runs, made.where, made._digests = dict(self.runs), dict(self.where), dict(self._digests)
        return made

    def faults(self) -> list[str]:
        """What is not as it was written, of all files."""
        if self.fault:
            return [self.fault]
        found = []
        for run, digest in self._digests.items():
            try:
                if self._read(run, self._last.get(run))[1] != digest:
                    found.append(f"{run}.json was changed")
            except Damaged as failure:
                found.append(str(failure))
                break
        return found

    def _let_go(self) -> None:
        if self._applied_file >= 0:
            with suppress(OSError):
                os.close(self._applied_file)
            self._applied_file = -1

    def _forget(self, fault: str | None) -> None:
        self.fault = fault
        self.applied = Head()
        # By run: its position and itself. By kind and id: the run that a record is of.
        self.runs: dict[str, tuple[int, Run]] = {}
        self.where: dict[tuple[str, str], str] = {}
        self._ids: dict[str, tuple[tuple[str, str], ...]] = {}
        self._digests: dict[str, str] = {}
        self._cache: OrderedDict[str, Shelf] = OrderedDict()
        self._last = dict[str, str | None]()
        self._sum: int = 0
        self._positions: int = 0

    def _head(self) -> dict[str, Any]:
        """What the file of the last change says; it stays open."""
        self._let_go()
        try:
            self._applied_file = os.open(self._folder / _APPLIED, _READING)
        except FileNotFoundError:
            return {"count": 0, "seq": 0, "hash": Head().hash, "sum": f"{0:064x}", "last": {}}
        except OSError as error:
            raise ValueError(f"{_APPLIED} cannot be read: {error.strerror}") from None
        with open(self._applied_file, "rb", closefd=False) as stream:
            said: dict[str, Any] = unsealed(stream.read())[0]
        if type(said["v"]) is int and said["v"] > VERSION:
            raise NewerSchema(self._folder / _APPLIED, said["v"], VERSION)
        return said

    def _take(self, said: Mapping[str, Any], changed: Mapping[str, str | None]) -> None:
        self._last = dict(said["last"])
        self._is_settled = False
        for run, text in changed.items():
            if text is None and run in self._last:
                self._put(run, None, "")
            else:
                self._put(run, *self._read(run, text))
        self.applied, self._count = Head(said["seq"], said["hash"]), said["count"]

    def _put(self, run: str, shelf: Shelf | None, digest: str) -> None:
        self._sum ^= int(self._digests.pop(run, "0"), 16)
        if run in self.runs:
            for one in self._ids.pop(run):
                self.where.pop(one, None)
            del self.runs[run]
        self._cache.pop(run, None)
        if shelf is not None:
            self._sum ^= int(digest, 16)
            self._digests[run] = digest
            self.runs[run] = (shelf.position, shelf.run)
            self._ids[run] = tuple(shelf.ids)
            self.where.update(dict.fromkeys(self._ids[run], run))
            self._positions = max(self._positions, shelf.position)
            self._keep(run, shelf)

    def _keep(self, run: str, shelf: Shelf) -> None:
        self._cache[run] = shelf
        if len(self._cache) > _CACHED:
            self._cache.popitem(last=False)

    def _read(self, run: str, text: str | None) -> tuple[Shelf, str]:
        try:
            if text is None:
                with open(os.open(self._path(run), _READING), "rb") as stream:
                    return read(stream.read(), run)
            return read(text.encode(), run)
        except OSError as error:
            raise self._damaged(run, error.strerror or str(error)) from None
        except ValueError as error:
            raise self._damaged(run, str(error)) from None

    def _damaged(self, run: str, reason: str) -> Damaged:
        self._forget(f"{run}.json: {reason}")
        return Damaged(self._path(run), reason)

    def _commit(self, head: Head, total: int, last: Mapping[str, str | None]) -> None:
        count = (self._count or 0) + 1
        said = {"v": VERSION, "count": count, "seq": head.seq, "hash": head.hash, "sum": f"{total:064x}", "last": last}
        write_whole(self._folder / _APPLIED, sealed(said)[0], self._durable)
        self._count = count
        self._is_settled = False
        self._let_go()
        self._applied_file = os.open(self._folder / _APPLIED, _READING)

    def _settle(self) -> None:
        """Do what the last change left undone."""
        if self._is_settled:
            return
        for run, text in self._last.items():
            if text is None:
                self._remove(run)
            else:
                write_whole(self._path(run), text.encode(), self._durable)
        if self._durable:
            sync_folder(self._folder)
        self._is_settled = True

    def _remove(self, run: str) -> None:
        try:
            self._path(run).unlink(missing_ok=True)
        except OSError as error:
            raise CannotStore(self._path(run), error.strerror or str(error)) from error

    def _files(self) -> list[str]:
        return [found[1] for one in os.scandir(self._folder) if (found := _FILE.fullmatch(one.name))]

    def _path(self, run: str) -> Path:
        return self._folder / f"{run}.json"
