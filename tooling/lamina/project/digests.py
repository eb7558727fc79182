"""Digests: what a whole render is told apart by, whatever the order of its keys, and without a word of its secrets."""

import hashlib
import json
from collections.abc import Iterable

from lamina.project.hiding import ciphered
from lamina.project.stages import Document
from lamina.words.node import Sealed


def digest_of(documents: Iterable[Document]) -> str:
    """The digest of an environment's documents: the same exactly where they are, with ciphertext in place of secrets."""
    return digest_of_lines(map(line_of, sorted(documents, key=lambda one: one.name)))


def line_of(document: Document) -> bytes:
    """What a document adds to the digest of its environment."""
    # Keys are sorted; numbers keep their type, as 1 and 1.0 are written differently.
    return json.dumps([document.name, ciphered(document)], sort_keys=True, default=_ciphertext).encode("ascii") + b"\n"


def digest_of_lines(lines: Iterable[bytes]) -> str:
    """The digest of an environment, by the lines of its documents in the order of their names."""
    made = hashlib.sha256()
    for line in lines:
        made.update(line)
    return f"sha256:{made.hexdigest()}"


def digest_of_inputs(inputs: object) -> str:
    """The digest of what a render is made from, given by names and ids."""
    return f"sha256:{hashlib.sha256(repr(inputs).encode('utf-8', 'surrogateescape')).hexdigest()}"


def _ciphertext(value: object) -> str:
    assert isinstance(value, Sealed)
    return value.ciphertext
