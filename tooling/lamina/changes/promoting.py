"""Promoting: values of one environment copied to another, as the smallest edits of its own layers."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from lamina.changes.layers import schema_of
from lamina.changes.overriding import merged, overridden, value_or_absent
from lamina.changes.plan import Plan, demand_no_new_errors, planned
from lamina.project import Project
from lamina.project.explaining import NoSuchValue
from lamina.project.plain_secrets import plain_secrets
from lamina.project.road import Broken, NoSuchDocument
from lamina.thought.diff import changes
from lamina.thought.document.placing import placed, removed
from lamina.thought.merge import ABSENT
from lamina.thought.schema import Shape
from lamina.thought.schema.shape import Freedom
from lamina.thought.sealed import sealed_paths
from lamina.words.address import Address
from lamina.words.errors import Failure, Misuse, listing
from lamina.words.node import Data, Path, nested
from lamina.words.values import dataclass


class AbstractSource(Failure):
    """An environment that is not rendered by itself, so that it has no values which hold anywhere."""

    def __init__(self, source: str, to: str) -> None:
        message = f"{source} is abstract: it is only there to be extended, and has no values of its own to promote"
        super().__init__(message, f"take away what {to} says otherwise: lamina unset {to} ADDRESS")


@dataclass(frozen=True, slots=True)
class Held:
    """What differs and is not promoted, and why."""

    address: Address
    reason: str


@dataclass(frozen=True, slots=True)
class Promotion:
    """The addresses that are promoted, those that are held back, and the plan."""

    promoted: tuple[Address, ...]
    held: tuple[Held, ...]
    plan: Plan


_OWN = "each environment has its own (x-environments: own)"
_SECRET = "it is secret: lamina secrets set gives the other environment its own"
_ALONE = "{0} has this document alone, and promoting takes no document away"


def promoted(project: Project, source: str, to: str, addresses: Sequence[Address] = ()) -> Promotion:
    """Copy what differs, at some addresses or everywhere, from one environment to another; the plan says how.

    Raises NoSuchEnvironment, AbstractSource, NoSuchDocument, NoSuchValue, Broken where the source has errors, WouldNotHold
    and CannotEdit.
    """
    if source == to:
        raise Misuse(f"{source} is promoted to itself", "name two environments: lamina promote staging prod")
    road, names = project.road(source), set(project.documents(to))
    if road.environment.abstract:
        raise AbstractSource(source, to)
    for address in addresses:
        _demand(project, source, to, address)
    documents = sorted({one.document for one in addresses} or {*road.names(), *names})
    files: dict[str, bytes | None] = {}
    done: list[Address] = []
    held: list[Held] = []
    for name in documents:
        if not road.exists(name):
            held.append(Held(Address(name), _ALONE.format(to)))
            continue
        findings = road.document(name).findings
        if any(finding.severity == "error" for finding in findings):
            raise Broken(name, findings)
        wanted, kept, moved = _wanted(project, source, to, name, addresses)
        held += kept
        done += moved
        files |= overridden(project.with_files(files), to, name, wanted) if moved else {}
    plan = planned(project, files)
    demand_no_new_errors(project, plan)
    return Promotion(tuple(done), tuple(held), plan)


def _demand(project: Project, source: str, to: str, address: Address) -> None:
    if any(isinstance(step, int) for step in address.path):
        raise Misuse(f"{address} is an item of a list, which is promoted as a whole", "name the list")
    values = [merged(project, name, address.document) for name in (source, to)]
    if all(value is ABSENT for value in values):
        raise NoSuchDocument(address.document, source, project.documents(source))
    if all(value_or_absent(value, address.path) is ABSENT for value in values):
        raise NoSuchValue(address, source, None)


def _wanted(
    project: Project, source: str, to: str, name: str, addresses: Sequence[Address]
) -> tuple[Data, list[Held], list[Address]]:
    """What a document of the target becomes; what is held back; and what is promoted."""
    theirs, mine = merged(project, source, name), merged(project, to, name)
    schema = schema_of(project, name)
    shape = schema.shape if schema else None
    wanted: Any = {} if mine is ABSENT else mine
    tops = [one.path for one in addresses if one.document == name] or [()]
    held: list[Held] = []
    done: list[Address] = []
    for path in _differing(theirs, wanted, shape):
        if not any(path[: len(top)] == top or top[: len(path)] == path for top in tops):
            continue
        value, was = value_or_absent(theirs, path), value_or_absent(wanted, path)
        reason = _reason(to, path, (value, was), shape)
        if reason is not None:
            held.append(Held(Address(name, path), reason))
            continue
        wanted = _without(wanted, theirs, path) if value is ABSENT else placed(wanted, path, value)
        done.append(Address(name, path))
    return wanted, held, done


def _without(wanted: Any, theirs: Data, path: Path) -> Any:
    """What is wanted without what stands at a path, and without the maps that this empties and the other side has not."""
    wanted = removed(wanted, path)
    above = path[:-1]
    while above and value_or_absent(wanted, above) == {} and value_or_absent(theirs, above) is ABSENT:
        wanted, above = removed(wanted, above), above[:-1]
    return wanted


def _differing(theirs: Data, mine: Data, shape: Shape | None) -> Iterator[Path]:
    """The places where two documents differ: leaves of maps, and lists as wholes."""
    seen: set[Path] = set()
    for change in changes(mine, theirs, shape):
        ends = (end for end, step in enumerate(change.path) if isinstance(step, int))
        path = change.path[: next(ends, len(change.path))]
        for place in _leaves(path, value_or_absent(theirs, path), value_or_absent(mine, path)):
            if place not in seen:
                seen.add(place)
                yield place


def _leaves(path: Path, *sides: Any) -> Iterator[Path]:
    """The places below one at which something stands on a side, where no side has anything but a map."""
    maps = [side for side in sides if side is not ABSENT]
    if all(isinstance(side, dict) and side for side in maps):
        for key in dict.fromkeys(key for side in maps for key in side):
            yield from _leaves(
                (*path, key), *(side.get(key, ABSENT) if side is not ABSENT else ABSENT for side in sides)
            )
    else:
        yield path


def _reason(to: str, path: Path, sides: Sequence[Any], shape: Shape | None) -> str | None:
    """Why what stands at a path is not promoted; None where it is."""
    values = [value for value in sides if value is not ABSENT]
    if any(True for value in values for _ in sealed_paths(value)):
        return _SECRET
    if shape is None:
        return None
    if shape.has_secrets and any(True for value in values for _ in plain_secrets(nested(path, value), shape)):
        return _SECRET
    said, node = _freedom(shape, path)
    if said == "own" or any(_owns(value, node) for value in values if node is not None):
        return _OWN
    if isinstance(said, tuple) and to not in said:
        return f"only {listing(said)} may differ from the others here (x-environments)"
    return None


def _freedom(shape: Shape, path: Path) -> tuple[Freedom, Shape | None]:
    """Whether environments may differ at a path, as the nearest place at or above it says; and the shape there."""
    node: Shape | None = shape
    said: Freedom = shape.environments
    for step in path:
        node = None if node is None else node.child(str(step))
        if node is not None and node.says_environments:
            said = node.environments
    return said, node


def _owns(value: Any, shape: Shape) -> bool:
    """Whether something in a value is each environment's own."""
    if isinstance(value, Mapping):
        parts = ((part, shape.child(key)) for key, part in value.items())
    elif isinstance(value, list):
        parts = ((part, shape.item()) for part in value)
    else:
        return False
    return any(child is not None and (child.environments == "own" or _owns(part, child)) for part, child in parts)
