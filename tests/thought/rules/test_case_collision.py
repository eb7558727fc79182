"""case-collision: two names differ only in case."""

import pytest
from rendered import breaches, document, paths, shape

from lamina.thought.rules import Names
from lamina.thought.rules.case_collision import OF_NAMES, RULE


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("logLevel: info\nloglevel: debug", ["loglevel"]),
        ("a: {Host: x, host: y, HOST: z}", ["a.HOST", "a.host"]),
        ("a: [{URL: x, url: y}]", ["a[0].url"]),
        ("a: [[{URL: x, url: y}]]", ["a[0][0].url"]),
        ("env: {TZ: x, tz: y}", ["env.tz"]),
        ("env: {http_proxy: x, HTTP_PROXY: x, no_proxy: y, NO_PROXY: y}", []),
        ("m: 1\nM: 2", []),
        ("a: {host: x}\nb: {Host: y}", []),
        ("log_level: 1\nloglevel: 2", []),
        ("{}", []),
    ],
)
def test_keys_of_one_map(text: str, where: list[str]) -> None:
    assert paths(RULE, text) == where


def test_the_first_is_related() -> None:
    [found] = breaches(RULE, document({"logLevel": 1, "loglevel": 2}))
    assert (found.path, found.at_key) == (("loglevel",), True)
    assert [(one.path, one.at_key) for one in found.also] == [(("logLevel",), True)]


def test_keys_that_the_schema_declares_both() -> None:
    of = shape("properties: {map: {properties: {ID: {type: integer}, id: {type: string}}}}")
    assert paths(RULE, "map: {ID: 1, id: a}", of=of) == []
    assert paths(RULE, "map: {ID: 1, Id: a}", of=of) == ["map.Id"]


def names(**files: dict[str, list[str]]) -> list[tuple[str | None, str]]:
    assert OF_NAMES.check is not None
    return [(one.file, one.message) for one in OF_NAMES.check(Names(files))]


def test_names_of_files() -> None:
    assert names(environment={"prod": ["p/a", "p/b"], "dev": ["d/a"]}) == []
    assert names(environment={"prod": ["p/a", "p/b"], "Prod": ["P/a"]}) == [
        ("P/a", "the environment Prod differs from the environment prod only in case")
    ]
    assert [file for file, _ in names(document={"agents/Coder": ["b/C"], "agents/coder": ["p/c"]})] == ["b/C"]
    assert [file for file, _ in names(document={"App": ["b/A", "p/A"], "app": ["d/a"]})] == ["d/a"]
    assert names(document={"app": ["a"]}, kind={"App": ["b"]}) == []
