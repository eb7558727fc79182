"""Schemas: a file compiled into one thing that can be asked."""

from collections.abc import Collection, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from lamina.thought.schema.bundle import Bundle, Fetch, read_bundle
from lamina.thought.schema.defaults import fill, secrets
from lamina.thought.schema.faults import Fault, Place, SchemaFault
from lamina.thought.schema.shape import Shape, shape_of
from lamina.thought.schema.subschema import Resource, Subschema
from lamina.words.node import Data, Path, Sealed

if TYPE_CHECKING:
    from collections.abc import Callable

    from lamina.thought.schema.dialects import Fast, Slow


class Schema:
    """A schema file, ready to be asked; nothing but `faults` and `shape` may be used while there are error faults.

    Validators are built when they are first needed and kept.
    """

    def __init__(self, file: str, bundle: Bundle) -> None:
        self.file = file
        self._bundle = bundle
        place = Place(file)
        self.root = bundle.root or Subschema(place, "", Resource("", place), {})

    @cached_property
    def shape(self) -> Shape:
        """What the schema says about the whole document and every place below."""
        return shape_of(self.root)

    @cached_property
    def faults(self) -> tuple[SchemaFault, ...]:
        """What is wrong with the schema itself."""
        from lamina.thought.schema.checks import faults_of_schema

        return faults_of_schema(self._bundle, self.shape, lambda: self._fast)

    @cached_property
    def accepts(self) -> "Callable[[Data], bool]":
        """Whether data without sealed leaves is valid, said as fast as can be."""
        return self._fast.accepts

    @cached_property
    def _fast(self) -> "Fast":
        from lamina.thought.schema.dialects import fast_validator

        return fast_validator(self._bundle, self.root)

    @cached_property
    def slow(self) -> "Slow":
        """The validator that says why not, which can be asked of each subschema."""
        from lamina.thought.schema.dialects import slow_validator

        return slow_validator(self._bundle, self.root)

    def faults_of(self, data: Data, hidden: Collection[Path] = ()) -> list[Fault]:
        """Everything that the schema refuses in the data, sorted by path; data below a hidden path is never quoted."""
        from lamina.thought.schema.verdict import faults_of

        return faults_of(data, self.slow, self.shape, hidden)

    def verdict(self, data: Data, hidden: Collection[Path] = ()) -> list[Fault]:
        """What is wrong with the data; both validators must agree, or the fault says that they do not."""
        try:
            accepted = self.accepts(data)
        except ValueError:
            # The fast validator met a sealed leaf (one that it does not meet, it does not need to know).
            accepted = self._accepts_sealed(data)
        if accepted:
            return []
        return self.faults_of(data, hidden) or ([] if _holds_sealed(data) else [_disagreement(self.root.place)])

    def _accepts_sealed(self, data: Data) -> bool:
        from lamina.thought.schema.marks import Unmarkable, marked

        try:
            return self._lenient(marked(data, self.shape))
        except Unmarkable:
            return False

    @cached_property
    def _lenient(self) -> "Callable[[Data], bool]":
        from lamina.thought.schema.dialects import lenient_validator

        return lenient_validator(self._bundle, self.root)

    def fill(self, data: Data) -> tuple[Data, Mapping[Path, Place]]:
        """The data with its defaults, and where the default of each filled path stands."""
        return fill(data, self.shape)

    def secrets(self, data: Data) -> frozenset[Path]:
        """The paths of the secret values that are present in the data."""
        return secrets(data, self.shape) if self.shape.has_secrets else frozenset()


def compile_schema(file: str, raw: Data, fetch: Fetch) -> Schema:
    """The schema that a file holds; what is wrong with it is among its faults. `fetch` reads other files."""
    return Schema(file, read_bundle(file, raw, fetch))


def _holds_sealed(value: Data) -> bool:
    if isinstance(value, dict):
        return any(map(_holds_sealed, value.values()))
    return any(map(_holds_sealed, value)) if isinstance(value, list) else isinstance(value, Sealed)


def _disagreement(place: Place) -> Fault:
    return Fault(
        "validators-disagree",
        "one validator refuses this document and the other finds nothing wrong: this is a bug in lamina, please report it",
        (),
        fix="lamina doctor writes what a report needs",
        schema=place,
    )
