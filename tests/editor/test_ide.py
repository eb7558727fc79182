"""What `lamina ide` tells editors, held against the real yaml-language-server, by settings alone: no file has a first line."""

from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent

import pytest
from editor.language_server import Client, editor_of
from running import run_here

OWN = Path(__file__).parents[2]
LAYERS = sorted(path.relative_to(OWN).as_posix() for path in (OWN / "environments").rglob("*.yaml"))
FILES = {
    "schemas/common/types.yaml": """
        $defs: {level: {description: How much is said., enum: [quiet, loud]}}
    """,
    "schemas/agents/v1.schema.yaml": """
        type: object
        additionalProperties: false
        required: [name]
        properties:
          name: {type: string, description: What it is called.}
          level: {$ref: ../common/types.yaml#/$defs/level}
          size: {type: integer, minimum: 1, maximum: 9, default: 3}
          tools: {type: array, x-merge: append, items: {type: string}}
          token: {type: string, minLength: 20, x-secret: true}
          limits: {type: object, additionalProperties: false, properties: {cost: {type: number}}}
    """,
    "schemas/service/v1.schema.yaml": "{additionalProperties: false, properties: {port: {type: integer}}}",
    "lamina.yaml": "{}",
    ".vscode/settings.json": """
        {
            // What others need of the server stays.
            "yaml.customTags": ["!mine scalar"],
            "yaml.schemas": {"./own.schema.json": "own/*.yaml"},
        }
    """,
    "own.schema.json": '{"properties": {"a": {"type": "integer"}}}',
}
AGENT = "environments/dev/agents/{}.yaml"


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with a kind that has many documents, and settings that somebody wrote."""
    folder = tmp_path_factory.mktemp("ide") / "repository"
    for name, text in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(dedent(text))
    assert run_here("ide", cwd=folder).code == 0
    return folder


@pytest.fixture(scope="module")
def editor(root: Path) -> Iterator[Client]:
    """An editor that has opened the repository."""
    with editor_of(root) as client:
        yield client


@pytest.fixture(scope="module")
def own() -> Iterator[Client]:
    """An editor that has opened this repository."""
    with editor_of(OWN) as client:
        yield client


@pytest.mark.parametrize("file", [*LAYERS, "lamina.yaml"])
def test_the_layers_of_this_repository_have_no_diagnostics(file: str, own: Client) -> None:
    assert own.opened(file) == []


@pytest.mark.parametrize(
    ("file", "text"),
    [
        (AGENT.format("references"), "name: ${@environment}\nsize: ${other:size}\ntools: ${x:y}\nlimits: ${x:z}\n"),
        (
            AGENT.format("tags"),
            "level: !replace quiet\nsize: !unset\ntools: !prepend [a]\nlimits: !replace {cost: 1}\n",
        ),
        (AGENT.format("part"), "schemaVersion: 1\ntools: !append\n  - a\nlimits: !unset\n"),
        (AGENT.format("gone"), "!unset\n"),
        (AGENT.format("_defaults"), "size: 4\n"),
        (AGENT.format("deep/er"), "size: 4\n"),
        (
            AGENT.format("planner.sops"),
            "token: ENC[AES256_GCM,data:x,type:str]\nsops:\n  mac: ENC[AES256_GCM,data:x]\n",
        ),
        ("environments/dev/service.yaml", "port: 1\n"),
        ("environments/dev/service.sops.yaml", "port: 1\nsops: {}\n"),
        ("own/a.yaml", "a: 1\nb: !mine x\n"),
        ("elsewhere.yaml", "nothing: knows\n"),
    ],
    ids=lambda value: value if "/" in value else "",
)
def test_what_is_right_has_no_diagnostics(file: str, text: str, editor: Client) -> None:
    assert editor.opened(file, text) == []


@pytest.mark.parametrize(
    ("file", "text", "diagnostic"),
    [
        (AGENT.format("wrong1"), "name: a\nsiez: 3\n", "2: Property siez is not allowed."),
        (AGENT.format("wrong2"), "name: a\n\nsize: many\n", "3: "),
        (AGENT.format("wrong3"), "size: 10\n", "1: Value is above the maximum of 9."),
        (AGENT.format("deep/wrong4"), "limits:\n  cost: 1\n  cots: 2\n", "3: Property cots is not allowed."),
        (AGENT.format("wrong5"), "level: noisy\n", '1: Value is not accepted. Valid values: "quiet", "loud".'),
        (AGENT.format("wrong6"), "tools: !appendix [x]\n", "1: Unresolved tag: !appendix"),
        (AGENT.format("wrong7"), "size: ENC[AES256_GCM,data:x]\n", "1: "),
        ("environments/prod/service.yaml", "prot: 1\n", "1: Property prot is not allowed."),
        ("own/b.yaml", "a: x\n", '1: Incorrect type. Expected "integer".'),
    ],
    ids=range(9),
)
def test_what_is_wrong_has_one_at_its_place(file: str, text: str, diagnostic: str, editor: Client) -> None:
    found = editor.opened(file, text)
    assert len(found) == 1
    assert found[0].startswith(diagnostic)


def test_hovering_and_completing_through_another_file(editor: Client) -> None:
    file = AGENT.format("hover")
    editor.opened(file, "name: a\nlevel: \n\n")
    assert "What it is called." in editor.hovered(file, 1, 2)
    assert "How much is said." in editor.hovered(file, 2, 2)
    assert {"quiet", "loud"} <= editor.completed(file, 2, 8).keys()
    offered = editor.completed(file, 3, 1)
    assert {"size", "tools", "token", "limits"} <= offered.keys()
    assert "name" not in offered
