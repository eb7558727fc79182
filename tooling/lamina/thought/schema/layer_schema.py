"""Layer schemas: what editors get to check and complete a layer of a kind, which is a part of a document.

Nothing is required, any value may be a reference, a secret may be sealed, and conditions between keys are left to
`validate`, since the other key may stand in another layer.
"""

from typing import Any

from lamina.thought.schema.compile import Schema
from lamina.thought.schema.definitions import Definitions
from lamina.thought.schema.subschema import Subschema, gathered
from lamina.thought.schema.vocabulary import DRAFT, MANY, NAMED, ONE, STORES

_ABOUT_WHOLES = frozenset(
    {
        "contains",
        "dependentRequired",
        "dependentSchemas",
        "else",
        "if",
        "maxContains",
        "minContains",
        "minItems",
        "minProperties",
        "not",
        "required",
        "then",
        "unevaluatedItems",
        "unevaluatedProperties",
        "uniqueItems",
    }
)
"""Keywords that a part of a document need not satisfy."""

_NAMES = frozenset({"$anchor", "$dynamicAnchor", "$dynamicRef", "$id", "$ref", "$schema"})
_ABOUT_STRINGS = ("const", "enum", "format", "maxLength", "minLength", "pattern")
_TOLD = ("default", "deprecated", "description", "examples", "title")

_REFERENCE = r"\$\{"
_SEALED = r"^ENC\["
_UNSET = "^$"
"""What the values of `!unset` are to an editor: it takes a scalar under a tag of ours for a string, here an empty one."""


def layer_schema(schema: Schema, versions: int) -> dict[str, Any]:
    """The schema of the layers of a kind, in one piece, whose newest version is `versions`."""
    return _Writer(schema.root, versions).whole()


class _Writer:
    """Writes subschemas anew, and those they refer to under `$defs`."""

    def __init__(self, root: Subschema, versions: int) -> None:
        self.root = root
        self.tops = gathered(root)
        self.added: dict[str, Any] = {
            "schemaVersion": {
                "type": "integer",
                "minimum": 1,
                "maximum": versions,
                "description": "The version of the schema that this layer is written for.",
            },
            "sops": {"type": "object", "description": "What SOPS keeps beside the values that it sealed."},
        }
        self.definitions = Definitions()

    def whole(self) -> dict[str, Any]:
        """The whole, which may also be an `!unset`."""
        top = self.subschema(self.root)
        written = {"$schema": DRAFT, **(top if isinstance(top, dict) else {})}
        written |= {"type": ["object", "string"], "pattern": _UNSET}
        defs = self.definitions.written(self.subschema)
        return {**written, "$defs": defs} if defs else written

    def subschema(self, node: Subschema) -> dict[str, Any] | bool:
        if node.refuses:
            return False
        written: dict[str, Any] = {key: value for key, value in node.keywords.items() if self.keeps(key)}
        for keyword, part in node.one.items():
            if keyword not in _ABOUT_WHOLES:
                written[keyword] = self.subschema(part)
        for keyword, named in node.named.items():
            if keyword not in STORES and keyword not in _ABOUT_WHOLES:
                written[keyword] = {name: self.subschema(part) for name, part in named.items()}
        if node in self.tops and (node is self.root or "additionalProperties" in written):
            # The keys that only layers have, beside those of a document.
            written["properties"] = {**written.get("properties", {}), **self.added}
        written |= self.lists(node)
        if node.ref is not None:
            written["$ref"] = self.definitions.reference(node.ref)
        return _opened(written, node)

    def lists(self, node: Subschema) -> dict[str, Any]:
        """The keywords that hold lists of subschemas. A part of a document may fit several alternatives of a oneOf."""
        listed = {keyword: [self.subschema(part) for part in parts] for keyword, parts in node.many.items()}
        if one_of := listed.pop("oneOf", None):
            listed["allOf"] = [*listed.get("allOf", []), {"anyOf": one_of}]
        listed["allOf"] = [part for part in listed.get("allOf", []) if part != {}]
        return {keyword: parts for keyword, parts in listed.items() if parts}

    def keeps(self, keyword: str) -> bool:
        held = keyword in ONE or keyword in MANY or keyword in NAMED
        return not held and keyword not in _ABOUT_WHOLES and keyword not in _NAMES and not keyword.startswith("x-")


def _opened(written: dict[str, Any], node: Subschema) -> dict[str, Any]:
    """The subschema with every string besides that may stand for the value: a reference, a ciphertext."""
    types = written.get("type", [])
    types = [types] if isinstance(types, str) else list(types)
    other = "|".join([_REFERENCE, _UNSET] + [_SEALED] * (node.keywords.get("x-secret") is True))
    tests = [keyword for keyword in _ABOUT_STRINGS if keyword in written]
    if "string" not in types and types and not {"const", "enum"} & set(tests):
        return {**written, "type": [*types, "string"], "pattern": other}
    if not tests:
        return written
    told = {key: written.pop(key) for key in _TOLD if key in written}
    return {**told, "anyOf": [written, {"type": "string", "pattern": other}]}
