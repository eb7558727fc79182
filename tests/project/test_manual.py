"""The manual of a repository: every key with its value in every environment."""

import pytest
from held import project

from lamina.project.manual import manual_of
from lamina.thought.manual import Page, Row

SEALED = """\
db:
    password: ENC[AES256_GCM,data:p673w7==,iv:YY=,tag:UQ=,type:str]
sops:
    mac: ENC[AES256_GCM,data:p673w7==,iv:YY=,tag:UQ=,type:str]
    lastmodified: "2026-01-01T00:00:00Z"
    unencrypted_regex: ^schemaVersion$
    age: []
    version: 3.10.0
"""
FILES = {
    "environments/base/app.yaml": "name: ${@environment}\nlabels: {a: x}\nusers: [{name: ann}]\n",
    "environments/dev/app.yaml": "level: debug\nlabels: {b: y}\n",
    "environments/prod/app.yaml": "level: error\nretries: 5\n"
    "db: {host: h, url: 'pg://${db.password}'}\nhosts: [a, '${db.password}']\n",
    "environments/prod/app.sops.yaml": SEALED,
    "environments/test/app.yaml": "level: wrong\n",
}


def page_of(kind: str, files: dict[str, str] = FILES) -> Page:
    return next(page for page in manual_of(project(files)).pages if page.kind == kind)


def rows(name: str, page: Page | None = None) -> tuple[Row, ...]:
    return next(entry.rows for entry in (page or page_of("app")).entries if entry.name == name)


UNKNOWN = Row((), ("test",), (None, "unknown: the document has errors"))


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("name", [Row((), ("dev",), ('"dev"', "")), Row((), ("prod",), ('"prod"', ""))]),
        ("retries", [Row((), ("dev",), ("3", "default")), Row((), ("prod",), ("5", ""))]),
        ("level", [Row((), ("dev",), ('"debug"', "")), Row((), ("prod",), ('"error"', ""))]),
        ("db.host", [Row((), ("dev",), (None, "not set")), Row((), ("prod",), ('"h"', ""))]),
        ("db.password", [Row((), ("dev",), (None, "not set")), Row((), ("prod",), (None, "secret"))]),
        ("db.url", [Row((), ("dev",), (None, "not set")), Row((), ("prod",), (None, "secret"))]),
        ("hosts", [Row((), ("dev",), (None, "not set")), Row((), ("prod",), ('["a", "<redacted>"]', ""))]),
        ("users", [Row((), ("dev", "prod"), ('[{"name": "ann", "role": "reader"}]', ""))]),
    ],
)
def test_the_values_of_a_key(name: str, found: list[Row]) -> None:
    assert rows(name) == (*found, UNKNOWN)


@pytest.mark.parametrize("name", ["labels", "db", "users[]", "users[].name", "users[].token"])
def test_no_values_where_they_stand_with_other_keys(name: str) -> None:
    assert rows(name) == ()


def test_any_key_has_the_values_of_those_that_there_are() -> None:
    found = rows("labels.<key>")
    assert found == (Row(("labels.a",), ("dev", "prod"), ('"x"', "")), Row(("labels.b",), ("dev",), ('"y"', "")))


def test_what_nobody_sets_has_no_rows() -> None:
    files = {"environments/dev/app.yaml": "name: a\n"}
    assert rows("level", page_of("app", files)) == ()


def test_a_kind_of_several_documents() -> None:
    files = {
        "schemas/agents/v1.schema.yaml": "{properties: {size: {default: 1}, map: {type: object}}}",
        "environments/base/agents/a.yaml": "size: 2\nmap: {x: 1}\n",
        "environments/base/agents/b.yaml": "{}\n",
        "environments/dev/agents/c.yaml": "{}\n",
        "environments/prod/agents/b.yaml": "!unset\n",
    }
    page = page_of("agents", files)
    assert page.documents == {"agents/a": ("dev", "prod"), "agents/b": ("dev",), "agents/c": ("dev",)}
    assert rows("size", page) == (
        Row(("agents/a",), ("dev", "prod"), ("2", "")),
        Row(("agents/b", "agents/c"), ("dev",), ("1", "default")),
    )
    assert rows("map", page)[0] == Row(("agents/a",), ("dev", "prod"), ('{"x": 1}', ""))


def test_a_kind_without_documents_and_one_whose_schema_is_wrong() -> None:
    files = {
        "schemas/lone/v1.schema.yaml": "{title: Lone, description: Nobody uses it., properties: {a: {}}}",
        "schemas/wrong/v1.schema.yaml": "{type: wrong}",
        "environments/dev/wrong.yaml": "a: 1\n",
    }
    lone, wrong = page_of("lone", files), page_of("wrong", files)
    assert (lone.title, lone.description, dict(lone.documents), [entry.name for entry in lone.entries]) == (
        *("Lone", "Nobody uses it.", {}),
        ["a"],
    )
    assert (wrong.broken, wrong.entries, dict(wrong.documents)) == (True, (), {"wrong": ("dev",)})


def test_what_refers_to_a_document_with_errors_is_unknown_and_the_rest_is_known() -> None:
    files = {
        "schemas/b/v1.schema.yaml": "{properties: {c: {type: string}}}",
        "environments/dev/app.yaml": "name: 1\n",
        "environments/dev/b.yaml": "c: ${app:level}\n",
        "environments/prod/b.yaml": "c: d\n",
    }
    assert [row.shown[0] for row in rows("c", page_of("b", files))] == [None, '"d"']


def test_an_environment_that_extends_nothing_is_unknown() -> None:
    files = {**FILES, "lamina.yaml": "environments: {prod: {extends: nowhere}}\n"}
    manual = manual_of(project(files))
    assert manual.environments == ("dev", "prod", "test")
    assert {row.shown[0] for page in manual.pages for entry in page.entries for row in entry.rows} == {None}


def test_a_key_that_refers_to_itself_shows_what_stands_there() -> None:
    files = {
        "schemas/tree/v1.schema.yaml": "{properties: {left: {$ref: '#'}, size: {}}}",
        "environments/dev/tree.yaml": "left: {left: {left: {size: 1}}}\n",
    }
    page = page_of("tree", files)
    assert [entry.name for entry in page.entries] == ["left", "left.left", "left.size", "size"]
    assert rows("left.left", page) == (Row((), ("dev",), ('{"left": {"size": 1}}', "")),)
    assert page.entries[1].facts[-1].values == ("left",)


def test_a_thousand_keys() -> None:
    keys = [f"k{number}" for number in range(1000)]
    files = {
        "schemas/big/v1.schema.yaml": "{properties: {" + ", ".join(f"{key}: {{default: 1}}" for key in keys) + "}}",
        "environments/dev/big.yaml": "k7: 7\n",
    }
    page = page_of("big", files)
    assert [entry.name for entry in page.entries] == keys
    assert [entry.rows[0].shown[0] for entry in page.entries].count("7") == 1
