"""Which rule a file gets, and that nothing is sealed by a rule that is wrong."""

import pytest

from lamina.thought.sealed.creation import CreationRule, KeyGroup, Rules
from lamina.thought.sealed.failures import CannotSeal
from lamina.thought.sealed.keys import Sharing
from lamina.words.finding import Finding, Position

PLACE = Position(".sops.yaml", 3, 5)
GROUP = KeyGroup(("age1ann", "age1bob"))


def rules(*patterns: str | None, file: str = ".sops.yaml") -> Rules:
    return Rules(file, tuple(CreationRule(PLACE, pattern, (GROUP,)) for pattern in patterns), place=PLACE)


def test_the_first_match_wins() -> None:
    found = rules("^b", "a", None)
    assert [found.for_file(path) for path in ("xa", "b", "ba", "c")] == [
        found.rules[1],
        found.rules[0],
        found.rules[0],
        found.rules[2],
    ]


def test_paths_are_reckoned_from_the_folder_of_the_rules() -> None:
    found = rules("^a$", "^elsewhere/a$", file="deep/er/.sops.yaml")
    assert found.for_file("deep/er/a") == found.rules[0]
    assert found.for_file("elsewhere/a") == found.rules[1]
    assert found.for_file("deep/a") is None


def test_a_pattern_that_nobody_can_read_hides_the_rules_behind_it() -> None:
    found = rules("^b", "(", None)
    assert found.for_file("b") == found.rules[0]
    assert found.for_file("a") == found.rules[1]


def test_a_pattern_takes_no_time() -> None:
    assert rules("(a*)*(a|aa)+$").for_file("a" * 100_000 + "b") is None


def test_a_file_without_a_rule() -> None:
    missing = rules("^a", "^b").unmatched("c/d.yaml")
    assert missing == Finding(
        "no-creation-rule",
        "no creation rule matches c/d.yaml, so nothing says for whom it is sealed",
        PLACE,
        fix="let a path_regex match c/d.yaml, or add a last rule without one",
    )
    assert "there are no creation rules" in Rules(".sops.yaml").unmatched("a").message


def test_for_whom_to_seal() -> None:
    rule = CreationRule(PLACE, None, (GROUP, KeyGroup(("age1cat",))), 2)
    assert rule.sharing("a.yaml") == Sharing((("age1ann", "age1bob"), ("age1cat",)), 2)


FAULT = Finding("bad-pattern", "encrypted_regex is none", Position(".sops.yaml", 4, 9), fix="write another")


@pytest.mark.parametrize(
    ("rule", "message", "hint"),
    [
        (
            CreationRule(PLACE, None, (GROUP,), faults=(FAULT,)),
            "a.yaml: its creation rule is wrong: .sops.yaml:4:9: encrypted_regex is none",
            "write another",
        ),
        (
            CreationRule(PLACE, None, (KeyGroup(("age1ann",), ("kms arn:x",)),)),
            "a.yaml: its creation rule, .sops.yaml:3:5, names what lamina does not seal for: kms arn:x",
            "seal it with sops, or let the rule name age recipients alone",
        ),
        (
            CreationRule(PLACE, None, (KeyGroup(("age1ann", "age1yubikey1abc")),)),
            "a.yaml: its creation rule, .sops.yaml:3:5, names what lamina does not seal for: age1yubikey1abc",
            "seal it with sops, or let the rule name age recipients alone",
        ),
        (
            CreationRule(PLACE, None, (GROUP, KeyGroup())),
            "a.yaml: its creation rule, .sops.yaml:3:5, names nobody to seal it for",
            "name recipients there, under age",
        ),
    ],
)
def test_nothing_is_sealed_by_half_a_rule(rule: CreationRule, message: str, hint: str) -> None:
    with pytest.raises(CannotSeal) as caught:
        rule.sharing("a.yaml")
    assert (caught.value.message, caught.value.hint) == (message, hint)
