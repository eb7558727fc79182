"""Consent: the owners of what a change alters, by the settings' patterns and by `x-owner` in the schemas."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from lamina.project.comparing import DocumentChange
from lamina.thought.owners import owners_of_file, owners_of_value
from lamina.thought.schema import Shape
from lamina.words.address import Address
from lamina.words.node import Data, Path
from lamina.words.values import dataclass


@dataclass(frozen=True, slots=True)
class Owner:
    """Someone whose consent a change needs, and what for: files, and addresses of whatever environments."""

    name: str
    files: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()


def owners_of(
    patterns: Sequence[Mapping[str, Sequence[str]]],
    files: Iterable[str],
    changes: Iterable[tuple[DocumentChange, Sequence[Shape]]],
) -> tuple[Owner, ...]:
    """Everyone who owns a file or a changed value by any of the settings, or by the schemas of its document."""
    by_file: dict[str, dict[str, None]] = {}
    by_address: dict[str, dict[str, None]] = {}
    for file in files:
        for said in patterns:
            for name in owners_of_file(said, file):
                by_file.setdefault(name, {})[file] = None
    asked = [said for said in patterns if any(":" in pattern for pattern in said)]
    for found, shapes in changes:
        for name in _owners_of_change(asked, found, shapes):
            by_address.setdefault(name, {})[str(Address(found.document, found.change.path))] = None
    return tuple(
        Owner(name, tuple(by_file.get(name, ())), tuple(by_address.get(name, ())))
        for name in sorted({*by_file, *by_address})
    )


def _owners_of_change(
    patterns: Sequence[Mapping[str, Sequence[str]]], found: DocumentChange, shapes: Sequence[Shape]
) -> Iterator[str]:
    change = found.change
    for said in patterns:
        yield from owners_of_value(said, found.document, change.path, change.before, change.after)
    for shape in shapes:
        for path, value in ((change.was, change.before), (change.path, change.after)):
            yield from _declared(shape, path, value)


def _declared(shape: Shape, path: Path, value: Data) -> Iterator[str]:
    """`x-owner` at a path, or else the nearest above it; and those of what its value holds."""
    found: Shape | None = shape
    nearest = shape.owner
    for step in path:
        found = (found.item() if isinstance(step, int) else found.child(step)) if found is not None else None
        nearest = (found.owner if found is not None else None) or nearest
    if nearest is not None:
        yield nearest
    if found is not None:
        yield from _declared_below(found, value)


def _declared_below(shape: Shape, value: Data) -> Iterator[str]:
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, part in entries:
        below = shape.item() if isinstance(step, int) else shape.child(step)
        if below is not None:
            if below.owner is not None:
                yield below.owner
            yield from _declared_below(below, part)
