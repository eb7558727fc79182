"""Policies asked: what they find and where, and that whatever is wrong with one is found, and stops nothing else."""

from collections.abc import Sequence

import pytest
from held_policies import FILES, found, lines, policy

from lamina.project.policies import judging
from lamina.project.policies.judging import Subject, Verdict, verdict
from lamina.thought.policies import Policy
from lamina.world import apart

BOUND = policy("document.retries <= 5", "match: {kinds: [app], protected: true}\n")


def test_a_value_that_breaks_a_policy_is_found_where_it_was_set() -> None:
    [one] = found({"few-retries": BOUND})
    assert lines([one]) == [
        "environments/prod/app.yaml:1:10 error: it does not hold that document.retries <= 5 [few-retries] in prod"
    ]
    assert (one.document, one.path) == ("app", ("retries",))
    assert [(str(also.position), also.message) for also in one.related] == [
        ("environments/base/app.yaml:2:10", "also set here")
    ]


def test_all_that_an_expression_names_takes_part() -> None:
    text = "!(document.labels.tier == 'gold' && document.retries > 1 && has(document.db.host))"
    text = policy(text.replace("has(document.db.host)", "!has(document.db)"))
    one, _ = found({"p": text})
    assert [(str(also.position), also.message) for also in one.related] == [
        ("environments/base/app.yaml:2:10", "retries takes part"),
    ]
    assert str(one.position) == "environments/base/app.yaml:4:16"


@pytest.mark.parametrize(
    ("expression", "place", "path"),
    [
        ("document.hosts.exists(h, h == 'c')", "environments/base/app.yaml:3:8", ("hosts",)),
        ("document.hosts[1] == 'a'", "environments/base/app.yaml:3:24", ("hosts", 1)),
        ("has(document.level) && document.name == 'b'", "environments/base/app.yaml:1:7", ("name",)),
        ("has(document.labels.team)", "environments/base/app.yaml:4:9", ("labels",)),
        ("environment == 'dev'", "environments/prod/app.yaml:1:1", None),
    ],
)
def test_the_place_is_the_deepest_that_is_there(expression: str, place: str, path: object) -> None:
    [one] = found({"p": policy(expression, "match: {environments: [prod]}\n")})
    assert (str(one.position), one.path) == (place, path)


def test_variables_stand_for_what_they_say() -> None:
    more = """\
        variables:
          - {name: most, expression: "protected ? 5 : 10"}
          - {name: over, expression: "document.retries - variables.most"}
          - {name: unused, expression: "document.nothing"}
        """
    text = policy("variables.over <= 0", more)
    text += "    message: no\n    messageExpression: '\"over by \" + string(variables.over)'\n    fix: lower it\n"
    [one] = found({"p": text})
    assert lines([one]) == ["environments/prod/app.yaml:1:10 error: over by 4 [p] in prod"]
    assert one.fix == "lower it"


def test_a_variable_without_a_value_counts_only_where_it_is_needed() -> None:
    more = "variables: [{name: host, expression: document.db.host}]\n"
    assert found({"p": policy("document.retries > 1 || variables.host == 'a'", more)}) == []
    one, _ = found({"p": policy("variables.host == 'a'", more)})
    assert one.message == 'p cannot be evaluated over app: variables.host: there is no key "db"'


def test_a_message_that_is_no_text_gives_way_to_the_sentence() -> None:
    text = policy("document.retries <= 5", "match: {protected: true}\n")
    assert [
        one.message for one in found({"p": text + "    message: too many\n    messageExpression: document.x\n"})
    ] == ["too many"]


UNEVALUATED = {
    "what is not there": ("document.nothing == 1", 'there is no key "nothing"'),
    "no truth": ("document.name", "it gives a value of the type string, neither true nor false"),
    "what is nothing": ("[][0] == 1", "index"),
}


@pytest.mark.parametrize("name", UNEVALUATED)
def test_what_is_neither_true_nor_false_is_a_finding(name: str) -> None:
    expression, why = UNEVALUATED[name]
    both = found({"p": policy(expression, "severity: warning\n")})
    assert [(one.environment, one.document) for one in both] == [("dev", "app"), ("prod", "app")]
    for one in both:
        assert (one.rule, one.severity, str(one.position)) == (
            "policy-failed",
            "warning",
            "policies/p.policy.yaml:4:17",
        )
        assert one.message.startswith("p cannot be evaluated over app: ")
        assert why in one.message
        assert [str(also.position) for also in one.related] == [f"environments/{one.environment}/app.yaml:1:1"]
        assert [also.message for also in one.related] == ["is app"]


def test_too_many_steps_are_a_finding() -> None:
    files = {**FILES, "environments/base/app.yaml": f"name: a\nhosts: [{', '.join(f'h{n}' for n in range(200))}]\n"}
    one, _ = found({"p": policy("document.hosts.all(a, document.hosts.all(b, a + b != 'x'))")}, files)
    assert "Iteration budget exceeded" in one.message


def test_a_policy_that_never_ends_is_stopped_and_the_others_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    def endless(policy: Policy, subjects: Sequence[Subject]) -> Verdict:
        while policy.name == "endless":
            pass
        return verdict(policy, subjects)

    monkeypatch.setattr(apart, "_SECONDS", 1)
    monkeypatch.setattr(judging, "verdict", endless)
    assert lines(found({"a-bound": BOUND, "endless": policy("true"), "z-bound": BOUND})) == [
        "environments/prod/app.yaml:1:10 error: it does not hold that document.retries <= 5 [a-bound] in prod",
        "environments/prod/app.yaml:1:10 error: it does not hold that document.retries <= 5 [z-bound] in prod",
        "policies/endless.policy.yaml:1:1 error: endless was stopped, since it needs too much time or memory, "
        "so it passes nothing [policy-failed]",
    ]


def test_a_policy_that_grows_without_end_fails_and_the_others_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "_BYTES", 2**28)
    grown = "'x'" + ".replace('x', 'xxxxxxxxxxxxxxxx')" * 20
    rules = {one.rule for one in found({"a-bound": BOUND, "endless": policy(f"{grown} == ''"), "z-bound": BOUND})}
    assert rules == {"a-bound", "policy-failed", "z-bound"}


WRONG = {
    "block": ("  - expression: |\n      document.a ==\n        1 +* 2\n", "6:12"),
    "plain": ("  - expression: document.a == nme\n", "4:31"),
    "quoted": ("  - expression: 'document.a == nme'\n", "4:32"),
    "escaped": ('  - expression: "document.\\u0061 == nme"\n', "4:17"),
    "folded": ("  - expression: >-\n      document.a\n      == nme\n", "6:10"),
    "never true": ("  - expression: name + name\n", "4:17"),
    "a variable that is none": ("  - expression: variables.mots == 1\n", "4:17"),
    "all variables": ("  - expression: size(variables) == 1\n", "4:17"),
    "a message": ("  - {expression: 'true', messageExpression: 'a + '}\n", "4:50"),
    "too long": (f"  - expression: '{'a' * 100_000}'\n", "4:17"),
    "too deep": (f"  - expression: {'(' * 100}1{')' * 100}\n", "4:17"),
}


@pytest.mark.parametrize("name", WRONG)
def test_an_expression_that_is_none_is_found_at_its_line_and_column(name: str) -> None:
    text, place = WRONG[name]
    text = f"description: A policy.\nvariables: [{{name: most, expression: '1'}}]\nvalidations:\n{text}"
    [one] = found({"p": text})
    assert (one.rule, one.severity, str(one.position)) == ("bad-policy", "error", f"policies/p.policy.yaml:{place}")


def test_secrets_are_put_away_before_a_policy_sees_them() -> None:
    files = {**FILES, "environments/prod/app.yaml": "db: {host: h, password: hunter2}\n"}
    text = policy("document.db.password == ''", "match: {environments: [prod]}\n")
    text += "    messageExpression: document.db.password\n"
    assert [one.message for one in found({"p": text}, files) if one.rule == "p"] == ["<redacted>"]


def test_the_other_documents_of_the_environment_can_be_asked() -> None:
    files = {**FILES, "environments/prod/app.yaml": "name: x\n", "schemas/other/v1.schema.yaml": "type: object\n"}
    files["environments/base/other.yaml"] = "names: [a]\n"
    asked = "documents.other.names.exists(n, n == document.name)"
    assert [one.environment for one in found({"p": policy(asked, "match: {kinds: [app]}\n")}, files)] == ["prod"]
    alone = "documents.all(n, n in ['app', 'other']) && documents.size() == 2"
    assert found({"p": policy(alone)}, files) == []


def test_settings_and_comments_speak_of_policies_as_of_rules() -> None:
    def severities(settings: str) -> list[str]:
        files = {
            **FILES,
            "lamina.yaml": f"environments: {{prod: {{protected: true}}}}\nrules: {{few-retries: {settings}}}\n",
        }
        return [one.severity for one in found({"few-retries": BOUND}, files)]

    assert severities("note") == ["note"]
    assert severities("off") == []
    assert severities("{environments: [dev]}") == []
    allowed = {**FILES, "environments/prod/app.yaml": "retries: 9  # lamina: allow few-retries -- agreed\n"}
    assert found({"few-retries": BOUND}, allowed) == []


def test_a_policy_that_is_off_is_not_asked_and_one_that_fails_is_as_severe_as_it_is_set() -> None:
    files = {**FILES, "lamina.yaml": "rules: {p: off}\n"}
    assert found({"p": policy("document.nothing == 1")}, files) == []
    files = {**FILES, "lamina.yaml": "rules: {p: note}\n"}
    assert {one.severity for one in found({"p": policy("document.nothing == 1")}, files)} == {"note"}


def test_failing_cannot_be_silenced() -> None:
    files = {**FILES, "lamina.yaml": "rules: {policy-failed: off, bad-policy: off}\n"}
    rules = {one.rule for one in found({"p": policy("document.nothing == 1"), "q": policy("nme")}, files)}
    assert rules == {"bad-policy", "policy-failed"}


def test_numbers_that_cel_does_not_have_are_told() -> None:
    files = {
        **FILES,
        "schemas/app/v1.schema.yaml": "type: object\n",
        "environments/prod/app.yaml": "retries: 1.5e300\n",
    }
    assert [one.rule for one in found({"p": policy("document.retries < 5")}, files)] == ["p"]
