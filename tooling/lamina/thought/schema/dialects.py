"""Dialects: the schema files of a bundle, written for each of the two validators so that they read them alike."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from lamina.thought.schema.bundle import Bundle, uri_of
from lamina.thought.schema.formats import FORMATS
from lamina.thought.schema.marks import MARK_PATTERN
from lamina.thought.schema.patterns import linear_pattern, python_pattern
from lamina.thought.schema.subschema import Subschema
from lamina.thought.schema.vocabulary import OPEN_ONLY
from lamina.words.node import Data, Path
from lamina.words.values import dataclass

if TYPE_CHECKING:
    from jsonschema.protocols import Validator


@dataclass(frozen=True, slots=True)
class Slow:
    """The validator that says why: which subschema each of its schema objects stands for, by `id`, and the reverse."""

    validator: "Validator"
    origins: dict[int, Subschema]
    written: dict[Subschema, Any]

    def at(self, node: Subschema) -> "Slow":
        """The same, asked of one of its subschemas."""
        return replace(self, validator=self.validator.evolve(schema=self.written[node]))


@dataclass(frozen=True, slots=True)
class Fast:
    """The validator that says yes or no, and what it was made of."""

    accepts: Callable[[Data], bool]
    files: dict[str, Any]
    subschemas: dict[Subschema, Any]

    def accepts_all(self, values: Iterable[tuple[Subschema, Data]]) -> bool:
        """Whether every value fits its own subschema."""
        numbered = [(str(index), node, value) for index, (node, value) in enumerate(values)]
        together = {"properties": {number: self.subschemas[node] for number, node, _ in numbered}}
        return not numbered or _fast(together, self.files)({number: value for number, _, value in numbered})


def fast_validator(bundle: Bundle, root: Subschema) -> Fast:
    """The fast validator of a bundle; raises ValueError when it cannot be made."""
    writer = _Writer(bundle, linear_pattern, keep_booleans=True)
    files = writer.files()
    return Fast(_fast(files[uri_of(root.place.file)], files), files, writer.subschemas)


def lenient_validator(bundle: Bundle, root: Subschema) -> Callable[[Data], bool]:
    """The fast validator for data with marks in place of sealed leaves: what secrets must be is not tested at a mark.

    What it accepts the explaining validator accepts; what it refuses need not be wrong (a secret that is a string by a
    `$ref`, say, and is tested there), so that has to be asked. It is sure because no condition may test a secret.
    """
    files = _LenientWriter(bundle, linear_pattern, keep_booleans=True).files()
    try:
        return _fast(files[uri_of(root.place.file)], files)
    except ValueError:
        return lambda _: False


def _fast(schema: Any, files: dict[str, Any]) -> Callable[[Data], bool]:
    import jsonschema_rs

    return jsonschema_rs.Draft202012Validator(
        schema,
        formats=FORMATS,
        validate_formats=True,
        registry=jsonschema_rs.Registry(files.items(), draft=jsonschema_rs.Draft202012),
        pattern_options=jsonschema_rs.RegexOptions(),
        offline=True,
    ).is_valid


def slow_validator(bundle: Bundle, root: Subschema) -> Slow:
    """The validator that says why not."""
    from referencing import Registry, Resource
    from referencing.jsonschema import DRAFT202012, Schema

    from lamina.thought.schema.explaining import explaining_validator

    writer = _Writer(bundle, python_pattern, keep_booleans=False)
    written: dict[str, Schema] = writer.files()
    resources = {uri: Resource.from_contents(each, DRAFT202012) for uri, each in written.items()}
    registry = Registry[Schema]().with_resources(resources.items()).crawl()
    validator = explaining_validator(written[uri_of(root.place.file)], registry)
    return Slow(validator, writer.origins, writer.subschemas)


class _Writer:
    """Writes schema files anew, in the dialect of one validator."""

    def __init__(self, bundle: Bundle, pattern: Callable[[str], str], keep_booleans: bool) -> None:
        self.bundle = bundle
        self.pattern = pattern
        self.keep_booleans = keep_booleans
        self.origins: dict[int, Subschema] = {}
        self.subschemas: dict[Subschema, Any] = {}

    def files(self) -> dict[str, Any]:
        """Every file by its URI."""
        written = {uri_of(file): self.write(raw, file, ()) for file, raw in self.bundle.files.items()}
        for uri, schema in written.items():
            if isinstance(schema, dict):
                schema.setdefault("$id", uri)
        return written

    def write(self, value: Data, file: str, path: Path) -> Any:
        if isinstance(value, list):
            return [self.write(item, file, (*path, index)) for index, item in enumerate(value)]
        node = self.bundle.nodes.get((file, path))
        if isinstance(value, dict):
            written = {key: self.write(part, file, (*path, key)) for key, part in value.items()}
            return written if node is None else self.subschema(node, written)
        if node is not None and not self.keep_booleans:
            return self.subschema(node, {"not": {}} if value is False else {})
        return value

    def subschema(self, node: Subschema, written: dict[str, Any]) -> dict[str, Any]:
        """A subschema for both validators: references absolute, patterns in the engine's words, `x-` left alone."""
        self.origins[id(written)] = node
        self.subschemas[node] = written
        written.pop("$schema", None)
        if node.ref_uri is not None:
            written["$ref"] = node.ref_uri
        if isinstance(pattern := written.get("pattern"), str):
            written["pattern"] = self.pattern(pattern)
        if isinstance(patterns := written.get("patternProperties"), dict):
            written["patternProperties"] = self.by_pattern(patterns)
        return written

    def by_pattern(self, patterns: dict[str, Any]) -> dict[str, Any]:
        written: dict[str, Any] = {}
        for pattern, part in patterns.items():
            name = self.pattern(pattern)
            while name in written:
                name = f"(?:{name})"
            written[name] = part
        return written


class _LenientWriter(_Writer):
    """Writes secrets so that a mark passes all tests but that of its type."""

    def subschema(self, node: Subschema, written: dict[str, Any]) -> dict[str, Any]:
        written = super().subschema(node, written)
        if node.keywords.get("x-secret") is not True:
            return written
        outer = {key: written.pop(key) for key in _IDENTITY & written.keys()}
        sealed = {key: value for key, value in written.items() if key not in OPEN_ONLY}
        return {**outer, "if": {"type": "string", "pattern": MARK_PATTERN}, "then": sealed, "else": written}


_IDENTITY = {"$anchor", "$defs", "$dynamicAnchor", "$id", "definitions"}
