"""First lines: one that leads to the schema, which replaces what lamina wrote and nothing else."""

from typing import get_args

import pytest

from lamina.thought.editors import with_modeline
from lamina.thought.editors.places import TAGS
from lamina.words.node import Tag

LINE = "# yaml-language-server: $schema=../../.editor/app.schema.json"


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("", f"{LINE}\n"),
        ("a: 1", f"{LINE}\na: 1"),
        ("# mine\na: 1\n", f"{LINE}\n# mine\na: 1\n"),
        ("a: 1\r\nb: 2\r\n", f"{LINE}\r\na: 1\r\nb: 2\r\n"),
        ("\ufeffa: 1\n", f"\ufeff{LINE}\na: 1\n"),
        ("%YAML 1.2\n---\na: 1\n", f"{LINE}\n%YAML 1.2\n---\na: 1\n"),
        (f"{LINE}\na: 1\n", f"{LINE}\na: 1\n"),
        ("# yaml-language-server: $schema=../.editor/old.schema.json\r\na: 1\r\n", f"{LINE}\r\na: 1\r\n"),
        ("# yaml-language-server: $schema=https://example.com/a\na: 1\n", None),
        ("# yaml-language-server: $schema=../.editors/a.json\n", None),
    ],
)
def test_the_first_line_leads_to_the_schema(text: str, after: str | None) -> None:
    made = with_modeline("environments/dev/app.yaml", text)
    assert made == (text if after is None else after)
    assert with_modeline("environments/dev/app.yaml", made) == made


@pytest.mark.parametrize(
    ("file", "target"),
    [
        ("lamina.yaml", ".editor/lamina.yaml.schema.json"),
        ("environments/dev/a.b.yaml", "../../.editor/a.b.schema.json"),
        ("environments/dev/agents/deep/a.yaml", "../../../../.editor/agents.schema.json"),
    ],
)
def test_the_way_is_as_long_as_the_file_is_deep(file: str, target: str) -> None:
    assert with_modeline(file, "") == f"# yaml-language-server: $schema={target}\n"


def test_every_tag_is_declared() -> None:
    assert {tag.split()[0] for tag in TAGS} == {f"!{tag}" for tag in get_args(Tag)}
