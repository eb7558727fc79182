"""What an editor is told: where the schema of a layer is, and which tags the layer language has.

Editors that run yaml-language-server read the modeline, the first line of a file. VS Code also reads its settings: they hold
for layers without a modeline (sops would seal the comment), and declare the tags, for which there is no modeline.
"""

import json
from typing import get_args

from lamina.words.node import Tag

EDITORS = ".editor"
"""The folder of the schemas that are generated for editors."""
SETTINGS = "lamina.yaml"

# The kinds of YAML node that may stand under each tag.
_NODES: dict[Tag, tuple[str, ...]] = {
    "replace": ("scalar", "mapping", "sequence"),
    "append": ("sequence",),
    "prepend": ("sequence",),
    "unset": ("scalar", "mapping"),  # a key that goes away; an item of a list by key, `!unset {name: x}`
}


def editor_file(kind: str) -> str:
    """Where the schema for editors of a kind's layers stands (for `SETTINGS`: of lamina.yaml)."""
    return f"{EDITORS}/{kind}.schema.json"


def with_modeline(file: str, text: str) -> str:
    """A layer or the settings with a first line that points at their schema; other files as they are."""
    parts = file.split("/")
    if file != SETTINGS and parts[0] != "environments":
        return text
    kind = file if len(parts) == 1 else parts[2].removesuffix(".yaml")
    return f"# yaml-language-server: $schema={'../' * (len(parts) - 1)}{editor_file(kind)}\n{text}"


def settings_text() -> str:
    """The settings of VS Code's YAML extension, and of every other editor that takes them."""
    settings = {
        "yaml.schemas": {
            f"./{editor_file('app')}": ["environments/*/app.yaml", "environments/*/app.sops.yaml"],
            f"./{editor_file(SETTINGS)}": SETTINGS,
        },
        "yaml.customTags": [f"!{tag} {node}" for tag in get_args(Tag) for node in _NODES[tag]],
        "yaml.yamlVersion": "1.2",
    }
    return json.dumps(settings, indent=2) + "\n"
