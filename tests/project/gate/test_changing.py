"""Changes judged as such: policies that ask what was, freezes, and owners."""

from datetime import UTC, datetime

import pytest
from held import APP_SCHEMA, project
from held_policies import FILES, policy

from lamina.project.gate import check, extent_since
from lamina.words.finding import Finding

TWICE = policy("old == null || document.retries <= old.retries * 2")
NOW = datetime(2026, 12, 24, tzinfo=UTC)
FREEZE = "freeze:\n  - {environments: [prod], from: '2026-12-20', to: '2026-12-27', reason: Christmas}\n"
OWN = (
    "twice",
    "frozen-environment",
    "require-owner",
    "policy-failed",
    "bad-rule-setting",
    "bad-policy",
    "unused-allow",
)


def since(before: dict[str, str], change: dict[str, str | None]) -> list[Finding]:
    """What a check of a change finds that is about changes."""
    old = project(before)
    new = project({name: text for name, text in {**before, **change}.items() if text is not None})
    extent = extent_since(new, old)
    return [one for one in check(new, (), extent, now=NOW, base=old).findings if one.rule in OWN]


def lines(found: list[Finding]) -> list[str]:
    return [f"{one.position} {one.severity}: {one.message} [{one.rule}]" for one in found]


BOUND = {**FILES, "policies/twice.policy.yaml": TWICE}


def test_a_bound_on_a_change_is_kept() -> None:
    assert since(BOUND, {"environments/prod/app.yaml": "retries: 18\n"}) == []
    [one] = since(BOUND, {"environments/prod/app.yaml": "retries: 19\n"})
    assert lines([one]) == [
        "environments/prod/app.yaml:1:10 error: it does not hold that "
        "old == null || document.retries <= old.retries * 2 [twice]"
    ]
    assert one.environment == "prod"


def test_the_value_before_is_that_of_the_render_wherever_it_came_from() -> None:
    [one] = since(BOUND, {"environments/base/app.yaml": FILES["environments/base/app.yaml"].replace("2", "5")})
    assert (one.environment, str(one.position)) == ("dev", "environments/base/app.yaml:2:10")


def test_a_new_document_and_a_new_environment_have_nothing_before() -> None:
    assert since(BOUND, {"environments/qa/app.yaml": "retries: 90\n"}) == []
    [one] = since(
        {**BOUND, "policies/twice.policy.yaml": policy("old != null")}, {"environments/qa/app.yaml": "retries: 90\n"}
    )
    assert one.environment == "qa"


def test_what_did_not_change_is_not_asked() -> None:
    files = {**BOUND, "policies/twice.policy.yaml": policy("old == null && false")}
    assert {one.environment for one in since(files, {"environments/prod/app.yaml": "retries: 8\n"})} == {"prod"}


def test_without_a_base_nothing_asks_what_was() -> None:
    files = {**BOUND, "policies/twice.policy.yaml": policy("old != null")}
    assert [one for one in check(project(files)).findings if one.rule == "twice"] == []


def test_what_cannot_be_compiled_is_told_without_a_base_too() -> None:
    files = {**BOUND, "policies/twice.policy.yaml": policy("old ! null")}
    assert [one.rule for one in check(project(files)).findings if one.rule == "bad-policy"] == ["bad-policy"]


def test_a_change_of_form_alone_is_none() -> None:
    renamed = APP_SCHEMA.replace("retries:", "attempts:")
    files = {
        **FILES,
        "policies/twice.policy.yaml": policy("old != null && document.attempts <= old.attempts * 2"),
        "schemas/app/v1.schema.yaml": APP_SCHEMA,
        "environments/prod/app.yaml": "schemaVersion: 1\nretries: 9\n",
    }
    files = {name: text.replace("name: a", "schemaVersion: 1\nname: a") for name, text in files.items()}
    files["environments/dev/app.yaml"] = "schemaVersion: 1\nlevel: debug\n"
    change: dict[str, str | None] = {
        "schemas/app/v2.schema.yaml": renamed,
        "schemas/app/v2.migration.yaml": "operations: [{rename: {path: retries, to: attempts}}]\n",
    }
    assert since(files, change) == []
    change["environments/prod/app.yaml"] = "schemaVersion: 2\nattempts: 19\n"
    assert [(one.rule, one.environment) for one in since(files, change)] == [("twice", "prod")]


def test_a_comment_that_allows_a_change_is_not_one_too_many_later() -> None:
    allowed = "retries: 19  # lamina: allow twice -- agreed with operations\n"
    assert since(BOUND, {"environments/prod/app.yaml": allowed}) == []
    after = {**BOUND, "environments/prod/app.yaml": allowed}
    assert [one.rule for one in check(project(after)).findings if one.rule in OWN] == []


def test_secrets_are_compared_and_not_shown() -> None:
    files = {**FILES, "environments/prod/app.yaml": "db: {host: h, password: one}\n"}
    files["policies/twice.policy.yaml"] = policy("old == null || old.db.password != document.db.password") + (
        "    messageExpression: old.db.password\n"
    )
    found = since(files, {"environments/prod/app.yaml": "db: {host: i, password: two}\n"})
    assert [one.message for one in found] == ["<redacted>"]


FROZEN = {**FILES, "lamina.yaml": FILES["lamina.yaml"] + FREEZE}


def test_a_change_of_a_frozen_environment_is_an_error() -> None:
    found = since(FROZEN, {"environments/prod/app.yaml": "retries: 8\nlevel: info\n"})
    assert lines(found) == [
        "environments/prod/app.yaml:1:10 error: prod is frozen until 2026-12-28 00:00+00:00 (Christmas), and this changes "
        "app:retries, app:level [frozen-environment]"
    ]
    assert since(FROZEN, {"environments/dev/app.yaml": "level: info\n"}) == []


def test_what_changes_nothing_may_be_done_in_a_freeze() -> None:
    assert since(FROZEN, {"environments/prod/app.yaml": "# nine\nretries: 9\n"}) == []


def test_a_document_that_goes_away_is_a_change() -> None:
    files = {**FROZEN, "schemas/other/v1.schema.yaml": "type: object\n", "environments/prod/other.yaml": "a: 1\n"}
    found = since(files, {"environments/prod/other.yaml": None})
    assert [(one.rule, one.position.file, one.document) for one in found] == [
        ("frozen-environment", "lamina.yaml", "other")
    ]


def test_who_lifts_a_freeze_does_so_before() -> None:
    lifted = {"lamina.yaml": FILES["lamina.yaml"]}
    assert since(FROZEN, lifted) == []  # type: ignore[arg-type]
    both = {**lifted, "environments/prod/app.yaml": "retries: 8\n"}
    assert [one.rule for one in since(FROZEN, both)] == ["frozen-environment"]  # type: ignore[arg-type]


def test_settings_weigh_a_freeze() -> None:
    files = {**FROZEN, "lamina.yaml": FROZEN["lamina.yaml"] + "rules: {frozen-environment: note}\n"}
    assert [one.severity for one in since(files, {"environments/prod/app.yaml": "retries: 8\n"})] == ["note"]


@pytest.mark.parametrize(
    ("freeze", "place"),
    [
        ("{environments: [prod], from: 2026-13-20, to: 2026-12-27, reason: x}", "lamina.yaml:3:34"),
        ("{environments: [prod], from: 2026-12-20, to: 2026-12-17, reason: x}", "lamina.yaml:3:50"),
        ("{environments: [prd], from: 2026-12-20, to: 2026-12-27, reason: x}", "lamina.yaml:3:21"),
        ("{environments: [base], from: 2026-12-20, to: 2026-12-27, reason: x}", "lamina.yaml:3:21"),
    ],
)
def test_a_freeze_that_means_nothing_is_told(freeze: str, place: str) -> None:
    files = {**FILES, "lamina.yaml": f"environments: {{prod: {{protected: true}}}}\nfreeze:\n  - {freeze}\n"}
    found = [one for one in check(project(files), now=NOW).findings if one.rule == "bad-rule-setting"]
    assert [str(one.position) for one in found] == [place]


def test_whose_consent_is_needed_is_noted() -> None:
    owners = "owners:\n  environments/prod/**: [operations]\n  '**': [platform]\n  app:level: [support]\n"
    files = {**FILES, "lamina.yaml": FILES["lamina.yaml"] + owners}
    found = since(
        files, {"environments/prod/app.yaml": "retries: 9\nlevel: info\n", "environments/dev/app.yaml": "{}\n"}
    )
    assert sorted((one.position.file, one.severity, one.message) for one in found) == [
        (
            "environments/dev/app.yaml",
            "note",
            "the consent of platform is needed, for environments/dev/app.yaml, environments/prod/app.yaml",
        ),
        ("environments/dev/app.yaml", "note", "the consent of support is needed, for app:level"),
        ("environments/prod/app.yaml", "note", "the consent of operations is needed, for environments/prod/app.yaml"),
    ]


def test_an_environment_that_goes_away_is_a_change_of_it() -> None:
    files = {**FROZEN, "lamina.yaml": FREEZE.replace("[prod]", "[dev]")}
    found = since(files, {"environments/dev/app.yaml": None})
    assert [(one.rule, one.environment, str(one.position)) for one in found if one.rule != "bad-rule-setting"] == [
        ("frozen-environment", "dev", "lamina.yaml:1:1")
    ]


def test_owners_by_the_schema_count() -> None:
    schema = APP_SCHEMA.replace("level: {", "level: {x-owner: support, ")
    files = {**FILES, "schemas/app/v1.schema.yaml": schema}
    assert lines(since(files, {"environments/prod/app.yaml": "level: info\n"})) == [
        "environments/prod/app.yaml:1:8 note: the consent of support is needed, for app:level [require-owner]"
    ]
