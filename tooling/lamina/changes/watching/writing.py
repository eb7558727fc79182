"""Writing what is in force into a folder, as `render -o` does: one file a document, and the record."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lamina.project.folder import RECORD, digest, digest_of
from lamina.project.hiding import SecretsMode, put_away
from lamina.project.live.current import Current
from lamina.project.moments import Made
from lamina.project.stages import Document
from lamina.thought.export import EXPORTS, NoForm
from lamina.words.errors import Misuse
from lamina.world.disk import add_file


def write_into(
    folder: Path, current: Current, made: Mapping[str, Made], form: str, secrets: SecretsMode | None, version: str
) -> None:
    """Fill an empty folder.

    Raises NoForm, and Misuse where the documents hold secrets and `secrets` does not say what becomes of them.
    """
    entries = {name: _written(folder, one.document, form, secrets) for name, one in sorted(made.items())}
    inputs = {
        file: f"git:{id}" for one in made.values() for _, files in one.key for file, id in files if id is not None
    }
    record: dict[str, Any] = {
        "lamina": version,
        "commit": current.commit,
        "dirty": None if current.commit is None else False,
        "format": form,
        "secrets": secrets,
        "overrides": [],
        "nested": False,
        "document": None,
        "environments": {current.environment: entries},
        "inputs": dict(sorted(inputs.items())),
    }
    (folder / RECORD).write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")


def _written(folder: Path, document: Document, form: str, secrets: SecretsMode | None) -> dict[str, Any]:
    """Write a document's file; its entry in the record."""
    if document.secrets and secrets is None:
        hint = "say --secrets unseal, --secrets redact, or --secrets omit"
        raise Misuse(f"{document.name} holds secrets, and a redacted password must not be deployed by mistake", hint)
    name = f"{document.name}.{form}"
    try:
        data = EXPORTS[form](put_away(document, secrets or "redact"))
        entry = {"file": name, "kind": document.kind, "version": document.version, "digest": digest_of(document, form)}
    except NoForm as failure:
        raise failure.of(document.name) from None
    add_file(folder / name, data)
    # Of a file with opened secrets no digest is told: they could be guessed from one.
    return {**entry, "written": None if secrets == "unseal" else digest(data)} if document.secrets else entry


def demand_apart(folder: Path, root: Path | None) -> None:
    """Raise Misuse for a folder that holds the repository, or lies where its layers and schemas are read."""
    if root is None:
        return
    target, root = Path(os.path.realpath(folder)), Path(os.path.realpath(root))
    hint = "choose a folder of its own, such as -o out"
    if any(target.is_relative_to(root / name) for name in ("environments", "schemas", "policies")):
        raise Misuse(f"{folder} lies where lamina would read its own output", hint)
    if root.is_relative_to(target):
        raise Misuse(f"{folder} holds the repository itself, so it is left alone", hint)
