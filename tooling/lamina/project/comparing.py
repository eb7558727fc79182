"""Comparing two renders, of two environments or of two revisions, by meaning."""

from collections.abc import Iterator

from lamina.project.explaining import secrets_below
from lamina.project.kept import KindSchema
from lamina.project.rendering import Rendering
from lamina.project.stages import Document
from lamina.thought.diff import Change, changes
from lamina.thought.schema import Shape
from lamina.words.node import Path
from lamina.words.values import dataclass


@dataclass(frozen=True, slots=True)
class DocumentChange:
    """A change between two renders: the document it is in, the change, and what in its values is secret."""

    document: str
    change: Change
    secrets: frozenset[Path] = frozenset()

    @property
    def secret(self) -> bool:
        """Whether what changed is secret, or holds a secret."""
        return bool(self.secrets)


def compared(before: Rendering, after: Rendering) -> list[DocumentChange]:
    """What differs, by document and path; raises Broken where one side has errors."""
    found: list[DocumentChange] = []
    for name in sorted({*before, *after}):
        old = before.document(name) if name in before else None
        new = after.document(name) if name in after else None
        found += document_changes(name, old, new, newer_shape(before.schema(name), after.schema(name)))
    return found


def newer_shape(old: KindSchema | None, new: KindSchema | None) -> Shape | None:
    """By which keys the items of lists are told apart: as the newer of the two schemas says."""
    schemas = [one for one in (new, old) if one is not None and one.schema is not None]
    newest = max(schemas, key=lambda one: one.version, default=None)
    return newest.schema.shape if newest and newest.schema else None


def document_changes(
    name: str, old: Document | None, new: Document | None, shape: Shape | None
) -> Iterator[DocumentChange]:
    """What differs between two versions of a document, of which one may be None."""
    if old is None:
        assert new is not None
        yield DocumentChange(name, Change((), "added", after=new.data), new.secrets)
    elif new is None:
        yield DocumentChange(name, Change((), "removed", before=old.data), old.secrets)
    else:
        for change in changes(old.data, new.data, shape):
            secrets = secrets_below(old.secrets, change.was) | secrets_below(new.secrets, change.path)
            yield DocumentChange(name, change, secrets)
