"""History: the git repository that a folder stands in, its revisions and their objects; opened to be read, never to be changed.

All is read by libgit2, which runs no program: no hook, filter, text conversion or monitor that a configuration may name.
"""

from lamina.world.history.commits import Commit
from lamina.world.history.failures import (
    AmbiguousRevision,
    BeyondShallow,
    NoCommits,
    NoSuchRevision,
    NotACommit,
    NotFetched,
    NotInGit,
    Unopenable,
    Unrelated,
    Untrusted,
)
from lamina.world.history.merging import Conflict, Merge, Side
from lamina.world.history.repository import History

__all__ = [
    "AmbiguousRevision",
    "BeyondShallow",
    "Commit",
    "Conflict",
    "History",
    "Merge",
    "NoCommits",
    "NoSuchRevision",
    "NotACommit",
    "NotFetched",
    "NotInGit",
    "Side",
    "Unopenable",
    "Unrelated",
    "Untrusted",
]
