"""What tests expect, held against what there is: passes, and failures at the place of the expectation."""

import pytest
from project.testing.trying import FILE, ran, wrong

HEAD = "- name: t\n  environment: prod\n"
PASSING = {
    "a value": 'values: {"app:retries": 5}',
    "a map whatever the order of its keys": 'values: {"app:users[0]": {role: admin, name: ann}}',
    "a document": 'values: {"other": {n: 5}}',
    "nothing there": 'absent: ["app:nothing", "app:labels.x", "app:users[3]", "nodocument", "app:retries.x"]',
    "a condition": 'holds: ["documents.app.retries > 4", "environment == \'prod\'"]',
    "no findings": "findings: none",
}


@pytest.mark.parametrize("name", PASSING)
def test_what_is_so_passes(name: str) -> None:
    assert wrong(f"{HEAD}  expect:\n    {PASSING[name]}") == []


FAILING = {
    "another value": ('values: {"app:retries": 4}', "5:31 unexpected-value app:retries is 5, and should be 4"),
    "another type": (
        'values: {"app:retries": 5.0}',
        "5:31 unexpected-value app:retries is 5 (an integer), and should be 5.0 (a number)",
    ),
    "text for a number": (
        'values: {"app:retries": "5"}',
        '5:31 unexpected-value app:retries is 5 (an integer), and should be "5" (a string)',
    ),
    "no such key": ('values: {"app:retrys": 4}', "5:16 unexpected-value prod sets nothing at app:retrys"),
    "no such document": ('values: {"ap:x": 4}', "5:16 unexpected-value no document ap in prod"),
    "no address": ('values: {"app:": 4}', "5:16 unexpected-value 'app:' is not an address"),
    "a list": (
        'values: {"app:hosts": [one, two]}',
        '5:29 unexpected-value app:hosts is ["one"], and should be ["one", "two"]',
    ),
    "a map": (
        'values: {"app:users[0]": {name: bob, admin: true}}',
        '5:32 unexpected-value app:users[0].name is "ann", and should be "bob"; '
        'app:users[0].admin is not there, and should be true; app:users[0].role is "admin", and should not be there',
    ),
    "what should be absent": ('absent: ["app:x", "app:retries"]', "5:25 unexpected-value app:retries is there"),
    "no secret": ('secret: ["app:retries"]', "5:16 unexpected-value app:retries is no secret"),
    "a condition": (
        'holds: ["documents.app.retries <= 4"]',
        "5:15 does-not-hold documents.app.retries <= 4 does not hold: app:retries is 5",
    ),
    "no condition": (
        'holds: ["documents.app.retries +"]',
        "5:15 does-not-hold the expression is wrong at line 1, column 24",
    ),
    "a number for a condition": (
        'holds: ["size(documents)"]',
        "5:15 does-not-hold the expression is wrong: it gives a value of the type int, neither true nor false",
    ),
    "text for a condition": (
        'holds: ["documents.app.name"]',
        "5:15 does-not-hold documents.app.name cannot be evaluated: it gives a value of the type string",
    ),
    "a condition on what is not there": (
        'holds: ["documents.app.none > 1"]',
        '5:15 does-not-hold documents.app.none > 1 cannot be evaluated: there is no key "none"',
    ),
    "a condition without an end": (
        "holds: ['" + "[1,2,3,4,5,6,7,8,9,10].all(a, " * 5 + "true" + ")" * 5 + "']",
        "5:15 does-not-hold [1,2,3,4,5,6,7,8,9,10].all(a,",
    ),
    "a finding that is not there": (
        "findings: [{rule: missing-key}]",
        "5:18 missing-finding no missing-key was found as it is expected; there is no finding",
    ),
    "impact of nothing": (
        'impact: ["app:x"]',
        "5:7 bad-test impact is what `with` changes in an environment, and this test has none",
    ),
}


@pytest.mark.parametrize("name", FAILING)
def test_what_is_not_so_is_told_at_its_place(name: str) -> None:
    expect, told = FAILING[name]
    (said,) = wrong(f"{HEAD}  expect:\n    {expect}")
    assert said.startswith(told), said


def test_a_failure_names_where_the_value_is_set() -> None:
    (result,) = ran(f'{HEAD}  expect: {{values: {{"app:retries": 4}}}}')
    (finding,) = result.findings
    assert (finding.position.file, finding.environment, finding.document, finding.path) == (
        FILE,
        "prod",
        "app",
        ("retries",),
    )
    assert [(str(one.position), one.message) for one in finding.related] == [
        ("environments/prod/app.yaml:1:10", "set here")
    ]


def test_layers_lie_on_top() -> None:
    with_ = "  with: {app: {retries: 7, hosts: [two]}}\n"
    assert (
        wrong(f'{HEAD}{with_}  expect: {{values: {{"app:retries": 7, "app:hosts": [one, two], "other:n": 7}}}}') == []
    )
    both = wrong(f"{HEAD}{with_}  expect: {{impact: ['app:retries', 'app:hosts', 'other:n']}}")
    assert both == []


def test_impact_is_exact() -> None:
    with_ = "  with: {app: {retries: 7}}\n"
    assert wrong(f"{HEAD}{with_}  expect: {{impact: ['app:retries', 'app:retrie']}}") == [
        "5:22 unexpected-impact other:n changes too",
        "5:38 unexpected-impact app:retrie does not change",
    ]
    assert wrong(f"{HEAD}  with: {{app: {{retries: 5}}}}\n  expect: {{impact: none}}") == []


def test_tags_of_the_layer_language_hold_in_tests() -> None:
    with_ = "  with: {app: {hosts: !replace [x], db: !unset }}\n"
    assert wrong(f'{HEAD}{with_}  expect: {{values: {{"app:hosts": [x]}}, absent: ["app:db"]}}') == []
    (found,) = wrong(f'{HEAD}  with: {{app: {{none: !unset }}}}\n  expect: {{absent: ["app:none"]}}')
    assert found.startswith("4:18 unset-of-nothing")


def test_an_override_that_does_not_validate_fails_at_its_place() -> None:
    with_ = "  with:\n    app:\n      retries: -1\n      levl: info\n"
    found = wrong(f'{HEAD}{with_}  expect: {{values: {{"other:n": -1}}}}')
    assert sorted(found)[:2] == [
        "6:18 out-of-bounds retries is -1, but must be at least 0",
        '7:9 unknown-key the document knows no key "levl"',
    ]
    assert any("other:n cannot be told, since app has errors" in one for one in found)


def test_findings_that_are_expected_pass_and_others_do_not() -> None:
    with_ = "  with: {app: {retries: -1, level: low}}\n"
    every = "[{rule: out-of-bounds, document: app, path: retries, message: at least 0, line: 4}, {rule: not-allowed}]"
    assert wrong(f"{HEAD}{with_}  expect: {{findings: {every}}}") == []
    some = wrong(f"{HEAD}{with_}  expect: {{findings: [{{rule: not-allowed}}]}}")
    assert some == ["4:27 out-of-bounds retries is -1, but must be at least 0"]
    for other in ("document: other", "path: x", "message: at most", "line: 5", "file: environments/prod/app.yaml"):
        found = wrong(f"{HEAD}{with_}  expect: {{findings: [{{rule: out-of-bounds, {other}}}, {{rule: not-allowed}}]}}")
        assert [one.split()[1] for one in found] == ["out-of-bounds", "missing-finding"]


def test_errors_of_documents_that_refer_to_the_override_count() -> None:
    found = wrong(f'{HEAD}  with: {{app: {{retries: 10}}}}\n  expect: {{values: {{"app:retries": 10}}}}')
    assert found == ["1:4 out-of-bounds n is 10, but must be at most 9"]


def test_layers_alone() -> None:
    test = """
    - name: t
      kind: app
      layers:
        - {name: a, hosts: [x]}
        - {hosts: [y], retries: 1}
      expect:
        values: {"app:hosts": [x, y], "app:retries": 1}
        absent: ["app:labels"]
        findings: none
        holds: ['environment == "test"']
    """
    assert wrong(test) == []
    assert wrong(test.replace("retries: 1}\n", "retry: 1}\n"))[0].startswith("6:22 unknown-key")


def test_layers_of_older_versions_are_migrated() -> None:
    files = {
        "schemas/app/v1.schema.yaml": "type: object\nproperties: {old: {type: integer}}\n",
        "schemas/app/v2.schema.yaml": "type: object\nadditionalProperties: false\nproperties: {new: {type: integer}}\n",
        "schemas/app/v2.migration.yaml": "operations: [{rename: {path: old, to: new}}]\n",
        "environments/base/app.yaml": "schemaVersion: 2\nnew: 1\n",
        "environments/prod/app.yaml": "schemaVersion: 2\n",
        "environments/base/other.yaml": "n: 1\n",
    }
    test = '- {name: t, kind: app, layers: [{schemaVersion: 1, old: 3}], expect: {values: {"app:new": 3}}}'
    assert wrong(test, files) == []


def test_a_new_document_and_one_that_cannot_be() -> None:
    assert wrong(f'{HEAD}  with: {{other/x: {{n: 3}}}}\n  expect: {{values: {{"other/x:n": 3}}}}') == []
    (finding,) = ran(f"{HEAD}  with: {{otter: {{n: 3}}}}\n  expect: {{findings: none}}")[0].findings
    assert (finding.position.line, finding.message, finding.fix) == (
        4,
        "no document otter in prod",
        "did you mean other?",
    )


def test_secrets_are_told_apart_and_never_compared() -> None:
    files = {
        "environments/prod/app.sops.yaml": "db:\n  password: ENC[AES256_GCM,data:AAAA,iv:AAAA,tag:AAAA,type:str]\n"
        "sops: {mac: x}\n"
    }
    (found,) = wrong(f'{HEAD}  expect: {{values: {{"app:db": {{host: h, password: hunter2}}}}}}', files)
    assert found.startswith("4:23 unexpected-value app:db is secret, or holds a secret")
    assert "hunter2" not in found
    assert wrong(f'{HEAD}  expect: {{secret: ["app:db.password"], values: {{"app:db.host": h}}}}', files) == []
    (hold,) = wrong(f"{HEAD}  expect: {{holds: ['documents.app.db.password == \"x\"']}}", files)
    assert hold.endswith('app:db.password is "<redacted>"')


def test_several_environments_are_several_tests() -> None:
    files = {"environments/dev/app.yaml": "retries: 5\n"}
    results = ran('- {name: t, environments: all, expect: {values: {"app:retries": 5}}}', files)
    assert [(one.case.name, one.case.environment, one.passed) for one in results] == [
        ("t", "dev", True),
        ("t", "prod", True),
    ]


NAMING = "type: object\nproperties: {app: {type: string, x-refers: 'app:labels'}, n: {type: integer}}\n"
NAMED = {"schemas/other/v1.schema.yaml": NAMING, "environments/base/other.yaml": "app: team\nn: 1\n"}


def test_what_layers_alone_name_is_not_looked_for() -> None:
    test = """
    - name: t
      kind: other
      layers: [{app: x, n: 1}]
      expect: {values: {"other:n": 1}, findings: none, holds: [documents.other.n == 1]}
    """
    assert wrong(test, NAMED) == []


def test_an_override_that_takes_away_what_others_name_fails() -> None:
    expect = "expect: {findings: [{rule: dead-reference, document: other}]}"
    assert wrong(f"{HEAD}  with: {{app: {{labels: !unset }}}}\n  {expect}", NAMED) == []
    (missing,) = wrong(f"{HEAD}  with: {{app: {{retries: 1}}}}\n  {expect}", NAMED)
    assert missing.startswith("5:25 missing-finding")


def test_a_message_names_the_file_of_the_test() -> None:
    found = wrong(f"{HEAD}  with: {{app: {{retries: -1}}}}\n  expect: {{holds: [documents.app.retries < 1]}}")
    assert found[-1].startswith("5:22 does-not-hold app has errors: tests/config/t.yaml:4:")
