"""INI as go-ini reads it."""

import pytest
from thought.sealed.stores.reading import data_of, notes_of, read, refusal, written

from lamina.thought.sealed.stores.texts import Unfit


@pytest.mark.parametrize(
    ("line", "key", "value"),
    [
        ("a = b", "a", "b"),
        ("a: b = c", "a", "b = c"),
        ("a = 'b'", "a", "b"),
        ('a = "b c" ', "a", "b c"),
        ("a = 'b", "a", "'b"),
        ("a = b ; c", "a", "b"),
        ("a = `b ; c`", "a", "b ; c"),
        ('a = """b\nc"""', "a", "b\nc"),
        ("a = b \\\n  c", "a", "b c"),
        ("a =", "a", ""),
        ('"a=b" = c', "a=b", "c"),
        ("`a:b` : c", "a:b", "c"),
        ('"""a"b""" = c', 'a"b', "c"),
    ],
)
def test_a_key_and_its_value(line: str, key: str, value: str) -> None:
    assert data_of("ini", f"[s]\n{line}\n") == [{"DEFAULT": {}, "s": {key: value}}]


def test_keys_before_a_section_are_in_the_default_one() -> None:
    parsed = read("ini", "a = 1\n[s]\nb = 2\n")
    assert [leaf.bound for leaf in parsed.leaves()] == ["DEFAULT:a:", "s:b:"]


def test_comments_follow_their_key() -> None:
    assert notes_of("ini", "; top\n[s]\n# about\na = 1 ; why\n") == [("s:", "top"), ("s:", "about"), ("s:", "why")]


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        ("[s]\na\n", 2, "neither a section nor a key"),
        ("[s]\n= a\n", 2, "neither a section nor a key"),
        ('[s]\n"a = 1\n', 2, "neither a section nor a key"),
        ("[s\n", 1, "no ]"),
        ("[s]\na = 1\na = 2\n", 3, "the key a stands twice"),
        ("[s]\na = `b\n", 2, "a quote is never closed"),
        ("[s]\n[sops]\n", 2, "a section sops"),
    ],
)
def test_refusals(text: str, line: int, why: str) -> None:
    at, said = refusal("ini", text)
    assert (at, why in said) == (line, True)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("a", "a"),
        ("a;b", "`a;b`"),
        (" a", '" a"'),
        ("a\nb", '"""a\nb"""'),
        ("'a'", "\"'a'\""),
        ("a\\", "`a\\`"),
        (True, "true"),
    ],
)
def test_how_a_value_is_written(value: object, text: str) -> None:
    assert written("ini", value, "a = 1\n") == text


def test_what_ini_cannot_hold() -> None:
    with pytest.raises(Unfit, match="INI cannot hold"):
        written("ini", '"""\n', "a = 1\n")


def test_a_megabyte_of_quotes_takes_linear_time() -> None:
    assert "neither a section nor a key" in refusal("ini", '"' * 1_000_000)[1]


def test_metadata_with_real_line_breaks() -> None:
    parsed = read("ini", '[s]\na = 1\n\n[sops]\nmac = m\nage__list_0__map_enc = """x\ny"""\n', sealed=True)
    assert parsed.raw == {"mac": "m", "age": {"0": {"enc": "x\ny"}}}
    (block,) = parsed.blocks
    assert parsed.text[: block.start] + parsed.text[block.end :] == "[s]\na = 1\n"
