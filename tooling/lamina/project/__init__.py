"""The questions one can ask of a repository: what is there, what a value is, where it came from, what is wrong."""

from lamina.project.explaining import Explanation, Word
from lamina.project.hiding import SecretsMode
from lamina.project.overrides import Override
from lamina.project.questions import DocumentChange, NoSuchEnvironment, Project
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
