"""Policies read: what is wrong with a file is told at its place, and the others are asked all the same."""

from held_policies import FILES, found, lines, policy

GOOD = policy("document.retries <= 5", "match: {protected: true}\n")


def told(name: str, text: str) -> list[str]:
    return [line for line in lines(found({name: text})) if line.startswith("policies/")]


def test_what_is_no_policy_is_told_with_its_place() -> None:
    [one] = found({"p": GOOD.replace("match:", "mach:")})
    assert (one.rule, str(one.position), one.fix) == (
        "unknown-key",
        "policies/p.policy.yaml:2:1",
        'did you mean "match"?',
    )
    assert [line.split("[")[-1] for line in told("p", "description: [\n")] == ["syntax]"]
    assert [line.split("[")[-1] for line in told("p", GOOD + "description: again\n")] == ["duplicate-key]"]
    assert [line.split("[")[-1] for line in told("p", "- a\n")] == ["not-a-map]"]
    assert told("p", "!replace {}\n")[0].endswith("[misplaced-tag]")


def test_the_others_are_asked_all_the_same() -> None:
    rules = {one.rule for one in found({"a": "description: [\n", "few": GOOD})}
    assert rules == {"syntax", "few"}


def test_two_policies_of_one_name_are_told() -> None:
    [one] = [one for one in found({"few": GOOD, "team/few": GOOD}) if one.rule == "name-clash"]
    assert lines([one]) == ["policies/team/few.policy.yaml:1:1 error: there are two policies few [name-clash]"]
    assert [str(also.position) for also in one.related] == ["policies/few.policy.yaml:1:1"]


def test_a_name_of_a_rule_is_taken() -> None:
    assert told("plain-secret", GOOD) == [
        "policies/plain-secret.policy.yaml:1:1 error: there is a rule plain-secret already [name-clash]"
    ]


def test_a_name_that_is_none_is_told() -> None:
    assert told("Few_Retries", GOOD) == [
        "policies/Few_Retries.policy.yaml:1:1 error: this is no name of a policy, so nothing reads the file [stray-file]"
    ]


def test_a_policy_about_what_is_not_there_is_told() -> None:
    text = policy("true", "match: {kinds: [ap, 'a*'], environments: [prd]}\n")
    assert told("p", text) == [
        "policies/p.policy.yaml:2:17 error: there is no kind ap [bad-policy]",
        "policies/p.policy.yaml:2:43 error: there is no environment prd [bad-policy]",
    ]


def test_a_repository_without_policies_has_none() -> None:
    assert found({}, FILES) == []
