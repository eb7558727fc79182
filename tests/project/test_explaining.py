"""Every layer's word on a value, the winner first; and nothing of a secret, whichever layer holds it."""

from typing import Any

import pytest
from held import APP_SCHEMA, project

from lamina.project import Explanation
from lamina.project.explaining import NoSuchValue
from lamina.project.hiding import hidden
from lamina.words.address import parse_address

FILES = {
    "environments/base/app.yaml": "name: shop\nlevel: info\nhosts: [a]\nlabels: {a: b}\nusers:\n- {name: ada}\n- {name: bob}\n",
    "environments/dev/app.yaml": "level: debug\nhosts: !prepend [c]\nlabels: !unset\nusers:\n- {name: bob, role: admin}\n",
    "environments/qa/app.yaml": "retries: 7\ndb: {host: h, url: 'pg://${db.host}/${name}'}\n",
}


def explained(address: str, environment: str = "dev", files: dict[str, str] | None = None) -> Explanation:
    return project(files or FILES).explain(environment, parse_address(address))


def words(explanation: Explanation) -> list[tuple[str, Any, bool]]:
    return [
        (str(word.position).removeprefix("environments/"), hidden(word.value, word.secrets, "redact"), word.wins)
        for word in explanation.words
    ]


def test_the_winner_comes_first() -> None:
    explanation = explained("app:level")
    assert (explanation.value, explanation.secret) == ("debug", False)
    assert words(explanation) == [("dev/app.yaml:1:8", "debug", True), ("base/app.yaml:2:8", "info", False)]


def test_a_default_is_told_with_its_schema() -> None:
    assert words(explained("app:retries")) == [("schemas/app/v1.schema.yaml:8:40", 3, True)]
    assert words(explained("app:retries", "qa")) == [
        ("qa/app.yaml:1:10", 7, True),
        ("schemas/app/v1.schema.yaml:8:40", 3, False),
    ]


def test_an_item_by_key() -> None:
    assert words(explained("app:users[1].role")) == [
        ("dev/app.yaml:5:21", "admin", True),
        ("schemas/app/v1.schema.yaml:20:30", "reader", False),
    ]
    assert words(explained("app:users[1].name")) == [
        ("dev/app.yaml:5:10", "bob", True),
        ("base/app.yaml:7:10", "bob", False),
    ]


def test_an_item_of_a_list_that_grows() -> None:
    assert words(explained("app:hosts[0]")) == [("dev/app.yaml:2:18", "c", True)]
    assert words(explained("app:hosts[1]")) == [("base/app.yaml:3:9", "a", True)]


def test_a_list_says_what_is_merged_into_it() -> None:
    explanation = explained("app:hosts")
    assert explanation.value == ["c", "a"]
    assert [(word.wins, word.merged, word.note) for word in explanation.words] == [
        (True, False, "!prepend"),
        (False, True, None),
    ]


def test_what_was_taken_away_is_told() -> None:
    explanation = explained("app:labels")
    assert explanation.value is None
    assert words(explanation) == [("dev/app.yaml:3:9", None, False), ("base/app.yaml:4:9", {"a": "b"}, False)]
    assert explanation.words[0].note == "!unset"
    assert words(explained("app:labels.a")) == [("base/app.yaml:4:13", "b", False)]


def test_references_are_followed() -> None:
    explanation = explained("app:db.url", "qa")
    assert explanation.value == "pg://h/shop"
    assert [(str(one.address), one.value) for one in explanation.references] == [
        ("app:db.host", "h"),
        ("app:name", "shop"),
    ]


def test_a_circle_of_references_ends() -> None:
    schema = "$schema: https://json-schema.org/draft/2020-12/schema\n"
    files = {"schemas/app/v1.schema.yaml": schema, "environments/dev/app.yaml": f"a: {'${b}' * 30}\nb: {'${a}' * 30}\n"}
    explanation = explained("app:a", files=files)
    assert str(explanation.words[0].position) == "environments/dev/app.yaml:1:4"


def test_a_value_that_came_through_a_reference() -> None:
    schema = "$schema: https://json-schema.org/draft/2020-12/schema\n"
    files = {"schemas/app/v1.schema.yaml": schema, "environments/dev/app.yaml": "m: {x: [1, 2]}\nc: ${m}\n"}
    explanation = explained("app:c.x[1]", files=files)
    assert explanation.value == 2
    assert words(explanation) == [("dev/app.yaml:2:4", 2, True)]


@pytest.mark.parametrize(
    ("address", "like"), [("app:levl", "app:level"), ("app:users[0].nam", None), ("app:db.host", None)]
)
def test_nothing_there(address: str, like: str | None) -> None:
    with pytest.raises(NoSuchValue) as refused:
        explained(address)
    assert f"dev sets nothing at {address}" == str(refused.value)
    assert refused.value.hint == (f"did you mean {like}?" if like else "lamina get dev app shows the whole document")


SECRET = {
    "set": ("db: {password: hunter2}", "level: info"),
    "replaced away": ("db: {password: hunter2}", "db: !replace {host: h}"),
    "unset": ("db: {password: hunter2}", "db: !unset"),
    "the key unset": ("db: {password: hunter2}", "db: {password: !unset}"),
    "beaten": ("db: {password: hunter2}", "db: {password: hunter2}"),
    "beaten by null": ("db: {password: hunter2}", "db: {password: null}"),
    "in an item": ("users: [{name: a, token: hunter2}]", "users: [!unset {name: a}]"),
    "in an item that moved": (
        "users: [{name: a, token: hunter2}, {name: b}]",
        "users: [!unset {name: a}, {name: b, role: x}]",
    ),
    "mistyped": ("db: {pasword: hunter2}", "level: info"),
    "mistyped and unset": ("db: {pasword: hunter2}", "db: {pasword: !unset}"),
    "a level too high": ("password: hunter2", "level: info"),
    "a level too high, as the map": ("db: hunter2", "level: info"),
    "a list for the map": ("db: [hunter2]", "level: info"),
    "a map for the secret": ("db: {password: {hunter2: hunter2}}", "level: info"),
    "a map for the list": ("users: {token: hunter2}", "level: info"),
    "referred to": ("db: {password: hunter2, url: 'pg://${db.password}'}", "level: info"),
}


@pytest.mark.parametrize(("base", "dev"), SECRET.values(), ids=SECRET)
@pytest.mark.parametrize(
    "address",
    [
        "app",
        "app:db",
        "app:db.password",
        "app:db.pasword",
        "app:users",
        "app:users[0]",
        "app:db.url",
        "app:users[0].token",
        "app:password",
        "app:users.token",
        "app:db[0]",
    ],
)
def test_no_word_shows_a_secret(base: str, dev: str, address: str) -> None:
    over = project({"environments/base/app.yaml": f"name: x\n{base}\n", "environments/dev/app.yaml": f"{dev}\n"})
    try:
        explanation = over.explain("dev", parse_address(address))
    except NoSuchValue as failure:
        values: list[Any] = [failure.message, failure.hint]
        shown = []
    else:
        shown = [explanation, *explanation.references]
        values = [hidden(one.value, one.secrets, "redact") for one in shown]
    values += [hidden(word.value, word.secrets, "redact") for one in shown for word in one.words]
    assert "hunter2" not in repr(values)


@pytest.mark.parametrize("address", ["app", "app:db", "app:db.password"])
def test_a_wrong_schema_may_mean_anything_to_be_secret(address: str) -> None:
    schema = APP_SCHEMA.replace("x-secret: true", "x-secret: tru")
    files = {"schemas/app/v1.schema.yaml": schema, "environments/dev/app.yaml": "name: x\ndb: {password: hunter2}\n"}
    explanation = explained(address, files=files)
    values = [hidden(word.value, word.secrets, "redact") for word in explanation.words]
    assert "hunter2" not in repr([hidden(explanation.value, explanation.secrets, "redact"), *values])


def test_what_is_secret_is_said() -> None:
    files = {"environments/dev/app.yaml": "name: x\ndb: {host: h, password: p, url: '${db.password}'}\n"}
    assert [explained(f"app:db{key}", files=files).secret for key in ("", ".host", ".password", ".url")] == [
        False,
        False,
        True,
        True,
    ]
