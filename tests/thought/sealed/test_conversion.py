"""Files in another format: byte for byte as sops writes them, or refused."""

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from thought.sealed.golden_files import ALICE, cases, keys
from thought.sealed.real_sops import run

from lamina.thought.sealed.conversion import Branch, branches, converted, extract, keys_at
from lamina.thought.sealed.creation import Indents
from lamina.thought.sealed.keys import Sharing
from lamina.thought.sealed.opening import look, opened
from lamina.thought.sealed.sealing import Recipe, plain_parsed, sealed
from lamina.thought.sealed.stores import store_of
from lamina.thought.sealed.stores.texts import Unfit
from lamina.words.node import Path as TreePath

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
WIDTHS = Indents()
FILES = {
    "a.yaml": """\
# head
a: 1
f: 2.5
big: 1e21
t: 2001-12-14
s: "yes" # inline
n: null
e: ""
multi: |
    line1

    line2
folded: "a\\nb"
m:
    # in m
    x: true
    l: [1, two, {k: v, deep: {er: [1, [2, "a\\nb"]]}}]
    ee: {}
    el: []
"a key: with": "- x"
html: "<a&b>"
""",
    "flat.yaml": "A: x\nB: 1\nC: true\nD: 1.5\nE: |\n    one\n    two\n",
    "sections.yaml": "DEFAULT:\n    top: x\none:\n    key: a b\n    longer: ' padded '\ntwo:\n    k: a;b\n",
    "d.env": "# note\nA=1\nB=two words\nC=line1\\nline2\nD=\n",
    "i.ini": 'top = 1\n\n; about sec\n[sec]\n; about k\nk = v\nlong_key = "  x "\n',
    "j.json": '{"a": 1, "b": 2.5, "l": [1, {"k": null}], "s": "no", "m": {"x": "y\\nz", "u": "\\u00e9<&>"}}',
    "x.bin": "hello\nworld\n",
}


def tree(name: str) -> list[Branch]:
    text = FILES[name].encode()
    return branches(plain_parsed(text, name, store_of(name)).entries)


# Its own format keeps its own layout.
OTHER_KINDS = [
    (name, kind) for name in FILES for kind in ("yaml", "json", "dotenv", "ini") if store_of(name).name != kind
]


@pytest.mark.parametrize(("name", "kind"), OTHER_KINDS)
def test_it_is_written_as_sops_writes_it(name: str, kind: str, tmp_path: Path) -> None:
    store = store_of(name).name
    data = sealed(FILES[name].encode(), name, Recipe(Sharing(((ALICE,),))), os.urandom, NOW)
    status, said, _ = run(["decrypt"], data, store, tmp_path, kind)
    found = opened(look(data, name), keys("alice"))
    if status:
        with pytest.raises(Unfit):
            converted(branches(found.look.parsed.entries, found.values), kind, WIDTHS)
    else:
        assert converted(branches(found.look.parsed.entries, found.values), kind, WIDTHS) == said


# What sops writes so that it reads otherwise: bytes that are no text, infinity, a key twice, the key sops.
REFUSED_HERE = {"bin-random", "yaml-float-inf", "env-dup", "env-sops-exact"}


# Those that alice opens alone, as sops is run here.
OPEN_TO_ALICE = [
    name
    for name, case in cases().items()
    if case.file("expected") and case.kind != "json" and case.meta["keys"] == ["alice"]
]


@pytest.mark.parametrize("name", OPEN_TO_ALICE)
def test_the_golden_files_become_json_as_sops_writes_it(name: str, tmp_path: Path) -> None:
    case = cases()[name]
    status, said, _ = run(["decrypt"], case.data("encrypted"), case.kind, tmp_path, "json")
    assert status == 0 or name in REFUSED_HERE
    found = opened(look(case.data("encrypted"), f"f.{case.kind}", case.kind), keys("alice"))
    documents = branches(found.look.parsed.entries, found.values)
    if len(documents) > 1 or name in REFUSED_HERE:
        with pytest.raises(Unfit):
            converted(documents, "json", WIDTHS)
        return
    assert converted(documents, "json", WIDTHS) == said


texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=12) | st.text(
    "a :#-'\"\n|>", max_size=8
)
scalars = (
    texts | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False) | st.booleans() | st.none()
)
trees = st.dictionaries(
    texts, st.recursive(scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3))
)


@given(trees, st.sampled_from([2, 3, 4, 8]))
@settings(max_examples=60)
def test_what_is_written_reads_alike(data: dict[str, Any], width: int) -> None:
    for kind in ("yaml", "json"):
        try:
            text = converted([branch_of(data)], kind, Indents(width, width))
        except Unfit:
            continue
        read = branches(store_of("", kind).parse(text, False).entries)
        assert converted(read, kind, Indents(width, width)) == text


def branch_of(value: Any) -> Any:
    if isinstance(value, dict):
        return Branch(True, [(key, branch_of(part)) for key, part in value.items()])
    return Branch(False, [(None, branch_of(part)) for part in value]) if isinstance(value, list) else value


REFUSED = {
    "a key that dotenv would cut": ({"a=b": "x"}, "dotenv"),
    "a key that dotenv takes for a comment": ({"#a": "x"}, "dotenv"),
    "two characters that dotenv takes for a line break": ({"a": r"x\ny"}, "dotenv"),
    "null in dotenv": ({"a": None}, "dotenv"),
    "a section's name that INI would cut": ({"a]b": {"k": "v"}, "c": {"[x": "y"}}, "ini"),
    "a list in INI": ({"a": {"k": ["v"]}}, "ini"),
    "infinity in JSON": ({"a": float("inf")}, "json"),
    "bytes in JSON": ({"a": "\udcff"}, "json"),
    "the key sops": ({"sops": {"a": "b"}}, "yaml"),
    "anything as binary": ({"data": "x"}, "binary"),
}


@pytest.mark.parametrize(("data", "kind"), REFUSED.values(), ids=REFUSED)
def test_what_would_read_otherwise_is_refused(data: Any, kind: str) -> None:
    with pytest.raises(Unfit) as stopped:
        converted([branch_of(data)], kind, WIDTHS)
    assert stopped.value.hint


PARTS: list[TreePath] = [
    ("a",), ("t",), ("s",), ("n",), ("e",), ("multi",), ("m",), ("m", "l"), ("m", "l", 1), ("m", "l", 2), ("m", "ee"),
    ("m", "l", 2, "deep", "er", 1, 0), ("big",), ("m", "x"), ("f",),
]  # fmt: skip


@pytest.mark.parametrize("kind", ["yaml", "json"])
@pytest.mark.parametrize("path", PARTS, ids=str)
def test_a_part_is_written_as_sops_writes_it(path: TreePath, kind: str, tmp_path: Path) -> None:
    data = sealed(FILES["a.yaml"].encode(), "a.yaml", Recipe(Sharing(((ALICE,),))), os.urandom, NOW)
    where = "".join(f"[{step}]" if isinstance(step, int) else f'["{step}"]' for step in path)
    status, said, _ = run(["decrypt", "--extract", where], data, "yaml", tmp_path, kind)
    assert status == 0
    assert extract(tree("a.yaml"), path, kind, WIDTHS) == said


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        (("q",), "the file has no key q"),
        (("m", "q"), "m has no key q"),
        (("m", 0), "m is a map"),
        (("m", "l", "x"), "m.l is a list"),
        (("m", "l", 3), "m.l has 3 items"),
        (("a", "x"), "a is a single value"),
    ],
)
def test_a_path_that_leads_nowhere_says_why(path: TreePath, reason: str) -> None:
    with pytest.raises(LookupError, match=reason):
        extract(tree("a.yaml"), path, "yaml", WIDTHS)


def test_keys_at_a_path() -> None:
    assert keys_at(tree("a.yaml"), ("m",)) == ["x", "l", "ee", "el"]
    assert (
        keys_at(tree("a.yaml"), ("m", "l")) == keys_at(tree("a.yaml"), ("a",)) == keys_at(tree("a.yaml"), ("q",)) == []
    )
