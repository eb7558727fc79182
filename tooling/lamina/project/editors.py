"""What editors are given: a schema for the layers of each kind and for the settings, and where they find it."""

import json
from pathlib import Path
from typing import Any

from lamina.project.tree import Tree
from lamina.thought.editors import (
    EDITORS,
    JETBRAINS,
    POLICY,
    SETTINGS,
    TESTS,
    VSCODE,
    editor_file,
    jetbrains_text,
    vscode_text,
    with_modeline,
)
from lamina.thought.policies import POLICIES
from lamina.thought.policies import SCHEMA as POLICY_SCHEMA
from lamina.thought.settings import SCHEMA
from lamina.thought.testing import FOLDER
from lamina.thought.testing import SCHEMA as TESTS_SCHEMA
from lamina.thought.topology import LayerFile, can_name
from lamina.world.sources import Unreadable

REMAKE = "lamina ide"
_COMMENT = "Generated from"
_MARK = f'{{\n  "$comment": "{_COMMENT} '.encode()


def editor_setup(tree: Tree, root: Path | None = None) -> dict[str, bytes | None]:
    """The files that editors should find, by name; None for a schema of a kind that is gone.

    What stands in the settings of editors at `root` stays. JetBrains' are only made where such an editor is used already.
    Raises OddSettings and OddMappings.
    """
    files: dict[str, bytes | None] = {**_left_over(tree, root), **editor_files(tree)}
    kinds = (*sorted(filter(can_name, tree.topology.schemas)), *_own(tree))
    files[VSCODE] = vscode_text(_text_of(root, VSCODE), kinds).encode()
    if root is not None and (root / JETBRAINS).parent.is_dir():
        files[JETBRAINS] = jetbrains_text(_text_of(root, JETBRAINS), kinds).encode()
    return files


def editor_files(tree: Tree) -> dict[str, bytes]:
    """The schemas for editors, by name; none for a kind whose schema is wrong."""
    from lamina.thought.schema.layer_schema import layer_schema

    files = {editor_file(name): _written("lamina itself", schema) for name, schema in _own(tree).items()}
    for kind, versions in sorted(tree.topology.schemas.items()):
        entry = tree.schema(kind)
        if entry is not None and entry.schema is not None:
            files[editor_file(kind)] = _written(versions[entry.version], layer_schema(entry.schema, max(versions)))
    return files


def _own(tree: Tree) -> dict[str, dict[str, Any]]:
    """The schemas of lamina's own: of its settings, and of policies and tests where there are some."""
    has_policies = any(file.startswith(f"{POLICIES}/") for file in tree.files)
    has_tests = bool(tree.below(FOLDER).files)
    return {
        SETTINGS: SCHEMA,
        **({POLICY: POLICY_SCHEMA} if has_policies else {}),
        **({TESTS: TESTS_SCHEMA} if has_tests else {}),
    }


def modelined(tree: Tree) -> dict[str, bytes | None]:
    """The settings and the plain YAML layers, by name, each with a first line that points at its schema."""
    layers = (of for documents in tree.topology.layers.values() for ofs in documents.values() for of in ofs)
    names = [of.file for of in layers if _may_have_modeline(of)] + [name for name in (SETTINGS,) if name in tree.files]
    files: dict[str, bytes | None] = {}
    for name in sorted(names):
        try:
            files[name] = with_modeline(name, tree.data(name).decode()).encode()
        except (Unreadable, UnicodeDecodeError):
            continue  # validate says what is wrong with it
    return files


def outdated_editor_files(tree: Tree, root: Path) -> list[str]:
    """Of the files that editors should find, those that are not what they should be; raises as `editor_setup` does.

    Of the settings of editors only those that are there count: nobody has to use them.
    """
    stale = [name for name, data in editor_setup(tree, root).items() if _present(root, name) != data]
    return [name for name in stale if name.startswith(f"{EDITORS}/") or _present(root, name) is not None]


def _may_have_modeline(of: LayerFile) -> bool:
    # sops would take the comment for a secret; JSON has none.
    return of.file.endswith(".yaml") and not of.sealed


def _left_over(tree: Tree, root: Path | None) -> dict[str, None]:
    """The schemas that lamina once made of kinds that are gone."""
    if root is None:
        return {}
    known = {editor_file(kind) for kind in (*tree.topology.schemas, *_own(tree))}
    there = (f"{EDITORS}/{path.name}" for path in (root / EDITORS).glob("*.schema.json"))
    return {
        name: None for name in sorted(there) if name not in known and (_present(root, name) or b"").startswith(_MARK)
    }


def _text_of(root: Path | None, name: str) -> str | None:
    """The text of a file of the work tree; what is no UTF-8 in it makes it one that no editor wrote."""
    data = None if root is None else _present(root, name)
    return None if data is None else data.decode(errors="replace")


def _present(root: Path, name: str) -> bytes | None:
    try:
        return (root / name).read_bytes() if (root / name).is_file() else None
    except OSError:
        return None


def _written(source: str, schema: dict[str, Any]) -> bytes:
    comment = {"$comment": f"{_COMMENT} {source}, for editors; {REMAKE} makes it anew."}
    return (json.dumps({**comment, **schema}, indent=2, ensure_ascii=False) + "\n").encode(errors="backslashreplace")
