"""Commits, as they are told of: who, when and what about; and which of them set each line of a file."""

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, cast

from lamina.words.values import dataclass
from lamina.world.history.objects import missing

if TYPE_CHECKING:
    import pygit2


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit: its id, that of its tree, its author, when it was written (ISO 8601, in the author's zone), its first line.

    `seconds` is when it was committed, to be compared.
    """

    id: str
    tree: str
    author: str
    date: str
    subject: str
    seconds: int
    parents: tuple[str, ...] = ()


def told(commit: "pygit2.Commit") -> Commit:
    """What libgit2 knows of a commit; bytes that are no UTF-8 are replaced."""
    author, message = commit.author, commit.raw_message.decode("utf-8", "replace").strip()
    date = date_of(author.time, author.offset)
    name = author.raw_name.decode("utf-8", "replace")
    return Commit(
        str(commit.id),
        str(commit.tree_id),
        name,
        date,
        message.partition("\n")[0],
        commit.commit_time,
        tuple(map(str, commit.parent_ids)),
    )


def line_of(repository: "pygit2.Repository", commit: str, first_parents: bool) -> Iterator[Commit]:
    """A commit and all before it, each after its parents."""
    import pygit2
    from pygit2.enums import SortMode

    walker = repository.walk(pygit2.Oid(hex=commit), SortMode.TOPOLOGICAL | SortMode.REVERSE)
    if first_parents:
        walker.simplify_first_parent()
    try:
        yield from map(told, walker)
    except KeyError:
        raise missing(repository, commit) from None


def fork_of(repository: "pygit2.Repository", one: str, other: str) -> Commit | None:
    """The newest commit that two others both come from; None where there is none here."""
    import pygit2

    try:
        # Its annotations forget that there may be none.
        found = cast("pygit2.Oid | None", repository.merge_base(pygit2.Oid(hex=one), pygit2.Oid(hex=other)))
        return told(repository[found].peel(pygit2.Commit)) if found is not None else None
    except KeyError:
        raise missing(repository, one) from None


def blamed(repository: "pygit2.Repository", commit: str, file: str) -> list[Commit]:
    """The commit that set each line of a file, as it is in a commit; in a shallow clone perhaps only the oldest one there."""
    import pygit2

    try:
        hunks = repository.blame(file, newest_commit=pygit2.Oid(hex=commit))
    except KeyError:
        raise missing(repository, commit) from None
    known: dict[str, Commit] = {}
    lines: list[Commit] = []
    for hunk in hunks:
        id = str(hunk.final_commit_id)
        if id not in known:
            known[id] = told(repository[hunk.final_commit_id].peel(pygit2.Commit))
        lines += [known[id]] * hunk.lines_in_hunk
    return lines


def date_of(seconds: int, minutes: int) -> str:
    """A moment in a zone so many minutes east, as ISO 8601 has it."""
    try:
        zone = timezone(timedelta(minutes=minutes))
        return datetime.fromtimestamp(seconds, zone).isoformat()
    except (ValueError, OverflowError, OSError):
        return f"@{seconds}"  # a date that no calendar has, in git's own notation
