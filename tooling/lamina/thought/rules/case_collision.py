"""Two names differ only in case.

What: two keys of one map, where one is a slip of the pen that nothing reads; or two environments, documents or kinds, which are
one file on the file systems of macOS and Windows. `http_proxy` beside `HTTP_PROXY` is left alone, and so are keys of one letter
and those that the schema declares both.

Example:

    logLevel: info
    loglevel: debug

Instead: keep one of them.

Fix: none, since only people know which of the two is read.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from lamina.thought.rules.rule import Also, Breach, Rule
from lamina.thought.rules.subjects import Names, Rendered, Shape
from lamina.thought.rules.walking import shape_at
from lamina.words.address import path_text
from lamina.words.node import Path


def _of_document(document: Rendered) -> Iterator[Breach]:
    waiting: list[tuple[Path, Any]] = [((), document.data)]
    while waiting:
        at, value = waiting.pop()
        if value.__class__ is dict:
            waiting += [((*at, key), part) for key, part in value.items() if isinstance(part, dict | list)]
            if len(value) > 1 and len(set(map(str.lower, value))) < len(value):
                yield from _of_map(at, value, document.shape)
        else:
            waiting += [((*at, index), part) for index, part in enumerate(value) if isinstance(part, dict | list)]


def _of_map(at: Path, value: Mapping[str, Any], root: Shape | None) -> Iterator[Breach]:
    first: dict[str, str] = {}
    for key in value:
        other = first.setdefault(key.lower(), key)
        if (
            other != key
            and len(key) > 1
            and not key.lower().endswith("_proxy")
            and not _declared(at, root, {key, other})
        ):
            message = f"{path_text((*at, key))} and {path_text((*at, other))} differ only in case"
            also = (Also("the other", (*at, other), at_key=True),)
            yield Breach(message, (*at, key), True, "keep one of them", also=also)


def _declared(at: Path, root: Shape | None, keys: set[str]) -> bool:
    shape = shape_at(root, at)
    return shape is not None and keys <= {*shape.keys()}


def _of_names(names: Names) -> Iterator[Breach]:
    """The name that fewer files use is the one that is wrong; of two alike, the one with capitals."""
    for sort, found in names.files.items():
        first: dict[str, str] = {}
        for name in sorted(found, key=lambda one: (-len(found[one]), one.swapcase())):
            other = first.setdefault(name.lower(), name)
            if other != name:
                message = f"the {sort} {name} differs from the {sort} {other} only in case"
                also = (Also("the other", (), file=found[other][0]),)
                yield Breach(message, file=found[name][0], fix="rename it, or move what it holds", also=also)


RULE = Rule("case-collision", "warning", __doc__, _of_document, folds=str.lower)
OF_NAMES = Rule("case-collision", "warning", __doc__, _of_names)
