"""Records of histories that were begun anew: what was there, what was kept, and why; signed by who did it.

A record is bound to the history that it replaces, by all its commits, and to the one that it begins, by what the first commit
of that holds of each store. So it explains one rewriting and no other.
"""

from collections.abc import Mapping

import orjson

from lamina.thought.archiving.layout import RETENTION
from lamina.words.values import dataclass

# What the signature of a record is good for.
NAMESPACE = "lamina-retention"
SIGNATURE = ".sig"


@dataclass(frozen=True, slots=True)
class Squash:
    """A history that was begun anew: `commits` went, the oldest first; `parts` are the folders of the stores, by their ids."""

    store: str
    time: str
    reason: str
    commits: tuple[str, ...]
    snapshots: int
    parts: Mapping[str, str]

    @property
    def old(self) -> str:
        """The commit that the branch was at before."""
        return self.commits[-1]


def record(squash: Squash) -> bytes:
    """The text of a record, to be signed."""
    said = {
        **{"v": 1, "store": squash.store, "time": squash.time, "reason": squash.reason, "old": squash.old},
        **{"snapshots": squash.snapshots, "parts": dict(sorted(squash.parts.items())), "commits": squash.commits},
    }
    return orjson.dumps(said, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def squash_of(data: bytes) -> Squash:
    """The record that bytes hold; raises ValueError."""
    try:
        said = orjson.loads(data)
        commits, parts = tuple(map(str, said["commits"])), {str(k): str(v) for k, v in said["parts"].items()}
        if not commits or said["v"] != 1 or said["old"] != commits[-1]:
            raise ValueError("it is no record of a squash")
        return Squash(
            str(said["store"]), str(said["time"]), str(said["reason"]), commits, int(said["snapshots"]), parts
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"it is no record of a squash: {error}") from None


def place(squash: Squash, number: int) -> str:
    """The path of a record, in the archive's tree."""
    return f"{RETENTION}/{squash.time[:10]}-{squash.store}-{number}.json"


def explains(squash: Squash, known: str, parts: Mapping[str, str]) -> bool:
    """Whether a record says why a history without the commit `known` begins with these folders of stores."""
    return known in squash.commits and dict(squash.parts) == dict(parts)
