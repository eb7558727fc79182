"""What `lamina init` tells editors, held against the real yaml-language-server: silence where all is well, help where not."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from editor.language_server import Client, editor_of
from running import run_here

LAYERS = ("environments/base/app.yaml", "environments/dev/app.yaml", "environments/prod/app.yaml")
MODELINE = "# yaml-language-server: $schema=../../.editor/app.schema.json\n"


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository as `lamina init` makes it."""
    folder = tmp_path_factory.mktemp("editor") / "repository"
    assert run_here("init", str(folder), cwd=folder.parent).code == 0
    return folder


@pytest.fixture(scope="module")
def editor(root: Path) -> Iterator[Client]:
    """An editor that has opened the repository."""
    with editor_of(root) as client:
        yield client


@pytest.mark.parametrize("file", [*LAYERS, "lamina.yaml"])
def test_what_init_writes_has_no_diagnostics(file: str, root: Path, editor: Client) -> None:
    assert (root / file).read_text().startswith("# yaml-language-server: $schema=")
    assert editor.opened(file) == []


def test_references_and_tags_have_no_diagnostics(editor: Client) -> None:
    text = """\
schemaVersion: 1
server: !replace
  port: ${database.pool}
  host: !unset
  timeout: ${other:server.timeout}
allowed_origins: !prepend
  - https://${@environment}.example.com
logging: !unset
database: !replace {pool: 5}
public_url: !replace https://other.example.com
"""
    assert editor.opened("environments/prod/tags.yaml", MODELINE + text) == []
    assert (
        editor.opened("environments/prod/more.yaml", f'{MODELINE}allowed_origins: !append ["${{public_url}}"]\n') == []
    )


def test_an_unknown_tag_has_one(editor: Client) -> None:
    diagnostics = editor.opened("environments/prod/odd.yaml", MODELINE + "logging: !remove\n  level: info\n")
    assert diagnostics == ["2: Unresolved tag: !remove"]


# sops takes comments for secrets, so a sealed layer has no modeline: the settings name its schema.
def test_a_sealed_layer_has_no_diagnostics(editor: Client) -> None:
    text = """\
database:
  password: ENC[AES256_GCM,data:p673w7==,iv:YY=,tag:UQ=,type:str]
sops:
  mac: ENC[AES256_GCM,data:p673w7==,iv:YY=,tag:UQ=,type:str]
"""
    assert editor.opened("environments/prod/app.sops.yaml", text) == []


def test_the_settings_name_the_schema_of_a_layer_without_a_modeline(editor: Client) -> None:
    assert editor.opened("environments/staging/app.yaml", "nowhere: 1\n") == ["1: Property nowhere is not allowed."]


@pytest.mark.parametrize(
    ("number", "text", "line", "word"),
    [
        (1, "server:\n  prot: 8080\n", 3, "prot is not allowed"),
        (2, "server:\n  port: 80\n", 3, "1024"),
        (3, "server:\n  timeout: soon\n", 3, "pattern"),
        (4, "logging:\n  level: loud\n", 3, '"debug", "info", "warning", "error"'),
        (5, "allowed_origins: https://example.com\n", 2, "pattern"),
        (6, "database:\n  password: ENC[AES256_GCM,data:x]\n  pool: ENC[AES256_GCM,data:x]\n", 4, "pattern"),
    ],
)
def test_what_is_wrong_has_a_diagnostic(number: int, text: str, line: int, word: str, editor: Client) -> None:
    diagnostics = editor.opened(f"environments/prod/wrong{number}.yaml", MODELINE + text)
    assert len(diagnostics) == 1
    assert diagnostics[0].startswith(f"{line}: ")
    assert word in diagnostics[0]


def test_a_wrong_setting_has_a_diagnostic(editor: Client) -> None:
    text = "# yaml-language-server: $schema=.editor/lamina.yaml.schema.json\nrequire: '>=0.1'\n"
    assert editor.opened("wrong.yaml", text) == ["2: Property require is not allowed."]


def test_hovering_over_a_key_tells_its_description(editor: Client) -> None:
    file = "environments/prod/hover.yaml"
    editor.opened(file, MODELINE + "server:\n  timeout: 10\nlogging:\n  level: info\n")
    assert "How long a request may take." in editor.hovered(file, 3, 5)
    assert "The least important message that is written." in editor.hovered(file, 5, 5)


def test_completing_a_key_offers_those_that_are_missing_with_their_descriptions(editor: Client) -> None:
    file = "environments/prod/keys.yaml"
    editor.opened(file, MODELINE + "server:\n  port: 8080\n  \n")
    offered = editor.completed(file, 4, 3)
    assert {"host", "timeout"} <= offered.keys()
    assert "port" not in offered
    assert "How long a request may take." in str(offered["timeout"])


def test_completing_a_value_offers_what_is_allowed(editor: Client) -> None:
    file = "environments/prod/values.yaml"
    editor.opened(file, MODELINE + "logging:\n  level: \n")
    assert {"debug", "info", "warning", "error", "!unset"} <= editor.completed(file, 3, 10).keys()
