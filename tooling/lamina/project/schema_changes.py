"""What changed between two versions of a kind's schema, for the documents that there may be."""

from lamina.project.raising import raised
from lamina.project.tree import Tree
from lamina.thought.migration import Migration, Remove, begins, forward
from lamina.thought.migration.downgrade import Irreversible, downgrade
from lamina.thought.schema import Schema
from lamina.thought.schema.difference import Effect, Narrowing, effect_of, narrowings
from lamina.words.errors import Failure, listing, near
from lamina.words.node import Data, Path
from lamina.words.values import dataclass


class NoSuchVersion(Failure):
    """The kind has no schema of that version, or no kind is called so, or its schema is wrong."""

    def __init__(self, message: str, hint: str | None) -> None:
        super().__init__(message, hint)


@dataclass(frozen=True, slots=True)
class SchemaChange:
    """The effect of the way from one version to another, every narrowing, and what of the migrations cannot be reversed."""

    kind: str
    old: int
    new: int
    effect: Effect
    narrowings: tuple[Narrowing, ...]
    irreversible: tuple[Irreversible, ...] = ()


def schema_change(
    tree: Tree, kind: str, old: int | None = None, new: int | None = None, base: Tree | None = None
) -> SchemaChange:
    """What the way from one version of a kind to another does; with a `base`, from a version there to one here.

    Where none is named it is the way between the last two, or from the newest there to the newest here. Raises NoSuchVersion.
    """
    versions = tree.versions(kind)
    newest = newest_version(tree, kind)
    new = newest if new is None else new
    if old is None and base is not None:
        old = base.versions(kind).newest
    old = max((one for one in versions.schemas if one < new), default=new) if old is None else old
    before, after = sound_schema(base or tree, kind, old), sound_schema(tree, kind, new)
    way = [versions.migrations[one] for one in range(old + 1, new + 1) if one in versions.migrations]
    operations = [operation for migration in way for operation in migration.operations]

    def lead(path: Path) -> Path | None:
        gone = any(isinstance(one, Remove) and begins(one.path, path) for one in operations)
        return None if gone else forward(path, operations)

    found = narrowings(before, after, lead, lambda document: _migrated(document, kind, way))
    lost = [one for migration in way for one in _lost(migration, tree, kind)]
    return SchemaChange(kind, old, new, effect_of(found), tuple(found), tuple(lost))


def newest_version(tree: Tree, kind: str) -> int:
    """The number of a kind's current version; raises NoSuchVersion for a kind without one."""
    versions = tree.topology.schemas.get(kind)
    if not versions:
        known = list(tree.topology.schemas)
        like = near(kind, known)
        hint = f"did you mean {like}?" if like else f"there are {listing(known) or 'none yet'}"
        raise NoSuchVersion(f"no kind {kind}", hint)
    return max(versions)


def sound_schema(tree: Tree, kind: str, version: int) -> Schema:
    """A version's schema, without errors; raises NoSuchVersion."""
    found = tree.schema_of(kind, version)
    if found is None or found.schema is None:
        what = "has no version" if found is None else "has errors in version"
        known = [str(one) for one in sorted(tree.topology.schemas.get(kind, ()))]
        hint = f"its versions are {listing(known)}" if known else None
        raise NoSuchVersion(f"{kind} {what} {version}", hint if found is None else "lamina validate shows them")
    return found.schema


def _migrated(document: Data, kind: str, way: list[Migration]) -> Data | None:
    found = raised(document, kind, way)
    return None if found.faults else found.patch  # type: ignore[return-value]  # data has no tags


def _lost(migration: Migration, tree: Tree, kind: str) -> tuple[Irreversible, ...]:
    old = tree.schema_of(kind, migration.version - 1)
    back = downgrade(migration, old.schema.shape if old and old.schema else None)
    return back if isinstance(back, tuple) else ()
