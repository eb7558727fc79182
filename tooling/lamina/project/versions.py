"""The versions of a kind: which there are, the migrations between them, and what is wrong with those."""

from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise

from lamina.thought.document import Reading
from lamina.thought.migration import Migration, Operation, faults_of, forward, read_migration
from lamina.thought.schema import Shape
from lamina.thought.topology import SCHEMAS, Topology
from lamina.words.finding import Finding, Position, worst
from lamina.words.node import Path, untagged
from lamina.words.values import dataclass


@dataclass(frozen=True, slots=True)
class Versions:
    """A kind's versions: the files of its schemas and the migrations, by the version that they lead to, and the findings."""

    kind: str
    schemas: Mapping[int, str]
    migrations: Mapping[int, Migration]
    findings: tuple[Finding, ...] = ()

    @property
    def newest(self) -> int:
        """The version that documents are of."""
        return max(self.schemas, default=0)

    def missing(self, version: int) -> int | None:
        """The first version, above the one that a layer is of, to which no migration leads."""
        return next((one for one in range(version + 1, self.newest + 1) if one not in self.migrations), None)

    def since(self, version: int) -> tuple[Migration, ...]:
        """The migrations of a layer of a version, in their order."""
        return tuple(self.migrations[one] for one in range(version + 1, self.newest + 1))

    def led(self, path: Path) -> Iterator[Path]:
        """Where the newest version may have what an older one had at a path, the latest move first."""
        operations: tuple[Operation, ...] = ()
        for version in range(self.newest, min(self.migrations, default=1) - 1, -1):
            if version not in self.migrations:
                return
            operations = self.migrations[version].operations + operations
            place = forward(path, operations)
            if place != path:
                yield place


def versions_of(
    kind: str,
    topology: Topology,
    read: Callable[[str], Reading],
    shape: Callable[[int], Shape | None],
    place: Callable[[str, Path, bool], Position],
) -> Versions:
    """The versions of a kind, each migration read and tried against the schemas on its two sides."""
    schemas, files = topology.schemas.get(kind, {}), topology.migrations.get(kind, {})
    findings = [*_gaps(kind, schemas), *_strays(kind, schemas, files)]
    migrations: dict[int, Migration] = {}
    for version, file in sorted(files.items()):
        reading = read(file)
        findings += reading.findings
        if worst(reading.findings) == "error" or not reading.whole:
            migrations[version] = Migration(version, (), file)
            continue
        migration, faults = read_migration(untagged(reading.value), version, file)
        if not faults:
            faults = tuple(faults_of(migration, shape(version - 1), shape(version)))
        findings += (Finding(one.rule, one.message, place(file, one.path, one.at_key), fix=one.fix) for one in faults)
        migrations[version] = migration
    return Versions(kind, schemas, migrations, tuple(findings))


def _gaps(kind: str, schemas: Mapping[int, str]) -> Iterator[Finding]:
    numbers = sorted(schemas)
    for low, high in pairwise(numbers):
        if high != low + 1:
            message = f"between version {low} and version {high} of {kind} there is no version {low + 1}"
            fix = f"write {SCHEMAS}/{kind}/v{low + 1}.schema.yaml, or give this one that number"
            yield Finding("version-gap", message, Position(schemas[high]), fix=fix)


def _strays(kind: str, schemas: Mapping[int, str], files: Mapping[int, str]) -> Iterator[Finding]:
    for version, file in sorted(files.items()):
        if version == 1:
            message, fix = (
                "version 1 is the first, so no layer becomes one of it",
                "delete the file, or mend its number",
            )
        elif version not in schemas:
            message = f"{kind} has no version {version}, so no layer becomes one of it"
            fix = f"write {SCHEMAS}/{kind}/v{version}.schema.yaml, or mend the number"
        else:
            continue
        yield Finding("stray-migration", message, Position(file), fix=fix)
