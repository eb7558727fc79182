"""Pairs of branches, made by chance: what both sides did is all there, in whichever order, and sops opens it.

All hundred pairs with LAMINA_LONG=1, else ten.
"""

import json
import os
import random
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from thought.sealed.golden_files import ALICE, keys
from thought.sealed.real_sops import decrypted

from lamina.thought.document import edit
from lamina.thought.sealed.keys import Sharing
from lamina.thought.sealed.merging import Merging, merged
from lamina.thought.sealed.opening import Look, Opened, look, opened
from lamina.thought.sealed.plaintext import plain_text
from lamina.thought.sealed.sealing import Recipe, resealed, sealed

NOW = datetime(2027, 1, 2, 3, 4, 5, tzinfo=UTC)
RECIPE = Recipe(Sharing(((ALICE,),)))
PAIRS = 100 if os.environ.get("LAMINA_LONG") else 10
FILES = ("f.yaml", "f.yaml", "f.json", "f.env", "f.ini")

KEYS = st.text("abcdef_-", min_size=1, max_size=3).filter(lambda key: key[0] not in "-_" and key != "sops")
SCALARS = (
    st.text(max_size=6)
    | st.integers(-(2**40), 2**40)
    | st.booleans()
    | st.none()
    | st.sampled_from(["2001-12-14", "010", "no", "x\ny\n", "#", " a", "1.50", "- b", "é: x", "\U0001f510"])
    | st.floats(allow_nan=False, allow_infinity=False, width=32)
)
TREES = st.dictionaries(
    KEYS,
    st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3), max_leaves=6),
    min_size=1,
    max_size=6,
)  # fmt: skip
GONE = object()


def opening(of: Look) -> Opened:
    return opened(of, keys("alice"))


def together(base: bytes, ours: bytes, theirs: bytes, file: str) -> Merging:
    return merged(base, ours, theirs, file, opening, edit, os.urandom, NOW)


def data_of(data: bytes | None, file: str) -> Any:
    (document,) = opening(look(data or b"", file)).documents()
    return document


def text_of(tree: dict[str, Any], file: str) -> bytes:
    if file.endswith(".json"):
        return json.dumps(tree, indent=2).encode()
    if file.endswith(".env"):
        return "".join(f"{key}={value}\n" for key, value in tree.items()).encode()
    if file.endswith(".ini"):
        return "\n".join(
            f"[{name}]\n" + "".join(f"{key} = {value}\n" for key, value in section.items())
            for name, section in tree.items()
        ).encode()
    # Strings in quotes, since PyYAML and sops do not mean the same by every plain one.
    return yaml.dump(tree, Dumper=Quoting, sort_keys=False, allow_unicode=True).encode()


class Quoting(yaml.SafeDumper):
    """Writes every string in double quotes."""


Quoting.add_representer(str, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"'))


def branched(base: bytes, tree: dict[str, Any], file: str) -> bytes:
    """A branch on which somebody wrote the file anew."""
    return resealed(opening(look(base, file)), text_of(tree, file), os.urandom, NOW)


def with_changes(tree: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in {**tree, **changes}.items() if value is not GONE}


@st.composite
def forks(draw: st.DrawFn) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """A tree, and what each side changes at its top: never the same key."""
    base = draw(TREES)
    names = sorted({*base, *draw(st.lists(KEYS, max_size=4))})
    mine = draw(st.sets(st.sampled_from(names)))
    other = set(names) - mine if draw(st.booleans()) else draw(st.sets(st.sampled_from(names))) - mine
    values = SCALARS | st.just(GONE) | st.lists(SCALARS, max_size=2) | TREES
    return base, *({name: draw(values) for name in sorted(side)} for side in (mine, other))


@given(forks(), st.sampled_from(["f.yaml", "f.json"]))
@settings(max_examples=300 if PAIRS == 100 else 40)
def test_changes_to_different_keys_come_together(
    fork: tuple[dict[str, Any], dict[str, Any], dict[str, Any]], file: str
) -> None:
    tree, mine, other = fork
    base = sealed(text_of(tree, file), file, RECIPE, os.urandom, NOW)
    ours, theirs = (branched(base, with_changes(tree, changes), file) for changes in (mine, other))
    wanted = with_changes(tree, {**mine, **other})
    # By way of the format: JSON knows no difference between 1 and 1.0, nor lone surrogates.
    wanted = data_of(sealed(text_of(wanted, file), file, RECIPE, os.urandom, NOW), file)
    for found in (together(base, ours, theirs, file), together(base, theirs, ours, file)):
        assert found.conflicts == ()
        assert same(data_of(found.data, file), wanted)


@given(st.lists(TREES, min_size=3, max_size=3))
@settings(max_examples=300 if PAIRS == 100 else 40)
def test_any_three_files_merge_alike_both_ways_or_clash_in_the_same_places(trees: list[dict[str, Any]]) -> None:
    base = sealed(text_of(trees[0], "f.yaml"), "f.yaml", RECIPE, os.urandom, NOW)
    ours, theirs = (branched(base, tree, "f.yaml") for tree in trees[1:])
    one, other = together(base, ours, theirs, "f.yaml"), together(base, theirs, ours, "f.yaml")
    assert {conflict.path for conflict in one.conflicts} == {conflict.path for conflict in other.conflicts}
    assert not any("layout" in conflict.why for conflict in one.conflicts)
    if one.data is not None:
        assert same(data_of(one.data, "f.yaml"), data_of(other.data, "f.yaml"))


def same(one: Any, other: Any) -> bool:
    """Equality by type too; of maps the order does not count."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(part, other[key]) for key, part in one.items())
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    return type(one) is type(other) and repr(one) == repr(other)


@pytest.mark.parametrize("first", range(0, PAIRS, 10))
def test_pairs_of_branches_on_different_keys_merge_and_sops_opens_them(first: int, tmp_path: Path) -> None:
    for number in range(first, first + 10):
        file, dice = FILES[number % len(FILES)], random.Random(number)
        kind = {"env": "dotenv"}.get(file[2:], file[2:])
        tree, mine, other = pair(dice, file)
        base = sealed(text_of(tree, file), file, RECIPE, os.urandom, NOW)
        ours, theirs = (branched(base, edited(tree, changes), file) for changes in (mine, other))
        found = together(base, ours, theirs, file)
        assert found.conflicts == ()
        wanted = edited(edited(tree, mine), other)
        assert same(
            data_of(found.data, file), data_of(sealed(text_of(wanted, file), file, RECIPE, os.urandom, NOW), file)
        )
        # sops checks every tag and the MAC, and must read the very values that we do.
        said = decrypted(found.data or b"", kind, tmp_path)
        assert _read(said, file) == _read(plain_text(opening(look(found.data or b"", file))), file)


def _read(text: bytes, file: str) -> Any:
    if file.endswith(".json"):
        return json.loads(text)
    return sorted(text.decode().split()) if file[2:] in ("env", "ini") else yaml.safe_load(text)


def pair(
    dice: random.Random, file: str
) -> tuple[dict[str, Any], dict[tuple[str, ...], Any], dict[tuple[str, ...], Any]]:
    """A file, and for each of two branches values to set, or take away, at paths of its own."""
    flat = file.endswith(".env")
    sections = [""] if flat else [f"s{n}" for n in range(dice.randint(2, 4))]
    tree: dict[str, Any] = {}
    paths = []
    for section in sections:
        into = tree if flat else tree.setdefault(section, {})
        for n in range(dice.randint(3, 8)):
            into[f"K{n}"] = secret(dice)
            paths.append((f"K{n}",) if flat else (section, f"K{n}"))
        paths += [(f"N{n}",) if flat else (section, f"N{n}") for n in range(3)]
    dice.shuffle(paths)
    half = len(paths) // 2
    sides = []
    for some in (paths[: dice.randint(1, half)], paths[half : half + dice.randint(1, half)]):
        sides.append({path: GONE if dice.random() < 0.2 else secret(dice) for path in some})
    return tree, sides[0], sides[1]


def secret(dice: random.Random) -> str:
    return "".join(dice.choice("abcdefghijklmnopqrstuvwxyz") for _ in range(dice.randint(4, 20)))


def edited(tree: dict[str, Any], changes: dict[tuple[str, ...], Any]) -> dict[str, Any]:
    out = {key: dict(part) if isinstance(part, dict) else part for key, part in tree.items()}
    for path, value in changes.items():
        into = out if len(path) == 1 else out[path[0]]
        if value is GONE:
            into.pop(path[-1], None)
        else:
            into[path[-1]] = value
    return out
