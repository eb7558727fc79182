"""`set` and `unset` as commands; the changes themselves are in tests/test_changes.py."""

from pathlib import Path

import pytest
from conftest import Builder, Lamina

SCHEMA = """
    $schema: https://json-schema.org/draft/2020-12/schema
    additionalProperties: false
    properties: {level: {enum: [debug, info]}, max: {type: integer}, password: {type: string, x-secret: true}}
"""
FILES = {
    "schemas/app/v1.schema.yaml": SCHEMA,
    "environments/base/app.yaml": "level: info # usual\n",
    "environments/dev/app.yaml": "max: 1\n",
}


@pytest.fixture
def root(repository: Builder) -> Path:
    return repository(FILES)


def test_set_says_what_changed_and_where(root: Path, lamina: Lamina) -> None:
    outcome = lamina("set", "dev", "app:level", "debug", cwd=root)
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out == "app:level: info -> debug  (environments/dev/app.yaml)\n"
    assert (root / "environments/dev/app.yaml").read_text() == "max: 1\nlevel: debug\n"


def test_set_in_a_layer_that_is_beaten_says_so(root: Path, lamina: Lamina) -> None:
    outcome = lamina("set", "dev", "app:max", "7", "--layer", "base", cwd=root)
    assert outcome.code == 0
    assert "environments/dev/app.yaml:1:6 lies above" in outcome.err
    assert (root / "environments/base/app.yaml").read_text() == "level: info # usual\nmax: 7\n"


def test_set_of_what_is_wrong_writes_nothing_unless_forced(root: Path, lamina: Lamina) -> None:
    outcome = lamina("set", "dev", "app:level", "loud", cwd=root)
    assert (outcome.code, outcome.out) == (1, "")
    assert outcome.err.splitlines()[0].startswith("environments/dev/app.yaml:2:8: error: ")
    assert outcome.err.splitlines()[-1] == "lamina: hint: --force writes it all the same"
    assert (root / "environments/dev/app.yaml").read_text() == "max: 1\n"
    forced = lamina("set", "dev", "app:level", "loud", "--force", cwd=root)
    assert forced.code == 1
    assert forced.err.splitlines()[0].startswith("environments/dev/app.yaml:2:8: error: ")
    assert (root / "environments/dev/app.yaml").read_text() == "max: 1\nlevel: loud\n"


def test_set_of_a_secret_names_the_command_that_seals(root: Path, lamina: Lamina) -> None:
    outcome = lamina("set", "dev", "app:password", "hunter2", cwd=root)
    assert (outcome.code, outcome.out) == (3, "")
    assert outcome.err.endswith("lamina: hint: lamina secrets set dev app:password seals it\n")


@pytest.mark.parametrize("value", ["-5", "--", "-x"])
def test_values_that_look_like_options(value: str, root: Path, lamina: Lamina) -> None:
    outcome = lamina("set", "dev", "--", "app:max", value, cwd=root)
    assert outcome.code == (0 if value == "-5" else 1)


@pytest.mark.parametrize(("value", "number"), [("-5", -5), ("-1e3", -1000)])
def test_a_negative_number_is_no_option(value: str, number: int, root: Path, lamina: Lamina) -> None:
    outcome = lamina("set", "dev", "app:max", value, "--layer", "dev", cwd=root)
    assert outcome.code == 0
    assert outcome.out == f"app:max: 1 -> {number}  (environments/dev/app.yaml)\n"
    assert lamina("set", "dev", "app:max", "5", "--forec", cwd=root).code == 2


def test_what_is_already_so(root: Path, lamina: Lamina) -> None:
    same = lamina("set", "dev", "app:max", "1", cwd=root)
    assert (same.code, same.out) == (0, "app:max: 1, already so  (environments/dev/app.yaml)\n")
    spelt_out = lamina("set", "dev", "app:level", "info", cwd=root)
    assert (spelt_out.code, spelt_out.out) == (0, "app:level: info, as before  (environments/dev/app.yaml)\n")


def test_older_errors_are_notes(root: Path, lamina: Lamina) -> None:
    (root / "environments/dev/app.yaml").write_text("max: many\n")
    outcome = lamina("set", "dev", "app:level", "debug", cwd=root)
    assert (outcome.code, outcome.out) == (1, "app:level: info -> debug  (environments/dev/app.yaml)\n")
    assert outcome.err.startswith("environments/dev/app.yaml:1:6: note: ")
    assert outcome.err.endswith("lamina: errors remain: lamina validate shows them all\n")


def test_unset(root: Path, lamina: Lamina) -> None:
    outcome = lamina("unset", "dev", "app:max", cwd=root)
    assert (outcome.code, outcome.out) == (0, "app:max: 1 -> (not set)  (environments/dev/app.yaml)\n")
    refused = lamina("unset", "dev", "app:level", cwd=root)
    assert refused.code == 3
    assert "environments/base/app.yaml sets it; --hide" in refused.err
    assert lamina("unset", "dev", "app:level", "--hide", cwd=root).code == 0
    assert lamina("get", "dev", "app:level", cwd=root).code == 3
