"""Nodes as bytes: what comes back is what went in, by type and value, or nothing went in."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lamina.project.caching.codec import packed, unpacked
from lamina.words.node import Plain, Sealed, Tagged

SCALARS = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text()
    | st.sampled_from(["\0", '{"\0":', "\ud800", "null", "é", -0.0, 1.0, 1, True, 2**63, 2**64])
    | st.builds(Sealed, st.text(), st.sampled_from(["str", "int"]))
)  # fmt: skip
TAGS = st.sampled_from(["replace", "append", "prepend", "unset"])
NODES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text() | st.just("\0"), inner, max_size=4)
        | st.builds(Tagged, TAGS, inner)
    ),
    max_leaves=12,
)


@given(NODES)
def test_what_comes_back_is_what_went_in(node: Any) -> None:
    data = packed(node)
    # The text of values tells all types apart, and -0.0 from 0.0.
    assert data is None or repr(unpacked(data)) == repr(node)


@pytest.mark.parametrize(
    "node",
    [
        {"a": float("inf")}, {"a": [float("nan")]}, {"a": 2**64}, {"\0": [1, 2]}, {"a": "\ud800"},
        {"a": Sealed("c", "str", Plain("x"))},
    ],
    ids=["infinite", "undefined", "huge", "marked", "no text", "opened"],
)  # fmt: skip
def test_what_json_cannot_say_is_not_kept(node: Any) -> None:
    assert packed(node) is None


@pytest.mark.parametrize(
    "node", [{"a": [1, 1.0, True, None, "1"]}, {}, [], "", Tagged("unset", None), {"a": Sealed("c", "int")}]
)
def test_what_it_can_say_is_kept(node: Any) -> None:
    data = packed(node)
    assert data is not None
    assert unpacked(data) == node
