"""Hiding: data as it may be shown, with its secrets redacted, left out, or as ciphertext; or opened, when that is asked."""

from collections.abc import Iterator
from typing import Any, Literal

from lamina.project.stages import Document
from lamina.thought.references import is_reference
from lamina.thought.schema import Shape
from lamina.words.node import Path, Sealed, unsealed

SecretsMode = Literal["redact", "omit", "unseal"]
REDACTED = "<redacted>"


def put_away(document: Document, secrets: SecretsMode) -> Any:
    """A document's data with its secrets redacted, left out, or opened."""
    return hidden(document.data, document.secrets, secrets)


def hidden(value: Any, secrets: frozenset[Path], mode: SecretsMode | Literal["cipher"]) -> Any:
    """Data with what stands at the secret paths replaced by a mark, left out of its map or list, or opened."""
    if mode == "unseal":
        return unsealed(value)
    if not secrets:
        return value
    if () in secrets:
        return _cipher(value) if mode == "cipher" else REDACTED
    if not isinstance(value, dict | list):
        return value
    steps: dict[str | int, set[Path]] = {}
    for path in secrets:
        steps.setdefault(path[0], set()).add(path[1:])
    entries = value.items() if isinstance(value, dict) else enumerate(value)
    kept = {
        key: hidden(part, frozenset(steps[key]), mode) if key in steps else part
        for key, part in entries
        if not (mode == "omit" and key in steps and () in steps[key])
    }
    return kept if isinstance(value, dict) else list(kept.values())


def doubtful(value: Any, shape: Shape, at: Path = ()) -> Iterator[Path]:
    """Paths where a value does not fit a schema that knows secrets: under a mistyped key, or a level too high, one may stand.

    A value that is wholly one reference holds none itself.
    """
    if isinstance(value, dict) and "object" in (shape.types or ("object",)):
        for key, part in value.items():
            child = shape.child(key)
            if child is not None:
                yield from doubtful(part, child, (*at, key))
            elif shape.closed:
                yield (*at, key)
    elif isinstance(value, list) and (item := shape.item()) is not None:
        for index, part in enumerate(value):
            yield from doubtful(part, item, (*at, index))
    elif shape.has_secrets and value is not None and not (isinstance(value, str) and is_reference(value)):
        yield at


def ciphered(document: Document) -> Any:
    """A document's data with ciphertext in place of what is sealed, and a mark for secrets that stand in plain text.

    This is what digests are made of, so that they tell nothing of a secret and still change with it.
    """
    return hidden(document.data, document.secrets, "cipher")


def _cipher(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _cipher(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_cipher(part) for part in value]
    return value.ciphertext if isinstance(value, Sealed) else REDACTED
