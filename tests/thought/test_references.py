"""References: what they become, what they taint, and where they lead nowhere."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lamina.thought.references import References, Resolved
from lamina.words.node import Path, Sealed


def resolved(
    documents: Mapping[str, Any], document: str = "app", secrets: Mapping[str, set[Path]] | None = None
) -> Resolved:
    return references(documents, secrets).resolve(document)


def references(documents: Mapping[str, Any], secrets: Mapping[str, set[Path]] | None = None) -> References:
    return References(
        "prod",
        fetch=documents.get,
        secrets=lambda name: frozenset((secrets or {}).get(name, ())),
        names=lambda: list(documents),
        whole=lambda name: True,
    )


def nested(depth: int, value: Any) -> Any:
    for _ in range(depth):
        value = {"x": value}
    return value


DATA = {
    "n": 1,
    "f": 1.5,
    "t": True,
    "z": None,
    "s": "x",
    "m": {"a": [1, {"b": "deep"}]},
    "a.b": "dotted",
    "a:b": "colon",
}
VALUES = {
    "${n}": 1,
    "${f}": 1.5,
    "${t}": True,
    "${z}": None,
    "${m}": {"a": [1, {"b": "deep"}]},
    "${m.a}": [1, {"b": "deep"}],
    "${m.a[1].b}": "deep",
    '${"a.b"}': "dotted",
    '${"a:b"}': "colon",
    "${app:n}": 1,
    "${other:k}": "v",
    "${folder/doc:k}": "w",
    "${@environment}": "prod",
    "n=${n}, f=${f}, t=${t}, s=${s}": "n=1, f=1.5, t=true, s=x",
    "${s}${s}": "xx",
    "in ${@environment}": "in prod",
    "$${n}": "${n}",
    "$${": "${",
    "a $${n} ${n}": "a ${n} 1",
    "$n {n} $ {n} }": "$n {n} $ {n} }",
    "$$$${n}": "$$${n}",
    "": "",
}


@pytest.mark.parametrize(("text", "value"), VALUES.items())
def test_what_a_reference_becomes(text: str, value: Any) -> None:
    documents = {"app": DATA | {"here": text}, "other": {"k": "v"}, "folder/doc": {"k": "w"}}
    done = resolved(documents)
    assert done.faults == ()
    assert repr(done.value) == repr(DATA | {"here": value})
    assert not done.broken


def test_references_are_followed_through_references() -> None:
    data = {"a": "${b}", "b": "${c.d[0]}", "c": "${m}", "m": {"d": ["${n}"]}, "n": 7}
    assert resolved({"app": data}).value == {"a": 7, "b": 7, "c": {"d": [7]}, "m": {"d": [7]}, "n": 7}


def test_references_stand_in_maps_and_lists() -> None:
    assert resolved({"app": {"m": {"l": [{"x": "${n}"}, "${n}"]}, "n": 1}}).value == {"m": {"l": [{"x": 1}, 1]}, "n": 1}


def test_keys_are_no_references() -> None:
    assert resolved({"app": {"${n}": 1}}).value == {"${n}": 1}


def test_what_was_referred_to_is_not_changed() -> None:
    data = {"a": "${m}", "m": {"x": ["${n}"]}, "n": 1}
    resolved({"app": data})
    assert data == {"a": "${m}", "m": {"x": ["${n}"]}, "n": 1}


def test_the_documents_that_were_drawn_on() -> None:
    documents = {"app": {"a": "${b:x}", "s": "${app:n}", "n": 1}, "b": {"x": "${c:y}"}, "c": {"y": 1}}
    all_of_them = references(documents)
    assert all_of_them.resolve("app").documents == {"b"}
    assert all_of_them.resolve("b").documents == {"c"}


FAULTS = {
    "${x}": ("dead-reference", "nothing sets app:x"),
    "${m.x}": ("dead-reference", "nothing sets app:m.x"),
    "${m.a[5]}": ("dead-reference", "nothing sets app:m.a[5]"),
    "${n.x}": ("dead-reference", "nothing sets app:n.x"),
    "${m[0]}": ("dead-reference", "nothing sets app:m[0]"),
    "${nowhere:k}": ("dead-reference", "there is no document nowhere in prod"),
    "${here}": ("circular-reference", "app:here -> app:here"),
    "a ${here}": ("circular-reference", "app:here -> app:here"),
    "${n": ("bad-reference", "never closed"),
    "${}": ("bad-reference", "does not name a value"),
    "${other:}": ("bad-reference", "does not name a value"),
    "${a b}": ("bad-reference", "does not name a value"),
    "${@enviroment}": ("dead-reference", "@enviroment"),
    "a ${m}": ("reference-without-text", "app:m is a map"),
    "a ${m.a}": ("reference-without-text", "app:m.a is a list"),
    "a ${z}": ("reference-without-text", "app:z is null"),
}


@pytest.mark.parametrize(("text", "fault"), FAULTS.items())
def test_references_that_lead_nowhere(text: str, fault: tuple[str, str]) -> None:
    done = resolved({"app": DATA | {"here": text, "good": "${n}"}, "other": {"k": "v"}})
    [found] = done.faults
    assert (found.rule, found.document, found.path) == (fault[0], "app", ("here",))
    assert fault[1] in found.message
    assert found.fix
    assert done.value["here"] == text  # type: ignore[call-overload,index]
    assert done.value["good"] == 1  # type: ignore[call-overload,index]
    assert done.broken


def test_near_names_are_offered() -> None:
    documents = {"app": {"retries": 1, "a": "${retires}", "b": "${othr:k}"}, "other": {"k": 1}}
    assert [fault.fix for fault in resolved(documents).faults] == ["did you mean retries?", "did you mean other?"]


def test_a_circle_prints_its_chain() -> None:
    documents = {"app": {"a": "${b}", "b": "x ${other:c}"}, "other": {"c": "${app:a}"}}
    [fault] = resolved(documents).faults
    assert fault.rule == "circular-reference"
    assert "app:a -> app:b -> other:c -> app:a" in fault.message
    assert fault.chain == (("app", ("b",)), ("other", ("c",)))


def test_a_circle_through_a_map() -> None:
    [fault] = resolved({"app": {"m": {"x": "${m}"}}}).faults
    assert (fault.rule, fault.path) == ("circular-reference", ("m", "x"))


def test_every_broken_reference_is_told_where_it_stands_and_once() -> None:
    documents = {"app": {"a": "${b}", "b": "${c}", "d": ["${c}", "${e}"]}}
    faults = resolved(documents).faults
    assert [(fault.rule, fault.path) for fault in faults] == [
        ("dead-reference", ("b",)),
        ("dead-reference", ("d", 0)),
        ("dead-reference", ("d", 1)),
    ]
    assert "reached through app:a" in faults[0].message


def test_a_document_with_gaps_is_not_to_blame_for_what_it_may_hold() -> None:
    gaps = References(
        "prod", {"app": {"a": "${other:k}"}, "other": {}}.get, lambda _: frozenset(), list, lambda name: name == "app"
    )
    done = gaps.resolve("app")
    assert (done.faults, done.broken, done.documents) == ((), {("a",)}, {"other"})


def test_chains_are_bounded() -> None:
    chain = {f"k{index}": f"${{k{index + 1}}}" for index in range(200)} | {"k200": 1}
    assert {fault.rule for fault in resolved({"app": chain}).faults} == {"long-reference-chain"}
    short = {f"k{index}": f"${{k{index + 1}}}" for index in range(49)} | {"k49": 1}
    assert resolved({"app": short}).faults == ()


@pytest.mark.parametrize(
    "data",
    [
        {"l0": ["x"] * 10} | {f"l{index}": [f"${{l{index - 1}}}"] * 10 for index in range(1, 12)},
        {"l0": ["x"] * 10_000} | {f"l{index}": ["${l0}"] for index in range(1, 200)},
        {"l0": "x" * 10} | {f"l{index}": f"${{l{index - 1}}}" * 10 for index in range(1, 12)},
        {"l0": "x" * 400_000, "l1": "${l0}" * 1000},
        {f"l{index}": nested(30, f"${{l{index + 1}}}") for index in range(40)} | {"l40": 1},
        {f"l{index}": nested(90, f"${{l{index + 1}}}") for index in range(40)} | {"l40": 1},
    ],
    ids=["tenfold lists", "many copies", "tenfold texts", "one long text", "deeper and deeper", "deep at once"],
)
def test_bombs_are_stopped(data: Any) -> None:
    assert "too-many-nodes" in {fault.rule for fault in resolved({"app": data}).faults}


SECRETS = {"vault": {("password",), ("db",)}}
VAULT = {"password": "p", "db": {"user": "u", "host": "h"}, "open": "o"}
TAINTED: dict[str, tuple[Any, set[Path]]] = {
    "the secret itself": ("${vault:password}", {("a",)}),
    "inside text": ("x ${vault:password}", {("a",)}),
    "a part of a secret map": ("${vault:db.user}", {("a",)}),
    "the map around them": ({"b": "${vault:db}"}, {("a", "b")}),
    "in a list": (["${vault:open}", "${vault:password}"], {("a", 1)}),
    "nothing secret": ("${vault:open}", set()),
}


@pytest.mark.parametrize(("value", "tainted"), TAINTED.values(), ids=TAINTED)
def test_what_is_made_from_a_secret_is_secret(value: Any, tainted: set[Path]) -> None:
    assert resolved({"app": {"a": value}, "vault": VAULT}, secrets=SECRETS).secrets == tainted


def test_taint_goes_through_any_number_of_references() -> None:
    documents = {
        "app": {"a": "${b}", "b": "x${c.d}", "c": "${m}", "m": {"d": "${vault:password}", "e": 1}},
        "vault": VAULT,
    }
    done = resolved(documents, secrets=SECRETS)
    assert done.secrets == {("a",), ("b",), ("c", "d"), ("m", "d")}


def test_a_map_taints_only_what_is_secret_in_it() -> None:
    documents = {"app": {"a": "${vault:all}"}, "vault": {"all": {"x": 1, "y": 2}}}
    assert resolved(documents, secrets={"vault": {("all", "y")}}).secrets == {("a", "y")}
    assert resolved(documents, secrets={"vault": {("all",)}}).secrets == {("a",)}


def test_a_sealed_value_stays_sealed() -> None:
    sealed = Sealed("ENC[x]", "int")
    documents = {"app": {"a": "${s}", "b": "n=${s}", "s": sealed}}
    done = resolved(documents, secrets={"app": {("s",)}})
    assert done.value == {"a": sealed, "b": Sealed("n=ENC[x]", "str"), "s": sealed}
    assert done.secrets == {("a",), ("b",), ("s",)}


@pytest.mark.parametrize(
    "text", ["pa${hunter2", "pa${hunter2}", "${hunter2:x}", "${ hunter2 }", "${hunter2[0}", "a ${m} hunter2"]
)
def test_faults_in_a_secret_quote_nothing_of_it(text: str) -> None:
    documents = {"app": {"password": text, "m": {}}}
    [fault] = resolved(documents, secrets={"app": {("password",)}}).faults
    assert "hunter2" not in fault.message + fault.fix
    assert fault.path == ("password",)


TEXTS = st.sampled_from(
    [
        "x",
        "${a}",
        "${b}",
        "${m}",
        "${m.k}",
        "${one:a}",
        "${two:b}",
        "${two:m}",
        "${one:m.k}",
        "${three:a} ${one:b}",
        "${no}",
    ]
)
DOCUMENT = st.fixed_dictionaries({}, optional={"a": TEXTS, "b": TEXTS, "m": st.fixed_dictionaries({"k": TEXTS})})


# A circle is told at its first place, and what leads nowhere without those that lead there from elsewhere.
@example({"one": {"a": "${two:b}"}, "two": {"b": "${three:a}"}, "three": {"a": "${one:a}"}}, ["three", "two", "one"])
@example({"one": {"a": "${two:b}"}, "two": {"b": "${no}"}, "three": {}}, ["one", "two", "three"])
@given(
    st.fixed_dictionaries(dict.fromkeys(("one", "two", "three"), DOCUMENT)),
    st.permutations(["one", "two", "three"]),
)
def test_who_is_asked_first_changes_nothing(documents: dict[str, Any], order: list[str]) -> None:
    together = references(documents)
    for name in order:
        first, alone = together.resolve(name), resolved(documents, name)
        assert replace(first, faults=()) == replace(alone, faults=())
        assert sorted(first.faults, key=str) == sorted(alone.faults, key=str)
        assert together.resolve(name) == first
