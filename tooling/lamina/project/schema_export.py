"""A kind's schema as one file, for programs beside lamina."""

import json
from typing import Any

from lamina.project.schema_changes import newest_version, sound_schema
from lamina.project.tree import Tree
from lamina.words.errors import Failure
from lamina.words.harmless import safe_json


class NoJson(Failure):
    """A schema that names a number which JSON has no word for."""

    def __init__(self, file: str) -> None:
        super().__init__(f"{file} holds a number that is not finite, and JSON has no word for that", "leave it out")


def exported_schema(tree: Tree, kind: str, *, layer: bool = False) -> bytes:
    """The current schema of a kind as JSON: that of its documents, or the one that editors get for its layers.

    Raises NoSuchVersion, DynamicReference and NoJson.
    """
    from lamina.thought.schema.layer_schema import layer_schema
    from lamina.thought.schema.single_file import single_file

    version = newest_version(tree, kind)
    schema = sound_schema(tree, kind, version)
    return json_bytes(schema.file, layer_schema(schema, version) if layer else single_file(schema))


def json_bytes(file: str, schema: dict[str, Any]) -> bytes:
    """A schema that was made of a file, as JSON for people to read; raises NoJson."""
    try:
        text = json.dumps(schema, indent=2, ensure_ascii=False, allow_nan=False)
    except ValueError:
        raise NoJson(file) from None
    return f"{safe_json(text)}\n".encode(errors="backslashreplace")
