"""What is weighed: bytes, keys, and the cost, which is how many keys have to be walked because of it."""

from lamina.project.sizing.advice import Advice
from lamina.words.node import Patch, Tagged
from lamina.words.values import dataclass


@dataclass(frozen=True, slots=True)
class DocumentSize:
    """A document of one environment: the bytes of its YAML, and as its cost the keys of its layers and its own.

    Those of its layers are merged, and its own are validated. What has errors weighs nothing, and is not `sound`.
    """

    environment: str
    name: str
    bytes: int
    keys: int
    cost: int
    layers: int
    sound: bool = True


@dataclass(frozen=True, slots=True)
class LayerSize:
    """A layer and the documents that it is part of: it is read once, and merged into each of them."""

    file: str
    bytes: int
    keys: int
    cost: int
    documents: int


@dataclass(frozen=True, slots=True)
class SchemaSize:
    """A version of a kind's schema, with the files it refers to, and the documents whose keys it is held against."""

    kind: str
    version: int
    file: str
    bytes: int
    keys: int
    cost: int
    documents: int


@dataclass(frozen=True, slots=True)
class Sizes:
    """All that was weighed, and advice."""

    documents: tuple[DocumentSize, ...]
    layers: tuple[LayerSize, ...]
    schemas: tuple[SchemaSize, ...]
    advice: tuple[Advice, ...]


def keys_in(value: Patch) -> int:
    """How many keys of maps and items of lists a value holds, at any depth."""
    if isinstance(value, Tagged):
        return keys_in(value.value)
    if isinstance(value, dict):
        return len(value) + sum(map(keys_in, value.values()))
    return len(value) + sum(map(keys_in, value)) if isinstance(value, list) else 0
