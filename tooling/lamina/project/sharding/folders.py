"""Joining rendered folders: those of all shards into the one that a single render would have made, byte for byte."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path as FolderPath
from typing import Any

from lamina.project.folder import RECORD, digest
from lamina.project.folder.record import record_text
from lamina.project.folder.writing import demand_apart
from lamina.project.sharding.whole import NotWhole, demand_whole
from lamina.thought.record import Record, Recorded, read_record
from lamina.words.errors import Failure
from lamina.words.shards import Shard
from lamina.words.values import dataclass
from lamina.world.contents import contents, read_inside
from lamina.world.disk import add_file, replacing_folder

_LARGEST_RECORD, _LARGEST_FILE = 64 * 2**20, 256 * 2**20


class NoShard(Failure):
    """A folder that is not a rendered shard."""

    def __init__(self, folder: FolderPath, why: str) -> None:
        hint = "lamina render ENVIRONMENT -o DIR --shard I/N makes one, and so does --all"
        super().__init__(f"{folder} is no rendered shard: {why}", hint)


class NotAsRecorded(Failure):
    """A file of a rendered shard that is not what its record says."""

    status = 1

    def __init__(self, folder: FolderPath, file: str, why: str) -> None:
        super().__init__(f"{folder / file} {why}", "render the shard again, or get it anew from where it was made")


@dataclass(frozen=True, slots=True)
class Folder:
    """A rendered shard: its record, read and as it was written."""

    place: FolderPath
    record: Record
    said: Mapping[str, Any]
    shard: Shard

    @property
    def asked(self) -> tuple[str, ...]:
        """What must be the same in all parts of a whole, said of each."""
        record = self.record
        return (
            f"one of {self.shard.of} shards",
            f"by lamina {record.lamina}",
            f"of the commit {record.commit}" if record.commit else "of no commit",
            "of files that differ from it" if record.dirty else "of files as committed",
            f"of files with the digest {self.said['shard']['files']}",
            f"in the format {record.format}",
            f"with --secrets {record.secrets}",
            "of all environments" if record.nested else "of one environment",
            f"of {', '.join(record.environments)}",
        )

    def files(self) -> Iterator[tuple[Recorded, bytes]]:
        """Every document's file with its bytes, once they are as recorded; raises NotAsRecorded and CannotLook."""
        found = contents(self.place)
        found.pop(RECORD)
        for of in self.record.documents:
            kind = found.pop(of.file, None)
            if kind != "file":
                raise NotAsRecorded(self.place, of.file, "is missing" if kind is None else "is no regular file")
            if not self.shard.holds(of.document):
                raise NotAsRecorded(self.place, of.file, f"is of a document that is not in the shard {self.shard}")
            data = read_inside(self.place, of.file, _LARGEST_FILE)
            if of.written is not None and digest(data) != of.written:
                raise NotAsRecorded(self.place, of.file, "differs from the record")
            yield of, data
        for file in sorted(found):
            raise NotAsRecorded(self.place, file, "is not in the record")


def join_folders(
    places: Sequence[FolderPath], folder: FolderPath, home: FolderPath | None = None
) -> tuple[int, tuple[str, ...]]:
    """Write the folder that rendered shards are parts of, whole or not at all: how many documents, of which environments.

    Every file is held against its record on the way, but for those with opened secrets, of which a record has no digest.
    Raises NoShard, NotWhole, NotAsRecorded, BadRecord, CannotLook, what `replacing_folder` raises, and Misuse where the folder
    lies among the layers of the repository at `home`.
    """
    demand_apart(folder, home)
    parts = [_opened(place) for place in places]
    demand_whole([(str(part.place), part) for part in parts])
    said = dict(parts[0].said)
    said.pop("shard")
    said["environments"] = {name: _documents(parts, name) for name in parts[0].record.environments}
    said["inputs"] = dict(sorted(_inputs(parts).items()))
    with replacing_folder(folder, RECORD, private=said["secrets"] == "unseal") as beside:
        for part in parts:
            for of, data in part.files():
                add_file(beside / of.file, data)
        (beside / RECORD).write_text(record_text(said), encoding="utf-8")
    return sum(map(len, said["environments"].values())), parts[0].record.environments


def _opened(place: FolderPath) -> Folder:
    if contents(place).get(RECORD) != "file":
        raise NoShard(place, f"it holds no {RECORD}")
    data = read_inside(place, RECORD, _LARGEST_RECORD)
    record = read_record(data)
    if record.shard is None:
        raise NoShard(place, "it was rendered whole")
    said = json.loads(data)
    if "inputs" not in said:
        raise NoShard(place, "its record does not tell what it was made from")
    return Folder(place, record, said, record.shard)


def _documents(parts: Sequence[Folder], environment: str) -> dict[str, Any]:
    return dict(sorted(one for part in parts for one in part.said["environments"][environment].items()))


def _inputs(parts: Sequence[Folder]) -> dict[str, str]:
    """The files that made the documents of all parts; raises NotWhole where one file was not the same for two of them."""
    inputs: dict[str, str] = {}
    for part in parts:
        for file, known in part.said["inputs"].items():
            if inputs.setdefault(file, known) != known:
                raise NotWhole(f"{part.place} was made from another {file} than a part before it")
    return inputs
