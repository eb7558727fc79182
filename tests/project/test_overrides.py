"""Local layers on top of a document's stack, for one question."""

import pytest
from held import project

from lamina.project import Override
from lamina.project.overrides import stacked
from lamina.words.address import Address
from lamina.words.errors import Misuse

FILES = {
    "environments/base/app.yaml": "name: x\nlevel: info\n",
    "environments/dev/app.yaml": "retries: 1\n",
    "environments/dev/agents/planner.yaml": "a: 1\n",
    "environments/dev/planner.yaml": "a: 1\n",
}


def belongs(file: str, document: str | None = None, asked: str | None = None) -> str:
    [name] = stacked(project(FILES).tree, "dev", [Override(file, b"", document)], asked)
    return name


@pytest.mark.parametrize(
    ("file", "document"),
    [
        ("app.yaml", "app"),
        ("/tmp/x/app.json", "app"),
        ("app.sops.yaml", "app"),
        ("tmp/agents/planner.yaml", "agents/planner"),
        ("planner.yaml", "planner"),
    ],
)
def test_a_layer_belongs_to_the_document_that_it_is_named_after(file: str, document: str) -> None:
    assert belongs(file) == document


def test_a_layer_belongs_to_the_document_that_is_named_or_asked_about() -> None:
    assert belongs("local.yaml", "app") == "app"
    assert belongs("local.yaml", asked="app") == "app"
    assert belongs("planner.yaml", "app", "agents/planner") == "app"


@pytest.mark.parametrize(("file", "document"), [("local.yaml", None), ("app.yaml", "web"), ("myapp.yaml", None)])
def test_a_layer_of_nothing_known(file: str, document: str | None) -> None:
    with pytest.raises(Misuse):
        belongs(file, document)


def test_overrides_win_and_the_last_of_all() -> None:
    overrides = [Override("a.yaml", b"level: debug\nretries: 2\n", "app"), Override("b.yaml", b"retries: 5\n", "app")]
    rendering = project(FILES).render("dev", "app", overrides=overrides)
    assert rendering["app"] == {"name": "x", "level": "debug", "retries": 5}
    origin = rendering.origin("app:retries")
    assert (origin.file, origin.line, origin.column) == ("b.yaml", 1, 10)


def test_findings_of_an_override_stand_in_its_file() -> None:
    over = project(FILES)
    overrides = [Override("local/app.yaml", b"level: loud\n")]
    found = [one for one in over.validate(["dev"], overrides) if one.document == "app"]
    assert [str(one.position) for one in found] == ["local/app.yaml:1:8"]
    assert [str(one.position) for one in found[0].related] == ["environments/base/app.yaml:2:8"]


def test_an_override_whose_name_is_that_of_a_layer_does_not_stand_for_it() -> None:
    over = project(FILES)
    overrides = [Override("environments/dev/app.yaml", b"level: debug\n", "app")]
    assert over.render("dev", "app", overrides=overrides)["app"] == {"name": "x", "level": "debug", "retries": 1}
    assert over.render("dev", "app")["app"] == {"name": "x", "level": "info", "retries": 1}


def test_an_override_is_gone_with_its_question() -> None:
    over = project(FILES)
    assert over.get("dev", Address("app", ("level",)), [Override("app.yaml", b"level: debug\n")]) == ("debug", False)
    assert over.get("dev", Address("app", ("level",)), [Override("app.yaml", b"level: error\n")]) == ("error", False)
    assert over.get("dev", Address("app", ("level",))) == ("info", False)
