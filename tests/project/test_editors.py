"""What editors are given: schemas of the kinds that there are, and settings that lead to them."""

import json
from pathlib import Path

from held import project

from lamina.project import Project
from lamina.project.editors import editor_files, editor_setup, modelined, outdated_editor_files

FILES = {"environments/dev/app.yaml": "name: a\n", "lamina.yaml": "{}\n"}
APP, OWN, VSCODE = ".editor/app.schema.json", ".editor/lamina.yaml.schema.json", ".vscode/settings.json"


def written(root: Path, made: Project) -> None:
    for name, data in editor_setup(made.tree, root).items():
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_bytes(data or b"")


def test_every_kind_has_a_schema_and_its_place_in_the_settings() -> None:
    files = editor_setup(project({**FILES, "schemas/b/v1.schema.yaml": "{}"}).tree)
    assert list(files) == [OWN, APP, ".editor/b.schema.json", VSCODE]
    schemas = json.loads(files[VSCODE] or b"")["yaml.schemas"]
    assert list(schemas) == [f"./{name}" for name in (APP, ".editor/b.schema.json", OWN)]
    assert schemas[f"./{APP}"] == [
        "environments/*/app.yaml",
        "environments/*/app.sops.yaml",
        "environments/*/app/**/*.yaml",
    ]


def test_tests_have_a_schema_once_there_are_any(tmp_path: Path) -> None:
    held = project({**FILES, "tests/config/deep/a.yaml": "tests: []\n"})
    files = editor_setup(held.tree)
    schema = ".editor/lamina.tests.schema.json"
    assert "tests" in json.loads(files[schema] or b"")["properties"]
    assert json.loads(files[VSCODE] or b"")["yaml.schemas"][f"./{schema}"] == ["tests/config/**/*.yaml"]
    written(tmp_path, held)
    assert outdated_editor_files(held.tree, tmp_path) == []
    assert editor_setup(project(FILES).tree, tmp_path)[schema] is None


def test_a_schema_that_is_wrong_has_none_for_editors_and_its_last_one_stays(tmp_path: Path) -> None:
    written(tmp_path, project(FILES))
    wrong = project({**FILES, "schemas/app/v1.schema.yaml": "{type: nothing}"}).tree
    assert list(editor_files(wrong)) == [OWN]
    assert outdated_editor_files(wrong, tmp_path) == []


def test_a_kind_that_could_name_no_document_is_in_no_pattern() -> None:
    files = editor_setup(project({**FILES, "schemas/a*b/v1.schema.yaml": "{}"}).tree)
    assert "a*b" not in (files[VSCODE] or b"").decode()


def test_the_schema_of_a_kind_that_is_gone_goes_and_what_others_wrote_stays(tmp_path: Path) -> None:
    written(tmp_path, project({**FILES, "schemas/b/v1.schema.yaml": "{}"}))
    (tmp_path / ".editor/c.schema.json").write_text("{}")
    files = editor_setup(project(FILES).tree, tmp_path)
    assert files[".editor/b.schema.json"] is None
    assert ".editor/c.schema.json" not in files
    assert b"b.schema.json" not in (files[VSCODE] or b"")


def test_nobody_has_to_use_an_editor(tmp_path: Path) -> None:
    tree = project(FILES).tree
    written(tmp_path, project(FILES))
    (tmp_path / VSCODE).unlink()
    assert outdated_editor_files(tree, tmp_path) == []
    (tmp_path / VSCODE).write_text("{}")
    (tmp_path / APP).unlink()
    assert outdated_editor_files(tree, tmp_path) == [APP, VSCODE]


def test_jetbrains_is_told_where_it_is_used(tmp_path: Path) -> None:
    tree = project(FILES).tree
    assert ".idea/jsonSchemas.xml" not in editor_setup(tree, tmp_path)
    (tmp_path / ".idea").mkdir()
    assert b"environments/*/app.yaml" in (editor_setup(tree, tmp_path)[".idea/jsonSchemas.xml"] or b"")


def test_first_lines_are_for_plain_yaml_only() -> None:
    files = {
        **FILES,
        "environments/dev/app.sops.yaml": "a: b\n",
        "environments/dev/list/a.yaml": "a: 1\r\n",
        "environments/dev/list/b.json": "{}",
        "environments/dev/list/c.yaml": b"\xff",
    }
    line = "# yaml-language-server: $schema="
    assert modelined(project(files).tree) == {
        "environments/dev/app.yaml": f"{line}../../.editor/app.schema.json\nname: a\n".encode(),
        "environments/dev/list/a.yaml": f"{line}../../../.editor/list.schema.json\r\na: 1\r\n".encode(),
        "lamina.yaml": f"{line}.editor/lamina.yaml.schema.json\n{{}}\n".encode(),
    }


def test_policies_have_a_schema_where_there_are_some() -> None:
    files = {"environments/base/app.yaml": "name: a\n"}
    assert ".editor/policy.yaml.schema.json" not in editor_setup(project(files).tree)
    setup = editor_setup(project({**files, "policies/p.policy.yaml": "description: x\n"}).tree)
    schema = json.loads(setup[".editor/policy.yaml.schema.json"] or b"")
    assert "validations" in schema["properties"]
    assert json.loads(setup[".vscode/settings.json"] or b"")["yaml.schemas"]["./.editor/policy.yaml.schema.json"] == [
        "policies/**/*.policy.yaml"
    ]
