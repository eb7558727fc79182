"""A rendered folder: one file a document, and a record of what it was made from."""

import hashlib
import json
import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path, PurePath
from typing import Any

from lamina.project.hiding import SecretsMode, ciphered, put_away
from lamina.project.keyring import Keyring
from lamina.project.overrides import Override
from lamina.project.questions import Project
from lamina.project.rendering import Rendering
from lamina.project.stages import Document
from lamina.thought.export import EXPORTS, NoForm
from lamina.words.errors import Failure, Misuse
from lamina.words.finding import Finding
from lamina.world.disk import add_file, replacing_folder
from lamina.world.repository import Commit

RECORD = ".lamina.json"


class HasErrors(Failure):
    """Nothing was rendered, since documents have errors; `findings` are all of them."""

    status = 1

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__("nothing was rendered: there are errors", "lamina validate shows them at any time")
        self.findings = tuple(findings)


def write_folder(
    project: Project,
    environments: Sequence[str],
    folder: Path,
    form: str,
    *,
    nested: bool,
    document: str | None,
    secrets: SecretsMode | None,
    overrides: Sequence[Override],
    keyring: Keyring | None = None,
    version: str,
    asked: Callable[[], Commit | None],
    advance: Callable[[], None],
) -> int:
    """Render into a folder, whole or not at all, and say how many documents there are.

    `nested` gives each environment a folder of its own; `advance` is called once a document. A new folder with opened
    secrets is its owner's alone. Raises HasErrors, NotOurs, LinkInTheWay, CannotWrite, NoKey, and Misuse where the folder lies
    among the layers, or where the documents hold secrets and `secrets` does not say what becomes of them.
    """
    inputs: dict[str, str] = {}
    rendered: dict[str, Any] = {}
    errors: list[Finding] = []
    _demand_apart(folder, project.home)
    layers: list[dict[str, str]] = []
    with replacing_folder(folder, RECORD, private=secrets == "unseal") as beside:
        for environment in environments:
            rendering = project.render(
                environment, document, secrets=secrets or "redact", overrides=overrides, keyring=keyring
            )
            place = beside / environment if nested else beside
            entries = rendered[environment] = {}
            errors += rendering.environment_findings
            for one in _sound(rendering, errors):
                if not errors:
                    entries[one.name] = _write_document(one, place, form, secrets)
                    drawn_on = rendering.drawn_on(one.name)
                    files = [file for of in drawn_on for file in _inputs(project, of)]
                    inputs.update((file, digest(project.tree.data(file))) for file in files if file not in inputs)
                    if overrides:
                        layers += (layer for of in drawn_on for layer in _overrides(project, of))
                advance()
        if errors:
            raise HasErrors(list(dict.fromkeys(errors)))
        commit = asked()
        record = {
            "lamina": version,
            "commit": commit.id if commit else None,
            "dirty": commit.dirty if commit else None,
            "format": form,
            "secrets": secrets,
            "overrides": [layer for index, layer in enumerate(layers) if layer not in layers[:index]],
            "nested": nested,
            "document": document,
            "environments": rendered,
            "inputs": dict(sorted(inputs.items())),
        }
        (beside / RECORD).write_text(_record_text(record), encoding="utf-8")
    return sum(map(len, rendered.values()))


def _demand_apart(folder: Path, root: Path | None) -> None:
    """Raise Misuse for a folder that holds the repository, or lies where its layers and schemas are read."""
    if root is None:
        return
    # Not Path.resolve, which raises for links that lead in a circle.
    target, root = Path(os.path.realpath(folder)), Path(os.path.realpath(root))
    inside = next((name for name in ("environments", "schemas") if target.is_relative_to(root / name)), None)
    hint = "choose a folder of its own, such as -o out"
    if inside is not None:
        raise Misuse(f"{folder} lies in {inside}/, where lamina would read its own output", hint)
    if root.is_relative_to(target):
        raise Misuse(f"{folder} holds the repository itself, so it is left alone", hint)


def _sound(rendering: Rendering, errors: list[Finding]) -> Iterator[Document]:
    for name in rendering:
        findings = [finding for finding in rendering.findings_of(name) if finding.severity == "error"]
        if findings:
            errors += findings
        else:
            yield rendering.document(name)


def _write_document(document: Document, place: Path, form: str, secrets: SecretsMode | None) -> dict[str, Any]:
    if document.secrets and secrets is None:
        hint = "say --secrets unseal, --secrets redact, or --secrets omit"
        raise Misuse(f"{document.name} holds secrets, and a redacted password must not be deployed by mistake", hint)
    name = f"{document.name}.{form}"
    try:
        data = EXPORTS[form](put_away(document, secrets or "redact"))
    except NoForm as failure:
        raise failure.of(document.name) from None
    add_file(place / name, data)
    entry = {"file": name, "kind": document.kind, "version": document.version}
    if not document.secrets:
        return {**entry, "digest": digest(data)}
    # Of a file with opened secrets no digest is told: they could be guessed from one.
    written = None if secrets == "unseal" else digest(data)
    return {**entry, "digest": digest_of(document, form), "written": written}


def digest_of(document: Document, form: str) -> str:
    """What tells a render apart: the digest of a document's text, with ciphertext in place of secrets; raises NoForm."""
    return digest(EXPORTS[form](ciphered(document)))


def digest(data: bytes) -> str:
    """The digest of bytes, as a record has it."""
    return "sha256:" + hashlib.sha256(data).hexdigest()


def _inputs(project: Project, document: Document) -> Iterator[str]:
    """Files of the repository that made a document: its layers, the files of its kind's schema, the settings."""
    yield from (of.file for of in document.stack if of.file in project.tree.files)
    kind = project.tree.schema(document.kind)
    yield from kind.files if kind else ()
    yield from ("lamina.yaml",) if "lamina.yaml" in project.tree.files else ()


def _overrides(project: Project, document: Document) -> Iterator[dict[str, str]]:
    """The local layers of a document, by base name.

    Each has its digest only where its kind knows no secrets and it is not sealed: a plain secret could be guessed from one.
    """
    kind = project.tree.schema(document.kind)
    open_to_all = not document.secrets and kind and kind.schema and not kind.schema.shape.has_secrets
    for of in document.stack:
        if of.file not in project.tree.files:
            entry = {"document": document.name, "file": PurePath(of.file).name}
            told = open_to_all and not of.sealed
            yield {**entry, "digest": digest(project.tree.data(of.file))} if told else entry


def _record_text(record: dict[str, Any]) -> str:
    """The record as JSON, a line for each document and each input, so that two of them can be compared by eye."""
    parts = []
    for key, value in record.items():
        if key == "environments":
            value = {name: _lines(entries, "   ") for name, entries in value.items()}
            text = "{\n" + ",\n".join(f"  {json.dumps(name)}: {lines}" for name, lines in value.items()) + "\n }"
        else:
            text = _lines(value, "  ") if isinstance(value, dict) else json.dumps(value)
        parts.append(f" {json.dumps(key)}: {text}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _lines(entries: dict[str, Any], indent: str) -> str:
    if not entries:
        return "{}"
    lines = ",\n".join(f"{indent}{json.dumps(key)}: {json.dumps(value)}" for key, value in entries.items())
    return "{\n" + lines + "\n" + indent[:-1] + "}"
