"""The log of an environment: the commits that changed what it renders, whatever file they did it in.

Commits are gone through from the oldest on. One in which the trees that can reach the environment have the ids they had
is not looked at further; of the others only documents whose files (or those of documents they refer to) are others are made.
"""

from collections.abc import Iterator
from pathlib import Path as FolderPath

from lamina.project.comparing import DocumentChange, document_changes, newer_shape
from lamina.project.explaining import no_such_value, secrets_below
from lamina.project.moments import NOTHING, Moment, Moments
from lamina.project.questions import AbstractEnvironment, NoSuchEnvironment
from lamina.project.road import NoSuchDocument
from lamina.project.stages import Document
from lamina.thought.diff import Change, changes
from lamina.thought.schema import Shape
from lamina.words.address import Address
from lamina.words.node import Data, Path, at
from lamina.words.values import dataclass
from lamina.world.history import Commit


@dataclass(frozen=True, slots=True)
class LogEntry:
    """A commit, what it changed in the environment, and the documents that it broke: these are compared once mended."""

    commit: Commit
    changes: tuple[DocumentChange, ...]
    broken: tuple[str, ...] = ()


def log(
    folder: FolderPath,
    version: str,
    environment: str,
    address: Address | None = None,
    *,
    revision: str = "HEAD",
    all_parents: bool = False,
) -> list[LogEntry]:
    """The commits up to a revision that changed an environment, or one value of it, newest first.

    Raises NoSuchEnvironment where none of the commits has it, AbstractEnvironment where none renders it, and NoSuchDocument
    and NoSuchValue where none has anything at the address. A merge is told of where it differs from all of its parents that
    are gone through: the first, unless all are asked for.
    """
    moments = Moments(folder, version, environment)
    entries = list(_entries(moments, address, revision, all_parents))
    if not moments.found:
        raise NoSuchEnvironment(environment, moments.known)
    if not moments.rendered:
        raise AbstractEnvironment(environment, moments.extending)
    if address is not None and not entries:
        _demand(moments.last, environment, address)
    return entries[::-1]


def _demand(last: Moment, environment: str, address: Address) -> None:
    """Raise where there is nothing at an address that no commit has changed."""
    made = last.documents.get(address.document)
    if made is None:
        raise NoSuchDocument(address.document, environment, sorted(last.documents))
    try:
        at(made.document.data, address.path)
    except LookupError:
        raise no_such_value(made.document.data, address, environment) from None


def _entries(moments: Moments, address: Address | None, revision: str, all_parents: bool) -> Iterator[LogEntry]:
    """Oldest first."""
    history = moments.history
    ends = history.ends()
    kept: dict[str, Moment] = {}
    for commit in history.line(history.commit(revision).id, first_parents=not all_parents):
        parents = commit.parents if all_parents else commit.parents[:1]
        before = [kept[parent] for parent in parents if parent in kept] or [NOTHING]
        now = kept[commit.id] = moments.at(commit, before[0])
        if not all_parents and parents:
            kept.pop(parents[0], None)
        if commit.id not in ends and all(now is not old for old in before):
            differing = [tuple(_changes(moments.raised(old, now), now, address)) for old in before]
            broken = sorted(name for name in now.broken if all(name not in old.broken for old in before))
            told = tuple(name for name in broken if address is None or name == address.document)
            if all(differing) or told:
                yield LogEntry(commit, differing[0], told)


def _changes(old: Moment, new: Moment, address: Address | None) -> Iterator[DocumentChange]:
    """What differs between two moments, or at an address of them."""
    names = sorted({*old.documents, *new.documents}) if address is None else [address.document]
    for name in names:
        left, right = old.documents.get(name), new.documents.get(name)
        if left is right or name in new.broken:
            continue
        before, after = left.document if left else None, right.document if right else None
        shape = newer_shape(left.kind if left else None, right.kind if right else None)
        if address is None or not address.path:
            yield from document_changes(name, before, after, shape)
        else:
            yield from _changes_at(name, address.path, before, after, shape)


def _changes_at(
    name: str, path: Path, before: Document | None, after: Document | None, shape: Shape | None
) -> Iterator[DocumentChange]:
    """What differs at and below a path; one side may lack it."""
    (old, was), (new, now) = _value(before, path), _value(after, path)
    if was and now:
        found = changes(old, new, shape.at(path) if shape else None, path, path)
    elif was or now:
        found = iter([Change(path, "removed" if was else "added", old, new, path)])
    else:
        found = iter(())
    for change in found:
        secrets = [
            secrets_below(one.secrets, where) for one, where in ((before, change.was), (after, change.path)) if one
        ]
        yield DocumentChange(name, change, frozenset().union(*secrets))


def _value(document: Document | None, path: Path) -> tuple[Data, bool]:
    """The value at a path, and whether there is one."""
    try:
        return (at(document.data, path), True) if document else (None, False)
    except LookupError:
        return None, False
