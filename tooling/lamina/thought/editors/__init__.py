"""What editors are told: which schema a layer has, and which tags there are."""

from lamina.thought.editors.jetbrains import FILE as JETBRAINS
from lamina.thought.editors.jetbrains import jetbrains_text
from lamina.thought.editors.places import EDITORS, POLICY, SETTINGS, TESTS, editor_file, with_modeline
from lamina.thought.editors.vscode import FILE as VSCODE
from lamina.thought.editors.vscode import vscode_text

__all__ = [
    "EDITORS", "JETBRAINS", "POLICY", "SETTINGS", "TESTS", "VSCODE", "editor_file", "jetbrains_text", "vscode_text",
    "with_modeline",
]  # fmt: skip
