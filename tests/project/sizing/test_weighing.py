"""What a repository weighs: documents, layers and schemas, in bytes, keys and keys that are walked."""

import pytest
from held import APP_SCHEMA, project

from lamina.project.questions import AbstractEnvironment, NoSuchEnvironment
from lamina.project.sizing import DocumentSize, LayerSize, SchemaSize, sizes

FILES = {
    "schemas/app/v1.schema.yaml": APP_SCHEMA,
    "schemas/other/v1.schema.yaml": "type: object\n",
    "environments/base/app/_defaults.yaml": "labels: {team: core}\n",
    "environments/base/app/a.yaml": "name: a\nhosts: [x, z]\n",
    "environments/dev/app/a.yaml": "labels: {of: dev}\n",
    "environments/prod/app/b.yaml": "name: b\ndb: {password: hunter2}\n",
    "environments/prod/app/bad.yaml": "name: 3\n",
}


def test_an_environment() -> None:
    found = sizes(project(FILES), "dev")
    yaml = "labels:\n  team: core\n  of: dev\nname: a\nhosts:\n  - x\n  - z\nretries: 3\n"
    assert found.documents == (DocumentSize("dev", "app/a", len(yaml), 8, 8 + 2 + 4 + 2, 3),)
    assert set(found.layers) == {
        LayerSize("environments/base/app/_defaults.yaml", 21, 2, 4, 1),
        LayerSize("environments/base/app/a.yaml", 22, 4, 8, 1),
        LayerSize("environments/dev/app/a.yaml", 18, 2, 4, 1),
    }
    (schema,) = found.schemas
    assert (schema.kind, schema.version, schema.documents) == ("app", 1, 1)
    assert (schema.bytes, schema.cost) == (len(project(FILES).tree.data(schema.file)), schema.keys + 8)


def test_the_whole_repository() -> None:
    found = sizes(project(FILES))
    assert [(one.environment, one.name, one.sound) for one in found.documents] == [
        ("dev", "app/a", True),
        ("prod", "app/a", True),
        ("prod", "app/b", True),
        ("prod", "app/bad", False),
    ]
    uses = {one.file.removeprefix("environments/"): one.documents for one in found.layers}
    assert uses == {
        "base/app/_defaults.yaml": 4,
        "base/app/a.yaml": 2,
        "dev/app/a.yaml": 1,
        "prod/app/b.yaml": 1,
        "prod/app/bad.yaml": 1,
    }
    assert [(one.kind, one.documents) for one in found.schemas] == [("app", 4), ("other", 0)]


def test_what_has_errors_weighs_nothing() -> None:
    bad = next(one for one in sizes(project(FILES), "prod").documents if not one.sound)
    assert (bad.bytes, bad.keys, bad.cost, bad.layers) == (0, 0, 0, 2)


def test_an_older_version_of_a_schema_has_no_documents() -> None:
    files = {
        "schemas/app/v1.schema.yaml": "properties: {a: {type: string}}\n",
        "schemas/app/v2.schema.yaml": "properties: {b: {$ref: '../types.yaml'}}\n",
        "schemas/types.yaml": "type: string\n",
        "schemas/app/v2.migration.yaml": "operations: [{rename: {path: a, to: b}}, {set-default: {path: c, value: 1}}]\n",
        "environments/dev/app/x.yaml": "schemaVersion: 1\na: text\n",
    }
    found = sizes(project(files))
    assert found.documents[0].keys == 2
    assert found.schemas == (
        SchemaSize("app", 1, "schemas/app/v1.schema.yaml", len(files["schemas/app/v1.schema.yaml"]), 3, 3, 0),
        SchemaSize("app", 2, "schemas/app/v2.schema.yaml", 41 + 13, 3 + 1, 4 + 2, 1),
    )
    assert [one.advice for one in found.advice] == ["migrate"]
    assert [one.file for one in found.layers] == ["environments/dev/app/x.yaml"]


def test_environments_that_cannot_be_weighed() -> None:
    with pytest.raises(NoSuchEnvironment):
        sizes(project(FILES), "nowhere")
    with pytest.raises(AbstractEnvironment):
        sizes(project(FILES), "base")
