"""Files made by the real program: opened to the same values and the same text, and left alone by an edit of nothing."""

import json
import os
from datetime import UTC, datetime
from typing import Any

import pytest
from thought.sealed.golden_files import ALICE, BOB, CAROL, Case, cases, keys

from lamina.thought.sealed.failures import CannotSeal, NoKey, Tampered, Unsound
from lamina.thought.sealed.keys import Sharing
from lamina.thought.sealed.opening import look, opened
from lamina.thought.sealed.plaintext import plain_text
from lamina.thought.sealed.rekeying import is_shared_so, rewrapped, rotated
from lamina.thought.sealed.sealing import Recipe, resealed, sealed
from lamina.thought.sealed.selection import DEFAULT, Rule, fault_of

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
SEALED = {name: case for name, case in cases().items() if case.file("encrypted")}
# sops writes 89.0 as 89, which an edit then makes an integer; its `!!merge` and its line separators are only other spellings.
OTHERWISE_SPELLED = {"yaml-octal-like", "yaml-quoting", "yaml-unicode"}
# sops seals these and cannot open them again (its issue 2281): here they open.
OPEN_HERE_ONLY = {"yaml-encrypted-comment-regex-list-comment"}
# Bad version fields: nothing but sops's own check needs them, and every value is sound.
OPEN_WITH_A_DOUBT = {"version-garbage", "version-missing"}
# Refused although sops opens it: text behind a ciphertext that nothing writes.
REFUSED_HERE_ONLY = {"value-trailing-garbage-after-bracket"}
# Not about opening: another command or a missing file.
OTHER_COMMANDS = {"already-encrypted", "extract-index-oob", "set-bad-json", "file-missing", "key-env-with-spaces"}


def open_case(case: Case) -> Any:
    return opened(look(case.data("encrypted"), f"file.{case.kind}", case.kind), keys(*case.meta["keys"]))


@pytest.mark.parametrize("name", SEALED)
def test_it_opens_to_the_same_text(name: str) -> None:
    case = SEALED[name]
    found = open_case(case)
    assert (case.meta["decrypt_exit"] == 0) or name in OPEN_HERE_ONLY
    if name not in OTHERWISE_SPELLED | OPEN_HERE_ONLY:
        assert plain_text(found) == case.data("expected")


@pytest.mark.parametrize("name", [name for name, case in SEALED.items() if case.file("expected-as")])
def test_it_opens_to_the_same_values(name: str) -> None:
    case = SEALED[name]
    file = case.file("expected-as")
    if file is None or file.suffix != ".json" or case.kind == "binary":
        pytest.skip("compared as text")
    assert alike(open_case(case).documents()[0], json.loads(file.read_bytes()))


@pytest.mark.parametrize("name", SEALED)
def test_sealing_its_text_again_changes_nothing(name: str) -> None:
    case = SEALED[name]
    found = open_case(case)
    if case.kind != "binary" and fault_of(found.look.metadata.rule):
        with pytest.raises(CannotSeal, match="RE2 refuses"):
            resealed(found, plain_text(found), os.urandom, NOW)
    else:
        assert resealed(found, plain_text(found), os.urandom, NOW) == case.data("encrypted")


@pytest.mark.parametrize(
    "sharing", [Sharing(((ALICE,),)), Sharing(((ALICE, BOB),)), Sharing(((ALICE,), (BOB,), (CAROL,)), 2)]
)
@pytest.mark.parametrize("name", SEALED)
def test_new_keys_keep_the_text(name: str, sharing: Sharing) -> None:
    case = SEALED[name]
    found = open_case(case)
    for data in (rotated(found, sharing, os.urandom, NOW), rewrapped(found, sharing, os.urandom)):
        again = look(data, f"file.{case.kind}", case.kind)
        assert is_shared_so(again, sharing)
        assert plain_text(opened(again, keys("alice", "bob"))) == plain_text(found)


@pytest.mark.parametrize("name", cases())
def test_its_plain_file_is_sealed_or_refused(name: str) -> None:
    case = cases()[name]
    plain, recipe = case.data("input"), Recipe(Sharing(((ALICE,),)), rule_of(case))
    refused = case.meta["encrypt_exit"] != 0 or fault_of(recipe.rule) or name == "json-trailing-garbage"
    if refused:
        with pytest.raises(CannotSeal):
            sealed(plain, f"file.{case.kind}", recipe, os.urandom, NOW, case.kind)
        return
    data = sealed(plain, f"file.{case.kind}", recipe, os.urandom, NOW, case.kind)
    found = opened(look(data, f"file.{case.kind}", case.kind), keys("alice"))
    if case.file("expected-as") and case.kind == "yaml":
        assert alike(found.documents()[0], json.loads(case.data("expected-as")))


@pytest.mark.parametrize("name", sorted(cases("negative").keys() - OTHER_COMMANDS))
def test_what_sops_refuses_is_refused(name: str) -> None:
    case = cases("negative")[name]
    people = [case.meta["key"]] if case.meta.get("key") else []
    if (case.meta["exit"] == 0 or name in OPEN_WITH_A_DOUBT) and name not in REFUSED_HERE_ONLY:
        found = opened(look(case.data("encrypted"), "f.yaml"), keys(*people))
        assert bool(found.doubts) == (name in OPEN_WITH_A_DOUBT | {"added-plain-comment"})
        return
    with pytest.raises((Tampered, Unsound, NoKey)):
        opened(look(case.data("encrypted"), "f.yaml"), keys(*people))


@pytest.mark.parametrize("name", [name for name, case in cases("negative").items() if case.file("ignore-mac")])
def test_without_its_mac_a_file_opens_as_in_sops(name: str) -> None:
    if name in REFUSED_HERE_ONLY:
        pytest.skip("refused whatever the MAC says")
    case = cases("negative")[name]
    found = opened(look(case.data("encrypted"), "f.yaml"), keys("alice"), check_mac=False)
    assert plain_text(found).replace(b"5432.0", b"5432") == case.data("ignore-mac")


def rule_of(case: Case) -> Rule:
    args = case.meta["args"]
    names = {
        f"--{name.replace('_', '-')}": name for name in ("encrypted_regex", "unencrypted_regex", "unencrypted_suffix")
    }
    names |= {
        "--encrypted-comment-regex": "encrypted_comment_regex",
        "--unencrypted-comment-regex": "unencrypted_comment_regex",
    }
    return next((Rule(names[one], args[i + 1]) for i, one in enumerate(args) if one in names), DEFAULT)


def alike(left: Any, right: Any) -> bool:
    """Equal as JSON says it: numbers by value, at a double's precision."""
    if isinstance(left, dict) and isinstance(right, dict):
        return list(left) == list(right) and all(alike(left[key], right[key]) for key in left)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(alike, left, right))
    if isinstance(left, int | float) and isinstance(right, int | float) and not isinstance(left, bool):
        return float(left) == float(right)
    return bool(left == right)
