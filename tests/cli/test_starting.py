"""What a command imports: what it needs, since that is most of the time of a short one."""

import subprocess
import sys
from pathlib import Path

import pytest
from conftest import Builder
from githistory import begun, committed
from running import surroundings

FILES = {
    "lamina.yaml": "environments: {dev: {}}\n",
    "schemas/app/v1.schema.yaml": "type: object\nproperties: {level: {type: string, default: info}}\n",
    "environments/dev/app/a.yaml": "name: a\n",
}
PROGRAM = (
    "import sys; from lamina.cli.main import lamina; lamina({words!r}, standalone_mode=False); print(*sys.modules)"
)
# What only some repositories, documents or commands have to do with.
NEVER = {
    "lamina.thought.migration", "lamina.thought.schema.names", "lamina.thought.sealed.opening", "lamina.project.raising",
    "lamina.thought.rules", "lamina.cli.spans", "lamina.words.times", "jsonschema", "pygit2", "subprocess", "asyncio", "apsw",
}  # fmt: skip


@pytest.fixture
def root(repository: Builder) -> Path:
    root = begun(repository(FILES))
    committed(root, {})
    return root


def imported(root: Path, *words: str) -> set[str]:
    """The modules that a command has imported in the end, in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-P", "-c", PROGRAM.format(words=["-C", str(root), *words])],
        env=surroundings(), capture_output=True, text=True, check=True,
    )  # fmt: skip
    return set(done.stdout.splitlines()[-1].split())


def test_the_version_needs_nothing_of_a_project(root: Path) -> None:
    found = imported(root, "cache", "--help")
    assert not {name for name in found if name.startswith(("lamina.project", "lamina.thought", "yaml"))}


def test_one_value_needs_neither_migrations_nor_rules(root: Path) -> None:
    found = imported(root, "get", "dev", "app/a:level", "--no-cache")
    assert "yaml" in found
    assert NEVER & found == set()


def test_a_schema_that_was_found_to_be_sound_needs_no_validator_to_ask_for_a_value(root: Path) -> None:
    first, second = (imported(root, "get", "dev", "app/a:level") for _ in range(2))
    assert "jsonschema_rs" in first
    assert (NEVER | {"jsonschema_rs", "lamina.thought.schema.checks"}) & second == set()
