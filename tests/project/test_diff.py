"""What differs between two environments, with secrets put away."""

from typing import Any

import pytest
from held import project

from lamina.project import Broken
from lamina.project.hiding import hidden


def differences(left: str, right: str, **files: str) -> list[tuple[str, str, Any, Any]]:
    layers = {"environments/l/app.yaml": f"name: x\n{left}\n", "environments/r/app.yaml": f"name: x\n{right}\n"}
    return [
        (
            str(change.change.path),
            change.change.change,
            hidden(change.change.before, change.secrets, "redact"),
            hidden(change.change.after, change.secrets, "redact"),
        )
        for change in project({**layers, **files}).diff("l", "r")
    ]


def test_environments_alike() -> None:
    assert differences("level: info", "level: info") == []


def test_values_that_differ() -> None:
    assert differences("level: info", "level: error\nlabels: {a: b}") == [
        ("('level',)", "changed", "info", "error"),
        ("('labels',)", "added", None, {"a": "b"}),
    ]


def test_documents_that_only_one_has() -> None:
    files = {"environments/l/app2.yaml": "a: 1\n", "schemas/app2/v1.schema.yaml": "type: object\n"}
    assert differences("", "", **files) == [("()", "removed", {"a": 1}, None)]
    files = {"environments/r/app2.yaml": "a: 1\n", "schemas/app2/v1.schema.yaml": "type: object\n"}
    assert differences("", "", **files) == [("()", "added", None, {"a": 1})]


SECRETS = {
    "changed": ("db: {password: hunter2}", "db: {password: hunter22}"),
    "added": ("", "db: {password: hunter2}"),
    "removed": ("db: {password: hunter2}", "db: {host: h}"),
    "in an item that moved": ("users: [{name: a, token: hunter2}, {name: b}]", "users: [{name: b}, {name: a}]"),
    "in an item that came first": ("users: [{name: b}]", "users: [{name: a, token: hunter2}, {name: b}]"),
    "tainted": ("db: {password: hunter2, url: 'x-${db.password}'}", "db: {url: plain}"),
}


@pytest.mark.parametrize(("left", "right"), SECRETS.values(), ids=SECRETS)
def test_secrets_are_not_shown(left: str, right: str) -> None:
    for told in (differences(left, right), differences(right, left)):
        assert told
        assert "hunter2" not in repr(told)


def test_values_of_another_type_beside_secrets() -> None:
    schema = """
        $schema: https://json-schema.org/draft/2020-12/schema
        properties:
          a:
            type: [object, integer, string]
            properties: {password: {type: string, x-secret: true}}
    """
    files = {
        "schemas/app/v1.schema.yaml": schema,
        "environments/l/app.yaml": "a: {password: hunter2}\n",
        "environments/r/app.yaml": "a: 5\n",
    }
    [change] = project(files).diff("l", "r")
    assert hidden(change.change.before, change.secrets, "redact") == {"password": "<redacted>"}
    assert hidden(change.change.after, change.secrets, "redact") == 5


def test_an_environment_with_errors_is_not_compared() -> None:
    with pytest.raises(Broken):
        differences("retires: 1", "")
