"""Judging: what a test expects, held against what the environment (or the test's own layers) says."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any, Protocol

from lamina.project.comparing import document_changes
from lamina.project.explaining import no_such_value, secrets_below
from lamina.project.hiding import put_away
from lamina.project.placing import Placing
from lamina.project.road import Broken, Road
from lamina.project.stages import Document
from lamina.project.testing.bench import Bench
from lamina.project.testing.cases import Hold, Said
from lamina.project.testing.saying import conditioned, misfit, told_values
from lamina.thought.expressions import compile_expression
from lamina.thought.testing import Expected, ExpectedFinding
from lamina.thought.topology import LayerFile
from lamina.words.address import Address, parse_address, path_text
from lamina.words.errors import Failure, near
from lamina.words.finding import Finding, Position, Related
from lamina.words.node import Data, Path, at

NAMES_NOTHING = "dead-reference"
"""What names and references lead to is not there where documents stand for themselves: this is no error of theirs."""

_CANNOT = "cannot be told, since {name} has errors: {position}: {message}"


class Places(Protocol):
    """Where a path of the test stands in its file."""

    def __call__(self, path: Path, at_key: bool = False) -> Position: ...


class Judged:
    """A test's road, and what is expected of it; `base` is the environment without the test's layers, if it is about one."""

    def __init__(
        self, bench: Bench, expected: Expected, base: Road | None, layers: Mapping[str, tuple[LayerFile, ...]]
    ) -> None:
        self._expected = expected
        self._base = base
        self._layers = layers
        if base is None:
            self._road, self._touched = bench.alone(layers), sorted(layers)
        elif layers:
            self._touched = bench.touched(base.environment.name, layers)
            self._road = base.beneath(layers, self._touched)
        else:
            self._road, self._touched = base, []

    def all(self, places: Places) -> Iterator[Said]:
        """Everything that is not as it is expected to be."""
        checks: tuple[Callable[[Places], Iterator[Said]], ...] = (
            self._findings, self._values, self._absent, self._secret, self._holds, self._impact,
        )  # fmt: skip
        for check in checks:
            yield from check(places)

    @cached_property
    def _names(self) -> list[str]:
        return sorted({*self._road.names(), *(name for name in self._layers if self._road.exists(name))})

    def _document(self, name: str) -> Document:
        return self._road.document(name)

    def _findings(self, places: Places) -> Iterator[Said]:
        """Findings that are not expected, and expected ones that are not there; of the documents that the layers touch."""
        expected = self._expected.findings
        names = [name for name in self._touched if self._road.exists(name)] if self._layers else self._names
        if expected is None:
            names = names if self._layers else []
        here = (*self._road.findings, *(one for name in names for one in self._document(name).findings))
        found = list(dict.fromkeys(here))
        if expected is None:
            yield from filter(self._is_error, found)
            return
        at_place = places(("expect", "findings"))
        for one in found:
            if not any(_is_meant(one, meant) for meant in expected) and not self._is_beside(one):
                related = (Related(at_place, "only what stands here is expected" if expected else "none is expected"),)
                yield replace(one, severity="error", related=(*related, *one.related))
        for number, meant in enumerate(expected):
            if not any(_is_meant(one, meant) for one in found):
                rules = sorted({one.rule for one in found})
                message = f"no {meant.rule} was found as it is expected; there is {', '.join(rules) or 'no finding'}"
                yield self._wrong("missing-finding", message, places(("expect", "findings", number)))

    def _is_beside(self, found: Finding) -> bool:
        return self._base is None and found.rule == NAMES_NOTHING

    def _is_error(self, found: Finding) -> bool:
        return found.severity == "error" and not self._is_beside(found)

    def _error(self, name: str) -> Finding | None:
        """The first error of a document and of all that it refers to."""
        every = (one for document in self._road.drawn_on(name) for one in document.findings)
        return next(filter(self._is_error, (*self._road.findings, *every)), None)

    def _values(self, places: Places) -> Iterator[Said]:
        for text, wanted in self._expected.values.items():
            path: Path = ("expect", "values", text)
            found = self._value(text, places(path, True))
            if isinstance(found, Finding):
                yield found
                continue
            address, actual, secrets = found
            if secrets:
                message = f"{address} is secret, or holds a secret: no test sees what it is"
                fix = "name it under `secret`, and the values beside it one by one"
                yield self._wrong("unexpected-value", message, places(path, True), address, fix)
            elif said := misfit(address, actual, wanted):
                set_here = Related(self._origin(address), "set here")
                yield replace(self._wrong("unexpected-value", said, places(path), address), related=(set_here,))

    def _value(self, text: str, place: Position) -> "Finding | tuple[Address, Any, frozenset[Path]]":
        """The value at an address, and what in it is secret; a finding where there is none, or it cannot be told."""
        try:
            address = parse_address(text)
            self._road.demand(address.document) if address.document not in self._names else None
            document = self._document(address.document)
            error = self._error(document.name)
            if error is not None:
                said = _CANNOT.format(
                    name=error.document or address.document, position=error.position, message=error.message
                )
                return self._wrong("unexpected-value", f"{address} {said}", place, address)
            try:
                value = at(document.data, address.path)
            except LookupError:
                raise no_such_value(document.data, address, self._road.environment.name) from None
        except Failure as failure:
            return self._wrong("unexpected-value", failure.message, place, None, failure.hint)
        return address, value, secrets_below(document.secrets, address.path)

    def _absent(self, places: Places) -> Iterator[Said]:
        for number, text in enumerate(self._expected.absent):
            place = places(("expect", "absent", number))
            try:
                address = parse_address(text)
            except Failure as failure:
                yield self._wrong("unexpected-value", failure.message, place, None, failure.hint)
                continue
            if address.document not in self._names:
                continue
            try:
                at(self._road.resolved(address.document).value, address.path)
            except LookupError:
                continue
            related = (Related(self._origin(address), "set here"),)
            yield replace(self._wrong("unexpected-value", f"{address} is there", place, address), related=related)

    def _secret(self, places: Places) -> Iterator[Said]:
        for number, text in enumerate(self._expected.secret):
            place = places(("expect", "secret", number))
            found = self._value(text, place)
            if isinstance(found, Finding):
                yield found
            elif () not in found[2]:
                yield self._wrong("unexpected-value", f"{found[0]} is no secret", place, found[0])

    def _holds(self, places: Places) -> Iterator[Said]:
        for number, text in enumerate(self._expected.holds):
            yield from held_to(
                text,
                places(("expect", "holds", number)),
                self._road.environment.name,
                self._named_documents,
            )

    def _named_documents(self, names: frozenset[str] | None) -> Mapping[str, Data]:
        """The documents, secrets redacted; raises Broken for one that has errors."""
        found = {}
        for name in self._names:
            if names is None or name in names:
                error = self._error(name)
                if error is not None:
                    raise Broken(name, (error,))
                found[name] = put_away(self._document(name), "redact")
        return found

    def _impact(self, places: Places) -> Iterator[Said]:
        """What the layers change, against what they should."""
        expected, base = self._expected.impact, self._base
        if expected is None:
            return
        if base is None or not self._layers:
            message = "impact is what `with` changes in an environment, and this test has none"
            yield self._wrong("bad-test", message, places(("expect", "impact"), True))
            return
        changed = dict.fromkeys(self._changed(base))
        meant = {}
        for number, text in enumerate(expected):
            try:
                meant[str(parse_address(text))] = number
            except Failure as failure:
                place = places(("expect", "impact", number))
                yield self._wrong("unexpected-impact", failure.message, place, None, failure.hint)
        for address in (one for one in changed if one not in meant):
            yield self._wrong("unexpected-impact", f"{address} changes too", places(("expect", "impact")))
        for address, number in meant.items():
            if address not in changed:
                like = near(address, changed)
                place, fix = places(("expect", "impact", number)), f"did you mean {like}?" if like else None
                yield self._wrong("unexpected-impact", f"{address} does not change", place, None, fix)

    def _changed(self, base: Road) -> Iterator[str]:
        for name in self._touched:
            old = base.document(name) if base.exists(name) else None
            new = self._document(name) if self._road.exists(name) else None
            if old is not None or new is not None:
                schema = self._road.tree.schema((new or old).kind)  # type: ignore[union-attr]
                shape = schema.schema.shape if schema and schema.schema else None
                for one in document_changes(name, old, new, shape):
                    yield str(Address(name, one.change.path))

    def _origin(self, address: Address) -> Position:
        stage = self._road.stage(address.document)
        return Placing(self._road.tree, self._road.environment.name, stage).locate(address.path)[0]

    def _wrong(
        self, rule: str, message: str, place: Position, address: Address | None = None, fix: str | None = None
    ) -> Finding:
        environment = self._base.environment.name if self._base else None
        document, path = (address.document, address.path) if address else (None, None)
        return Finding(rule, message, place, "error", environment, document, path, fix=fix)


def held_to(
    text: str, place: Position, environment: str, documents: Callable[[frozenset[str] | None], Mapping[str, Data]]
) -> Iterator[Said]:
    """A condition over documents, to be evaluated; a finding where it is none, or a document has errors."""
    try:
        expression = compile_expression(text)
        named = documents(expression.documents)
    except Failure as failure:
        yield Finding("does-not-hold", failure.message, place, "error", environment, fix=failure.hint)
        return
    shown = conditioned(text) + told_values(text, named)
    yield Hold(expression, environment, named, Finding("does-not-hold", shown, place, "error", environment))


def _is_meant(found: Finding, meant: ExpectedFinding) -> bool:
    path = "" if found.path is None else path_text(found.path)
    pairs = ((meant.document, found.document), (meant.path, path), (meant.file, found.position.file))
    return (
        found.rule == meant.rule
        and all(wanted is None or wanted == there for wanted, there in pairs)
        and (meant.message is None or meant.message in found.message)
        and (meant.line is None or meant.line == found.position.line)
    )
