"""Which files a command about sealed files is about."""

from pathlib import Path

import pytest
from conftest import Builder
from sealing import Person, sealed_for

from lamina.project.sealed_looks import sealed_looks
from lamina.world.files import CannotRead

ANN = Person()
TEXT = "password: hunter2\n"
RULES = f"creation_rules:\n- path_regex: ^ops/\n  age: {ANN.recipient}\n"


@pytest.fixture
def root(repository: Builder) -> Path:
    names = ("environments/prod/a.sops.yaml", "ops/b.yaml", "other/c.yaml", "node_modules/d.yaml")
    return repository(
        {
            **{name: sealed_for(ANN, text=TEXT) for name in names},
            "environments/prod/e.json": sealed_for(ANN, text='{"a": "x"}', file="e.json"),
            "environments/prod/f.env": sealed_for(ANN, text="A=x", file="f.env"),
            "environments/prod/g.ini": sealed_for(ANN, text="[s]\nk = x\n", file="g.ini"),
            "environments/prod/h.pem": sealed_for(ANN, text="x", file="h.pem"),
            "environments/prod/page.md": b"# lastmodified\n```\n" + sealed_for(ANN, text=TEXT) + b"```\n",
            "environments/prod/page.yaml": "text: |\n  sops:\n    lastmodified: x\n",
            "environments/prod/plain.yaml": "about: sops\nlastmodified: x\n",
            ".sops.yaml": RULES,
        }
    )


def names(root: Path, *paths: str) -> list[str]:
    return [file.name for file in sealed_looks(root, [Path(path) for path in paths]).files]


INSIDE = [f"environments/prod/{name}" for name in ("a.sops.yaml", "e.json", "f.env", "g.ini", "h.pem")]


def test_of_a_repository_its_environments_and_what_a_rule_is_for(root: Path) -> None:
    assert names(root) == [*INSIDE, "ops/b.yaml"]
    assert names(root / "other") == [*INSIDE, "ops/b.yaml"]


def test_of_another_folder_all_that_is_below(root: Path) -> None:
    (root / "environments").rename(root / "settings")
    assert names(root) == ["ops/b.yaml", "other/c.yaml", *(name.replace("environments", "settings") for name in INSIDE)]
    assert names(root / "other") == ["c.yaml"]


def test_what_is_named_and_each_once(root: Path) -> None:
    assert names(root, "other", "ops/b.yaml", "other/c.yaml", "./ops/../ops/b.yaml") == ["other/c.yaml", "ops/b.yaml"]


def test_what_is_named_must_be_sealed_and_there(root: Path) -> None:
    found = sealed_looks(root, [Path("environments/prod/page.yaml"), Path("ops/b.yaml")])
    assert [file.name for file in found.files] == ["ops/b.yaml"]
    assert [failure.message for failure in found.failures] == [
        "environments/prod/page.yaml: no sops metadata, so the file is not sealed"
    ]
    with pytest.raises(CannotRead):
        sealed_looks(root, [Path("nowhere.yaml")])


def test_a_damaged_file_is_no_reason_to_pass_over_it(root: Path) -> None:
    file = root / "environments/prod/a.sops.yaml"
    for damage in (b"<<<<<<< HEAD\n", b"a: [\n", b"\xff\n"):
        file.write_bytes(damage + sealed_for(ANN, text=TEXT))
        found = sealed_looks(root)
        assert [failure.message.startswith("environments/prod/a.sops.yaml:") for failure in found.failures] == [True]
