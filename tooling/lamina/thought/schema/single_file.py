"""A schema in one file, for programs that read a single file and fetch nothing: it accepts what the schema accepts."""

from typing import Any

from lamina.thought.schema.compile import Schema
from lamina.thought.schema.definitions import Definitions
from lamina.thought.schema.subschema import Subschema
from lamina.thought.schema.vocabulary import DRAFT, MANY, NAMED, ONE, STORES
from lamina.words.errors import Failure

# What only says where a subschema is found, which references in one file say otherwise.
_NAMES = frozenset({"$anchor", "$dynamicAnchor", "$id", "$schema"})


class DynamicReference(Failure):
    """A schema that refers by `$dynamicRef`, whose meaning depends on the file from which one comes."""

    def __init__(self, file: str) -> None:
        super().__init__(f"{file} has a $dynamicRef, which one file cannot say", "write a $ref instead")


def single_file(schema: Schema) -> dict[str, Any]:
    """The schema with every `$ref` leading to a place in itself, annotations included; raises DynamicReference."""
    writer = _Writer(schema.root)
    written = writer.subschema(schema.root)
    defs = writer.definitions.written(writer.subschema)
    top = written if isinstance(written, dict) else {"not": {}}
    return {"$schema": DRAFT, **top, **({"$defs": defs} if defs else {})}


class _Writer:
    """Writes subschemas as they are, but for where their references lead."""

    def __init__(self, root: Subschema) -> None:
        self.root = root
        self.definitions = Definitions()

    def subschema(self, node: Subschema) -> dict[str, Any] | bool:
        return {key: self.value(node, key) for key in node.keywords if _keeps(key)} if not node.refuses else False

    def value(self, node: Subschema, keyword: str) -> Any:
        if keyword == "$dynamicRef":
            raise DynamicReference(node.place.file)
        if keyword == "$ref":
            # What leads to no file of the repository leads to the meta-schema, which every validator has.
            return (node.ref_uri or "").removesuffix("#") if node.ref is None else self.reference(node.ref)
        if keyword in ONE:
            return self.subschema(node.one[keyword])
        if keyword in MANY:
            return [self.subschema(part) for part in node.many[keyword]]
        if keyword in NAMED:
            return {name: self.subschema(part) for name, part in node.named[keyword].items()}
        return node.keywords[keyword]

    def reference(self, target: Subschema) -> str:
        return "#" if target is self.root else self.definitions.reference(target)


def _keeps(keyword: str) -> bool:
    return keyword not in STORES and keyword not in _NAMES
