"""`secrets get`, `set` and `unset`: one value changes, the file stays sealed, and nothing says the value."""

import json
from pathlib import Path

import pytest
from conftest import Builder, Lamina
from sealing import VERSION_PLAIN, Person, sealed_for
from sops_program import sops

ANN, BOB = Person(), Person()
CANARY = "hunter2"
SCHEMA = """
    $schema: https://json-schema.org/draft/2020-12/schema
    type: object
    additionalProperties: false
    properties:
      host: {type: string}
      db:
        type: object
        additionalProperties: false
        properties:
          password: {type: string, x-secret: true, maxLength: 20}
          port: {type: integer, x-secret: true, maximum: 6000}
      free: {x-secret: true}
"""
RULES = f"""
    creation_rules:
      - path_regex: ^environments/prod/.+\\.sops\\.yaml$
        unencrypted_regex: ^schemaVersion$
        age: {ANN.recipient}
      - path_regex: ^environments/dev/.+\\.sops\\.yaml$
        encrypted_regex: ^password$
        age: {ANN.recipient}
"""
LAYER = """
    # about the database
    db:
      password: hunter2   # rotate in May
      port: 5432
"""


@pytest.fixture
def root(repository: Builder) -> Path:
    return repository(
        {
            "schemas/app/v1.schema.yaml": SCHEMA,
            ".sops.yaml": RULES,
            "environments/base/app.yaml": "host: h\n",
            "environments/prod/app.sops.yaml": sealed_for(ANN, text=LAYER, rule=VERSION_PLAIN),
            "environments/dev/app.yaml": "host: d\n",
            "environments/staging/app.sops.yaml": sealed_for(BOB, text=LAYER),
        }
    )


FILE = "environments/prod/app.sops.yaml"


def opened(root: Path, file: str = FILE) -> str:
    said = sops("decrypt", file, cwd=root, home=root, env=ANN.env)
    assert said.status == 0, said.err
    return said.out


def test_getting_a_value(root: Path, lamina: Lamina) -> None:
    assert lamina("secrets", "get", "prod", "app:db.password", cwd=root, env=ANN.env).out == "hunter2\n"
    assert lamina("secrets", "get", FILE, "db.port", cwd=root, env=ANN.env).out == "5432\n"
    assert lamina("secrets", "get", FILE, cwd=root, env=ANN.env).out == "db:\n  password: hunter2\n  port: 5432\n"
    as_json = lamina("secrets", "get", FILE, "db", "--format", "json", cwd=root, env=ANN.env).out
    assert json.loads(as_json) == {"password": "hunter2", "port": 5432}


def test_setting_a_value_changes_it_alone(root: Path, lamina: Lamina) -> None:
    before = (root / FILE).read_text().splitlines()
    done = lamina("secrets", "set", "prod", "app:db.password", "new-one", cwd=root, env=ANN.env)
    assert (done.code, done.err) == (0, "")
    assert done.out == f"app:db.password: sealed  ({FILE})\n"
    after = (root / FILE).read_text().splitlines()
    changed = [line.split(":")[0].strip() for line, other in zip(before, after, strict=True) if line != other]
    assert changed == ["password", "lastmodified", "mac"]
    assert "new-one" in opened(root)
    assert "rotate in May" in opened(root)


def test_setting_by_file_and_path(root: Path, lamina: Lamina) -> None:
    assert lamina("secrets", "set", FILE, "db.port", "5433", cwd=root, env=ANN.env).code == 0
    assert "port: 5433" in opened(root)


def test_what_is_set_to_the_same_is_not_written(root: Path, lamina: Lamina) -> None:
    before = (root / FILE).read_bytes()
    assert "already so" in lamina("secrets", "set", "prod", "app:db.password", CANARY, cwd=root, env=ANN.env).out
    assert (root / FILE).read_bytes() == before


def test_the_value_may_come_in_by_a_pipe(root: Path, lamina: Lamina, monkeypatch: pytest.MonkeyPatch) -> None:
    import io
    import sys

    stdin = io.TextIOWrapper(io.BytesIO(b"from the pipe\n"))
    monkeypatch.setattr(sys, "stdin", stdin)
    assert lamina("secrets", "set", "prod", "app:db.password", cwd=root, env=ANN.env).code == 0
    assert "password: from the pipe\n" in opened(root) or "password: from the pipe " in opened(root)


@pytest.mark.parametrize(
    ("path", "text", "value"),
    [
        ("db.port", "17", "17"),
        ("db.password", "0123", '"0123"'),
        ("db.password", "true", '"true"'),
        ("free", "0123", '"0123"'),
        ("free", "[a, 1]", "\n"),
    ],
)
def test_a_value_takes_the_type_of_the_schema_and_is_text_otherwise(
    path: str, text: str, value: str, root: Path, lamina: Lamina
) -> None:
    assert lamina("secrets", "set", "prod", f"app:{path}", text, cwd=root, env=ANN.env).code == 0
    assert f"{path.split('.')[-1]}: {value}" in opened(root).replace(":\n", ": \n")


def test_a_new_layer_is_made_by_the_rules(root: Path, lamina: Lamina) -> None:
    done = lamina("secrets", "set", "dev", "app:db.password", "new-one", cwd=root, env=ANN.env)
    assert done.out == "app:db.password: sealed  (environments/dev/app.sops.yaml, new)\n"
    assert "new-one" not in (root / "environments/dev/app.sops.yaml").read_text()
    assert "password: new-one" in opened(root, "environments/dev/app.sops.yaml")


def test_what_the_rule_would_leave_in_plain_text_is_not_written(root: Path, lamina: Lamina) -> None:
    done = lamina("secrets", "set", "dev", "app:free", CANARY, cwd=root, env=ANN.env)
    assert done.code == 1
    assert "leaves free in plain text" in done.err
    assert not (root / "environments/dev/app.sops.yaml").exists()


def test_taking_a_value_out(root: Path, lamina: Lamina) -> None:
    done = lamina("secrets", "unset", "prod", "app:db.port", cwd=root, env=ANN.env)
    assert done.out == f"app:db.port: taken out  ({FILE})\n"
    assert "port" not in opened(root)


REFUSED: dict[str, tuple[list[str], int, str]] = {
    "no such key": (["get", FILE, "db.pasword"], 3, "did you mean db.password?"),
    "no such key to take out": (["unset", "prod", "app:db.x"], 3, "sets nothing at db.x"),
    "no such environment": (["set", "prd", "app:db.password", CANARY], 3, "did you mean prod?"),
    "no such document": (["set", "prod", "ap:db.password", CANARY], 3, "did you mean app?"),
    "no such file": (["get", "nowhere.sops.yaml", "a"], 3, "cannot be read"),
    "no rule": (["set", "base", "app:db.password", CANARY], 3, "no creation rule matches"),
    "no key": (["set", "staging", "app:db.password", CANARY], 3, BOB.recipient),
    "too long": (["set", "prod", "app:db.password", CANARY * 9], 1, "at most 20"),
    "too large": (["set", "prod", "app:db.port", "9000"], 1, "at most 6000"),
    "of a wrong type": (["set", "prod", "app:db.port", CANARY], 1, "integer"),
    "an unknown key": (["set", "prod", "app:db.pasword", CANARY], 1, 'did you mean "password"?'),
    "the whole document": (["set", "prod", "app", CANARY], 2, "names a whole document"),
    "the whole file": (["set", FILE, "", CANARY], 2, "secrets edit"),
    "a file with a layer": (["set", FILE, "db.port", "1", "--layer", "base"], 2, "--layer goes with an environment"),
    "a file that is not sealed": (["set", "environments/base/app.yaml", "host", CANARY], 1, "not sealed"),
    "no address": (["get", "prod"], 2, "no address"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused_says_why_and_changes_nothing(name: str, root: Path, lamina: Lamina) -> None:
    words, code, why = REFUSED[name]
    before = {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}
    done = lamina("secrets", *words, cwd=root, env=ANN.env)
    assert (done.code, done.out) == (code, "")
    assert why in done.err
    assert CANARY not in done.err
    assert {path: path.read_bytes() for path in root.rglob("*") if path.is_file()} == before


def test_forcing_writes_and_says_what_is_wrong(root: Path, lamina: Lamina) -> None:
    done = lamina("secrets", "set", "prod", "app:db.port", "9000", "--force", cwd=root, env=ANN.env)
    assert done.code == 1
    assert "at most 6000" in done.err
    assert "9000" not in done.err
    assert "port: 9000" in opened(root)


def test_outside_a_repository(tmp_path: Path, lamina: Lamina) -> None:
    (tmp_path / "keys.yaml").write_bytes(sealed_for(ANN, text="a: 1\nb: x\n"))
    assert lamina("secrets", "set", "keys.yaml", "b", "new", cwd=tmp_path, env=ANN.env).code == 0
    assert lamina("secrets", "get", "keys.yaml", "b", cwd=tmp_path, env=ANN.env).out == "new\n"
    assert lamina("secrets", "set", "keys.yaml", "a", "2", cwd=tmp_path, env=ANN.env).code == 0
    assert lamina("secrets", "get", "keys.yaml", cwd=tmp_path, env=ANN.env).out == "a: 2\nb: new\n"


@pytest.mark.parametrize(
    ("file", "text", "path", "after"),
    [
        ("f.env", "A=1\n# why\nB=x\n", "B", "A=1\n# why\nB=new one\n"),
        ("f.env", "A=1\n", "B", "A=1\nB=new one\n"),
        ("f.ini", "[s]\na = 1\nb = x\n", "s.b", "[s]\na = 1\nb = new one\n"),
        ("f.ini", "[s]\na = 1\n", "s.b", "[s]\na = 1\nb = new one\n"),
        ("f.json", '{"a": {"b": "x"}}\n', "a.b", '{"a": {"b": "new one"}}\n'),
    ],
)
def test_every_format_has_its_values(
    file: str, text: str, path: str, after: str, tmp_path: Path, lamina: Lamina
) -> None:
    (tmp_path / file).write_bytes(sealed_for(ANN, text=text, file=file))
    assert lamina("secrets", "set", file, path, "new one", cwd=tmp_path, env=ANN.env).code == 0
    assert lamina("secrets", "get", file, path, cwd=tmp_path, env=ANN.env).out == "new one\n"
    said = sops("decrypt", file, cwd=tmp_path, home=tmp_path, env=ANN.env)
    assert said.out.split() == after.split() or file.endswith((".json", ".ini"))
    assert lamina("secrets", "unset", file, path, cwd=tmp_path, env=ANN.env).code == 0
    assert lamina("secrets", "get", file, path, cwd=tmp_path, env=ANN.env).code == 3


def test_a_binary_file_is_one_value(tmp_path: Path, lamina: Lamina) -> None:
    (tmp_path / "token.bin").write_bytes(sealed_for(ANN, text="hunter2", file="token.bin"))
    done = lamina("secrets", "set", "./token.bin", "data", "x", cwd=tmp_path, env=ANN.env)
    assert (done.code, done.out) == (2, "")
    assert "is one value" in done.err


@pytest.mark.parametrize(("file", "path"), [("f.env", "a.b"), ("f.ini", "b"), ("f.ini", "s.b.c"), ("f.env", "a[0]")])
def test_a_path_that_the_format_has_no_place_for(file: str, path: str, tmp_path: Path, lamina: Lamina) -> None:
    (tmp_path / file).write_bytes(sealed_for(ANN, text="[s]\na = 1\n" if file == "f.ini" else "a=1\n", file=file))
    done = lamina("secrets", "set", file, path, "hunter2", cwd=tmp_path, env=ANN.env)
    assert (done.code, done.out) == (1, "")
    assert "no value of this format can stand there" in done.err


def test_what_looks_like_a_list_is_text_where_all_is_text(tmp_path: Path, lamina: Lamina) -> None:
    (tmp_path / "f.env").write_bytes(sealed_for(ANN, text="A=1\n", file="f.env"))
    assert lamina("secrets", "set", "f.env", "A", "[x, 2]", cwd=tmp_path, env=ANN.env).code == 0
    assert lamina("secrets", "get", "f.env", "A", cwd=tmp_path, env=ANN.env).out == "[x, 2]\n"
