"""Sealed layers as they stand in the file."""

from typing import Any

import pytest

from lamina.thought.sealed import closed, sealed_paths
from lamina.words.node import Sealed, Tagged

META = {"sops": {"version": "3.9.0", "mac": "ENC[...]"}}


def enc(kind: str) -> str:
    return f"ENC[AES256_GCM,data:aGk=,iv:aXY=,tag:dGFn,type:{kind}]"


def test_ciphertexts_become_sealed_leaves() -> None:
    patch = {"password": enc("str"), "list": [{"n": enc("int")}, "plain"], "plain": 1, **META}
    assert closed(patch) == (
        {"password": Sealed(enc("str"), "str"), "list": [{"n": Sealed(enc("int"), "int")}, "plain"], "plain": 1},
        (),
    )


@pytest.mark.parametrize("kind", ["str", "int", "float", "bool", "time", "bytes"])
def test_the_type_is_told(kind: str) -> None:
    assert closed({"a": enc(kind), **META})[0]["a"].type == kind


@pytest.mark.parametrize(
    "text", ["ENC", "ENC[]", "ENC[AES256_GCM,data:]", "xENC[AES256_GCM,data:a,iv:b,tag:c,type:str]", ""]
)
def test_other_texts_stay_texts(text: str) -> None:
    assert closed({"a": text, **META})[0] == {"a": text}


@pytest.mark.parametrize("patch", [{"a": "x"}, {"a": "x", "sops": None}, {}, {"sops": "x"}])
def test_a_layer_that_is_only_named_as_sealed_shows_none_of_its_values(patch: Any) -> None:
    value, [fault] = closed(patch)
    assert (fault.rule, fault.path) == ("not-sealed", ())
    assert value.keys() == patch.keys()
    assert {path[0] for path in sealed_paths(value)} == {key for key, part in patch.items() if part}


def test_an_encrypted_comment_in_a_list_is_no_item() -> None:
    assert closed({"a": [enc("comment"), enc("str")], **META})[0] == {"a": [Sealed(enc("str"), "str")]}


def test_tags_cannot_stand_in_a_sealed_layer() -> None:
    patch = {"a": Tagged("append", [enc("str")]), "b": {"c": Tagged("unset", None)}, **META}
    value, faults = closed(patch)
    assert [(fault.rule, fault.path) for fault in faults] == [
        ("tag-in-sealed-layer", ("a",)),
        ("tag-in-sealed-layer", ("b", "c")),
    ]
    assert value == {"a": [Sealed(enc("str"), "str")], "b": {"c": None}}


def test_the_paths_of_sealed_leaves() -> None:
    data = {"a": Sealed(enc("str"), "str"), "b": [1, {"c": Sealed(enc("int"), "int")}], "d": "ENC[...]"}
    assert list(sealed_paths(data)) == [("a",), ("b", 1, "c")]
