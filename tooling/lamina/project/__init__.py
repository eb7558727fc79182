"""The questions one can ask of a repository: what is there, what a value is, where it came from, what is wrong.

Each name is imported when it is first asked for: what opens a single file needs none of them.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lamina.project.comparing import DocumentChange
    from lamina.project.explaining import Explanation, Word
    from lamina.project.hiding import SecretsMode
    from lamina.project.overrides import Override
    from lamina.project.questions import NoSuchEnvironment, Project
    from lamina.project.rendering import Origin, Rendering
    from lamina.project.road import Broken, NoSuchDocument, Road
    from lamina.project.stages import Document

__all__ = [
    "Broken",
    "Document",
    "DocumentChange",
    "Explanation",
    "NoSuchDocument",
    "NoSuchEnvironment",
    "Origin",
    "Override",
    "Project",
    "Rendering",
    "Road",
    "SecretsMode",
    "Word",
]

_HOMES = {
    "explaining": ("Explanation", "Word"),
    "hiding": ("SecretsMode",),
    "overrides": ("Override",),
    "comparing": ("DocumentChange",),
    "questions": ("NoSuchEnvironment", "Project"),
    "rendering": ("Origin", "Rendering"),
    "road": ("Broken", "NoSuchDocument", "Road"),
    "stages": ("Document",),
}


def __getattr__(name: str) -> object:
    for module, names in _HOMES.items():
        if name in names:
            return getattr(import_module(f"lamina.project.{module}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
