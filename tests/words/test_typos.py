"""What is a typo of what."""

import pytest

from lamina.words.typos import only_case, typo_of

KNOWN = ("host", "hosts", "retries", "max_agents", "gpt-4", "port", "on")


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("hsot", ["host"]),
        ("hostt", ["host", "hosts"]),
        ("retires", ["retries"]),
        ("Retries", ["retries"]),
        ("maxAgents", ["max_agents"]),
        ("max-agents", ["max_agents"]),
        ("mx_agnts", ["max_agents"]),
        ("mx_agntz", []),
        ("gpt-5", []),
        ("gpt4", ["gpt-4"]),
        ("post", ["port"]),
        ("fort", []),
        ("prt", ["port"]),
        ("no", []),
        ("", []),
        ("host", ["hosts"]),
    ],
)
def test_a_slip_is_told_from_another_name(name: str, meant: list[str]) -> None:
    assert typo_of(name, KNOWN) == meant


def test_case_and_joints_are_no_letters() -> None:
    assert only_case("MAX AGENTS", KNOWN) == ["max_agents"]
    assert only_case("max_agent", KNOWN) == []
