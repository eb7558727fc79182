"""Sealed layers as they stand in the file: which leaves are ciphertext, what they will be, and nothing opened.

The shape of a sealed leaf is that of SOPS: `ENC[AES256_GCM,data:...,iv:...,tag:...,type:...]`.
"""

from collections.abc import Iterator
from typing import Any

from lamina.words.node import Path, Plain, Sealed, Tagged, tagged_paths, untagged
from lamina.words.regex import regex
from lamina.words.values import dataclass

METADATA = "sops"
_ENC = regex(r"ENC\[AES256_GCM,data:(.+),iv:(.+),tag:(.+),type:(.+?)\]")
_COMMENT = regex(r"ENC\[AES256_GCM,data:.+,iv:.+,tag:.+,type:comment\]")
_PLAIN = "<not sealed>"
TYPES = ("str", "int", "float", "bool", "time", "bytes")


@dataclass(frozen=True, slots=True)
class SealedFault:
    """Something wrong with a sealed layer, at a path in it."""

    rule: str
    message: str
    path: Path
    fix: str


def closed(patch: Any) -> tuple[Any, tuple[SealedFault, ...]]:
    """A sealed layer without its metadata, each ciphertext a `Sealed` leaf, and what is wrong with it.

    In a file that only its name calls sealed every value becomes such a leaf, so that what was meant to be secret is not shown.
    """
    faults = [_tag_fault(path, node) for path, node in tagged_paths(patch)]
    value = untagged(patch) if faults else patch
    if not isinstance(value, dict) or not isinstance(value.get(METADATA), dict):
        message = "the file is named as sealed, but has no sops metadata, so its values stand in plain text"
        faults.append(SealedFault("not-sealed", message, (), "seal it: lamina secrets encrypt --in-place FILE"))
        return _covered(value), tuple(faults)
    body = {key: part for key, part in value.items() if key != METADATA}
    return _leaves(body), tuple(faults)


def with_plain(patch: Any, plain: Any) -> Any:
    """A closed layer whose sealed leaves hold what they say, too; `plain` is the same layer as the engine opened it."""
    if isinstance(patch, dict):
        return {key: with_plain(part, plain[key]) for key, part in patch.items()}
    if isinstance(patch, list):
        return [with_plain(part, other) for part, other in zip(patch, plain, strict=True)]
    return Sealed(patch.ciphertext, patch.type, Plain(plain)) if isinstance(patch, Sealed) else patch


def is_comment(text: str) -> bool:
    """Whether an item of a list is an encrypted comment, which is no part of the data."""
    return _COMMENT.match(text) is not None


def _leaves(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _leaves(part) for key, part in value.items()}
    if isinstance(value, list):
        # In a list sops keeps an encrypted comment as an item of its own.
        return [_leaves(part) for part in value if not (isinstance(part, str) and is_comment(part))]
    found = _ENC.match(value) if isinstance(value, str) and value.startswith("ENC[") else None
    return Sealed(value, found[4] if found[4] in TYPES else "str") if found else value


def _covered(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _covered(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_covered(part) for part in value]
    return value if value is None or value == "" else Sealed(_PLAIN, type(value).__name__)


def sealed_paths(value: Any, at: Path = ()) -> Iterator[Path]:
    """The paths of the unopened leaves in a document."""
    if isinstance(value, dict):
        for key, part in value.items():
            yield from sealed_paths(part, (*at, key))
    elif isinstance(value, list):
        for index, part in enumerate(value):
            yield from sealed_paths(part, (*at, index))
    elif isinstance(value, Sealed):
        yield at


def _tag_fault(path: Path, node: Tagged) -> SealedFault:
    message = f"!{node.tag} cannot stand in a sealed layer: sops drops tags when it writes the file"
    return SealedFault("tag-in-sealed-layer", message, path, "put the tag into the plain layer beside it")
