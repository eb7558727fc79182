"""Edits of sealed files: what sops changed in the same case, or fewer lines; and never a layout."""

import difflib
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from thought.sealed.golden_files import ALICE, BOB, Case, cases, keys
from thought.sealed.real_sops import decrypted, encrypted

from lamina.thought.sealed.creation import read_rules
from lamina.thought.sealed.failures import CannotSeal, NoKey
from lamina.thought.sealed.keys import Sharing
from lamina.thought.sealed.opening import Opened, look, opened
from lamina.thought.sealed.plaintext import plain_text
from lamina.thought.sealed.rekeying import is_shared_so, rewrapped, rotated
from lamina.thought.sealed.sealing import Recipe, resealed, sealed

NOW = datetime(2027, 1, 2, 3, 4, 5, tzinfo=UTC)
KINDS = {"edit-binary": "binary", "set-env": "dotenv", "set-ini": "ini"}
# The same edits as an editor would make them: what to replace in the plain text, and by what.
EDITS = {
    "edit-binary": (b"world", b"there"),
    "edit-comment": (b"top comment", b"other comment"),
    "edit-floats": (b"other: x", b"other: y"),
    "edit-list-comments": (b"other: x", b"other: y"),
    "edit-multidoc-same": (b"z: a", b"z: b"),
    "edit-one-value": (b"hunter2", b"changed"),
    "edit-type-change": (b"5432", b'"5432"'),
    "edit-whitespace-only": (b"user: admin", b"user:  admin"),
    "set-env": (b"A=1", b"A=new"),
    "set-indent-drift": (b"a: x", b"a: v"),
    "set-ini": (b"a = 1", b"a = new"),
    "set-list-item": (b"- x\n", b"- v\n"),
    "set-list-no-dups": (b"hunter2", b"new"),
    "set-multidoc": (b"a: 1\n", b"a: 1\nb: new\n"),
    "set-null": (b"5432", b"null"),
    "set-nested-new": (b"note_unencrypted: visible\n", b'note_unencrypted: visible\nx:\n    "y":\n        z: v\n'),
    "set-over-scalar": (b"user: admin\n", b"user:\n    sub: v\n"),
    "set-reformats-quotes-and-blank-lines": (b"a: x", b"a: v"),
    "set-timestamps": (b"other: x", b"other: y"),
    "set-unencrypted": (b"visible", b"v"),
    "unset-list-item": (b"        - x\n", b""),
}
UNTOUCHED = ("set-same-idempotent", "unset-missing-idempotent", "set-bad-path")
REWRAPPED = ("updatekeys-remove", "updatekeys-selection-changed")
SHARED = {
    "updatekeys-noop": True,
    "updatekeys-order-only": True,
    "updatekeys-prompt-no": False,
    "updatekeys-no-access": False,
    "updatekeys-remove": False,
    "updatekeys-selection-changed": False,
}
ROTATED = {"rotate-inplace": (ALICE,), "rotate-add-age": (ALICE, BOB), "rotate-rm-age": (ALICE,)}


def case_of(name: str) -> Case:
    return cases("ops")[name]


def open_before(name: str) -> Opened:
    kind = KINDS.get(name, "yaml")
    return opened(look(case_of(name).data("before"), f"f.{kind}", kind), keys("alice", "bob"))


@pytest.mark.parametrize("name", EDITS)
def test_an_edit_changes_no_more_lines_than_sops_does(name: str) -> None:
    case, (old, new) = case_of(name), EDITS[name]
    found = open_before(name)
    plain = plain_text(found)
    assert plain.count(old) >= 1
    edited = plain.replace(old, new, 1)
    data = resealed(found, edited, os.urandom, NOW)
    again = opened(look(data, found.look.file, found.look.store.name), keys("alice"))
    assert plain_text(again).replace(b'"y"', b"y") == edited.replace(b'"y"', b"y")
    assert changed_lines(case.data("before"), data) <= changed_lines(case.data("before"), case.data("after"))


@pytest.mark.parametrize("name", UNTOUCHED)
def test_what_is_not_edited_stays(name: str) -> None:
    found = open_before(name)
    assert (
        resealed(found, plain_text(found), os.urandom, NOW)
        == case_of(name).data("before")
        == case_of(name).data("after")
    )


@pytest.mark.parametrize("name", REWRAPPED)
def test_new_recipients_change_their_part_alone(name: str) -> None:
    case, found = case_of(name), open_before(name)
    people = look(case.data("after"), "f.yaml").metadata.recipients
    data = rewrapped(found, Sharing((people,)), os.urandom)
    before, after = case.data("before").splitlines(), data.splitlines()
    assert [line for line in after if b"ENC[" in line] == [line for line in before if b"ENC[" in line]
    assert [line for line in after if b"lastmodified" in line] == [line for line in before if b"lastmodified" in line]
    assert look(data, "f.yaml").metadata.recipients == people


@pytest.mark.parametrize("name", ROTATED)
def test_a_rotation_changes_every_ciphertext(name: str) -> None:
    found = open_before(name)
    data = rotated(found, Sharing((ROTATED[name],)), os.urandom, NOW)
    before, after = case_of(name).data("before").splitlines(), data.splitlines()
    assert not {line for line in before if b"ENC[" in line} & {line for line in after if b"ENC[" in line}
    ivs = [part.split(b",iv:")[1].split(b",")[0] for part in after if b"ENC[" in part]
    assert len(set(ivs)) == len(ivs)
    assert look(data, "f.yaml").metadata.recipients == ROTATED[name]


@pytest.mark.parametrize("name", SHARED)
def test_the_recipients_in_the_configuration_are_held_against_those_of_the_file(name: str) -> None:
    case = case_of(name)
    rule = read_rules((case.folder / ".sops.yaml").read_bytes(), ".sops.yaml").for_file("before.yaml")
    of = look(case.data("before"), "before.yaml")
    assert rule is not None
    assert is_shared_so(of, rule.sharing("before.yaml")) == SHARED[name]
    if name == "updatekeys-no-access":
        with pytest.raises(NoKey):
            opened(of, keys("bob"))


@pytest.mark.parametrize("name", [name for name, case in cases("ops").items() if case.file("after-decrypted")])
def test_what_sops_left_opens_to_what_sops_says(name: str) -> None:
    kind = KINDS.get(name, "yaml")
    found = opened(look(case_of(name).data("after"), f"f.{kind}", kind), keys("alice", "bob"))
    # sops prints the float 1.0 as 1.
    text = plain_text(found).replace(b"1.0\n", b"1\n").replace(b"-0.0\n", b"-0\n")
    assert text == case_of(name).data("after-decrypted")


def test_every_edit_of_the_golden_files_is_tested() -> None:
    # rotate-stdout changes no file; what it prints is what rotate-inplace writes.
    tested = {*EDITS, *UNTOUCHED, *REWRAPPED, *ROTATED, *SHARED, "set-sops-key", "updatekeys-no-rule", "rotate-stdout"}
    assert tested == cases("ops").keys()


def test_without_a_rule_for_a_file_there_are_no_recipients() -> None:
    rules = (case_of("updatekeys-no-rule").folder / ".sops.yaml").read_bytes()
    assert read_rules(rules, ".sops.yaml").for_file("before.yaml") is None


def test_a_key_sops_is_refused() -> None:
    found = open_before("set-sops-key")
    with pytest.raises(CannotSeal, match="has a key sops at its top"):
        resealed(found, plain_text(found) + b"sops: v\n", os.urandom, NOW)


def test_layout_comments_and_quotes_survive_an_edit() -> None:
    plain = b"# top\na:   'x'   # why\n\n\nlist: [ 1, two ]   # flow\nmap:\n  # inner\n  k: |\n    text\n\n  l: \"q\"\nlast: 1"
    data = sealed(plain, "f.yaml", Recipe(Sharing(((ALICE,),))), os.urandom, NOW)
    found = opened(look(data, "f.yaml"), keys("alice"))
    assert found.documents() == [{"a": "x", "list": [1, "two"], "map": {"k": "text\n", "l": "q"}, "last": 1}]
    text = plain_text(found)
    assert (
        text
        == b"# top\na:   x   # why\n\n\nlist: [ 1, two ]   # flow\nmap:\n  # inner\n  k: |\n    text\n\n  l: q\nlast: 1\n"
    )
    edited = resealed(found, text.replace(b"two", b"three"), os.urandom, NOW)
    assert changed_lines(data, edited) <= 6
    assert resealed(found, text, os.urandom, NOW) == data


COMMENT_ONLY_LIST = b"k: []  # a\nl:\n  # b\n  # c\n  []\nm: 1\n"


def test_a_list_of_comments_alone_stays_an_empty_list(tmp_path: Path) -> None:
    # sops keeps the comments of an empty list as its items.
    by_sops = encrypted(COMMENT_ONLY_LIST, "yaml", tmp_path, ALICE)
    assert by_sops.count(b"    - ENC") == 3
    found = opened(look(by_sops, "f.yaml"), keys("alice"))
    plain = plain_text(found)
    assert plain == b"k:\n    # a\n    []\nl:\n    # b\n    # c\n    []\nm: 1\n"
    assert resealed(found, plain, os.urandom, NOW) == by_sops
    edited = resealed(found, plain.replace(b"m: 1", b"m: 2"), os.urandom, NOW)
    opened_there = decrypted(edited, "yaml", tmp_path)
    assert b"ENC[" not in opened_there
    assert plain_text(opened(look(edited, "f.yaml"), keys("alice"))) == plain.replace(b"m: 1", b"m: 2")


COMMENTS_AT_EDGES = {
    "before an item in brackets": b"k:\n  # c\n  - []\n  - x\n",
    "between a key and its brackets": b"k:\n  # c\n  [x]\n",
    "at the end of a document before one in brackets": b"k:\n  j: 1\n# c\n---\n{}\n",
    "two at the end, the second further out": b"k:\n      - x\n      # c\n    # c\n",
    "two at the end of an item that hangs": b"k:\n -\n       b\n   # c\n # c\n",
}


@pytest.mark.parametrize("where", COMMENTS_AT_EDGES)
def test_sops_opens_a_comment(where: str, tmp_path: Path) -> None:
    data = sealed(COMMENTS_AT_EDGES[where], "f.yaml", Recipe(Sharing(((ALICE,),))), os.urandom, NOW)
    opened_there = decrypted(data, "yaml", tmp_path)
    assert b"# c" in opened_there
    assert b"ENC[" not in opened_there
    by_sops = encrypted(COMMENTS_AT_EDGES[where], "yaml", tmp_path, ALICE)
    assert b"# c" in plain_text(opened(look(by_sops, "f.yaml"), keys("alice")))


def test_equal_items_of_a_list_keep_their_own_ciphertexts() -> None:
    data = sealed(b"l:\n  - x\n  - x\nother: 1\n", "f.yaml", Recipe(Sharing(((ALICE,),))), os.urandom, NOW)
    found = opened(look(data, "f.yaml"), keys("alice"))
    edited = resealed(found, plain_text(found).replace(b"1", b"2"), os.urandom, NOW)
    assert edited.splitlines()[:3] == data.splitlines()[:3]


def changed_lines(before: bytes, after: bytes) -> int:
    lines = difflib.unified_diff(before.decode().splitlines(), after.decode().splitlines(), lineterm="", n=0)
    return sum(line[:1] in "+-" and line[:3] not in ("+++", "---") for line in lines)
