"""The starter: the files of a new repository, which validates from its first commit. Made for people to read and change."""

from lamina.thought.starter.configuration import CONFIGURATION
from lamina.thought.starter.surroundings import surroundings

__all__ = ["starter"]


def starter(version: str) -> dict[str, str]:
    """The text of every file that people write themselves, by name; `version` is that of the lamina that makes them.

    What is missing is what lamina generates for editors.
    """
    configuration = {name: text.replace("@VERSION@", version) for name, text in CONFIGURATION.items()}
    return {**configuration, **surroundings(version)}
