"""Which leaves a rule chooses."""

import pytest

from lamina.thought.sealed.selection import Rule, chosen, fault_of, searcher
from lamina.thought.sealed.stores import store_of
from lamina.thought.sealed.tree import Leaf

TEXT = b"""\
# seal: a
a: 1
metadata:
  data: 2
  other_unencrypted: 3
  inner_unencrypted: {deep: 4}
# plain
list:
  - 5
  # seal: six
  - 6
  - data: [7]
z: 8
"""


def taken(rule: Rule, text: bytes = TEXT) -> list[object]:
    parsed = store_of("", "yaml").parse(text, False)
    pairs = zip(parsed.entries, chosen(parsed.entries, rule), strict=True)
    return [leaf.value for leaf, hit in pairs if hit and isinstance(leaf, Leaf)]


COMMENTS = [" seal: a", " plain", " seal: six"]


@pytest.mark.parametrize(
    ("rule", "values"),
    [
        (Rule(), [" seal: a", 1, 2, " plain", 5, " seal: six", 6, 7, 8]),
        (Rule("encrypted_suffix", "_unencrypted"), [3, 4]),
        (Rule("encrypted_suffix", "data"), [2, 3, 4, 7]),
        (Rule("encrypted_regex", "^data$"), [2, 7]),
        (Rule("encrypted_regex", "data"), [2, 3, 4, 7]),
        (Rule("encrypted_regex", "^metadata.data"), []),
        (Rule("unencrypted_regex", "^(list|z)$"), [" seal: a", 1, 2, 3, 4, " plain"]),
        (Rule("encrypted_comment_regex", "seal"), [1, 6]),
        (Rule("encrypted_comment_regex", "plain"), [5, " seal: six", 6, 7]),
        (Rule("unencrypted_comment_regex", "plain"), [" seal: a", 1, 2, 3, 4, 8]),
        (Rule("encrypted_regex", "(unclosed"), []),
        (Rule("unencrypted_regex", "(unclosed"), [" seal: a", 1, 2, 3, 4, " plain", 5, " seal: six", 6, 7, 8]),
    ],
    ids=str,
)
def test_what_is_sealed(rule: Rule, values: list[object]) -> None:
    assert taken(rule) == values


def test_two_comments_cover_what_follows_both() -> None:
    rule = Rule("encrypted_comment_regex", "seal")
    assert taken(rule, b"# seal\n# more\na: 1\nb: 2\n") == [" more", 1]


@pytest.mark.parametrize("name", ["encrypted_suffix", "unencrypted_suffix"])
def test_a_suffix_is_no_pattern(name: str) -> None:
    assert fault_of(Rule(name, "(")) is None


def test_a_pattern_is_searched_for_anywhere() -> None:
    assert searcher("b")("abc")
    assert not searcher("^b")("abc")


def test_many_comments_under_a_comment_rule_take_linear_time() -> None:
    text = b"# seal\n" * 20_000 + b"a: 1\n"
    assert len(taken(Rule("encrypted_comment_regex", "seal"), text)) == 20_000


def test_bytes_that_are_no_text_are_searched_as_go_does() -> None:
    assert searcher("^a.b$")("a\udcffb")
    assert searcher("\ufffd")("\udcff")
