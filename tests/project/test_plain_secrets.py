"""Secrets in plain text, and sealed keys of lists: in the layers of a repository, at their places."""

from collections.abc import Mapping

import pytest
from conftest import Builder
from sealing import Person, sealed_for

import lamina
from lamina.project.plain_secrets import layer_findings
from lamina.thought.sealed.selection import Rule
from lamina.words.finding import Finding

SCHEMA = """
    $schema: https://json-schema.org/draft/2020-12/schema
    type: object
    properties:
      password: {type: [string, 'null'], x-secret: true}
      keys: {type: object, x-secret: true}
      host: {type: string}
      users:
        type: array
        x-merge: {by: name}
        items: {type: object, properties: {name: {type: string}, token: {type: string, x-secret: true}}}
"""
ADA = Person()


def found(repository: Builder, layers: Mapping[str, str | bytes]) -> list[Finding]:
    files = {f"environments/{name}": text for name, text in layers.items()}
    root = repository({"schemas/app/v1.schema.yaml": SCHEMA, **files})
    tree = lamina.open(root).tree
    findings = list(layer_findings(tree, tree.topology.layer_files()))
    assert not any("hunter2" in f"{one.message}{one.fix}" for one in findings)
    return findings


def places(findings: list[Finding]) -> list[str]:
    return [f"{one.position} {one.severity}" for one in findings]


def test_a_secret_in_plain_text(repository: Builder) -> None:
    text = "host: h\npassword: hunter2\nusers:\n- {name: ada, token: hunter2}\nkeys: {a: {b: hunter2}, c: ''}\n"
    findings = found(repository, {"prod/app.yaml": text})
    assert places(findings) == [
        "environments/prod/app.yaml:2:11 error",
        "environments/prod/app.yaml:4:22 error",
        "environments/prod/app.yaml:5:15 error",
    ]
    assert {one.rule for one in findings} == {"plain-secret"}
    assert findings[1].message == "users[0].token must be sealed (x-secret), and stands in plain text"
    assert "prod/app.sops.yaml" in (findings[0].fix or "")


@pytest.mark.parametrize("value", ["''", "null", "!unset", "${keys.a}", "${other:key}", "!replace ${host}"])
def test_what_is_no_secret_in_plain_text(repository: Builder, value: str) -> None:
    assert found(repository, {"prod/app.yaml": f"password: {value}\n"}) == []


def test_what_stands_beside_a_reference_is_a_warning(repository: Builder) -> None:
    assert places(found(repository, {"base/app.yaml": "password: hunter2-${host}\n"})) == [
        "environments/base/app.yaml:1:11 warning"
    ]


@pytest.mark.parametrize("tag", ["!replace ", ""])
def test_tags_hide_nothing(repository: Builder, tag: str) -> None:
    text = f"users: {tag}\n- name: ada\n  token: {tag}hunter2\n"
    [one] = found(repository, {"prod/app.yaml": text})
    assert one.path == ("users", 0, "token")


def test_a_sealed_layer(repository: Builder) -> None:
    rule = Rule("encrypted_regex", "^password$")
    data = sealed_for(ADA, text="password: hunter2\nkeys: {a: hunter2}\n", rule=rule)
    assert places(found(repository, {"prod/app.sops.yaml": data})) == ["environments/prod/app.sops.yaml:2:11 error"]


def test_the_key_of_a_list_is_sealed(repository: Builder) -> None:
    text = "users:\n- name: ada\n  token: hunter2\n- name: bob\n"
    data = sealed_for(ADA, text=text)
    findings = found(repository, {"prod/app.sops.yaml": data})
    assert [one.rule for one in findings] == ["sealed-list-key", "sealed-list-key"]
    assert [one.position.line for one in findings] == [2, 4]
    validated = {one.rule for one in lamina.open(repository({})).validate()}
    assert "sealed-list-key" in validated
    assert "item-without-key" not in validated


def test_the_key_of_a_list_is_plain(repository: Builder) -> None:
    text = "users:\n- name: ada\n  token: hunter2\n"
    data = sealed_for(ADA, text=text, rule=Rule("unencrypted_regex", "^name$"))
    assert found(repository, {"prod/app.sops.yaml": data}) == []


def test_what_sops_reads_otherwise_is_found_by_validate_too(repository: Builder) -> None:
    data = sealed_for(ADA, text="password: hunter2\nhost_unencrypted: 2001-12-14\nport_unencrypted: 010\n")
    findings = found(repository, {"prod/app.sops.yaml": data})
    assert [one.rule for one in findings] == ["read-otherwise", "read-otherwise"]
    assert set(findings) <= set(lamina.open(repository({})).validate())
