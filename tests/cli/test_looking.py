"""`list`, `get`, `explain` and `diff`: what they print, for people and for programs."""

import json
from pathlib import Path
from typing import Any

import pytest
from conftest import Builder, Lamina

SCHEMA = """
    $schema: https://json-schema.org/draft/2020-12/schema
    additionalProperties: false
    properties:
      level: {enum: [debug, info]}
      n: {type: [number, "null"]}
      on: {type: boolean}
      text: {type: string}
      hosts: {type: array, items: {type: string}, x-merge: append}
      labels: {type: object, additionalProperties: {type: string}}
      retries: {type: integer, default: 3}
      password: {type: string, x-secret: true}
"""
FILES = {
    "schemas/app/v1.schema.yaml": SCHEMA,
    "schemas/agents/v1.schema.yaml": SCHEMA,
    "lamina.yaml": "environments:\n  prod: {protected: true}\n  prod-eu: {extends: prod}\n",
    "environments/base/app.yaml": "level: info\nhosts: [a]\nlabels: {a: b, c.d: e}\n",
    "environments/dev/app.yaml": "level: debug\nhosts: [b]\nn: null\n",
    "environments/dev/agents/one.yaml": "on: true\ntext: |\n  x\n  y\n",
    "environments/prod/app.yaml": "n: 1.5\nlabels: {a: !unset }\n",
    "environments/prod/app.sops.yaml": "password: ENC[AES256_GCM,data:QQ==,iv:aXY=,tag:dGFn,type:str]\nsops: {}\n",
}


@pytest.fixture
def root(repository: Builder) -> Path:
    return repository(FILES)


def parsed(text: str) -> Any:
    return json.loads(text)


def test_list_environments(root: Path, lamina: Lamina) -> None:
    assert lamina("list", cwd=root).out.splitlines() == [
        "ENVIRONMENT  EXTENDS             DOCUMENTS",
        "base         -        abstract   1",
        "dev          base                2",
        "prod         base     protected  1",
        "prod-eu      prod                1",
    ]
    told = parsed(lamina("list", "--format", "json", cwd=root).out)
    assert told["environments"][3] == {"name": "prod-eu", "extends": "prod", "abstract": False, "documents": ["app"]}
    assert told["environments"][0] == {"name": "base", "extends": None, "abstract": True, "documents": ["app"]}


def test_list_marks_what_is_broken(root: Path, lamina: Lamina) -> None:
    (root / "lamina.yaml").write_text("environments: {prod: {extends: prod-eu}, prod-eu: {extends: prod}}\n")
    marks = {line.split()[0]: line.split()[2] for line in lamina("list", cwd=root).out.splitlines()[1:]}
    assert marks == {"base": "abstract", "dev": "2", "prod": "broken", "prod-eu": "broken"}


def test_list_documents(root: Path, lamina: Lamina) -> None:
    assert [line.split() for line in lamina("list", "prod-eu", cwd=root).out.splitlines()] == [
        ["DOCUMENT", "KIND", "VERSION", "LAYERS"],
        ["app", "app", "1", "3", "sealed"],
    ]
    told = parsed(lamina("list", "dev", "--format", "json", cwd=root).out)
    assert told == {
        "documents": [
            {
                "name": "agents/one",
                "kind": "agents",
                "version": 1,
                "layers": ["environments/dev/agents/one.yaml"],
                "sealed": False,
            },
            {
                "name": "app",
                "kind": "app",
                "version": 1,
                "layers": ["environments/base/app.yaml", "environments/dev/app.yaml"],
                "sealed": False,
            },
        ]
    }


def test_list_tells_what_cannot_be_rendered_too(root: Path, lamina: Lamina) -> None:
    (root / "environments/dev/web.yaml").write_text("a: [")
    outcome = lamina("list", "dev", cwd=root)
    assert outcome.code == 0
    assert ["web", "web", "-", "1"] in [line.split() for line in outcome.out.splitlines()]


@pytest.mark.parametrize(
    ("address", "text", "data"),
    [
        ("app:level", "debug\n", "debug"),
        ("app:n", "null\n", None),
        ("app:retries", "3\n", 3),
        ("app:hosts", "- a\n- b\n", ["a", "b"]),
        ("app:hosts[1]", "b\n", "b"),
        ('app:labels."c.d"', "e\n", "e"),
        ("agents/one:on", "true\n", True),
        ("agents/one:text", "x\ny\n\n", "x\ny\n"),
        ("agents/one", '"on": true\ntext: |\n  x\n  y\nretries: 3\n', {"on": True, "text": "x\ny\n", "retries": 3}),
    ],
)
def test_get(address: str, text: str, data: Any, root: Path, lamina: Lamina) -> None:
    assert lamina("get", "dev", address, cwd=root).out == text
    assert parsed(lamina("get", "dev", address, "--format", "json", cwd=root).out) == data


def test_get_works_in_an_abstract_environment_and_with_local_layers(root: Path, lamina: Lamina, tmp_path: Path) -> None:
    assert lamina("get", "base", "app:level", cwd=root).out == "info\n"
    (tmp_path / "app.yaml").write_text("level: debug\n")
    assert lamina("get", "prod", "app:level", "--layer", str(tmp_path / "app.yaml"), cwd=root).out == "debug\n"


def test_get_is_not_kept_by_errors_elsewhere(root: Path, lamina: Lamina) -> None:
    (root / "environments/dev/app.yaml").write_text("level: debug\nhosts: {}\ntext: ${nowhere}\n")
    assert lamina("get", "dev", "app:level", cwd=root).out == "debug\n"
    for address in ("app:hosts", "app:text", "app"):
        outcome = lamina("get", "dev", address, cwd=root)
        assert (outcome.code, outcome.out) == (1, "")
        assert outcome.err.startswith("lamina: error: app has errors: environments/dev/app.yaml:")


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (["dev", "app:levl"], "did you mean app:level?"),
        (["dev", "ap:level"], "did you mean app?"),
        (["dev", "app:hosts[7]"], "lamina get dev app"),
        (["dve", "app"], "did you mean dev?"),
        (["dev", "app.level"], "did you mean app:level?"),
        (["dev", "agents/one.on"], "did you mean agents/one:on?"),
    ],
)
def test_what_is_not_there(words: list[str], hint: str, root: Path, lamina: Lamina) -> None:
    for command in ("get", "explain"):
        outcome = lamina(command, *words, cwd=root)
        assert (outcome.code, outcome.out) == (3, "")
        assert hint in outcome.err


def test_explain(root: Path, lamina: Lamina) -> None:
    assert lamina("explain", "dev", "app:level", cwd=root).out.splitlines() == [
        "app:level in dev = debug",
        "  * environments/dev/app.yaml:1:8   debug",
        "    environments/base/app.yaml:1:8  info",
    ]
    told = parsed(lamina("explain", "dev", "app:level", "--format", "json", cwd=root).out)
    assert {key: told[key] for key in ("environment", "document", "path", "value", "secret", "origins")} == {
        "environment": "dev",
        "document": "app",
        "path": "level",
        "value": "debug",
        "secret": False,
        "origins": [
            {"file": "environments/dev/app.yaml", "line": 1, "column": 8, "value": "debug", "wins": True},
            {"file": "environments/base/app.yaml", "line": 1, "column": 8, "value": "info", "wins": False},
        ],
    }


def test_explain_what_was_taken_away_and_what_is_sealed(root: Path, lamina: Lamina) -> None:
    assert lamina("explain", "prod", "app:labels.a", cwd=root).out.splitlines() == [
        "app:labels.a in prod is set by no layer any more",
        "    environments/prod/app.yaml:2:13  !unset",
        "    environments/base/app.yaml:3:13  b",
    ]
    told = parsed(lamina("explain", "prod", "app:password", "--format", "json", cwd=root).out)
    assert (told["value"], told["secret"], told["origins"][0]["value"]) == ("<redacted>", True, "<redacted>")


def test_diff(root: Path, lamina: Lamina) -> None:
    outcome = lamina("diff", "dev", "prod", cwd=root)
    assert outcome.code == 1
    assert outcome.out.splitlines() == [
        "agents/one",
        '  - (the whole document)',
        "app",
        "  ~ level: debug -> info",
        '  ~ hosts: ["a", "b"] -> ["a"]',
        "  - labels.a: b",
        "  ~ n: null -> 1.5",
        "  + password: <redacted>",
    ]  # fmt: skip
    told = parsed(lamina("diff", "dev", "prod", "--format", "json", cwd=root).out)
    assert told["changes"][1] == {
        "environment": "prod",
        "document": "app",
        "path": "level",
        "change": "changed",
        "before": "debug",
        "after": "info",
        "secret": False,
    }
    assert told["changes"][-1] == {
        "environment": "prod",
        "document": "app",
        "path": "password",
        "change": "added",
        "before": None,
        "after": "<redacted>",
        "secret": True,
    }


def test_diff_of_environments_alike(root: Path, lamina: Lamina) -> None:
    for left, right in (("dev", "dev"), ("prod", "prod-eu")):
        outcome = lamina("diff", left, right, cwd=root)
        assert (outcome.code, outcome.out) == (0, f"{left} and {right} render alike\n")
        assert parsed(lamina("diff", left, right, "--format", "json", cwd=root).out) == {"changes": []}


def test_diff_tells_types_apart(root: Path, lamina: Lamina) -> None:
    (root / "environments/dev/app.yaml").write_text("n: 1\n")
    (root / "environments/prod/app.yaml").write_text("n: 1.0\n")
    assert "  ~ n: 1 -> 1.0" in lamina("diff", "dev", "prod", cwd=root).out.splitlines()


def test_diff_as_a_table(root: Path, lamina: Lamina) -> None:
    (root / "environments/dev/app.yaml").write_text("text: '| <b>`x`'\n")
    rows = lamina("diff", "prod", "dev", "--format", "markdown", cwd=root).out.splitlines()
    assert rows[:2] == ["| address | prod | dev |", "|---|---|---|"]
    assert "| <code>app:text</code> |  | <code>&#124; &lt;b&gt;&#96;x&#96;</code> |" in rows


def test_diff_of_secrets_says_only_that_they_differ(root: Path, lamina: Lamina) -> None:
    sealed = (root / "environments/prod/app.sops.yaml").read_text()
    (root / "environments/prod-eu").mkdir()
    (root / "environments/prod-eu/app.sops.yaml").write_text(sealed.replace("QQ==", "Qg=="))
    assert lamina("diff", "prod", "prod-eu", cwd=root).out.splitlines() == [
        "app",
        "  ~ password: <redacted>, and differs",
    ]


def test_diff_of_broken_or_abstract_environments(root: Path, lamina: Lamina) -> None:
    assert lamina("diff", "base", "dev", cwd=root).code == 3
    (root / "environments/dev/app.yaml").write_text("nn: 1\n")
    outcome = lamina("diff", "prod", "dev", cwd=root)
    assert (outcome.code, outcome.out) == (1, "")
    assert "environments/dev/app.yaml:1:1" in outcome.err


@pytest.mark.parametrize("number", [".nan", ".inf", "-.inf"])
def test_json_has_no_word_for_some_numbers(number: str, root: Path, lamina: Lamina) -> None:
    (root / "schemas/app/v1.schema.yaml").write_text("type: object\n")
    (root / "environments/dev/app.yaml").write_text(f"n: {number}\n")
    for words in (["get", "dev", "app:n"], ["get", "dev", "app"], ["explain", "dev", "app:n"], ["diff", "dev", "prod"]):
        outcome = lamina(*words, "--format", "json", cwd=root)
        assert (outcome.code, outcome.out) == (1, "")
        assert "JSON has no word for that\nlamina: hint: use --format text" in outcome.err


ROTTEN = {
    "environments/dev/app.yaml": 'url: ${name}\nname: ${nodoc:x}\nfine: 1\nspelled: "\\x24{fine}"\n',
    "environments/dev/other.yaml": "all: ${bad:k}\n",
    "environments/dev/bad.yaml": "k: [\n",
    "schemas/app/v1.schema.yaml": "type: object\n",
    "schemas/other/v1.schema.yaml": "type: object\n",
    "schemas/bad/v1.schema.yaml": "type: object\n",
}


@pytest.mark.parametrize("address", ["app:url", "app:name", "other:all", "other:all.via"])
def test_a_value_behind_a_broken_reference_is_not_shown(repository: Builder, lamina: Lamina, address: str) -> None:
    outcome = lamina("get", "dev", address, cwd=repository(ROTTEN))
    assert (outcome.code, outcome.out) == (1, "")


def test_a_value_beside_a_broken_reference_is_shown(repository: Builder, lamina: Lamina) -> None:
    root = repository(ROTTEN)
    assert lamina("get", "dev", "app:fine", cwd=root).out == "1\n"
    assert lamina("get", "dev", "app:spelled", cwd=root).out == "1\n"
