"""Comparisons across a new version of a kind: what changed its form alone has not changed."""

from pathlib import Path

import pytest
from conftest import Lamina
from githistory import begun, committed

import lamina as face
from lamina.project.newer_schemas import differences, raised

OLD = {
    "schemas/app/v1.schema.yaml": """
        type: object
        additionalProperties: false
        properties: {retries: {type: integer}, seconds: {type: integer}, note: {type: string}}
        """,
    "environments/base/app.yaml": "schemaVersion: 1\nretries: 3\nseconds: 60\n",
    "environments/dev/app.yaml": "schemaVersion: 1\nretries: 5\n",
}
NEW = {
    "schemas/app/v2.schema.yaml": """
        type: object
        additionalProperties: false
        properties:
          retry: {type: object, properties: {limit: {type: integer}}}
          minutes: {type: integer}
          note: {type: string}
        """,
    "schemas/app/v2.migration.yaml": """
        operations:
        - move: {from: retries, to: retry.limit}
        - rename: {path: seconds, to: minutes}
        - convert: {path: minutes, factor: 1/60}
        """,
}
REWRITTEN = {
    "environments/base/app.yaml": "schemaVersion: 2\nminutes: 1\nretry: {limit: 3}\n",
    "environments/dev/app.yaml": "schemaVersion: 2\nretry: {limit: 5}\n",
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A repository whose second commit is a pure migration, and whose third changes a value."""
    root = begun(tmp_path / "repository")
    committed(root, OLD, "begin")
    committed(root, {**NEW, **REWRITTEN}, "migrate")
    committed(root, {"environments/dev/app.yaml": "schemaVersion: 2\nretry: {limit: 6}\n"}, "more retries")
    return root


def test_layers_that_state_no_version_are_of_the_only_one_that_there_was(tmp_path: Path, lamina: Lamina) -> None:
    root = begun(tmp_path / "unstated")
    committed(root, {name: text.replace("schemaVersion: 1\n", "") for name, text in OLD.items()}, "begin")
    committed(root, {**NEW, **REWRITTEN}, "migrate")
    assert lamina("diff", "dev@HEAD~1", "dev", cwd=root).out == "dev@HEAD~1 and dev render alike\n"
    assert "migrate" not in lamina("log", "dev", cwd=root).out


def test_a_pure_migration_is_no_difference(root: Path, lamina: Lamina) -> None:
    for words in (["dev@HEAD~2", "dev@HEAD~1"], ["dev@HEAD~1", "dev@HEAD~2"]):
        assert "render alike" in lamina("diff", *words, cwd=root).out


def test_what_changed_beside_it_is_told_in_the_new_form(root: Path, lamina: Lamina) -> None:
    done = lamina("diff", "dev@HEAD~2", "dev", cwd=root)
    assert done.code == 1
    assert "~ retry.limit: 5 -> 6" in done.out
    assert "retries" not in done.out


def test_a_pure_migration_is_not_in_the_log(root: Path, lamina: Lamina) -> None:
    out = lamina("log", "dev", cwd=root).out
    assert "more retries" in out
    assert "migrate" not in out


def test_what_the_newer_schemas_refer_to_comes_along_as_it_is_there(tmp_path: Path, lamina: Lamina) -> None:
    types = "$defs:\n  count: {type: integer}\n"
    minutes = "minutes: {type: integer}"
    newer = NEW["schemas/app/v2.schema.yaml"].replace(minutes, "minutes: {$ref: '../types.yaml#/$defs/minutes'}")
    more = {"schemas/types.yaml": f"{types}  {minutes}\n", "schemas/app/v2.schema.yaml": newer}
    root = begun(tmp_path / "shared")
    committed(root, {**OLD, "schemas/types.yaml": types}, "begin")
    committed(root, {**NEW, **REWRITTEN, **more}, "migrate")
    assert lamina("diff", "dev@HEAD~1", "dev", cwd=root).out == "dev@HEAD~1 and dev render alike\n"
    assert "migrate" not in lamina("log", "dev", cwd=root).out
    assert lamina("impact", "--base", "HEAD~1", cwd=root).out.splitlines()[1:] == [
        "no effect on dev: it renders the same"
    ]


def test_a_migration_with_a_change_in_one_commit_tells_of_the_change_alone(tmp_path: Path, lamina: Lamina) -> None:
    root = begun(tmp_path / "repository")
    committed(root, OLD, "begin")
    committed(root, {**NEW, **REWRITTEN, "environments/dev/app.yaml": "schemaVersion: 2\nretry: {limit: 9}\n"}, "both")
    out = lamina("log", "dev", cwd=root).out
    assert "~ retry.limit: 5 -> 9" in out
    assert "minutes" not in out


def test_schemas_of_equal_versions_stay_with_their_side(root: Path) -> None:
    schema = "schemas/app/v2.schema.yaml"
    committed(root, {schema: NEW[schema].replace("note: {type: string}", "note: {default: new}")})
    old, new = face.open(root, at="HEAD~1"), face.open(root)
    assert raised(old, new) is old
    assert [str(one.change.path[0]) for one in differences(old, "dev", new, "dev")] == ["note"]
