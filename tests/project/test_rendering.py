"""The Python interface: rendered documents, values, origins, and typed access."""

from dataclasses import dataclass
from typing import Any

import pytest
from conftest import Builder
from held import APP_SCHEMA, Held, project, told
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, Field

import lamina
from lamina.project import Broken, NoSuchDocument, NoSuchEnvironment, Project
from lamina.project.questions import AbstractEnvironment
from lamina.project.rendering import DoesNotFit
from lamina.words.errors import Failure, Misuse
from lamina.world.repository import NotARepository

FILES = {
    "schemas/app/v1.schema.yaml": APP_SCHEMA,
    "environments/base/app.yaml": """
        name: shop
        hosts: [a]
        users:
        - name: ada
          token: hunter2
        - name: bob
        db:
          host: db.local
          password: hunter2
          url: pg://${db.host}/${db.password}
        """,
    "environments/dev/app.yaml": """
        hosts: [b]
        level: debug
        users:
        - name: bob
          role: admin
        """,
    "environments/prod/app.yaml": "level: error\nretries: 9\n",
}


@pytest.fixture
def opened(repository: Builder) -> Project:
    return lamina.open(repository(FILES))


def test_a_rendered_document_is_plain_data(opened: Project) -> None:
    assert opened.render("dev")["app"] == {
        "name": "shop",
        "hosts": ["a", "b"],
        "users": [
            {"name": "ada", "token": "<redacted>", "role": "reader"},
            {"name": "bob", "role": "admin"},
        ],
        "db": {"host": "db.local", "password": "<redacted>", "url": "<redacted>"},
        "level": "debug",
        "retries": 3,
    }


def test_secrets_may_be_left_out(opened: Project) -> None:
    app = opened.render("dev", secrets="omit")["app"]
    assert app["db"] == {"host": "db.local"}
    assert app["users"] == [{"name": "ada", "role": "reader"}, {"name": "bob", "role": "admin"}]


def test_a_rendering_is_a_mapping(opened: Project) -> None:
    rendering = opened.render("dev")
    assert (list(rendering), len(rendering), "app" in rendering, "web" in rendering) == (["app"], 1, True, False)
    assert rendering.get("web", "none") == "none"
    assert rendering.environment == "dev"
    assert rendering.findings == ()
    assert opened.findings == ()


def test_one_document_alone(opened: Project) -> None:
    assert list(opened.render("dev", "app")) == ["app"]


@pytest.mark.parametrize(
    ("address", "value"),
    [
        ("app:name", "shop"),
        ("app:hosts[1]", "b"),
        ("app:users[1]", {"name": "bob", "role": "admin"}),
        ("app:db.password", "<redacted>"),
        ("app:db.url", "<redacted>"),
        ("app:users[0].token", "<redacted>"),
        ("app:retries", 3),
    ],
)
def test_values(opened: Project, address: str, value: Any) -> None:
    assert opened.render("dev").value(address) == value


@pytest.mark.parametrize(
    ("address", "origin"),
    [
        ("app:level", ("environments/dev/app.yaml", 2, 8, "debug")),
        ("app:name", ("environments/base/app.yaml", 1, 7, "shop")),
        ("app:hosts[0]", ("environments/base/app.yaml", 2, 9, "a")),
        ("app:hosts[1]", ("environments/dev/app.yaml", 1, 9, "b")),
        ("app:users[1].role", ("environments/dev/app.yaml", 5, 9, "admin")),
        ("app:users[1].name", ("environments/dev/app.yaml", 4, 9, "bob")),
        ("app:db.password", ("environments/base/app.yaml", 9, 13, "<redacted>")),
        ("app:retries", ("schemas/app/v1.schema.yaml", 7, 40, 3)),
        ("app:users[0].role", ("schemas/app/v1.schema.yaml", 19, 30, "reader")),
    ],
)
def test_origins(opened: Project, address: str, origin: tuple[str, int, int, Any]) -> None:
    found = opened.render("dev").origin(address)
    assert (found.file, found.line, found.column, found.value) == origin


def test_what_is_not_there(opened: Project) -> None:
    rendering = opened.render("dev")
    with pytest.raises(NoSuchDocument, match="no document ap in dev"):
        rendering.value("ap:name")
    with pytest.raises(NoSuchEnvironment) as refused:
        opened.render("prd")
    assert refused.value.hint == "did you mean prod?"
    with pytest.raises(AbstractEnvironment) as abstract:
        opened.render("base")
    assert abstract.value.hint == "ask for one that extends it: dev, prod"
    with pytest.raises(NoSuchDocument):
        opened.render("dev", "web")
    with pytest.raises(Misuse):
        rendering.value("app:")


@pytest.mark.parametrize("address", ["app:nowhere", "app:name.x", "app:hosts[9]", "app:nowhere.deep[0]"])
def test_a_value_that_is_not_there(opened: Project, address: str) -> None:
    rendering = opened.render("dev")
    for question in (rendering.value, rendering.origin):
        with pytest.raises(Failure) as refused:
            question(address)
        assert address in refused.value.message


def test_a_document_with_errors_is_refused_with_its_place() -> None:
    over = project({"environments/dev/app.yaml": "name: x\nretires: 1\n"})
    rendering = over.render("dev")
    with pytest.raises(Broken) as refused:
        rendering["app"]
    assert told(refused.value.findings) == ["environments/dev/app.yaml:2:1 unknown-key"]
    assert refused.value.findings == rendering.findings
    with pytest.raises(Broken):
        rendering.value("app:name")


def test_a_document_is_refused_for_what_it_refers_to() -> None:
    schema = "$schema: https://json-schema.org/draft/2020-12/schema\nproperties: {n: {type: integer}}\n"
    files = {f"schemas/{kind}/v1.schema.yaml": schema for kind in ("a", "b", "c")}
    files |= {
        "environments/dev/a.yaml": "x: ${b:x}\n",
        "environments/dev/b.yaml": "x: ${c:x}\n",
        "environments/dev/c.yaml": "x: 1\nn: text\n",
        "environments/dev/d.yaml": "",
    }
    rendering = project(files).render("dev")
    for name in "abc":
        with pytest.raises(Broken) as refused:
            rendering[name]
        assert told(refused.value.findings) == ["environments/dev/c.yaml:2:4 wrong-type"]


@pytest.mark.parametrize(
    "trouble",
    [
        {"lamina.yaml": "environments: [\n"},
        {"lamina.yaml": "environments: {dev: {extends: nobody}}\n"},
        {"lamina.yaml": "environments: {dev: {extends: prod}, prod: {extends: dev}}\n"},
        {"environments/base/app.json": "{}"},
        {"environments/dev/app.yml": "level: error\n"},
        {"environments/base/a..b.yaml": ""},
    ],
)
def test_nothing_is_rendered_while_a_layer_may_be_missing(trouble: dict[str, str]) -> None:
    """What is wrong with names, links and settings could leave a layer out, so that another value would be deployed."""
    rendering = project({**FILES, **trouble}).render("dev")
    assert rendering.findings
    with pytest.raises(Broken):
        rendering["app"]


def test_trouble_of_another_environment_is_its_own() -> None:
    files = {**FILES, "environments/prod/app.yml": "", "environments/prod/web.yaml": "a: ["}
    assert project(files).render("dev")["app"]["name"] == "shop"


def test_the_whole_repository_is_read_once(repository: Builder) -> None:
    root = repository(FILES)
    over = lamina.open(root)
    before = over.render("dev")["app"]
    (root / "environments/dev/app.yaml").write_text("level: [")
    assert over.render("dev")["app"] == before
    assert lamina.open(root).render("dev").findings


def test_any_folder_of_a_repository_opens_it(repository: Builder, tmp_path: Any) -> None:
    root = repository(FILES)
    assert lamina.open(root / "environments/dev").root == root
    assert lamina.open(str(root)).root == root
    for folder in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(NotARepository):
            lamina.open(folder)


@given(st.permutations(sorted(FILES)))
def test_the_order_of_files_does_not_matter(order: list[str]) -> None:
    over = Project(Held(FILES, order), "0.1.0")
    assert repr(over.render("dev")["app"]) == repr(project(FILES).render("dev")["app"])
    assert list(over.validate()) == []


class User(BaseModel):
    name: str
    role: str


class App(BaseModel):
    name: str = Field(max_length=10)
    hosts: list[str]
    users: list[User]
    retries: int


class Strict(BaseModel):
    name: str = Field(max_length=3)
    users: list[dict[str, int]]
    db: dict[str, str]
    owner: str


@dataclass
class Small:
    name: str
    retries: int


def test_a_document_as_a_pydantic_model(opened: Project) -> None:
    app = opened.render("dev").load("app", App)
    assert (app.name, app.hosts, app.users[1]) == ("shop", ["a", "b"], User(name="bob", role="admin"))


def test_a_document_as_a_dataclass(opened: Project) -> None:
    assert opened.render("prod").load("app", Small) == Small("shop", 9)


def test_a_model_that_does_not_fit_names_the_origins(opened: Project) -> None:
    with pytest.raises(DoesNotFit) as refused:
        opened.render("dev").load("app", Strict)
    problems = refused.value.problems
    assert [problem.split(": ")[:2] for problem in problems] == [
        ["environments/base/app.yaml:1:7", "app:name"],
        ["environments/base/app.yaml:4:9", "app:users[0].name"],
        ["environments/base/app.yaml:5:10", "app:users[0].token"],
        ["schemas/app/v1.schema.yaml:19:30", "app:users[0].role"],
        ["environments/dev/app.yaml:4:9", "app:users[1].name"],
        ["environments/dev/app.yaml:5:9", "app:users[1].role"],
        ["environments/dev/app.yaml:1:1", "app:owner"],
    ]
    assert "hunter2" not in str(refused.value)
    assert refused.value.__context__ is None or "hunter2" not in str(refused.value.__context__)


def test_a_broken_document_does_not_load() -> None:
    with pytest.raises(Broken):
        project({"environments/dev/app.yaml": "x: 1\n"}).render("dev").load("app", App)


def test_what_a_caller_does_to_a_document_stays_with_the_caller(repository: Builder) -> None:
    root = repository(
        {
            "environments/base/app.yaml": "m: {x: [1]}\n",
            "environments/dev/app.yaml": "a: 1\n",
            "environments/prod/app.yaml": "a: 2\n",
            "schemas/app/v1.schema.yaml": "type: object\n",
        }
    )
    opened = lamina.open(root)
    opened.render("prod")["app"]["m"]["x"].append("changed")
    opened.render("prod").value("app:m")["x"].append("changed")
    assert opened.render("dev")["app"]["m"] == opened.render("prod")["app"]["m"] == {"x": [1]}
