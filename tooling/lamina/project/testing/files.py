"""The tests under `tests/config/`: each file read, and each test in it made a case."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial
from typing import Any

from lamina.project.testing.bench import Bench
from lamina.project.testing.cases import Case, Said
from lamina.project.testing.judging import Judged
from lamina.project.testing.properties import property_findings
from lamina.thought.document import Outline, find, outline, read
from lamina.thought.schema import Fault, Schema, compile_schema
from lamina.thought.testing import FOLDER, SCHEMA, Test, tests_of
from lamina.thought.topology import LayerFile, kind_of_document
from lamina.words.errors import Failure, near
from lamina.words.finding import Finding, Position, Related
from lamina.words.node import Patch, Path, untagged
from lamina.words.regex import regex
from lamina.words.values import dataclass
from lamina.world.sources import Obstacle, Unreadable

_READ = (".yaml", ".yml", ".json")
_BETWEEN = "\0"
_LAID = regex(_BETWEEN + r"\d+/\d+")


@dataclass(frozen=True, slots=True)
class TestFile:
    """A file with tests that could be read: its bytes, what it says, and where each thing stands."""

    file: str
    data: bytes
    value: Patch
    outline: Outline

    def place(self, path: Path, at_key: bool = False) -> Position:
        """Where a path stands, or the nearest above it."""
        for length in range(len(path), 0, -1):
            found = find(self.outline, path[:length])
            if found is not None:
                spot = found.key if at_key and length == len(path) and found.key is not None else found.value
                return Position(self.file, spot.line, spot.column)
        return Position(self.file, self.outline.value.line, self.outline.value.column)


def file_cases(bench: Bench) -> Iterator[Case]:
    """The tests of every file; a file, or a test in one, that is wrong is a case that fails with what is wrong."""
    listing = bench.tree.below(FOLDER)
    for obstacle in listing.obstacles:
        yield _broken(obstacle.file, [_obstacle(obstacle)])
    schema = compile_schema("tests.schema", SCHEMA, lambda _: None)
    for file in listing.files:
        if file.endswith(_READ):
            yield from _cases(bench, file, schema)


def _cases(bench: Bench, file: str, schema: Schema) -> Iterator[Case]:
    try:
        data = bench.project.source.read(file)
    except Unreadable as error:
        yield _broken(file, [_obstacle(error.obstacle)])
        return
    reading = read(data, file)
    if not reading.whole or reading.findings:
        yield _broken(file, reading.findings)
        return
    held = TestFile(file, data, reading.value, outline(data, file))
    plain: Any = untagged(reading.value)
    faults = [] if schema.accepts(plain) else schema.faults_of(plain)
    wrong = _by_test(faults)
    if None in wrong:
        yield _broken(file, [_fault(held, fault) for fault in wrong.pop(None)])
    sound = [index for index in range(_count(plain)) if index not in wrong]
    for index, found in sorted((index, found) for index, found in wrong.items() if index is not None):
        yield _wrong(held, index, plain["tests"][index], found)
    if sound:
        chosen: Any = reading.value
        for index, test in zip(sound, tests_of({"tests": [chosen["tests"][at] for at in sound]}), strict=True):
            yield from _of_test(bench, held, replace(test, path=("tests", index)))


def _count(plain: Any) -> int:
    tests = plain.get("tests") if isinstance(plain, dict) else None
    return len(tests) if isinstance(tests, list) else 0


def _by_test(faults: Iterable[Fault]) -> dict[int | None, list[Fault]]:
    """The faults by the test that they are in, or None for those of the file as a whole."""
    found: dict[int | None, list[Fault]] = {}
    for fault in faults:
        inside = len(fault.path) > 1 and isinstance(fault.path[1], int)
        index: Any = fault.path[1] if inside else None
        found.setdefault(index, []).append(fault)
    return found


def _of_test(bench: Bench, held: TestFile, test: Test) -> Iterator[Case]:
    names: tuple[str | None, ...] = tuple(bench.project.concrete()) if test.environments is None else test.environments
    for environment in names or (None,):
        yield Case(test.name, held.place(test.path), environment, partial(_run, held, test, environment))


def _run(held: TestFile, test: Test, environment: str | None, bench: Bench) -> Iterator[Said]:
    """What a test comes to; a failure to ask at all stands at what was asked."""
    key = "environment" if environment and find(held.outline, (*test.path, "environment")) else "environments"
    place = held.place((*test.path, key) if environment else test.path)
    try:
        yield from _asked(held, test, environment, bench)
    except Failure as failure:
        yield Finding("bad-test", failure.message, place, "error", environment, fix=failure.hint)


def _asked(held: TestFile, test: Test, environment: str | None, bench: Bench) -> Iterator[Said]:
    if test.property is not None:
        base = bench.road(environment) if environment else None
        place = held.place((*test.path, "property"))
        yield from property_findings(bench, test.property, base, test.expected.holds, place)
        return
    layers: dict[str, tuple[LayerFile, ...]] = {}
    base = bench.road(environment) if environment else None
    for number, (document, path, patch) in enumerate(test.layers):
        if base is not None and (wrong := _unknown(bench, base.names(), environment, document)) is not None:
            yield replace(wrong, position=held.place(path, at_key=True))
            return
        spot = find(held.outline, path)
        assert spot is not None, "what was read has a place"
        index = test.path[1]
        name = f"{held.file}{_BETWEEN}{index}/{number}"
        layer = bench.lay(name, environment or "", document, patch, held.data, spot)
        layers[document] = (*layers.get(document, ()), layer)
    judged = Judged(bench, test.expected, base, layers)
    for said in judged.all(lambda path, at_key=False: held.place((*test.path, *path), at_key)):
        yield _at_home(said) if isinstance(said, Finding) else said


def _unknown(bench: Bench, known: list[str], environment: str | None, document: str) -> Finding | None:
    """That an override is of a document which neither is there nor could be."""
    if document in known or bench.tree.schema(kind_of_document(document)) is not None:
        return None
    like = near(document, known)
    fix = f"did you mean {like}?" if like else None
    return Finding("bad-test", f"no document {document} in {environment}", Position(""), "error", environment, fix=fix)


def _at_home(found: Finding) -> Finding:
    """A finding in a layer of the test, at its place in the file."""
    related = tuple(Related(_home(one.position), one.message) for one in found.related)
    return replace(found, message=_LAID.sub("", found.message), position=_home(found.position), related=related)


def _home(position: Position) -> Position:
    return replace(position, file=position.file.partition(_BETWEEN)[0])


def _wrong(held: TestFile, index: int, said: Any, faults: list[Fault]) -> Case:
    name = said.get("name") if isinstance(said, dict) else None
    findings = [_fault(held, fault) for fault in faults]
    shown = name if isinstance(name, str) and name else f"test {index + 1}"
    return Case(shown, held.place(("tests", index)), None, lambda _: findings)


def _broken(file: str, findings: Iterable[Finding]) -> Case:
    found = list(findings)
    return Case(file, Position(file), None, lambda _: found)


def _fault(held: TestFile, fault: Fault) -> Finding:
    return Finding(fault.rule, fault.message, held.place(fault.path, fault.at_key), path=fault.path, fix=fault.fix)


def _obstacle(obstacle: Obstacle) -> Finding:
    return Finding(obstacle.rule, obstacle.message, Position(obstacle.file), fix=obstacle.fix)
