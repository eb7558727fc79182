"""The validator that says why not: jsonschema's, with keywords that keep apart what is refused and know sealed leaves.

At a sealed leaf only `type` is tested; a `oneOf` over data that holds one counts as an `anyOf`. Numbers that are not
finite are of no type, as JSON has none. An error's `validator_value` holds what its sentence needs where the keyword's
own value does not say it: the missing key, the alternatives that fit.
"""

import math
from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING, Any, TypeAlias

from lamina.thought.schema.patterns import matches_written
from lamina.thought.schema.vocabulary import OPEN_ONLY, TYPES
from lamina.words.node import Sealed

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError
    from jsonschema.protocols import Validator
    from referencing.jsonschema import SchemaRegistry

Errors: TypeAlias = "Iterator[ValidationError]"
Keyword: TypeAlias = Callable[[Any, Any, Any, Any], Errors]

_SEALED = {
    "str": ("string",),
    "time": ("string",),
    "bytes": ("string",),
    "int": ("integer", "number"),
    "float": ("integer", "number"),
    "bool": ("boolean",),
}


def explaining_validator(schema: Any, registry: "SchemaRegistry") -> "Validator":
    """A validator of the schema, whose errors `verdict` turns into faults."""
    from jsonschema import FormatChecker

    from lamina.thought.schema.formats import FORMATS

    checker = FormatChecker(formats=())
    for name, check in FORMATS.items():
        checker.checks(name)(check)
    validator: Validator = _validator_class()(schema, registry=registry, format_checker=checker)
    return validator


def told(error: "ValidationError") -> Any:
    """What an error's sentence needs: the keyword's value, or what stands in its stead."""
    return error.validator_value


@cache
def _validator_class() -> Any:
    from jsonschema import Draft202012Validator, TypeChecker
    from jsonschema.validators import extend

    keywords: dict[str, Keyword] = dict(Draft202012Validator.VALIDATORS)
    keywords |= {
        "additionalProperties": _additional_properties,
        "const": _const,
        "dependentRequired": _dependent_required,
        "enum": _enum,
        "if": _if,
        "multipleOf": _multiple_of,
        "oneOf": _one_of,
        "pattern": _pattern,
        "patternProperties": _pattern_properties,
        "propertyNames": _property_names,
        "required": _required,
        "uniqueItems": _unique_items,
    }
    keywords |= {name: _open_only(keywords[name]) for name in OPEN_ONLY}
    types: dict[str, Any] = {name: _type_test(name) for name in TYPES}
    return extend(Draft202012Validator, keywords, type_checker=TypeChecker(types))  # type: ignore[no-untyped-call]


def _type_test(name: str) -> Callable[[object, Any], bool]:
    from jsonschema import Draft202012Validator

    usual = Draft202012Validator.TYPE_CHECKER

    def test(_: object, instance: Any) -> bool:
        if isinstance(instance, Sealed):
            return name in _SEALED.get(instance.type, ("string",))
        if isinstance(instance, float) and not math.isfinite(instance):
            return False
        return bool(usual.is_type(instance, name))

    return test


def _open_only(keyword: Keyword) -> Keyword:
    def test(validator: Any, value: Any, instance: Any, schema: Any) -> Errors:
        # The schema `false` is written as `not: {}`: it refuses a sealed leaf as it does any other.
        if not isinstance(instance, Sealed) or value == {}:
            yield from keyword(validator, value, instance, schema)

    return test


def _error(**said: Any) -> "ValidationError":
    from jsonschema.exceptions import ValidationError

    return ValidationError("", **said)


def _required(validator: Any, names: Any, instance: Any, _: Any) -> Errors:
    if validator.is_type(instance, "object"):
        yield from (_error(validator_value=name) for name in names if name not in instance)


def _dependent_required(validator: Any, names: Any, instance: Any, _: Any) -> Errors:
    if validator.is_type(instance, "object"):
        for present, needed in names.items():
            if present in instance:
                yield from (_error(validator_value=(present, name)) for name in needed if name not in instance)


def _pattern(validator: Any, pattern: Any, instance: Any, _: Any) -> Errors:
    if validator.is_type(instance, "string") and not matches_written(pattern, instance):
        yield _error()


def _pattern_properties(validator: Any, patterns: Any, instance: Any, _: Any) -> Errors:
    if validator.is_type(instance, "object"):
        for pattern, schema in patterns.items():
            for key in instance:
                if matches_written(pattern, key):
                    yield from validator.descend(instance[key], schema, path=key, schema_path=pattern)


def _additional_properties(validator: Any, additional: Any, instance: Any, schema: Any) -> Errors:
    if validator.is_type(instance, "object"):
        named, patterns = schema.get("properties", {}), schema.get("patternProperties", {})
        for key in instance:
            if key not in named and not any(matches_written(pattern, key) for pattern in patterns):
                yield from validator.descend(instance[key], additional, path=key)


def _property_names(validator: Any, names: Any, instance: Any, _: Any) -> Errors:
    if validator.is_type(instance, "object"):
        for key in instance:
            errors = list(validator.descend(key, names))
            if errors:
                yield _error(path=[key], context=errors)


def _if(validator: Any, condition: Any, instance: Any, schema: Any) -> Errors:
    holds = validator.evolve(schema=condition).is_valid(instance)
    branch = "then" if holds else "else"
    if branch in schema:
        errors = list(validator.descend(instance, schema[branch], schema_path=branch))
        if errors:
            yield _error(validator_value=(condition, holds), context=errors)


def _one_of(validator: Any, alternatives: Any, instance: Any, _: Any) -> Errors:
    refused = [list(validator.descend(instance, each, schema_path=i)) for i, each in enumerate(alternatives)]
    fitting = [index for index, errors in enumerate(refused) if not errors]
    if not fitting:
        yield _error(context=[error for errors in refused for error in errors])
    elif len(fitting) > 1 and not _holds_sealed(instance):
        yield _error(validator_value=tuple(fitting))


def _const(_: Any, value: Any, instance: Any, __: Any) -> Errors:
    if not _equal(instance, value):
        yield _error()


def _enum(_: Any, values: Any, instance: Any, __: Any) -> Errors:
    if not any(_equal(instance, value) for value in values):
        yield _error()


def _multiple_of(validator: Any, divisor: Any, instance: Any, _: Any) -> Errors:
    """Exact, and of the decimal numbers as they are written: 0.3 is a multiple of 0.1."""
    if validator.is_type(instance, "number") and (Fraction(repr(instance)) / Fraction(repr(divisor))).denominator != 1:
        yield _error()


def _unique_items(validator: Any, unique: Any, instance: Any, _: Any) -> Errors:
    if unique and validator.is_type(instance, "array"):
        for index, item in enumerate(instance):
            first = next((i for i, other in enumerate(instance[:index]) if _equal(item, other)), None)
            if first is not None:
                yield _error(path=[index], validator_value=first)
                return


def _equal(left: Any, right: Any) -> bool:
    """JSON Schema's equality: numbers by value, `true` is not 1; a sealed leaf equals nothing but itself."""
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(_equal(value, right[key]) for key, value in left.items())
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(_equal, left, right))
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    left, right = _finite(left), _finite(right)
    return bool(left == right)


def _finite(value: Any) -> Any:
    """The value as the fast validator compares it: to it, a number that is not finite is null."""
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _holds_sealed(value: Any) -> bool:
    if isinstance(value, dict):
        return any(map(_holds_sealed, value.values()))
    return any(map(_holds_sealed, value)) if isinstance(value, list) else isinstance(value, Sealed)
