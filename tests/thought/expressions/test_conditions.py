"""Conditions in CEL: what they say of documents, and that nothing in them or in the documents ends otherwise than told."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lamina.thought.expressions import BadExpression, Unknown, compile_expression

DOCUMENTS: dict[str, Any] = {
    "app": {
        "port": 80,
        "ratio": 0.5,
        "name": "shop",
        "on": True,
        "none": None,
        "list": [1, 2, 3],
        "map": {"a.b": {"c": 1}},
    },
    "agents/planner": {"model": "large"},
}


def truth(text: str, documents: dict[str, Any] = DOCUMENTS) -> bool | Unknown:
    return compile_expression(text).truth("prod", documents)


TRUE = [
    "documents.app.port == 80 && documents.app.port == 80.0",
    'documents["agents/planner"].model == "large"',
    "documents.app.ratio < 1",
    "documents.app.on",
    "documents.app.none == null",
    "!has(documents.app.nothing) && !has(documents.nothing)",
    "documents.app.list.exists(n, n > 2) && size(documents.app.list) == 3",
    'documents.app.map["a.b"].c == 1',
    'environment == "prod"',
    '"app" in documents && documents.size() == 2',
    'documents.app.name.matches("^s.*p$")',
    "documents.app == documents.app",
]


@pytest.mark.parametrize("text", TRUE)
def test_what_is_true(text: str) -> None:
    assert truth(text) is True
    assert truth(f"!({text})") is False


UNKNOWN = {
    "documents.app.prot == 80": 'there is no key "prot"',
    "documents.ap.port == 80": 'there is no key "ap"',
    "documents.app.port": "it gives a value of the type int, neither true nor false",
    "documents.app.none": "it gives a value of the type null, neither true nor false",
    'documents.app.port > "x"': "No matching overloads found",
    "1 / 0 == 1": "divide by zero",
    "documents.app.list[7] == 1": "Index error: index=7 size=3",
    'documents.app.name.matches("(")': "invalid regular expression",
    "documents.app.port * 9223372036854775807 == 1": "overflow",
}


@pytest.mark.parametrize("text", UNKNOWN)
def test_what_is_neither_true_nor_false(text: str) -> None:
    found = truth(text)
    assert isinstance(found, Unknown)
    assert UNKNOWN[text] in found.reason


WRONG = {
    "documents.app.port ==": "the expression is wrong at line 1, column 22: Syntax error: mismatched input '<EOF>'",
    "true &&\n  port == 80": "the expression is wrong at line 2, column 3: undeclared reference to 'port'",
    "": "the expression is wrong at line 1, column 1: Syntax error: mismatched input '<EOF>'",
    "1 + 1": "the expression is wrong: it gives a value of the type int, neither true nor false",
    "'a' * 2 == 'aa'": "the expression is wrong at line 1, column 5: found no matching overload for '_*_' applied to",
    "documents.app.open('/etc/passwd')": "the expression is wrong at line 1, column 19: undeclared reference to 'open'",
    "\ud800": "the expression is wrong: it is not UTF-8",
    "'" + "a" * 20_000 + "' == ''": "the expression is wrong: it has 20008 characters, and at most 10000 are read",
    "(" * 1000 + "true" + ")" * 1000: "the expression is wrong: it is nested too deeply",
    "!" * 5000 + "(true)": "the expression is wrong",
    "true?true:" * 900 + "true": "the expression is wrong: it is nested too deeply",
    "documents" + ".a" * 4000: "the expression is wrong",
    "[" * 4000 + "]" * 4000 + " == []": "the expression is wrong: it is nested too deeply",
}


@pytest.mark.parametrize("text", WRONG, ids=map(str, range(len(WRONG))))
def test_a_wrong_expression_is_told_with_its_place(text: str) -> None:
    if text.startswith("!"):
        # Pairs of negations are taken together: this one is sound.
        assert truth(text) is True
        return
    with pytest.raises(BadExpression) as failure:
        compile_expression(text)
    assert failure.value.message.startswith(WRONG[text])
    assert failure.value.status == 2


def test_what_would_take_too_many_steps_ends() -> None:
    documents = {"app": {"list": list(range(1000))}}
    found = truth("documents.app.list.all(a, documents.app.list.all(b, documents.app.list.all(c, true)))", documents)
    assert found == Unknown("Iteration budget exceeded")


ODD = {
    "too large": (2**64, "app:list[0].odd is a number of more than 64 bits"),
    "too small": (-(2**63) - 1, "app:list[0].odd is a number of more than 64 bits"),
    "huge": (10**5000, "app:list[0].odd is a number of more than 64 bits"),
    "half a character": ("\ud800", "app:list[0].odd is no Unicode text"),
    "half a character as a key": ({"\udcff": 1}, "a key of app:list[0].odd is no Unicode text"),
}


@pytest.mark.parametrize("name", ODD)
def test_what_has_no_value_in_it_is_told(name: str) -> None:
    value, reason = ODD[name]
    assert truth("documents.app.x == 1", {"app": {"x": 1, "list": [{"odd": value}]}}) == Unknown(reason)


def test_numbers_at_the_edge() -> None:
    edge = {"app": {"n": 2**64 - 1, "m": -(2**63), "nan": float("nan"), "inf": float("inf")}}
    assert truth("documents.app.n > documents.app.m && documents.app.nan != documents.app.nan", edge) is True
    assert truth("documents.app.inf > documents.app.n", edge) is True


NAMED = {
    "documents.app.x == 1": {"app"},
    "has(documents . app . x)": {"app"},
    "documents[\"a/b\"].x && documents [ 'c.d' ].y": {"a/b", "c.d"},
    'environment == "prod"': set(),
    "documents.map(d, d) == []": None,
    "documents.exists (d, true)": None,
    "documents.size() == 1": None,
    "documents[environment].x": None,
    "'a' in documents": None,
    r'documents["a\u0062"].x': {"ab"},
    "documents[r'a'].x": {"a"},
    "documents['''a'''].x": {"a"},
    "documents[''].x": {""},
    "documents.map // (\n(d, true) == []": None,
    "documents.app.x && documents == documents": None,
    "documents.app.documents.x": {"app"},
}


@pytest.mark.parametrize("text", NAMED)
def test_the_documents_that_it_can_speak_of(text: str) -> None:
    assert compile_expression(text).documents == NAMED[text]


SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters())
DATA = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters()), inner))
TEXTS = st.one_of(
    st.sampled_from(TRUE + list(UNKNOWN)),
    st.text("documents.app[]()'\"=!<>&|?:+-*/% 0123456789xhasmapll,{}\\\n"),
    st.builds("documents.app.x {} {}".format, st.sampled_from(["==", "<", "+", "in", "&&"]), st.text()),
)


@given(TEXTS, st.dictionaries(st.sampled_from(["app", "x"]), DATA))
def test_any_text_over_any_data_ends_as_told(text: str, documents: dict[str, Any]) -> None:
    try:
        expression = compile_expression(text)
    except BadExpression:
        return
    found = expression.truth("prod", documents)
    assert isinstance(found, bool | Unknown)
    named = expression.documents
    if named is not None and isinstance(found, bool) and named < documents.keys():
        assert expression.truth("prod", {name: documents[name] for name in named}) == found
