"""The keywords of JSON Schema 2020-12, sorted by what they hold, and the annotations that lamina adds."""

ONE = frozenset(
    {
        "additionalProperties",
        "contains",
        "contentSchema",
        "else",
        "if",
        "items",
        "not",
        "propertyNames",
        "then",
        "unevaluatedItems",
        "unevaluatedProperties",
    }
)
"""Keywords that hold one subschema."""

MANY = frozenset({"allOf", "anyOf", "oneOf", "prefixItems"})
"""Keywords that hold a list of subschemas."""

NAMED = frozenset({"$defs", "definitions", "dependentSchemas", "patternProperties", "properties"})
"""Keywords that hold subschemas by name."""

READ_ONE = ("additionalProperties", "items")
READ_NAMED = ("properties", "patternProperties")
"""With `$ref` and `allOf`, the keywords through which annotations are read."""

STORES = frozenset({"$defs", "definitions"})
"""Keywords that only store subschemas for others to refer to."""

ANNOTATIONS = frozenset(
    {
        *("default", "x-environments", "x-merge", "x-owner", "x-refers", "x-removed-in", "x-replaced-by", "x-secret"),
        "x-unit",
    }
)
"""Annotations that mean something to lamina, and so must stand where they are read."""

ABOUT = frozenset(
    {
        "$anchor",
        "$comment",
        "$dynamicAnchor",
        "$id",
        "$schema",
        "deprecated",
        "description",
        "examples",
        "readOnly",
        "title",
        "writeOnly",
    }
)
"""Keywords that name or describe, and test nothing."""

TESTS = frozenset(
    {
        "$dynamicRef",
        "$ref",
        "$vocabulary",
        "const",
        "contentEncoding",
        "contentMediaType",
        "dependentRequired",
        "enum",
        "exclusiveMaximum",
        "exclusiveMinimum",
        "format",
        "maxContains",
        "maxItems",
        "maxLength",
        "maxProperties",
        "maximum",
        "minContains",
        "minItems",
        "minLength",
        "minProperties",
        "minimum",
        "multipleOf",
        "pattern",
        "required",
        "type",
        "uniqueItems",
    }
)
"""All other keywords that hold no subschema."""

KNOWN = ONE | MANY | NAMED | ANNOTATIONS | ABOUT | TESTS
"""Every keyword that says something here."""

TYPES = ("array", "boolean", "integer", "null", "number", "object", "string")
"""The names of the types."""

DRAFT = "https://json-schema.org/draft/2020-12/schema"
"""The one dialect that schemas are written in."""

OUTDATED = {
    "$recursiveAnchor": "$dynamicAnchor",
    "$recursiveRef": "$dynamicRef",
    "additionalItems": "items (beside prefixItems)",
    "dependencies": "dependentRequired or dependentSchemas",
    "id": "$id",
}
"""Keywords of older drafts, which say nothing here, and what to write."""

OPEN_ONLY = (
    "const",
    "contains",
    "enum",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "format",
    "if",
    "maxLength",
    "maximum",
    "minLength",
    "minimum",
    "multipleOf",
    "not",
    "pattern",
)
"""Keywords that pass at a sealed leaf (those that ask for a map or a list pass by themselves)."""
