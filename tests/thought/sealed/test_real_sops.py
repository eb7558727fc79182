"""Both ways with the real program: what is sealed here opens there to the same values, and the other way about.

Many documents go into one file, since starting the program is what costs; LAMINA_LONG=1 takes 500 of each format.
"""

import json
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, Verbosity, given, settings
from hypothesis import strategies as st
from thought.sealed.golden_files import ALICE, keys
from thought.sealed.real_sops import decrypted, encrypted
from thought.sealed.test_golden import alike

from lamina.thought.sealed.keys import Sharing
from lamina.thought.sealed.opening import look, opened
from lamina.thought.sealed.plaintext import plain_text
from lamina.thought.sealed.sealing import Recipe, plain_parsed, resealed, sealed
from lamina.thought.sealed.stores import store_of
from lamina.thought.sealed.stores.yaml_text import string_text, value_text
from lamina.thought.sealed.tree import documents

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
RECIPE = Recipe(Sharing(((ALICE,),)))
LONG = bool(os.environ.get("LAMINA_LONG"))
BATCH = 25
# No shrinking: a batch that fails is tried again one document at a time, and the first that fails alone is shown.
often = settings(
    max_examples=500 // BATCH if LONG else 2,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],
    verbosity=Verbosity.quiet,
)

letters = st.characters(codec="utf-8", exclude_categories=["Cs"])
anything = st.text(letters, max_size=20) | st.text("abc :#-'\"\n\t\\{}[]&*!|>%@`,?=<", max_size=12)
# A text of several lines that begins with a blank: sops seals and opens it, and prints it as YAML that says something else
# (`- |4-` with two spaces, or null). test_texts_that_sops_prints_otherwise holds those against its JSON.
texts = anything.filter(lambda text: "\n" not in text or text[0] not in "\n\t ")
names = st.text(st.characters(codec="utf-8", categories=["L", "N"]), min_size=1, max_size=8).map(
    lambda name: f"k{name}"
)
floats = st.floats(allow_nan=False, allow_infinity=False).filter(lambda number: number != 0)
scalars = texts | st.integers(-(2**63), 2**63 - 1) | floats | st.booleans() | st.none()
trees = st.dictionaries(
    names,
    st.recursive(
        scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names, inner, max_size=4), max_leaves=8
    ),
    max_size=5,
)
small = st.integers(-(2**53), 2**53)
json_scalars = texts | small | floats | st.booleans() | st.none()
json_trees = st.dictionaries(
    names,
    st.recursive(json_scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names, inner, max_size=4)),
    max_size=5,
)
lines = st.text(st.characters(codec="utf-8", exclude_characters="\r\n", exclude_categories=["Cs", "Cc"]), max_size=20)
# INI has no way to say three double quotes beside a back quote or a line break.
ini_texts = st.text("abc XYZ'\"#;=:\n`é日", max_size=9).filter(
    lambda text: '"""' not in text or not set(text) & set("`\n")
)


def batches(of: Any) -> Any:
    return st.lists(of, min_size=BATCH, max_size=BATCH)


def one_by_one_if_it_fails(check: Callable[[list[Any]], None], batch: list[Any]) -> None:
    try:
        return check(batch)
    except Exception:
        fails = True
    for document in batch:
        check([document])
    assert not fails, "each of the documents passes alone, and together they do not"


def open_here(data: bytes, kind: str) -> Any:
    return opened(look(data, f"f.{kind}", kind), keys("alice"))


def read_plain(data: bytes, kind: str) -> list[Any]:
    return documents(plain_parsed(data, f"f.{kind}", store_of("", kind)).entries)


@given(batches(st.tuples(trees, st.integers(0, 2**32))))
@often
def test_yaml_with_comments_both_ways(tmp_path_factory: Any, batch: list[tuple[dict[str, Any], int]]) -> None:
    folder = tmp_path_factory.mktemp("yaml")

    def check(some: list[tuple[dict[str, Any], int]]) -> None:
        data = [tree for tree, _ in some]
        text = "---\n".join(yaml_text(tree, Random(seed)) for tree, seed in some).encode()
        there = decrypted(sealed(text, "f.yaml", RECIPE, os.urandom, NOW), "yaml", folder)
        assert b"ENC[AES256_GCM" not in there, text
        assert all(map(alike, read_plain(there, "yaml"), data)), text
        found = open_here(encrypted(text, "yaml", folder, ALICE), "yaml")
        assert not found.doubts, text
        assert all(map(alike, found.documents(), data)), text
        assert all(map(alike, read_plain(plain_text(found), "yaml"), data)), text

    one_by_one_if_it_fails(check, batch)


@pytest.mark.parametrize("text", ["\n]", "\n\nx", "\t]\n,", " &\n`", "\r\n", "\n", " \n", "x\n\n", "# a\n#b"])
def test_texts_that_sops_prints_otherwise(text: str, tmp_path: Path) -> None:
    data = {"m": {"l": [text, [text]]}}
    here = sealed(json.dumps(data).encode(), "f.yaml", RECIPE, os.urandom, NOW)
    assert json.loads(decrypted(here, "yaml", tmp_path, "json")) == data
    found = open_here(encrypted(json.dumps(data).encode(), "yaml", tmp_path, ALICE), "yaml")
    assert found.documents() == read_plain(plain_text(found), "yaml") == [data]


@given(batches(json_trees))
@often
def test_json_both_ways(tmp_path_factory: Any, batch: list[dict[str, Any]]) -> None:
    folder = tmp_path_factory.mktemp("json")

    def check(some: list[dict[str, Any]]) -> None:
        whole = {f"d{number}": tree for number, tree in enumerate(some)}
        text = json.dumps(whole, indent=1, ensure_ascii=False).encode()
        assert alike(json.loads(decrypted(sealed(text, "f.json", RECIPE, os.urandom, NOW), "json", folder)), whole)
        found = open_here(encrypted(text, "json", folder, ALICE), "json")
        assert alike(found.documents()[0], whole)
        assert alike(json.loads(plain_text(found)), whole)

    one_by_one_if_it_fails(check, batch)


@given(batches(st.dictionaries(names, lines, max_size=5)), lines)
@often
def test_dotenv_both_ways(tmp_path_factory: Any, batch: list[dict[str, str]], comment: str) -> None:
    folder = tmp_path_factory.mktemp("env")

    def check(some: list[dict[str, str]]) -> None:
        whole = {f"{key}_{number}": value for number, tree in enumerate(some) for key, value in tree.items()}
        text = "".join(f"#{comment}\n{key}={value}\n" for key, value in whole.items()).encode()
        assert decrypted(sealed(text, "f.env", RECIPE, os.urandom, NOW), "dotenv", folder) == text
        assert plain_text(open_here(encrypted(text, "dotenv", folder, ALICE), "dotenv")) == text

    one_by_one_if_it_fails(check, batch)


@given(batches(st.dictionaries(names, ini_texts, max_size=4)))
@often
def test_ini_both_ways(tmp_path_factory: Any, batch: list[dict[str, str]]) -> None:
    folder = tmp_path_factory.mktemp("ini")
    store = store_of("", "ini")
    empty = plain_parsed(b"k = v\n", "f.ini", store)
    (leaf,) = empty.leaves()

    def section(name: str, tree: dict[str, str]) -> str:
        lines = (f"; about {key}\n{key} = {store.plain(empty, leaf, text, False)}\n" for key, text in tree.items())
        return f"[{name}]\n" + "".join(lines)

    def check(some: list[dict[str, str]]) -> None:
        wanted = {"DEFAULT": {}} | {f"s{number}": tree for number, tree in enumerate(some)}
        text = "".join(section(name, tree) for name, tree in wanted.items() if name != "DEFAULT").encode()
        assert read_plain(text, "ini") == [wanted]
        # As JSON: what sops writes as INI it does not always read back alike (two single quotes, for one).
        here = sealed(text, "f.ini", RECIPE, os.urandom, NOW)
        assert json.loads(decrypted(here, "ini", folder, "json")) == wanted
        found = open_here(encrypted(text, "ini", folder, ALICE), "ini")
        assert found.documents() == read_plain(plain_text(found), "ini") == [wanted]

    one_by_one_if_it_fails(check, batch)


@given(st.binary(max_size=2000))
@settings(often, max_examples=500 if LONG else 10)
def test_any_bytes_both_ways(tmp_path_factory: Any, data: bytes) -> None:
    folder = tmp_path_factory.mktemp("bytes")
    assert decrypted(sealed(data, "f.bin", RECIPE, os.urandom, NOW), "binary", folder) == data
    assert plain_text(open_here(encrypted(data, "binary", folder, ALICE), "binary")) == data


@pytest.mark.parametrize("data", [b"", b"\0", b"{}", bytes(range(256)) * 40], ids=["none", "nul", "json", "all"])
def test_an_edited_binary_file_opens_in_sops(data: bytes, tmp_path: Path) -> None:
    found = open_here(encrypted(data, "binary", tmp_path, ALICE), "binary")
    edited = resealed(found, data + b"x", os.urandom, NOW)
    assert b"unencrypted_suffix" not in edited
    assert decrypted(edited, "binary", tmp_path) == data + b"x"


def yaml_text(tree: dict[str, Any], random: Random) -> str:
    """A tree as YAML with comments, blank lines, flow collections and indents as people write them."""
    last = ["# last"] if tree and random.random() < 0.2 else []
    return "".join(line + "\n" for line in (*_lines(tree, random), *last)) or "{}\n"


def _lines(value: Any, random: Random) -> list[str]:
    out: list[str] = []
    entries = value.items() if isinstance(value, dict) else ((None, item) for item in value)
    step = random.choice((2, 2, 4, 1))
    for key, part in entries:
        head = f"{string_text(key)}:" if key is not None else "-"
        why = "  # why" if random.random() < 0.2 else ""
        out += random.choice((["# about"], ["# about", "# more"], ["# about", "", "# more"], [""], *([[]] * 12)))
        if isinstance(part, dict | list) and part and random.random() < 0.75:
            inner = _lines(part, random)
            if key is None and isinstance(part, dict) and inner[0][:1] not in ("", "#"):
                out += [f"- {inner[0]}", *(f"  {line}" for line in inner[1:])]
            else:
                lead = " " * (0 if key is not None and isinstance(part, list) and step == 1 else step)
                out += [head + why, *(lead + line if line else line for line in inner)]
        elif isinstance(part, dict | list):
            out.append(f"{head} {flow(part)}{why}")
        elif isinstance(part, str) and "\n" in part:
            first, *rest = value_text(part, False, 4).split("\n")
            out += [f"{head} {first}{why}", *rest]
        else:
            out.append(f"{head} {value_text(part, False, None)}{why}")
    return out


def flow(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{string_text(key, True)}: {flow(part)}" for key, part in value.items()) + "}"
    return "[" + ", ".join(map(flow, value)) + "]" if isinstance(value, list) else value_text(value, True, None)
