"""Edits of a layer's text: what changes, what stays, and what is refused."""

from collections.abc import Mapping

import pytest

from lamina.thought.document.edit import CannotEdit, drop, put
from lamina.words.node import Patch, Path, Sealed, Tagged

UNSET = Tagged("unset", None)
LAYER = """\
# head
execution:
  retry:   # why
    # about attempts
    attempts: 3   # three
    delay: "5s"
    note: |  # block
      hello
      there

  names: [a, b]  # flow
  more: {x: 1, y: 2}
  steps:
    - name: a  # first
      # about size
      size: 1
    - plain   # last
# foot
last: 'q'
"""


def _put(text: str, path: Path, value: Patch, file: str = "x.yaml") -> str:
    return put(text.encode(), file, path, value).decode()


def _drop(text: str, path: Path, file: str = "x.yaml") -> str:
    return drop(text.encode(), file, path).decode()


@pytest.mark.parametrize(
    ("path", "value", "old", "new"),
    [
        (("execution", "retry", "attempts"), 5, "attempts: 3   # three", "attempts: 5   # three"),
        (("execution", "retry", "delay"), "7s", 'delay: "5s"', 'delay: "7s"'),
        (("execution", "retry", "delay"), 7, 'delay: "5s"', "delay: 7"),
        (("execution", "retry", "note"), "x", "note: |  # block\n      hello\n      there", "note: x  # block"),
        (("execution", "retry", "note"), "x\ny\n", "      hello\n      there", "      x\n      y"),
        (("execution", "names"), ["c"], "[a, b]  # flow", "[c]  # flow"),
        (("execution", "names", 1), "b, c", "[a, b]", '[a, "b, c"]'),
        (("execution", "names"), None, "[a, b]  # flow", "null  # flow"),
        (("execution", "more", "x"), {"k": [1]}, "{x: 1,", "{x: {k: [1]},"),
        (("execution", "more", "z"), "a: b", "y: 2}", 'y: 2, z: "a: b"}'),
        (("execution", "steps", 0, "size"), 2, "      size: 1\n", "      size: 2\n"),
        (("execution", "steps", 0, "kind"), "x", "      size: 1\n", "      size: 1\n      kind: x\n"),
        (("execution", "steps", 1), {"k": 1, "l": 2}, "- plain   # last", "- k: 1   # last\n      l: 2"),
        (("execution", "steps", 0), 1, "- name: a  # first\n      # about size\n      size: 1", "- 1"),
        (("execution", "deep", "new"), True, "   # last\n", "   # last\n  deep:\n    new: true\n"),
        (("last",), "it's", "last: 'q'", "last: 'it''s'"),
        (("last",), UNSET, "last: 'q'", "last: !unset"),
        (("last",), Tagged("replace", {"k": 1}), "last: 'q'", "last: !replace\n  k: 1"),
        (("new",), Tagged("append", [1]), "last: 'q'\n", "last: 'q'\nnew: !append\n  - 1\n"),
        (("execution", "steps"), [], LAYER[LAYER.index("\n    - name") : LAYER.index("\n# foot")], " []"),
    ],
)
def test_put_changes_only_the_lines_of_its_key(path: Path, value: Patch, old: str, new: str) -> None:
    assert LAYER.count(old) == 1
    assert _put(LAYER, path, value) == LAYER.replace(old, new)


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        (("execution", "retry", "attempts"), "    attempts: 3   # three\n", ""),
        (("execution", "retry", "note"), "    note: |  # block\n      hello\n      there\n", ""),
        (("execution", "names"), "  names: [a, b]  # flow\n", ""),
        (("execution", "names", 0), "[a, b]", "[b]"),
        (("execution", "more", "x"), "{x: 1, y: 2}", "{y: 2}"),
        (("execution", "more", "y"), "{x: 1, y: 2}", "{x: 1}"),
        (("execution", "steps", 0), LAYER[LAYER.index("    - name") : LAYER.index("    - plain")], ""),
        (("execution", "steps", 0, "name"), "    - name: a  # first\n", "    -\n"),
        (("execution", "steps", 0, "size"), "      size: 1\n", ""),
        (("last",), "last: 'q'\n", ""),
    ],
)
def test_drop_takes_only_the_lines_of_its_key(path: Path, old: str, new: str) -> None:
    assert LAYER.count(old) == 1
    assert _drop(LAYER, path) == LAYER.replace(old, new)


@pytest.mark.parametrize(
    ("before", "path", "value", "after"),
    [
        ("", ("a", "b"), 1, "a:\n  b: 1\n"),
        ("# c", ("a",), 1, "# c\na: 1"),
        ("# c\n\n", ("a",), 1, "# c\n\na: 1\n"),
        ("---\n# c\n", ("a",), 1, "---\n# c\na: 1\n"),
        ("---\n...\n", ("a",), 1, "---\na: 1\n...\n"),
        ("{}\n", ("a",), 1, "a: 1\n"),
        ("--- {} # c\n", ("a",), 1, "--- # c\na: 1\n"),
        ("!replace {}\n", ("a",), 1, "!replace\na: 1\n"),
        ("a: 1\n...\n", ("b",), 1, "a: 1\nb: 1\n...\n"),
        ("a: 1", ("b",), 1, "a: 1\nb: 1"),
        ("{a: 1}\n", ("b", "c"), 1, "{a: 1, b: {c: 1}}\n"),
        ("# c\n", (), UNSET, "# c\n!unset\n"),
        ("a: 1\n", (), UNSET, "!unset\n"),
        ("a: 1\nb: 2 # c\n", (), {"b": 2}, "b: 2 # c\n"),
    ],
)
def test_a_file_gets_its_first_lines_at_its_top(before: str, path: Path, value: Patch, after: str) -> None:
    assert _put(before, path, value) == after


@pytest.mark.parametrize("header", ["|", "|+", "|2"])
def test_a_text_that_ends_a_file_without_a_line_end_stays_what_it_is(header: str) -> None:
    ended = "|2-" if header == "|2" else "|-"
    assert _put(f"a: {header} # c\n  x\n  y", ("b",), 1) == f"a: {ended} # c\n  x\n  y\nb: 1\n"


@pytest.mark.parametrize("empty", ["", "  # c", " {}", " null", " ~ # c", " !replace"])
def test_what_is_empty_becomes_a_block_map(empty: str) -> None:
    comment = empty[empty.index(" #") - (empty[0:2] == "  ") :] if "#" in empty else ""
    tag = " !replace" if "!" in empty else ""
    assert _put(f"a:{empty}\nb: 1\n", ("a", "c"), 1) == f"a:{tag}{comment}\n  c: 1\nb: 1\n"


@pytest.mark.parametrize(
    ("before", "path", "after"),
    [
        ("a:  # c\n  # above\n  b: 1 # own\n# next\nd: 1\n", ("a", "b"), "a: {}  # c\n  # above\n# next\nd: 1\n"),
        ("a: !replace\n  b: 1\n", ("a", "b"), "a: !replace {}\n"),
        ("a:\n- b: 1\n", ("a", 0, "b"), "a:\n- {}\n"),
        ("a:\n- 1\n", ("a", 0), "a: []\n"),
        ("a: { b: 1 }\n", ("a", "b"), "a: {}\n"),
        ("a: [\n  1, # c\n]\n", ("a", 0), "a: []\n"),
        ("# c\na: 1\n# d\n", ("a",), "# c\n# d\n"),
        ("---\na: 1\n...\n", ("a",), "---\n{}\n...\n"),
        ("a:\n  b: 1", ("a", "b"), "a: {}\n"),
    ],
)
def test_what_loses_its_last_entry_stays_a_map_or_a_list(before: str, path: Path, after: str) -> None:
    assert _drop(before, path) == after


def test_what_stands_beside_a_dash_gives_its_place_to_the_next_key() -> None:
    assert _drop("a:\n  - b: 1 # c\n    d: 2\n", ("a", 0, "b")) == "a:\n  - d: 2\n"


@pytest.mark.parametrize(
    ("before", "value", "after"),
    [
        ("a:\n    b:\n        c: 1\n", {"d": [1]}, "a:\n    b:\n        c: 1\n    new:\n        d:\n            - 1\n"),
        ("a:\n  b:\n  - c\n", {"d": [1]}, "a:\n  b:\n  - c\n  new:\n    d:\n    - 1\n"),
        ("a:\n  b: 'x'\n", "a: b", "a:\n  b: 'x'\n  new: 'a: b'\n"),
        ("a:\n  b: x\n", "a: b", 'a:\n  b: x\n  new: "a: b"\n'),
        ("a:\r\n  b: 1\r\n", "x\ny\n", "a:\r\n  b: 1\r\n  new: |\r\n    x\r\n    y\r\n"),
        ("a:\r  b: 1\r", 1, "a:\r  b: 1\r  new: 1\r"),
        ("a:\n b: 1\n", {"c": {"d": 1}}, "a:\n b: 1\n new:\n  c:\n   d: 1\n"),
    ],
)
def test_new_lines_follow_the_layout_of_the_file(before: str, value: Patch, after: str) -> None:
    assert _put(before, ("a", "new"), value) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a: {b: 1,}\n", "a: {b: 1, new: 2}\n"),
        ("a: {b}\n", "a: {b, new: 2}\n"),
        ("a: {b: }\n", "a: {b: , new: 2 }\n"),
        ("a: {\n  b: 1 # c\n}\n", "a: {\n  b: 1, # c\n  new: 2\n}\n"),
        ("a: {\n  b: 1, # c\n}\n", "a: {\n  b: 1, # c\n  new: 2,\n}\n"),
        ("a: {\n  b: 1}\n", "a: {\n  b: 1,\n  new: 2}\n"),
        ("a: {b: 1 # c\n  }\n", "a: {b: 1, new: 2 # c\n  }\n"),
        ('a: {"b": 1}\n', 'a: {"b": 1, "new": 2}\n'),
    ],
)
def test_flow_maps_are_filled_in_their_own_way(before: str, after: str) -> None:
    assert _put(before, ("a", "new"), 2) == after


@pytest.mark.parametrize(
    ("before", "path", "after"),
    [
        ("a: {\n  b: 1, # c\n  d: 2 # e\n}\n", ("a", "d"), "a: {\n  b: 1 # c\n}\n"),
        ("a: {\n  b: 1, # c\n  d: 2 # e\n}\n", ("a", "b"), "a: {\n  d: 2 # e\n}\n"),
        ("a: {b: 1, # c\n  d: 2}\n", ("a", "d"), "a: {b: 1 # c\n  }\n"),
        ("a: {b: !unset, d: 2}\n", ("a", "d"), "a: {b: !unset }\n"),
        ("a: [1, 2, 3]\n", ("a", 1), "a: [1, 3]\n"),
    ],
)
def test_flow_entries_go_with_their_comma(before: str, path: Path, after: str) -> None:
    assert _drop(before, path) == after


def test_a_map_over_a_map_changes_only_the_keys_that_differ() -> None:
    before = "a:\n  # one\n  b: 1 # c\n  d: {e: 1, f: 2} # d\n  g: 3\n"
    after = "a:\n  # one\n  b: 1 # c\n  d: {e: 5, f: 2} # d\n  h: 4\n"
    assert _put(before, ("a",), {"h": 4, "d": {"f": 2, "e": 5}, "b": 1}) == after


@pytest.mark.parametrize("value", [{"b": 1}, {"b": Tagged("replace", 1)}])
def test_nothing_changes_where_the_value_is_there_already(value: Patch) -> None:
    before = f"a: {{b: {'1' if value == {'b': 1} else '!replace 1'}, }}\r\n"
    assert _put(before, ("a",), value) == before


def test_equal_means_of_the_same_type_and_tag() -> None:
    assert _put("a: 1\n", ("a",), 1.0) == "a: 1.0\n"
    assert _put("a: 1\n", ("a",), True) == "a: true\n"
    assert _put("a: !replace 1\n", ("a",), 1) == "a: 1\n"
    assert _put("a: 1\n", ("a",), Tagged("replace", 1)) == "a: !replace 1\n"


def test_a_sealed_leaf_is_written_as_its_ciphertext() -> None:
    sealed = Sealed("ENC[AES256_GCM,data:Zg==,iv:a=,tag:b==,type:str]", "str")
    assert _put("a: 1\n", ("a",), sealed) == f"a: {sealed.ciphertext}\n"


def test_a_byte_order_mark_stays() -> None:
    assert put(b"\xef\xbb\xbfa: 1\r\n", "x.yaml", ("a",), 2) == b"\xef\xbb\xbfa: 2\r\n"
    assert drop(b"\xef\xbb\xbfa: 1\n", "x.yaml", ("a",)) == b"\xef\xbb\xbf"


JSON = '{\n  "a": {\n    "b": 1\n  },\n  "c": []\n}\n'


@pytest.mark.parametrize(
    ("before", "path", "value", "after"),
    [
        (JSON, ("a", "b"), "x", JSON.replace("1", '"x"')),
        (JSON, ("a", "é"), None, JSON.replace("1\n", '1,\n    "é": null\n')),
        (JSON, ("c",), [1, {}], JSON.replace("[]", "[\n    1,\n    {}\n  ]")),
        (JSON, ("d", "e"), 1, JSON.replace("[]", '[],\n  "d": {\n    "e": 1\n  }')),
        ('{"a":1}', ("b",), {"c": [1]}, '{"a":1, "b": {"c": [1]}}'),
        ('{"a": {}}', ("a", "b"), 1, '{"a": {"b": 1}}'),
        ("{}", ("a",), 1, '{\n  "a": 1\n}'),
        ("", ("a",), 1, '{\n  "a": 1\n}\n'),
        ('{\r\n\t"a": {}\r\n}', ("a", "b"), "\x7f\u2028", '{\r\n\t"a": {\r\n\t\t"b": "\\u007f\\u2028"\r\n\t}\r\n}'),
    ],
)
def test_json_is_edited_in_its_own_layout(before: str, path: Path, value: Patch, after: str) -> None:
    assert _put(before, path, value, "x.json") == after


def test_json_loses_keys_with_their_commas() -> None:
    assert _drop(JSON, ("c",), "x.json") == '{\n  "a": {\n    "b": 1\n  }\n}\n'
    assert _drop(JSON, ("a",), "x.json") == '{\n  "c": []\n}\n'
    assert _drop(JSON, ("a", "b"), "x.json") == JSON.replace('{\n    "b": 1\n  }', "{}")


REFUSED: Mapping[str, tuple[str, str, Path, Patch, str]] = {
    "below a scalar": ("x.yaml", "b: 1\na: 2\n", ("a", "c"), 1, "x.yaml:2: cannot edit a.c: a is a single value in this file"),
    "below a list": ("x.yaml", "a: [1]\n", ("a", "c"), 1, "a is a list in this file, not a map"),
    "below what is unset": ("x.yaml", "a: !unset\n", ("a", "c"), 1, "a is !unset in this file"),
    "an item of no list": ("x.yaml", "a: {}\n", ("a", 0), 1, "a is not a list in this file, so it has no item 0"),
    "an item beyond the end": ("x.yaml", "a: [1]\n", ("a", 1), 1, "a has 1 items in this file, counted from 0, so no item 1"),
    "through an alias": ("x.yaml", "a: &x {b: 1}\nc: *x\n", ("c", "b"), 2, "x.yaml:2: cannot edit c.b: c is an alias"),
    "in what an alias names": ("x.yaml", "a: &x {b: 1}\nc: *x\n", ("a", "b"), 2, "an anchor and its aliases share this value"),
    "the anchor of an alias": ("x.yaml", "a: &x 1\nc: *x\n", ("a",), 2, "an anchor and its aliases share this value"),
    "in a broken file": ("x.yaml", "a: 1\na: 2\n", ("b",), 1, "x.yaml:2: the file cannot be edited before it is mended"),
    "beyond 64 bits": ("x.yaml", "a: 1\n", ("a",), 2**65, "the layout of this file does not allow this edit"),
    "half a character": ("x.yaml", "a: 1\n", ("a",), "\udc80", "the layout of this file does not allow this edit"),
    "half a character in JSON": ("x.json", "{}", ("a",), "\udc80", "the layout of this file does not allow this edit"),
    "half a character on the way": ("x.yaml", "a: {b: 1, c: 2}\n", ("a",), {"b": "\udc80", "d": 1}, "the layout of this file"),
    "a tag in JSON": ("x.json", "{}", ("a",), UNSET, "JSON has no tags, so no !unset"),
    "a tag deep in JSON": ("x.json", "{}", ("a",), {"b": [Tagged("replace", 1)]}, "JSON has no tags, so no !replace"),
    "no JSON number": ("x.json", "{}", ("a",), float("nan"), "JSON has no infinity and no NaN"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_put_is_refused(case: str) -> None:
    file, text, path, value, message = REFUSED[case]
    with pytest.raises(CannotEdit) as refusal:
        put(text.encode(), file, path, value)
    assert message in refusal.value.message
    assert refusal.value.hint


@pytest.mark.parametrize(
    ("text", "path", "message"),
    [
        ("a: 1\n", ("b",), "b is not in this file"),
        ("a: {b: 1}\n", ("a", "c"), "a.c is not in this file"),
        ("a: [1]\n", ("a", 1), "a has 1 items"),
        ("a: 1\n", (), "the whole file cannot be taken away"),
        ("a: &x 1\nb: *x\n", ("a",), "an anchor and its aliases share this value"),
        ("a: |+\n  x\nb: 1\n\nc: 1\n", ("b",), "the layout of this file does not allow this edit"),
    ],
)
def test_what_cannot_be_dropped_is_refused(text: str, path: Path, message: str) -> None:
    with pytest.raises(CannotEdit, match=message):
        drop(text.encode(), "x.yaml", path)


def test_an_alias_itself_can_be_replaced_and_dropped() -> None:
    text = "a: &x\n  b: 1\nc: *x # c\n"
    assert _put(text, ("c",), 1) == "a: &x\n  b: 1\nc: 1 # c\n"
    assert _drop(text, ("c",)) == "a: &x\n  b: 1\n"
