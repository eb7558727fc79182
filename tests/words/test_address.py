"""Addresses as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lamina.words.address import Address, BadAddress, parse_address, parse_path, path_text

PATHS = {
    "": (),
    "a": ("a",),
    "a.b": ("a", "b"),
    "a[0].b[12]": ("a", 0, "b", 12),
    "a[0][1]": ("a", 0, 1),
    "[0].a": (0, "a"),
    'labels."a.b"': ("labels", "a.b"),
    '"a b".c': ("a b", "c"),
    '""': ("",),
    r'"say \"x\" \\"': ('say "x" \\',),
    "with-dash_and/slash": ("with-dash_and/slash",),
    "0": ("0",),
    "ключ": ("ключ",),
}


@pytest.mark.parametrize(("text", "path"), PATHS.items())
def test_a_path_reads_and_writes(text: str, path: tuple[str | int, ...]) -> None:
    assert parse_path(text) == path
    assert path_text(path) == text


@pytest.mark.parametrize(
    "text", [".a", "a..b", "a.", "a[", "a[x]", "a[-1]", "a]", 'a"b', "a b", "a:b", '"a', "${a}", "a\n"]
)
def test_what_is_no_path(text: str) -> None:
    with pytest.raises(BadAddress) as refused:
        parse_path(text)
    assert repr(text) in refused.value.message
    assert refused.value.status == 2


@given(st.lists(st.one_of(st.text(), st.integers(0, 99)), max_size=4))
def test_every_path_reads_back(path: list[str | int]) -> None:
    assert parse_path(path_text(tuple(path))) == tuple(path)


@given(st.text())
def test_any_text_is_a_path_or_is_refused(text: str) -> None:
    try:
        path = parse_path(text)
    except BadAddress:
        return
    assert parse_path(path_text(path)) == path


def test_addresses() -> None:
    assert parse_address("app") == Address("app")
    assert parse_address("agents/planner:tools[0]") == Address("agents/planner", ("tools", 0))
    assert parse_address('app:labels."a:b"') == Address("app", ("labels", "a:b"))
    assert str(Address("app", ("a", 0))) == "app:a[0]"
    assert str(Address("app")) == "app"


@pytest.mark.parametrize("text", ["", ":", ":a", "app:", "app:.a"])
def test_what_is_no_address(text: str) -> None:
    with pytest.raises(BadAddress) as refused:
        parse_address(text)
    assert "document:path" in (refused.value.hint or "")
