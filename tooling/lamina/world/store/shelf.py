"""A run's records as the text of one JSON file, whose last member is the digest of all before it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, get_type_hints

import orjson

from lamina.words.event import Head
from lamina.words.runs import KINDS, Record, Run

VERSION = 1
_BEFORE, _AFTER = b',\n  "digest": "', b'"\n}\n'
_TAIL = len(_BEFORE) + 64 + len(_AFTER)
_HINTS = {kind: get_type_hints(made) for kind, made in KINDS.items()}


@dataclass(slots=True)
class Shelf:
    """The records of one run, by kind and id, each kind as they were made; `position` orders the runs."""

    position: int
    records: dict[str, dict[str, Record]] = field(default_factory=lambda: {kind: {} for kind in KINDS})

    def copy(self) -> "Shelf":
        """One that can be changed, while this one stays."""
        return Shelf(self.position, {kind: dict(every) for kind, every in self.records.items()})

    @property
    def run(self) -> Run:
        """The run itself."""
        (found,) = self.records["run"].values()
        assert isinstance(found, Run)
        return found

    @property
    def ids(self) -> Iterator[tuple[str, str]]:
        """Kind and id of each record."""
        return ((kind, id) for kind, every in self.records.items() for id in every)


def sealed(said: dict[str, Any]) -> tuple[bytes, str]:
    """The text of what is said, with its digest at the end, and that digest."""
    body = orjson.dumps(said, option=orjson.OPT_INDENT_2)[:-2]
    digest = sha256(body).hexdigest()
    return b"".join((body, _BEFORE, digest.encode(), _AFTER)), digest


def unsealed(text: bytes) -> tuple[Any, str]:
    """What a text says, and its digest; raises ValueError for one that is torn or was changed."""
    body, tail = text[:-_TAIL], text[-_TAIL:]
    digest = tail[len(_BEFORE) : -len(_AFTER)]
    if tail != b"".join((_BEFORE, digest, _AFTER)) or sha256(body).hexdigest().encode() != digest:
        raise ValueError("it is not as it was written")
    return orjson.loads(text), digest.decode()


def written(shelf: Shelf, head: Head) -> tuple[bytes, str]:
    """The text of a run's file, and its digest."""
    records = {kind: list(every.values()) for kind, every in shelf.records.items()}
    return sealed({"v": VERSION, "position": shelf.position, "applied": head, "records": records})


def read(text: bytes, run: str) -> tuple[Shelf, str]:
    """The records of a run's file, and its digest; raises ValueError for a text that is none."""
    said, digest = unsealed(text)
    try:
        shelf = Shelf(said["position"])
        for kind, every in said["records"].items():
            for one in every:
                record = _record(kind, one)
                shelf.records[kind][record.id] = record
        if shelf.run.id != run:
            raise ValueError(f"it is the file of {shelf.run.id}")
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"{error} is no record") from None
    return shelf, digest


def _record(kind: str, said: dict[str, Any]) -> Record:
    hints = _HINTS[kind]
    for name in ("status", "grade"):
        if name in said:
            said[name] = hints[name](said[name])
    return KINDS[kind](**said)
