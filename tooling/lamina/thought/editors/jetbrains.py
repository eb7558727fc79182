"""The schema mappings of JetBrains' editors: those of lamina put in, all else left as it is."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from lamina.thought.editors.places import EDITORS, editor_file, patterns
from lamina.words.errors import Failure

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

FILE = ".idea/jsonSchemas.xml"

_COMPONENT = "JsonSchemaMappingsProjectConfiguration"
_NEW = f'<project version="4"><component name="{_COMPONENT}"><state><map /></state></component></project>'


class OddMappings(Failure):
    """Mappings that cannot be read."""

    def __init__(self) -> None:
        super().__init__(f"{FILE} is not what JetBrains' editors write, so nothing was written", "move it away")


def jetbrains_text(before: str | None, kinds: Iterable[str]) -> str:
    """The mappings with one for each kind; raises OddMappings."""
    from xml.etree.ElementTree import indent, tostring

    project = _read(before or _NEW)
    entries = _entries(project)
    own = [entry for entry in entries if _said(entry)[0].startswith(f"{EDITORS}/")]
    wanted = [_entry(kind) for kind in kinds]
    if before and sorted(map(_said, own)) == sorted(map(_said, wanted)):
        return before  # an editor that wrote it anew has its own order, and writes more
    for entry in own:
        entries.remove(entry)
    entries.extend(wanted)
    indent(project)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{tostring(project, encoding="unicode")}\n'


def _read(text: str) -> "Element":
    from xml.etree.ElementTree import ParseError, TreeBuilder, XMLParser

    # What editors write declares no entities, and those of others could be as large as they like.
    if "<!DOCTYPE" in text:
        raise OddMappings
    parser = XMLParser(target=TreeBuilder(insert_comments=True))
    try:
        parser.feed(text)
        project: Element = parser.close()
    except (ParseError, ValueError):
        raise OddMappings from None
    if project.tag != "project":
        raise OddMappings
    return project


def _entries(project: "Element") -> "Element":
    """The element whose children are the mappings, made where there is none."""
    component = next((one for one in project.findall("component") if one.get("name") == _COMPONENT), None)
    if component is None:
        component = _child(project, "component", name=_COMPONENT)
    above = component
    for name in ("state", "map"):
        found = above.find(name)
        above = _child(above, name) if found is None else found
    return above


def _entry(kind: str) -> "Element":
    from xml.etree.ElementTree import Element

    entry = Element("entry", key=f"lamina {kind}")
    info = _child(_child(entry, "value"), "SchemaInfo")
    _child(info, "option", name="name", value=f"lamina {kind}")
    _child(info, "option", name="relativePathToSchema", value=editor_file(kind))
    _child(info, "option", name="schemaVersion", value="JSON Schema version 2020-12")
    items = _child(_child(info, "option", name="patterns"), "list")
    for pattern in patterns(kind):
        item = _child(items, "Item")
        # A `*` is any text there, slashes too.
        _child(item, "option", name="path", value=pattern.replace("/**/", "/"))
        _child(item, "option", name="mappingKind", value="Pattern")
    return entry


def _said(entry: "Element") -> tuple[str, str, list[str]]:
    """What a mapping says: the schema, its version, and the patterns of files."""
    options = [(one.get("name"), one.get("value") or "") for one in entry.iter("option")]
    said = dict(options)
    paths = sorted(value for name, value in options if name == "path")
    return said.get("relativePathToSchema", ""), said.get("schemaVersion", ""), paths


def _child(parent: "Element", tag: str, **attributes: str) -> "Element":
    from xml.etree.ElementTree import SubElement

    return SubElement(parent, tag, attributes)
