"""The set-up of editors: schemas, settings and first lines, written or held against what they would be."""

from pathlib import Path

from lamina.changes.generated import Stale, stale_files, write_generated
from lamina.project import Project
from lamina.project.editors import editor_setup, modelined
from lamina.words.errors import Misuse


def write_editor_setup(project: Project, *, modelines: bool = False) -> list[Stale]:
    """Write what editors should find, and with `modelines` a first line into every layer; says what was not so.

    Raises OddSettings, OddMappings, CannotWrite and LinkInTheWay, and then nothing is written.
    """
    return write_generated(_root(project), _wanted(project, modelines))


def stale_editor_setup(project: Project, *, modelines: bool = False) -> list[Stale]:
    """The files that are not what editors should find now."""
    return stale_files(_root(project), _wanted(project, modelines))


def _wanted(project: Project, modelines: bool) -> dict[str, bytes | None]:
    return editor_setup(project.tree, project.root) | (modelined(project.tree) if modelines else {})


def _root(project: Project) -> Path:
    if project.root is None:
        raise Misuse("this repository is not a work tree, so nothing can be written")
    return project.root
