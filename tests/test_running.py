"""Running lamina within the tests is the same as running it for real."""

import gc
import os
from pathlib import Path

import pytest
from conftest import Builder, Lamina
from running import run_program, surroundings

WORDS = [("--version",), ("--help",), ("gett", "dev", "app"), ("get", "dev", "app:retries"), ("get", "dve", "app")]


@pytest.mark.parametrize("words", WORDS, ids=" ".join)
def test_here_and_apart_are_the_same(words: tuple[str, ...], repository: Builder, lamina: Lamina) -> None:
    root = repository(
        {
            "environments/base/app.yaml": "retries: 3\n",
            "environments/dev/app.yaml": "{}\n",
            "schemas/app/v1.schema.yaml": """
                $schema: https://json-schema.org/draft/2020-12/schema
                type: object
                properties: {retries: {type: integer}}
            """,
        }
    )
    here, apart = lamina(*words, cwd=root), lamina(*words, cwd=root, apart=True)
    assert here == apart
    assert here.out or here.err


def test_nothing_of_a_run_stays(tmp_path: Path, lamina: Lamina) -> None:
    before = (os.getcwd(), dict(os.environ), gc.isenabled())
    assert lamina("--version", cwd=tmp_path, env={"LAMINA_X": "1"}).code == 0
    assert (os.getcwd(), dict(os.environ), gc.isenabled()) == before


def test_a_run_does_not_see_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "LAMINA_X", "SOPS_AGE_KEY", "TZ"):
        monkeypatch.setenv(name, "x")
    env = surroundings({"LAMINA_Y": "1"})
    assert (env["TZ"], env["LAMINA_Y"]) == ("UTC", "1")
    assert not env.keys() & {"NO_COLOR", "LAMINA_X", "SOPS_AGE_KEY"}


def test_bytes_that_are_no_text_are_shown(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"a\xff\r\n")
    assert run_program("cat", "x", cwd=tmp_path).out == "a\\xff\r\n"
