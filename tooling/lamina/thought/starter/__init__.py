"""The starter: the files of a new repository, which validates from its first commit. Made for people to read and change."""

from lamina.thought.starter.configuration import CONFIGURATION
from lamina.thought.starter.editor import EDITORS, editor_file, settings_text, with_modeline
from lamina.thought.starter.surroundings import surroundings

__all__ = ["EDITORS", "editor_file", "starter"]


def starter(version: str) -> dict[str, str]:
    """The text of every file that people write themselves, by name; `version` is that of the lamina that makes them.

    What is missing is what lamina generates: the schemas for editors, which the first line of each layer points at.
    """
    configuration = {name: text.replace("@VERSION@", version) for name, text in CONFIGURATION.items()}
    texts = {name: with_modeline(name, text) for name, text in configuration.items()}
    return {**texts, **surroundings(version), ".vscode/settings.json": settings_text()}
