"""Metadata as all versions of sops wrote it."""

from typing import Any

import pytest

from lamina.thought.sealed.failures import Unsound
from lamina.thought.sealed.metadata import Group, Wrap, fields, flat, key_fields, metadata_of, nested, place_of
from lamina.thought.sealed.selection import DEFAULT, Rule

LEAST = {"lastmodified": "2026-01-02T03:04:05Z", "mac": "ENC[...]", "version": "3.11.0"}
ANN, BOB = {"recipient": "age1ann", "enc": "a\n"}, {"recipient": "age1bob", "enc": "b\n"}


def test_one_group() -> None:
    metadata = metadata_of({**LEAST, "kms": [], "pgp": None, "age": [ANN, BOB], "shamir_threshold": 2}, "f")
    assert metadata.groups == (Group((Wrap("age1ann", "a\n"), Wrap("age1bob", "b\n"))),)
    assert (metadata.recipients, metadata.needed, metadata.rule) == (("age1ann", "age1bob"), 1, DEFAULT)


def test_groups_with_keys_of_other_kinds() -> None:
    raw = {**LEAST, "key_groups": [{"age": [ANN], "pgp": [{"fp": "ABCD"}]}, {"hc_vault": None, "age": [BOB]}]}
    metadata = metadata_of(raw, "f")
    assert metadata.groups[0] == Group((Wrap("age1ann", "a\n"),), ("pgp ABCD",))
    assert (metadata.recipients, metadata.needed) == (("age1ann", "pgp ABCD", "age1bob"), 2)
    assert metadata_of({**raw, "shamir_threshold": "1"}, "f").needed == 1


def test_keys_at_the_top_win() -> None:
    assert metadata_of({**LEAST, "age": [ANN], "key_groups": [{"age": [BOB]}]}, "f").recipients == ("age1ann",)


@pytest.mark.parametrize(
    ("said", "threshold"),
    [(2, 2), ("2", 2), ("2.0", 2), (None, 0), ("", 0), ("x", 0), ([], 0), ("1e999", 0), (float("inf"), 0), ("nan", 0)],
    ids=str,
)
def test_thresholds(said: Any, threshold: int) -> None:
    assert metadata_of({**LEAST, "shamir_threshold": said}, "f").threshold == threshold


@pytest.mark.parametrize(
    ("version", "is_odd"),
    [("3.11.0", False), ("v3.9.4", False), ("3.12.0-rc.1+x", False), ("3.11", True), ("", True), ("a.b.c", True)],
)
def test_odd_versions(version: str, is_odd: bool) -> None:
    assert bool(metadata_of({**LEAST, "version": version}, "f").doubts) == is_odd


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        ({"mac": "x", "version": "3.11.0"}, "no lastmodified"),
        ({**LEAST, "encrypted_regex": "a", "encrypted_suffix": "b"}, "more than one rule"),
        ({**LEAST, "key_groups": ["x"]}, "a key group in its metadata is no map"),
    ],
    ids=["time", "rules", "group"],
)
def test_metadata_that_cannot_be_used(raw: dict[str, Any], why: str) -> None:
    with pytest.raises(Unsound, match=why):
        metadata_of(raw, "f")


FLAT = {
    "age__list_0__map_recipient": "age1ann",
    "age__list_0__map_enc": "a\\n",
    "mac_only_encrypted": "true",
    "shamir_threshold": "2",
}


def test_flattened_and_back() -> None:
    assert flat({"age": [ANN], "mac_only_encrypted": True, "shamir_threshold": 2}) == FLAT
    assert nested(FLAT)["age"]["0"] == ANN
    assert metadata_of({**nested(FLAT), **LEAST}, "f").mac_only_encrypted


def test_more_than_ten_flattened_items_keep_their_order() -> None:
    texts = {f"age__list_{i}__map_recipient": f"age1{i}" for i in reversed(range(12))}
    assert metadata_of({**nested(texts), **LEAST}, "f").recipients == tuple(f"age1{i}" for i in range(12))


def test_flattened_texts_that_clash_lose_nothing_else() -> None:
    assert nested({"age": "x", "age__list_0__map_enc": "y", "mac": "z"}) == {"age": "x", "mac": "z"}


def test_new_fields_stand_in_the_order_of_sops() -> None:
    keys = key_fields([[Wrap("age1ann", "a\n")], [Wrap("age1bob", "b\n")]], 2)
    written = fields(keys, "time", "mac", Rule("encrypted_regex", "^x"), True)
    order = "shamir_threshold key_groups lastmodified mac encrypted_regex mac_only_encrypted version"
    assert " ".join(written) == order
    assert written["key_groups"][1] == {"hc_vault": [], "age": [BOB]}
    assert place_of("pgp", list(written)) == 4
    assert place_of("version", ["age", "mac"]) == 2
