"""How values are written on one line: read alike by YAML 1.1 (PyYAML), by YAML 1.2 (our reader), plain where that is safe."""

import math

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from lamina.thought.document.inline import flow_text, key_text, scalar_text
from lamina.thought.document.placing import alike
from lamina.thought.document.reading import read
from lamina.words.node import Data, Tagged

_TEXT = st.one_of(
    st.text(), st.from_regex(r"[-+.0-9eExob_:,nNyYfFaAlLtTrRuUsS~=<>|#'\"{}\[\]!&*? ]{1,8}", fullmatch=True)
)
_SCALARS = st.one_of(st.none(), st.booleans(), st.integers(-(2**63), 2**64 - 1), st.floats(), _TEXT)
_VALUES = st.recursive(
    _SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(_TEXT, inner, max_size=3)),
    max_leaves=6,
)


@pytest.mark.parametrize("text", [
    "word", "two words", "a.b", "10m", "-Xmx1g", "--flag", "http://x.y:80/z", "${a.b}", "it's", "é", "/a/b", "a#b", "<x>",
])  # fmt: skip
def test_plain_where_nobody_reads_it_otherwise(text: str) -> None:
    assert scalar_text(text) == text


@pytest.mark.parametrize("text", [
    "", "yes", "No", "ON", "y", "null", "~", "1", "1.5", "1e5", "0x1F", "0o14", "010", "1_000", "12:30:45", "2024-01-01",
    ".inf", "-.INF", ".NaN", "=", "<<", "- a", "-", "? a", "a: b", "a:", "a #b", "#a", "&a", "*a", "!a", "|", ">", "@a", "`a",
    "%a", "[a", "{a", "---", "...", " a", "a ", "a\tb", "a\nb", "\ufeffa", "\x85", "a\u2028b", "\xa0", "'a'", '"a"',
])  # fmt: skip
def test_quoted_where_somebody_might(text: str) -> None:
    assert scalar_text(text).startswith('"')
    assert scalar_text(text).isprintable()


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (None, "null"), (True, "true"), (False, "false"), (0, "0"), (-5, "-5"), (1.0, "1.0"), (1e20, "1.0e+20"),
        (1.5e-7, "1.5e-07"), (math.inf, ".inf"), (-math.inf, "-.inf"), (math.nan, ".nan"),
        ({}, "{}"), ([], "[]"), ([1, "a, b"], '[1, "a, b"]'),
        ({"a": {"b c": [None]}, "1": "x:y"}, '{a: {b c: [null]}, "1": "x:y"}'),
        (Tagged("unset", None), "!unset null"), (Tagged("append", ["a"]), "!append [a]"),
    ],
)  # fmt: skip
def test_values_on_one_line(value: Data, written: str) -> None:
    assert flow_text(value) == written


def test_a_replaced_string_keeps_its_quotes_where_they_can_hold_it() -> None:
    assert scalar_text("a", quote="'") == "'a'"
    assert scalar_text("it's", quote="'") == "'it''s'"
    assert scalar_text("a", quote='"') == '"a"'
    assert scalar_text("a\n", quote="'") == '"a\\n"'
    assert scalar_text(1, quote="'") == "1"
    assert scalar_text("1", default_quote="'") == "'1'"


@given(value=_VALUES)
def test_both_versions_of_yaml_read_what_was_written(value: Data) -> None:
    written = f"a: {flow_text(value)}\n"
    assert alike(yaml.safe_load(written)["a"], value)
    assert alike(read(written.encode(), "x.yaml").value, {"a": value})


@given(value=_SCALARS, key=_TEXT)
def test_block_scalars_and_keys_are_read_alike_too(value: Data, key: str) -> None:
    written = f"{key_text(key)}: {scalar_text(value)}\n"
    assert alike(yaml.safe_load(written), {key: value})
    assert alike(read(written.encode(), "x.yaml").value, {key: value})
