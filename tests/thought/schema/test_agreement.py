"""Both validators give the same answer, over schemas and data that are drawn."""

import math
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from lamina.thought.schema import compile_schema

ODD = [2**53, 2**53 + 1, float(2**53), 2.0**63, 1e300, 5e-324, 1.0, -0.0, 0.1, 0.3, 1e-7, 1.1]
NUMBERS = st.one_of(
    st.integers(-(2**63), 2**64 - 1),
    st.integers(-20, 20),
    st.floats(allow_nan=False, allow_infinity=False),
    st.floats(-10, 10).map(lambda number: round(number, 2)),
    st.sampled_from(ODD),
)
KEYS = st.sampled_from(["a", "ab", "é", ""])


def values(leaves: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.recursive(
        leaves,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
        max_leaves=6,
    )


JSON = values(st.one_of(NUMBERS, st.booleans(), st.none(), st.text(max_size=4)))
YAML = values(st.one_of(NUMBERS, st.sampled_from([math.nan, math.inf, -math.inf]), st.none(), st.text(max_size=4)))

COUNTS = st.integers(0, 3)
TYPES = st.sampled_from(["integer", "number", "string", "boolean", "null", "array", "object"])
PATTERNS = st.sampled_from(["^a", "b$", r"^\w*$", "é", "^$", "^.$"])


def drawn(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Schemas of a few keywords, whose subschemas are drawn from `inner`."""
    parts = st.lists(inner, min_size=1, max_size=3)
    keywords: dict[str, st.SearchStrategy[Any]] = {
        "type": TYPES | st.lists(TYPES, min_size=1, max_size=3, unique=True),
        "const": JSON,
        "enum": st.lists(JSON, min_size=1, max_size=3),
        **dict.fromkeys(["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"], NUMBERS),
        "multipleOf": NUMBERS.filter(lambda number: number > 0),
        **dict.fromkeys(["minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"], COUNTS),
        "pattern": PATTERNS,
        "format": st.sampled_from(["date", "hostname", "uri-reference", "regex", "json-pointer"]),
        "uniqueItems": st.booleans(),
        "required": st.lists(KEYS, max_size=2, unique=True),
        "dependentRequired": st.dictionaries(KEYS, st.lists(KEYS, max_size=2, unique=True), max_size=2),
        **dict.fromkeys(["properties", "dependentSchemas"], st.dictionaries(KEYS, inner, max_size=3)),
        "patternProperties": st.dictionaries(PATTERNS, inner, max_size=2),
        **dict.fromkeys(["additionalProperties", "propertyNames", "items", "contains", "not"], inner),
        **dict.fromkeys(["if", "then", "else", "unevaluatedProperties", "unevaluatedItems"], inner),
        **dict.fromkeys(["minContains", "maxContains"], COUNTS),
        **dict.fromkeys(["allOf", "anyOf", "oneOf", "prefixItems"], parts),
        "$ref": st.sampled_from(["#/$defs/d", "#e"]),
    }
    names = st.lists(st.sampled_from(sorted(keywords)), max_size=4, unique=True)
    return names.flatmap(lambda chosen: st.fixed_dictionaries({name: keywords[name] for name in chosen}))


LEAF = st.booleans() | drawn(st.booleans())
SCHEMAS = st.booleans() | drawn(LEAF) | drawn(drawn(LEAF))


@given(schema=SCHEMAS, document=YAML)
def test_the_verdict_is_one(schema: Any, document: Any) -> None:
    defs = {
        "$defs": {"d": {"minLength": 2, "properties": {"a": {"type": "integer"}}}, "e": {"$anchor": "e", "minItems": 1}}
    }
    raw = schema if isinstance(schema, bool) else {**schema, **defs}
    made = compile_schema("schemas/app/v1.schema.yaml", raw, lambda _: None)
    assert made.faults == ()
    assert made.accepts(document) is (made.faults_of(document) == [])
    assert "validators-disagree" not in {fault.rule for fault in made.verdict(document)}
