"""What editors are given: a schema for the layers of each kind and for the settings, generated from the repository's own."""

import json
from pathlib import Path
from typing import Any

from lamina.project.tree import Tree
from lamina.thought.settings import SCHEMA
from lamina.thought.starter import EDITORS, editor_file
from lamina.thought.topology import SETTINGS
from lamina.words.errors import Failure
from lamina.world.disk import write_file

REMAKE = "lamina doctor --fix"


class LeavesRepository(Failure):
    """The folder for editors is a link, and what is written must stay in the repository."""

    def __init__(self) -> None:
        super().__init__(f"{EDITORS} is a link, so nothing was written", "replace it by a folder")


def editor_files(tree: Tree) -> dict[str, bytes]:
    """The files that editors should find, by name; none for a kind whose schema is wrong."""
    from lamina.thought.schema.layer_schema import layer_schema

    files = {editor_file(SETTINGS): _text("lamina itself", SCHEMA)}
    for kind, versions in sorted(tree.topology.schemas.items()):
        entry = tree.schema(kind)
        if entry is not None and entry.schema is not None:
            files[editor_file(kind)] = _text(versions[entry.version], layer_schema(entry.schema, max(versions)))
    return files


def outdated_editor_files(tree: Tree, root: Path) -> dict[str, bytes]:
    """Of the files that editors should find, those that do not stand in the work tree in the same bytes."""
    return {name: data for name, data in editor_files(tree).items() if _present(root / name) != data}


def remake_editor_files(tree: Tree, root: Path) -> list[str]:
    """Write the files that are outdated, and say which; raises LeavesRepository and CannotWrite."""
    outdated = outdated_editor_files(tree, root)
    if (root / EDITORS).is_symlink():
        raise LeavesRepository()
    for name, data in outdated.items():
        write_file(root / name, data)
    return list(outdated)


def _present(path: Path) -> bytes | None:
    try:
        return path.read_bytes() if path.is_file() else None
    except OSError:
        return None


def _text(source: str, schema: dict[str, Any]) -> bytes:
    comment = {"$comment": f"Generated from {source}, for editors; {REMAKE} makes it anew."}
    return (json.dumps({**comment, **schema}, indent=2, ensure_ascii=False) + "\n").encode()
