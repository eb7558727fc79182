"""The settings of VS Code, and of every other editor that takes them: what lamina needs put in, all else left as it is."""

from collections.abc import Iterable
from typing import Any

from lamina.thought.editors.jsonc import NotJson, append, drop, parse, put
from lamina.thought.editors.places import EDITORS, TAGS, editor_file, patterns
from lamina.words.errors import Failure

FILE = ".vscode/settings.json"

_SCHEMAS, _TAGS, _VERSION = "yaml.schemas", "yaml.customTags", "yaml.yamlVersion"
_PLACES: dict[str, tuple[type, str, Any]] = {_SCHEMAS: (dict, "a map", {}), _TAGS: (list, "a list", [])}


class OddSettings(Failure):
    """Settings that cannot be read, or that hold something else where lamina's part would stand."""

    def __init__(self, why: str) -> None:
        super().__init__(f"{FILE} {why}, so nothing was written", "mend it, or move it away and run lamina ide again")


def vscode_text(before: str | None, kinds: Iterable[str]) -> str:
    """The settings with the schema of each kind and with the tags; raises OddSettings."""
    text = before if before is not None and before.strip("\ufeff \t\r\n") else "{}\n"
    for key, (_, _, empty) in _PLACES.items():
        if key not in _top(text):
            text = put(text, key, empty)
    wanted = {f"./{editor_file(kind)}": list(patterns(kind)) for kind in kinds}
    for schema in _top(text)[_SCHEMAS]:
        if schema.startswith(f"./{EDITORS}/") and schema not in wanted:
            text = drop(text, schema, _SCHEMAS)
    for schema, files in wanted.items():
        text = put(text, schema, files, _SCHEMAS)
    for tag in TAGS:
        if tag not in _top(text)[_TAGS]:
            text = append(text, tag, _TAGS)
    return text if _VERSION in _top(text) else put(text, _VERSION, "1.2")


def _top(text: str) -> dict[str, Any]:
    """The settings in a text; raises OddSettings."""
    try:
        top = parse(text).data
    except NotJson as error:
        raise OddSettings(f"is no JSON at {error}") from None
    if not isinstance(top, dict):
        raise OddSettings("holds no map")
    for key, (wanted, name, _) in _PLACES.items():
        if not isinstance(top.get(key, wanted()), wanted):
            raise OddSettings(f"has {key}, which is not {name}")
    return top
