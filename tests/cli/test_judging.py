"""`validate`: the findings, for people and for programs."""

import json
from pathlib import Path

from conftest import Builder, Lamina

SCHEMA = """
    $schema: https://json-schema.org/draft/2020-12/schema
    additionalProperties: false
    properties:
      level: {enum: [debug, info]}
      password: {type: string, x-secret: true}
"""
FILES = {
    "schemas/app/v1.schema.yaml": SCHEMA.replace("      password: {type: string, x-secret: true}\n", ""),
    "schemas/vault/v1.schema.yaml": SCHEMA,
    "environments/base/app.yaml": "level: inof\n",
    "environments/dev/app.yaml": "",
    "environments/prod/app.yaml": "leve: info\n",
    "environments/prod/vault.yaml": "passwrd: hunter2\n",
}


def test_a_finding_shows_its_line_and_in_which_environments(repository: Builder, lamina: Lamina) -> None:
    outcome = lamina("validate", cwd=repository(FILES))
    assert outcome.code == 1
    assert outcome.out.splitlines() == [
        'environments/base/app.yaml:1:8: error: level is "inof", but must be one of "debug", "info"'
        " (in dev, prod) [not-allowed]",
        "    level: inof",
        "           ^",
        '  fix: did you mean "info"? (lamina fix --unsafe)',
        'environments/prod/app.yaml:1:1: error: the document knows no key "leve" (in prod) [unknown-key]',
        "    leve: info",
        "    ^",
        '  fix: did you mean "level"? (lamina fix)',
        'environments/prod/vault.yaml:1:1: error: the document knows no key "passwrd" (in prod) [unknown-key]',
        "    passwrd:",
        "    ^",
        '  fix: did you mean "password"?',
        "3 errors in dev, prod",
    ]


def test_the_json_shape_is_the_documented_one(repository: Builder, lamina: Lamina) -> None:
    told = json.loads(lamina("validate", "prod", "--format", "json", cwd=repository(FILES)).out)["findings"]
    assert told[1] == {
        "rule": "unknown-key",
        "severity": "error",
        "message": 'the document knows no key "leve"',
        "environment": "prod",
        "document": "app",
        "path": "leve",
        "file": "environments/prod/app.yaml",
        "line": 1,
        "column": 1,
        "related": [],
        "fix": 'did you mean "level"?',
        "mend": "safe",
    }
    assert [finding["environment"] for finding in told] == ["prod", "prod", "prod"]


def test_only_the_named_environments(repository: Builder, lamina: Lamina) -> None:
    root = repository(FILES)
    assert lamina("validate", "dev", cwd=root).out.splitlines()[-1] == "1 error in dev"
    assert lamina("validate", "dev", "prod", cwd=root).out.splitlines()[-1] == "3 errors in dev, prod"
    assert lamina("validate", "dev", "dev", cwd=root).out == lamina("validate", "dev", cwd=root).out
    assert lamina("validate", "--all", cwd=root).out == lamina("validate", cwd=root).out
    assert lamina("validate", "base", cwd=root).code == 3


def test_warnings_alone_are_no_failure(repository: Builder, lamina: Lamina) -> None:
    root = repository(
        {"schemas/app/v1.schema.yaml": "type: object\n", "environments/dev/app.yaml": "", "environments/dev/x.txt": ""}
    )
    outcome = lamina("validate", cwd=root)
    assert outcome.code == 0
    assert outcome.out.startswith("environments/dev/x.txt:1:1: warning: ")
    assert outcome.out.splitlines()[-1] == "1 warning in dev"
    assert lamina("render", "dev", cwd=root).code == 0


def test_nothing_wrong(repository: Builder, lamina: Lamina, tmp_path: Path) -> None:
    root = repository({"schemas/app/v1.schema.yaml": "type: object\n", "environments/dev/app.yaml": "a: 1\n"})
    assert lamina("validate", cwd=root).out == "no findings in dev\n"
    assert json.loads(lamina("validate", "--format", "json", cwd=root).out) == {"findings": []}
    (tmp_path / "app.yaml").write_text("a: [")
    outcome = lamina("validate", "dev", "--layer", str(tmp_path / "app.yaml"), cwd=root)
    assert outcome.code == 1
    assert outcome.out.startswith(f"{tmp_path}/app.yaml:1:")


def test_a_long_line_and_one_that_may_hold_a_secret_are_not_shown(repository: Builder, lamina: Lamina) -> None:
    files = {
        **FILES,
        "environments/prod/app.yaml": f"leve: {'x' * 500}\n",
        "environments/prod/vault.yaml": "{passwrd: hunter2}\n",
    }
    lines = lamina("validate", "prod", cwd=repository(files)).out.splitlines()
    assert [line for line in lines if line.startswith("    ") and "^" not in line] == ["    level: inof"]
