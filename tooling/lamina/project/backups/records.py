"""The records of a store as text: a line each, run by run, so that they are judged without the program that kept them."""

from collections.abc import Iterable, Iterator
from typing import Protocol

import orjson

from lamina.thought.runs.applying import members, record
from lamina.thought.runs.present import Present, of_a_run
from lamina.words.runs import Artifact, Checkpoint, Record, Run, RunStatus

_FORM = orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE
# What an artifact says that lies among the blobs of its store.
_KEPT = "blobs/"


class Records(Present, Protocol):
    """Records, and all runs."""

    def runs(
        self, status: Iterable[RunStatus] | None = None, workflow: str | None = None, newest_first: bool = True
    ) -> Iterator[Run]:
        """The runs."""


def text_of(records: Records) -> bytes:
    """All records: runs by id, each with what it has after it, in the order in which that was made."""
    runs = sorted(one.id for one in records.runs())
    return b"".join(orjson.dumps(members(one), option=_FORM) for run in runs for one in of_a_run(records, run))


def runs_of(text: bytes) -> list[list[Record]]:
    """The records of each run, the oldest run first; raises KeyError, TypeError and ValueError."""
    found: list[list[Record]] = []
    for line in text.splitlines():
        one = record(orjson.loads(line))
        if isinstance(one, Run):
            found.append([])
        found[-1].append(one)
    return sorted(found, key=lambda held: (held[0].created, held[0].id) if isinstance(held[0], Run) else ("", ""))


def wanted(records: Iterable[Record]) -> set[str]:
    """The digests of the blobs that records name: saved states, and artifacts that the store keeps."""
    return {
        one.digest
        for one in records
        if isinstance(one, Checkpoint) or (isinstance(one, Artifact) and (one.location or "").startswith(_KEPT))
    }
