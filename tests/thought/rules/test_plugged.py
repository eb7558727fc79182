"""Rules of other packages, guarded: what they do wrong is a breach that names them, and tells nothing that they saw."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from lamina.rules import Also, AnyFile, Breach, Rule, Rules, Stack, Twins
from lamina.thought.rules.plugged import Failed, guarded, malformed

STACK = Stack("prod", "app", "app", [{}, {}], [True, True], [False, False], [False, False], None)
FILE = AnyFile("a.txt", b"secret")


def told(gives: object, subject: object = FILE) -> list[Breach]:
    def check(_: Any) -> Iterator[Any]:
        yield Breach("first")
        yield gives

    rule: Rule[Any] = guarded(Rule("ours", "note", "Ours.", check), "our-package")
    assert rule.check is not None
    return list(rule.check(subject))


@pytest.mark.parametrize(
    "breach", [Breach("x"), Breach("x", ("a", 0), True, layer=1, also=(Also("y", ("b",), layer=0),))]
)
def test_what_is_sound_passes(breach: Breach) -> None:
    assert told(breach, STACK) == [Breach("first"), breach]


ODD: dict[str, tuple[object, str]] = {
    "none": (None, "what is no Breach"),
    "a text": ("x", "what is no Breach"),
    "no message": (Breach(3), "a Breach whose message is no text, or whose path is none"),  # type: ignore[arg-type]
    "no path": (Breach("x", "a"), "a Breach whose message is no text, or whose path is none"),  # type: ignore[arg-type]
    "no step": (Breach("x", (1.5,)), "a Breach whose message is no text, or whose path is none"),  # type: ignore[arg-type]
    "no severity": (Breach("x", severity="bad"), "a Breach of no severity"),  # type: ignore[arg-type]
    "no layer": (Breach("x", layer=2), "a Breach of no layer"),
    "another file": (Breach("x", file="lamina.yaml"), "a Breach of another file"),
}


@pytest.mark.parametrize("name", ODD)
def test_what_is_odd_is_told_and_ends_the_rule(name: str) -> None:
    gives, what = ODD[name]
    first, second = told(gives, STACK)
    assert first == Breach("first")
    assert isinstance(second, Failed)
    assert (second.message, second.severity) == (f"the rule ours of the package our-package gives {what}", "error")


def test_an_environment_that_is_none_is_odd() -> None:
    [_, odd] = told(Breach("x", environment="qa"), Twins("app", "app", {}, None))
    assert odd.message.endswith("gives a Breach of no environment")


@pytest.mark.parametrize("error", [ValueError("hunter2"), SystemExit("hunter2"), RecursionError(), KeyError("hunter2")])
def test_what_is_raised_is_told_by_its_sort_alone(error: BaseException) -> None:
    def check(_: AnyFile) -> Iterator[Breach]:
        raise error
        yield

    rule = guarded(Rule("ours", "note", "Ours.", check), "our-package")
    assert rule.check is not None
    [failed] = rule.check(FILE)
    assert failed.message == f"the rule ours of the package our-package raised {type(error).__name__}"
    assert "hunter2" not in repr(failed)


def test_a_rule_that_stops_does_not() -> None:
    assert guarded(Rule("ours", "note", "Ours.", lambda _: (), stops=True), "p").stops is False


RULE: Rule[AnyFile] = Rule("ours", "note", "Ours.", lambda _: ())


@pytest.mark.parametrize(
    ("given", "why"),
    [
        (Rules(files=(RULE,)), None),
        ([RULE], "is no lamina.rules.Rules"),
        (Rules(files=[RULE]), "has files that are no tuple of rules"),  # type: ignore[arg-type]
        (Rules(layers=(3,)), "has layers that are no tuple of rules"),  # type: ignore[arg-type]
        (Rules(files=(replace(RULE, name=3),)), "has a rule without a name, a severity or a page"),
        (Rules(files=(replace(RULE, severity="off"),)), "has a rule without a name, a severity or a page"),
        (Rules(files=(replace(RULE, check=None),)), "has a rule ours that checks nothing"),
    ],
)
def test_what_is_no_rules_is_told(given: object, why: str | None) -> None:
    assert malformed(given) == why
