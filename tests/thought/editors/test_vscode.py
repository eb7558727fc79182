"""The settings of VS Code: lamina's part put in, everybody else's left as it is."""

import json

import pytest

from lamina.thought.editors.jsonc import parse
from lamina.thought.editors.vscode import OddSettings, vscode_text

KINDS = ("app", "lamina.yaml")
MINE = """\
{
    // How we like it.
    "editor.tabSize": 2,
    "yaml.schemas": {
        "https://example.com/a.json": "a.yaml", // somebody's
        "./.editor/gone.schema.json": ["environments/*/gone.yaml"],
        "./.editor/app.schema.json": "environments/*/app.yaml"
    },
    "yaml.customTags": ["!mine", "!unset scalar"],
    "yaml.yamlVersion": "1.1", /* ours */
}
"""


def test_new_settings() -> None:
    assert json.loads(vscode_text(None, KINDS)) == {
        "yaml.schemas": {
            "./.editor/app.schema.json": [
                *("environments/*/app.yaml", "environments/*/app.sops.yaml", "environments/*/app/**/*.yaml"),
            ],
            "./.editor/lamina.yaml.schema.json": ["lamina.yaml"],
        },
        "yaml.customTags": [
            *("!replace scalar", "!replace mapping", "!replace sequence", "!append sequence", "!prepend sequence"),
            *("!unset scalar", "!unset mapping"),
        ],
        "yaml.yamlVersion": "1.2",
    }
    assert vscode_text("", KINDS) == vscode_text(None, KINDS) == vscode_text("{}\n", KINDS)


def test_what_others_wrote_stays() -> None:
    made = vscode_text(MINE, KINDS)
    assert made.startswith(MINE[: MINE.index('        "./.editor/gone')])
    assert made.endswith('    "yaml.yamlVersion": "1.1", /* ours */\n}\n')
    data = parse(made).data
    assert list(data["yaml.schemas"]) == [
        *("https://example.com/a.json", "./.editor/app.schema.json", "./.editor/lamina.yaml.schema.json"),
    ]
    assert (data["yaml.customTags"][:2], len(data["yaml.customTags"])) == (["!mine", "!unset scalar"], 8)


@pytest.mark.parametrize("before", [None, MINE, "{}", '{"a": 1}', "\ufeff{\r\n}\r\n"], ids=range(5))
def test_the_second_time_changes_nothing(before: str | None) -> None:
    made = vscode_text(before, KINDS)
    assert vscode_text(made, KINDS) == made


@pytest.mark.parametrize(
    ("before", "why"),
    [
        ('{"a": 1', "is no JSON at line 1, column 8"),
        ("[]", "holds no map"),
        ('{"yaml.schemas": []}', r"has yaml\.schemas, which is not a map"),
        ('{"yaml.customTags": "!a"}', r"has yaml\.customTags, which is not a list"),
        ("\ufffd", "is no JSON at line 1, column 1"),
    ],
    ids=range(5),
)
def test_what_cannot_be_kept_is_refused(before: str, why: str) -> None:
    with pytest.raises(OddSettings, match=why):
        vscode_text(before, KINDS)
