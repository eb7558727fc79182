"""`secrets exec`: a program gets opened values as its variables, and nobody else does."""

import sys
from pathlib import Path

import pytest
from conftest import Builder, Lamina
from sealing import Person, sealed_for

ANN = Person()
FLAT = "TOKEN=hunter2\nquoted='as it is'\nEMPTY=\n"
SHOW = [
    sys.executable,
    "-c",
    "import os; print(sorted((k, v) for k, v in os.environ.items() if k in os.environ['SHOWN'].split()))",
]


@pytest.fixture
def root(repository: Builder) -> Path:
    return repository(
        {
            "environments/prod/app.yaml": "host: h\nurl: 'pg://${db.password}@${host}'\n",
            "environments/prod/app.sops.yaml": sealed_for(
                ANN, text="db: {password: 'hunter2', port: 5432, on: true}\n"
            ),
            "schemas/app/v1.schema.yaml": "type: object\n",
            "prod.env": sealed_for(ANN, text=FLAT, file="prod.env"),
            "nested.yaml": sealed_for(ANN, text="a: {b: hunter2}\n"),
            "odd.yaml": sealed_for(ANN, text="a=b: hunter2\n"),
        }
    )


def shown(root: Path, lamina: Lamina, *words: str, names: str) -> str:
    done = lamina("secrets", "exec", *words, "--", *SHOW, cwd=root, env=ANN.env | {"SHOWN": names}, apart=True)
    assert (done.code, done.err) == (0, "")
    return done.out


def test_the_values_of_a_document(root: Path, lamina: Lamina) -> None:
    out = shown(root, lamina, "prod", "app", names="HOST URL DB__PASSWORD DB__PORT DB__ON")
    assert out == (
        "[('DB__ON', 'true'), ('DB__PASSWORD', 'hunter2'), ('DB__PORT', '5432'), "
        "('HOST', 'h'), ('URL', 'pg://hunter2@h')]\n"
    )


def test_a_part_of_a_document_and_a_whole_environment(root: Path, lamina: Lamina) -> None:
    assert shown(root, lamina, "prod", "app:db", names="PORT HOST") == "[('PORT', '5432')]\n"
    assert shown(root, lamina, "prod", "app:db.password", names="PASSWORD") == "[('PASSWORD', 'hunter2')]\n"
    assert shown(root, lamina, "prod", names="APP__DB__PORT") == "[('APP__DB__PORT', '5432')]\n"


def test_a_flat_file(root: Path, lamina: Lamina) -> None:
    out = shown(root, lamina, "prod.env", names="TOKEN quoted EMPTY")
    assert out == """[('EMPTY', ''), ('TOKEN', 'hunter2'), ('quoted', "'as it is'")]\n"""


def test_it_ends_as_the_program_ends(root: Path, lamina: Lamina) -> None:
    words = ["secrets", "exec", "prod", "--", "sh", "-c", "exit 7"]
    assert lamina(*words, cwd=root, env=ANN.env, apart=True).code == 7


@pytest.mark.parametrize(
    ("words", "code", "why"),
    [
        (["prod", "--", "no-such-program-here"], 127, "cannot be run"),
        (["prod", "app", "--", "environments"], 127, "cannot be run"),
        (["prod"], 2, "no command is named"),
        (["prod", "ap", "--", "env"], 3, "did you mean app?"),
        (["prod", "app:x", "--", "env"], 3, "sets nothing at app:x"),
        (["prod.env", "app", "--", "env"], 2, "is a file"),
        (["nested.yaml", "--", "env"], 1, "a is a map or a list"),
        (["odd.yaml", "--", "env"], 1, "cannot be the name"),
        (["nowhere.env", "--", "env"], 3, "cannot be read"),
    ],
)
def test_what_cannot_run_says_why(words: list[str], code: int, why: str, root: Path, lamina: Lamina) -> None:
    done = lamina("secrets", "exec", *words, cwd=root, env=ANN.env)
    assert done.code == code
    assert why in done.err
    assert "hunter2" not in done.out + done.err


def test_without_the_key_nothing_runs(root: Path, lamina: Lamina) -> None:
    done = lamina("secrets", "exec", "prod", "--", "touch", "ran", cwd=root)
    assert done.code == 3
    assert ANN.recipient in done.err
    assert not (root / "ran").exists()
