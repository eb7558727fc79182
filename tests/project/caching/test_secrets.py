"""The cache holds nothing that git does not hold already: no opened secret, no password that was written by mistake."""

from pathlib import Path

import pytest
from conftest import Builder
from githistory import begun, git
from sealing import Person, sealed_for

import lamina
from lamina.project.keyring import Keyring
from lamina.project.overrides import Override

CANARY = "c4n4ry-in-plain-text"
ANN = Person()
# As large as a layer has to be to be kept.
LONG = "# " + "long " * 300 + "\nname: {}\n"
FILES = {
    "schemas/app/v1.schema.yaml": """
        $schema: https://json-schema.org/draft/2020-12/schema
        properties: {token: {type: string, x-secret: true}, name: {type: string}}
        """,
    "environments/dev/app.yaml": LONG.format("app"),
    "environments/dev/other.yaml": "name: ${app:name}\n",
    "schemas/other/v1.schema.yaml": "$schema: https://json-schema.org/draft/2020-12/schema\nproperties: {name: {}}\n",
}


def kept(root: Path) -> bytes:
    """All that lies in the cache."""
    return b"".join(path.read_bytes() for path in (root / ".git/lamina").rglob("*") if path.is_file())


def look(root: Path, *overrides: Override) -> None:
    """Ask all that there is to ask."""
    project = lamina.open(root, cached=True)
    for environment in project.concrete():
        road = project.road(environment, overrides)
        for name in road.names():
            road.document(name)
            road.remember(name)
    project.with_files({"environments/dev/app.yaml": LONG.format(f"drafted-{CANARY}").encode()}).render("dev").document(
        "app"
    )
    list(project.validate())
    project.close()


@pytest.fixture
def root(repository: Builder) -> Path:
    root = begun(repository(FILES))
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "-m", "begin")
    look(root)
    assert b'{"name":"app"}' in kept(root)
    return root


def test_what_was_written_and_taken_back_is_nowhere(root: Path) -> None:
    layer = root / "environments/dev/app.yaml"
    layer.write_text(LONG.format(CANARY) + f"token: {CANARY}\n")
    look(root)
    git(root, "checkout", "--quiet", ".")
    look(root)
    assert CANARY.encode() not in kept(root)


def test_what_a_local_layer_holds_is_nowhere(root: Path) -> None:
    look(root, Override("/somewhere/app.yaml", LONG.format(CANARY).encode(), "app"))
    assert CANARY.encode() not in kept(root)


def test_what_git_has_is_kept(root: Path) -> None:
    layer = root / "environments/dev/app.yaml"
    layer.write_text(LONG.format("staged"))
    git(root, "add", "--all")
    look(root)
    assert b'{"name":"staged"}' in kept(root)


def test_what_was_opened_is_nowhere(root: Path) -> None:
    (root / "environments/dev/app.sops.yaml").write_bytes(sealed_for(ANN, text=f"token: {CANARY}\n"))
    git(root, "add", "--all")
    look(root)
    project = lamina.open(root, cached=True)
    rendering = project.render("dev", secrets="unseal", keyring=Keyring(ANN.env))
    assert rendering["app"]["token"] == CANARY
    project.close()
    assert CANARY.encode() not in kept(root)
    assert b"ENC[" in kept(root)
