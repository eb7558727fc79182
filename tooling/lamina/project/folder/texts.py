"""The text of a document's file in a rendered folder, and what the record says of it."""

import hashlib
from typing import Any

from lamina.project.hiding import SecretsMode, ciphered, put_away
from lamina.project.stages import Document
from lamina.thought.export import EXPORTS, NoForm
from lamina.words.errors import Misuse


def text_of(document: Document, form: str, secrets: SecretsMode | None) -> tuple[bytes, dict[str, Any]]:
    """A document's file, and its entry in the record.

    Raises NoForm, and Misuse where the document holds secrets and it is not said what becomes of them.
    """
    if document.secrets and secrets is None:
        hint = "say --secrets unseal, --secrets redact, or --secrets omit"
        raise Misuse(f"{document.name} holds secrets, and a redacted password must not be deployed by mistake", hint)
    try:
        data = EXPORTS[form](put_away(document, secrets or "redact"))
        told = digest_of(document, form) if document.secrets else digest(data)
    except NoForm as failure:
        raise failure.of(document.name) from None
    entry = {"file": f"{document.name}.{form}", "kind": document.kind, "version": document.version, "digest": told}
    if document.secrets:
        # Of a file with opened secrets no digest is told: they could be guessed from one.
        entry["written"] = None if secrets == "unseal" else digest(data)
    return data, entry


def digest_of(document: Document, form: str) -> str:
    """What tells a render apart: the digest of a document's text, with ciphertext in place of secrets; raises NoForm."""
    return digest(EXPORTS[form](ciphered(document)))


def digest(data: bytes) -> str:
    """The digest of bytes, as a record has it."""
    return "sha256:" + hashlib.sha256(data).hexdigest()
