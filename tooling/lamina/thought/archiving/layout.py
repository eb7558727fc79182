"""Where the files of a snapshot lie, in the tree of the archive: a folder a store, so that no two machines write one path.

v1/STORE/store.json, head.json
v1/STORE/events/FIRST OF 1,048,576/FIRST OF 1,024.jsonl    the log's lines, byte for byte
v1/STORE/runs/YYYY-MM/HH/RUN/run.json, phases.json, ...    HH: two digits of the hash of its name
v1/STORE/blobs/HH/DIGEST                                   states that checkpoints saved
v1/STORE/anchors/SEQ                                       signed statements of where the log ends
retention/DATE-STORE-NUMBER.json                           signed records of histories that were begun anew
"""

import re
from hashlib import sha256

STORE, HEAD, PINS = "store.json", "head.json", "pins.json"
RETENTION = "retention"
# Events of a file, and files of a folder.
EVENTS, FILES = 1024, 1024
_BLOCK = re.compile(r"events/[0-9]{20}/([0-9]{20})\.jsonl")
_RUN = re.compile(r"runs/[0-9]{4}-[0-9]{2}/[0-9a-f]{2}/([^/]+)/([a-z]+\.(?:json|md))")


def own(store: str) -> str:
    """The folder of a store, in the archive's tree; all other paths here are below it."""
    return f"v1/{store}"


def store_of(path: str) -> str | None:
    """The store that a path of the archive's tree belongs to, or None."""
    parts = path.split("/")
    return parts[1] if len(parts) > 1 and parts[0] == "v1" else None


def first_of_block(seq: int) -> int:
    """The first event of the file that an event stands in."""
    return (seq - 1) // EVENTS * EVENTS + 1


def block(seq: int) -> str:
    """The file that an event stands in."""
    folder = (seq - 1) // (EVENTS * FILES) * (EVENTS * FILES) + 1
    return f"events/{folder:020}/{first_of_block(seq):020}.jsonl"


def first_in(path: str) -> int | None:
    """The first event that a file of events may hold, by its path; None for another file."""
    found = _BLOCK.fullmatch(path)
    return int(found[1]) if found else None


def run(id: str, created: str) -> str:
    """The folder of a run, by its name and when it was created."""
    return f"runs/{created[:7]}/{sha256(id.encode()).hexdigest()[:2]}/{id}"


def run_of(path: str) -> tuple[str, str] | None:
    """The run and the kind of file that a path of a run's folder names, or None for another path."""
    found = _RUN.fullmatch(path)
    return (found[1], found[2]) if found else None


def blob(digest: str) -> str:
    """The file of what has a digest, `sha256:HEX` or HEX."""
    hex = digest.rpartition(":")[2]
    return f"blobs/{hex[:2]}/{hex}"


def anchor(seq: int) -> str:
    """The file of the statement that the log ends with an event."""
    return f"anchors/{seq:020}"
