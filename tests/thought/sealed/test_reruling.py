"""Another rule for a sealed file: as if it had been sealed by that rule at once, but for the ciphertexts that stay."""

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from thought.sealed.golden_files import ALICE, cases, keys
from thought.sealed.real_sops import decrypted, encrypted

from lamina.thought.sealed.failures import CannotSeal
from lamina.thought.sealed.keys import Sharing
from lamina.thought.sealed.opening import Opened, look, opened
from lamina.thought.sealed.plaintext import plain_text
from lamina.thought.sealed.rekeying import rewrapped, rotated
from lamina.thought.sealed.reruling import is_ruled_so, reruled
from lamina.thought.sealed.sealing import Recipe, sealed
from lamina.thought.sealed.selection import DEFAULT, Rule

BEFORE = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
NOW = datetime(2027, 1, 2, 3, 4, 5, tzinfo=UTC)
ALL = Sharing(((ALICE,),))
YAML = b"""\
# about all
user: admin   # who
password: hunter2
n: 5432
list:
    # seal: first
    - one
    - {name: x, token_secret: t}
    - one
text: |
    several
    lines
nested:
    a_unencrypted: v
    password:
        deep: [1, true, null, ""]
    f: 1.5
    when: 2001-12-14T00:00:00Z
"""
FILES = {
    "yaml": YAML,
    "two.yaml": b"a: 1\npassword: x\n---\nb: 2\npassword: y\n",
    "flow.yaml": b"{a: 1, password: x}\n",
    "crlf.yaml": b"a: 1\r\npassword: x\r\n",
    "mark.yaml": b"\xef\xbb\xbfa: 1\npassword: x\n",
    "json": b'{\n\t"user": "admin",\n\t"password": {"a": [1, 2.5, true, null, ""], "b": "x"},\n\t"n": 7\n}\n',
    "line.json": b'{"user": "admin", "password": "x"}',
    "env": b"# about\nUSER=admin\npassword=hunter2\nEMPTY=\nLINES=a\\nb\n",
    "ini": b"; about\nuser = admin\n[db]\n; secret\npassword = hunter2\nport = 5\n",
}
RULES = [
    DEFAULT,
    Rule("unencrypted_suffix", "_plain"),
    Rule("encrypted_suffix", "word"),
    Rule("encrypted_regex", "^(password|list|PASS)$"),
    Rule("unencrypted_regex", "^(user|n|nested|USER)$"),
    Rule("encrypted_comment_regex", "^ ?(seal|secret)"),
    Rule("unencrypted_comment_regex", "^ about"),
]
PAIRS = [(old, new) for old in RULES for new in RULES if old is not new]


def opening(data: bytes, file: str) -> Opened:
    return opened(look(data, file), keys("alice"))


def file_of(kind: str) -> str:
    return f"f.{kind}"


@pytest.mark.parametrize("kind", FILES)
@pytest.mark.parametrize(("old", "new"), PAIRS, ids=lambda rule: rule.name)
def test_a_file_becomes_what_the_rule_wants(kind: str, old: Rule, new: Rule) -> None:
    file = file_of(kind)
    before = opening(sealed(FILES[kind], file, Recipe(ALL, old), os.urandom, BEFORE), file)
    data = reruled(before, new, False, os.urandom, NOW)
    after, fresh = opening(data, file), opening(sealed(FILES[kind], file, Recipe(ALL, new), os.urandom, NOW), file)
    assert after.look.metadata.rule == new
    assert after.look.metadata.last_modified == "2027-01-02T03:04:05Z"
    assert after.look.metadata.version
    assert after.documents() == before.documents() == fresh.documents()
    assert after.sealed_paths == fresh.sealed_paths
    assert after.key == before.key
    stayed = before.sealed_paths & after.sealed_paths
    texts = [{leaf.path: leaf.value for leaf in one.values if not leaf.note} for one in (before, after)]
    assert [texts[0][path] for path in stayed] == [texts[1][path] for path in stayed]


@pytest.mark.parametrize("kind", FILES)
def test_sops_opens_it(kind: str, tmp_path: Path) -> None:
    file = file_of(kind)
    store = look(sealed(FILES[kind], file, Recipe(ALL), os.urandom, BEFORE), file).store.name
    data = encrypted(FILES[kind], store, tmp_path, ALICE)
    for number, rule in enumerate([*RULES[3:], *RULES[:3]]):
        data = reruled(opening(data, file), rule, number % 2 == 0, os.urandom, NOW)
        of = look(data, file)
        assert (of.metadata.rule, of.metadata.mac_only_encrypted) == (rule, number % 2 == 0)
        decrypted(data, store, tmp_path)


def test_only_what_is_turned_changes() -> None:
    before = sealed(YAML, "f.yaml", Recipe(ALL), os.urandom, BEFORE)
    after = reruled(opening(before, "f.yaml"), Rule("encrypted_regex", "^password$"), False, os.urandom, NOW)
    changed = set(before.splitlines()) - set(after.splitlines())
    assert not [line for line in changed if line.startswith((b"password", b"    password", b"        deep"))]
    head = after.partition(b"sops:")[0].decode()
    assert head.count("ENC[") == 3
    assert [line for line in head.splitlines() if "ENC[" not in line] == [
        line for line in YAML.decode().splitlines() if not line.startswith("password") and "deep" not in line
    ]
    assert after.count(b"encrypted_regex: ^password$") == 1
    assert b"unencrypted_suffix" not in after


def test_there_and_back_again_keeps_the_layout() -> None:
    plain = YAML.replace(b"hunter2", b"'quoted' ")
    before = sealed(plain, "f.yaml", Recipe(ALL), os.urandom, BEFORE)
    there = reruled(opening(before, "f.yaml"), RULES[3], True, os.urandom, NOW)
    back = reruled(opening(there, "f.yaml"), DEFAULT, False, os.urandom, NOW)
    assert plain_text(opening(back, "f.yaml")) == plain_text(opening(before, "f.yaml"))
    assert [line.split(b"ENC[")[0] for line in back.splitlines()[:20]] == [
        line.split(b"ENC[")[0] for line in before.splitlines()[:20]
    ]


def test_the_rule_that_is_there_already_renews_the_mac_alone() -> None:
    before = sealed(YAML, "f.yaml", Recipe(ALL), os.urandom, BEFORE)
    found = opening(before, "f.yaml")
    assert is_ruled_so(found.look, DEFAULT, False)
    after = reruled(found, DEFAULT, False, os.urandom, NOW)
    changed = [line.split(b":")[0].strip() for line in set(before.splitlines()) - set(after.splitlines())]
    assert sorted(changed) == [b"lastmodified", b"mac"]


def test_a_file_without_a_rule_is_of_the_default() -> None:
    data = sealed(YAML, "f.yaml", Recipe(ALL), os.urandom, BEFORE).replace(
        b"    unencrypted_suffix: _unencrypted\n", b""
    )
    found = opening(data, "f.yaml")
    assert is_ruled_so(found.look, DEFAULT, False)
    after = reruled(found, RULES[3], False, os.urandom, NOW)
    lines = after.decode().splitlines()
    assert lines.index("    encrypted_regex: ^(password|list|PASS)$") == lines.index("    version: 3.11.0") - 1


def test_a_binary_file_is_sealed_whole_by_any_rule() -> None:
    of = look(sealed(b"\0x", "f.bin", Recipe(ALL), os.urandom, BEFORE), "f.bin")
    assert is_ruled_so(of, RULES[3], True)


@pytest.mark.parametrize("pattern", ["(?=x)", "(", "", r"\1"])
def test_a_pattern_that_re2_refuses_is_refused(pattern: str) -> None:
    found = opening(sealed(YAML, "f.yaml", Recipe(ALL), os.urandom, BEFORE), "f.yaml")
    with pytest.raises(CannotSeal):
        reruled(found, Rule("encrypted_regex", pattern), False, os.urandom, NOW)


def test_a_number_that_versions_of_sops_read_differently_does_not_become_plain() -> None:
    found = opening(sealed(b'{"n": 9007199254740993}', "f.json", Recipe(ALL), os.urandom, BEFORE), "f.json")
    with pytest.raises(CannotSeal, match="n: versions of sops read so large a number"):
        reruled(found, Rule("encrypted_regex", "^password$"), False, os.urandom, NOW)


names = st.sampled_from(["a", "b", "password", "user", "list", "x_plain", "k word", "ä"])
scalars = st.one_of(st.text("ab \n'\":#-", max_size=6), st.integers(-99, 99), st.booleans(), st.none(), st.just(1.5))
trees = st.dictionaries(
    names,
    st.recursive(scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3)),
    max_size=4,
)


@given(trees, st.sampled_from(PAIRS), st.booleans())
@settings(max_examples=60)
def test_any_file_and_any_rules(tree: dict[str, Any], pair: tuple[Rule, Rule], only: bool) -> None:
    import yaml

    old, new = pair
    plain = yaml.safe_dump(tree, sort_keys=False, allow_unicode=True).encode()
    before = opening(sealed(plain, "f.yaml", Recipe(ALL, old, not only), os.urandom, BEFORE), "f.yaml")
    after = opening(reruled(before, new, only, os.urandom, NOW), "f.yaml")
    fresh = opening(sealed(plain, "f.yaml", Recipe(ALL, new, only), os.urandom, NOW), "f.yaml")
    assert after.documents() == before.documents()
    assert after.sealed_paths == fresh.sealed_paths


@pytest.mark.parametrize("name", ["updatekeys-remove", "rotate-inplace"])
def test_a_file_without_a_version_gets_one_when_it_is_rotated(name: str, tmp_path: Path) -> None:
    data = cases("ops")[name].data("before")
    line = next(line for line in data.splitlines(keepends=True) if line.startswith(b"    version:"))
    found = opening(data.replace(line, b""), "f.yaml")
    assert found.look.metadata.doubts
    after = rotated(found, ALL, os.urandom, NOW)
    assert b"    version: 3.11.0\n" in after
    decrypted(after, "yaml", tmp_path)
    assert not look(rewrapped(opening(after, "f.yaml"), ALL, os.urandom), "f.yaml").metadata.doubts
