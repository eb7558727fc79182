"""A secret shows nowhere: not on stdout, not on stderr, in no record and in no report, whatever is asked."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import Builder, Lamina

from lamina import project
from lamina.cli import stopping

CANARY = "hunter2"
SEALED = f"ENC[AES256_GCM,data:{'QUJD' * 3},iv:aXY=,tag:dGFn,type:str]"
SCHEMA = """
    $schema: https://json-schema.org/draft/2020-12/schema
    type: object
    additionalProperties: false
    properties:
      level: {enum: [debug, info]}
      note: {type: string}
      db:
        type: object
        additionalProperties: false
        properties:
          host: {type: string, maxLength: 20}
          port: {type: integer}
          password: {type: string, x-secret: true, maxLength: 20, pattern: '^[a-z0-9]*$'}
          url: {type: string, maxLength: 40}
      tokens: {type: array, items: {type: string, x-secret: true}, x-merge: append}
      users:
        type: array
        x-merge: {by: name}
        items: {type: object, properties: {name: {type: string}, token: {type: string, x-secret: true}}}
"""
HOLDING = {
    "in plain text": "db: {password: hunter2}\n",
    "in plain text, too long": "db:\n  password: hunter2hunter2hunter2hunter2\n",
    "in plain text, a wrong pattern": "db:\n  password: HUNTER-hunter2\n",
    "in a list": "tokens: [hunter2, other]\n",
    "in an item by key": "users:\n- {name: ada, token: hunter2}\n",
    "drawn into another value": "db: {password: hunter2, url: 'pg://u:${db.password}@h'}\n",
    "drawn into another, too long": "db: {password: hunter2, url: 'postgres://someone:${db.password}@example.org:5432/database'}\n",
    "drawn where it has a wrong type": "db: {password: hunter2, port: '${db.password}'}\n",
    "a mistyped key": "db:\n  pasword: hunter2\n",
    "a mistyped key, in flow": "db: {pasword: hunter2}\n",
    "a level too high": "db: {}\npassword: hunter2\n",
    "in place of the map": "db: hunter2\n",
    "in a list in place of the map": "db: [hunter2]\n",
    "a map in place of it": "db: {password: {value: hunter2}}\n",
    "a duplicate key": "db:\n  password: hunter2\n  password: hunter2\n",
    "beside a syntax error": "db:\n  password: hunter2\n  host: [\n",
    "on the line of a syntax error": "db:\n  password: hunter2: x\n",
    "on the line after one": "db:\n  host: [\n  password: hunter2\n",
    "in an unclosed quote": 'db:\n  password: "hunter2\n',
    "in a quote closed too early": "db:\n  password: 'hunter2'hunter2'\n",
    "after a tab": "db:\n\tpassword: hunter2\n",
    "read as a tag": "db:\n  password: !hunter2\n",
    "read as a tag with a value": "db:\n  password: !hunter2 x\n",
    "read as an alias": "db:\n  password: *hunter2\n",
    "read as an anchor": "db:\n  password: &hunter2\n",
    "after a reserved character": "db:\n  password: @hunter2\n",
    "read as a reference": "db:\n  password: pa${hunter2}ss\n",
    "read as a reference never closed": "db:\n  password: pa${hunter2\n",
    "read as a reference to a document": "db:\n  password: ${hunter2:x}\n",
    "read as a map": "db:\n  password: {hunter2: x}\n",
    "with a byte that is not UTF-8": b"db:\n  password: hunter2\xff\n",
    "with a control character": "db:\n  password: hunter2\x07\n",
    "without a colon's space": "db:\n  password:hunter2\n",
    "as the whole file": "hunter2\n",
    "as a list": "- hunter2\n",
}
HELD_LOW = {
    "beaten": ("db: {password: hunter2}\n", "db: {password: other}\n"),
    "unset": ("db: {password: hunter2}\n", "db: {password: !unset }\n"),
    "replaced away": ("db: {password: hunter2}\n", "db: !replace {host: h}\n"),
    "replaced by another type": ("db: {password: hunter2}\n", "db: !replace text\n"),
    "clashing": ("db: {password: hunter2}\n", "db: [x]\n"),
    "an item taken away": ("users: [{name: ada, token: hunter2}, {name: bob}]\n", "users:\n- !unset {name: ada}\n"),
}
PATHS = (
    "db",
    "db.password",
    "db.pasword",
    "db.url",
    "db.port",
    "db[0]",
    "tokens",
    "tokens[0]",
    "users",
    "users[0]",
    "password",
)
COMMANDS = [
    ["validate"], ["validate", "--format", "json"],
    ["list"], ["list", "dev"], ["list", "dev", "--format", "json"],
    ["render", "dev"], ["render", "dev", "--format", "json"], ["render", "dev", "app", "--format", "env"],
    ["render", "dev", "--secrets", "omit"], ["render", "dev", "-o", "guessed"],
    ["render", "--all", "-o", "redacted", "--secrets", "redact"], ["render", "dev", "-o", "omitted", "--secrets", "omit"],
    ["render", "dev", "-o", "env", "--secrets", "redact", "--format", "env"],
    ["diff", "dev", "prod"], ["diff", "prod", "dev", "--format", "json"], ["diff", "dev", "prod", "--format", "markdown"],
    ["get", "dev", "app"], ["get", "dev", "app", "--format", "json"],
    *(["get", "dev", f"app:{path}"] for path in PATHS), *(["explain", "dev", f"app:{path}"] for path in PATHS),
    *(["explain", "dev", f"app:{path}", "--format", "json"] for path in PATHS),
    ["explain", "dev", "app"], ["explain", "prod", "app:db"],
    ["set", "dev", "app:note", "x"], ["set", "dev", "app:note", "x", "--force"], ["set", "dev", "app:level", "loud"],
    ["set", "dev", "app:db.password", CANARY, "--force"], ["set", "dev", "app:db.pasword", CANARY],
    ["set", "dev", "app:db", f"{{password: {CANARY}}}"], ["set", "dev", "app:tokens", f"[{CANARY}]"],
    ["unset", "dev", "app:note"], ["unset", "dev", "app:db.password", "--hide"], ["unset", "dev", "app:db", "--force"],
]  # fmt: skip


def shown(root: Path, lamina: Lamina) -> Iterator[tuple[str, str]]:
    """All that the commands say and leave behind, each with the command."""
    kept = {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}
    for words in COMMANDS:
        outcome = lamina(*words, cwd=root)
        assert outcome.code in (0, 1, 2, 3), (words, outcome)
        yield " ".join(words), outcome.out + outcome.err
        for path in [path for path in root.rglob("*") if path.is_file() and path not in kept]:
            yield f"{' '.join(words)} left {path}", path.read_text()
            path.unlink()
        for path, data in kept.items():
            path.write_bytes(data)


def leaks(files: dict[str, str | bytes], repository: Builder, lamina: Lamina) -> list[tuple[str, str]]:
    schemas = {"schemas/app/v1.schema.yaml": SCHEMA, "schemas/good/v1.schema.yaml": SCHEMA}
    sound = {"environments/prod/app.yaml": "level: info\n", "environments/dev/good.yaml": "level: info\n"}
    root = repository({**schemas, **sound, **files})
    return [(words, said) for words, said in shown(root, lamina) if CANARY in said]


@pytest.mark.parametrize("text", HOLDING.values(), ids=HOLDING)
def test_a_secret_of_the_layer_itself_does_not_show(text: str | bytes, repository: Builder, lamina: Lamina) -> None:
    assert leaks({"environments/dev/app.yaml": text}, repository, lamina) == []


@pytest.mark.parametrize(("base", "dev"), HELD_LOW.values(), ids=HELD_LOW)
def test_a_secret_of_a_lower_layer_does_not_show(base: str, dev: str, repository: Builder, lamina: Lamina) -> None:
    files: dict[str, str | bytes] = {"environments/base/app.yaml": base, "environments/dev/app.yaml": dev}
    assert leaks(files, repository, lamina) == []


def test_a_secret_drawn_from_another_document_does_not_show(repository: Builder, lamina: Lamina) -> None:
    files: dict[str, str | bytes] = {
        "environments/dev/app.yaml": """
            db: {url: 'x-${vault:db.password}'}
            note: ${vault:db.password}
            tokens: ['${vault:db.password}']
            """,
        "environments/dev/vault.yaml": "db: {password: hunter2}\n",
        "schemas/vault/v1.schema.yaml": SCHEMA,
    }
    assert leaks(files, repository, lamina) == []


def test_a_secret_of_a_local_layer_does_not_show(repository: Builder, lamina: Lamina, tmp_path: Path) -> None:
    root = repository({"schemas/app/v1.schema.yaml": SCHEMA, "environments/dev/app.yaml": "level: info\n"})
    for text in ("db: {password: hunter2}\n", "db:\n  password: hunter2: x\n", "db: {pasword: hunter2}\n"):
        (tmp_path / "app.yaml").write_text(text)
        layer = ["--layer", str(tmp_path / "app.yaml")]
        for words in (["render", "dev"], ["validate"], ["get", "dev", "app"], ["explain", "dev", "app:db"],
                      ["render", "dev", "-o", "out", "--secrets", "redact"]):  # fmt: skip
            outcome = lamina(*words, *layer, cwd=root)
            assert CANARY not in outcome.out + outcome.err
    record = root / "out/.lamina.json"
    assert not record.exists() or CANARY not in record.read_text()


def test_a_schema_that_is_wrong_does_not_open_what_it_meant_to_hide(repository: Builder, lamina: Lamina) -> None:
    files: dict[str, str | bytes] = {
        "schemas/app/v1.schema.yaml": SCHEMA.replace("x-secret: true", "x-secret: tru"),
        "environments/dev/app.yaml": "db: {password: hunter2}\n",
    }
    assert leaks(files, repository, lamina) == []


def test_a_sealed_value_is_redacted_where_a_value_is_shown(repository: Builder, lamina: Lamina) -> None:
    root = repository({
        "schemas/app/v1.schema.yaml": SCHEMA,
        "environments/dev/app.sops.yaml": f"note: {SEALED}\ndb: {{password: '{SEALED}'}}\nsops: {{mac: x}}\n",
        "environments/dev/app.yaml": "db: {url: 'x-${db.password}'}\n",
    })  # fmt: skip
    rendered = lamina("render", "dev", "--format", "json", cwd=root)
    assert json.loads(rendered.out) == {
        "app": {"db": {"url": "<redacted>", "password": "<redacted>"}, "note": "<redacted>"}
    }
    for words in (
        ["get", "dev", "app:db"],
        ["explain", "dev", "app:db.url"],
        ["diff", "dev", "dev"],
        ["get", "dev", "app:note"],
    ):
        assert "ENC[" not in lamina(*words, cwd=root).out


def test_render_into_a_folder_does_not_guess_about_secrets(repository: Builder, lamina: Lamina) -> None:
    root = repository(
        {"schemas/app/v1.schema.yaml": SCHEMA, "environments/dev/app.yaml": "db: {host: h, password: hunter2}\n"}
    )
    refused = lamina("render", "dev", "-o", "out", cwd=root)
    assert (refused.code, refused.out) == (2, "")
    assert "--secrets redact" in refused.err
    assert not (root / "out").exists()
    assert lamina("render", "dev", "-o", "out", "--secrets", "omit", cwd=root).code == 0
    assert (root / "out/app.yaml").read_text() == "db:\n  host: h\n"


def test_a_render_without_secrets_need_not_say(repository: Builder, lamina: Lamina) -> None:
    root = repository({"schemas/app/v1.schema.yaml": SCHEMA, "environments/dev/app.yaml": "level: info\n"})
    assert lamina("render", "dev", "-o", "out", cwd=root).code == 0


def test_a_bug_report_holds_nothing_of_the_files(
    repository: Builder, lamina: Lamina, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    root = repository({"schemas/app/v1.schema.yaml": SCHEMA, "environments/dev/app.yaml": "db: {password: hunter2}\n"})

    def broken(*words: object, **more: object) -> None:
        raise ValueError(CANARY) from RuntimeError(CANARY)

    monkeypatch.setattr(project.Project, "render", broken)
    outcome = lamina("render", "dev", cwd=root, env={"TMPDIR": str(tmp_path)})
    assert outcome.code == stopping.BUG
    [report] = [
        path
        for path in Path(outcome.err.split("the report ")[1].split(" ")[0]).parent.glob("lamina-bug-*")
        if path.name in outcome.err
    ]
    text = report.read_text()
    report.unlink()
    assert CANARY not in text + outcome.out + outcome.err
    assert "ValueError" in text
    assert "in broken" in text


def test_a_file_that_was_decrypted_in_place_shows_nothing(repository: Builder, lamina: Lamina) -> None:
    root = repository(
        {
            "environments/prod/open.sops.yaml": "hunter: hunter2secret\n",
            "schemas/open/v1.schema.yaml": "type: object\n",
        }
    )
    for words in (["validate"], ["get", "prod", "open:hunter"], ["explain", "prod", "open:hunter"], ["render", "prod"]):
        outcome = lamina(*words, cwd=root)
        assert "hunter2secret" not in outcome.out + outcome.err
    assert lamina("validate", cwd=root).code == 1
