"""Which documents the layers of a repository name in references; of a commit this is remembered, so that nothing is read."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

import orjson

from lamina.project.questions import Project
from lamina.project.tree import Tree
from lamina.thought.references import may_refer, references_in
from lamina.thought.topology import ENVIRONMENTS, LayerFile
from lamina.words.node import Tagged
from lamina.world.sources import Identified, Unreadable


def named_in_layers(tree: Tree, old: Project, changed: Collection[str]) -> Mapping[str, Collection[str]]:
    """By layer the documents that it names; `changed` are the files that differ from what they were in `old`."""
    known = _named_before(tree, old, changed)
    layers = [of for of in tree.topology.layer_files() if known is None or of.file in changed]
    fresh = {of.file: _named_in(tree, of) for of in layers}
    return {**{file: names for file, names in (known or {}).items() if file not in changed}, **fresh}


def _named_before(tree: Tree, old: Project, changed: Collection[str]) -> dict[str, list[str]] | None:
    """The same of what was; None where nothing can be remembered."""
    if tree.caching is None or not isinstance(old.source, Identified):
        return None
    rows = tree.caching.rows
    key = rows.key("named", (old.source.identity(ENVIRONMENTS),))
    if (row := rows.one(key)) is not None:
        known: dict[str, list[str]] = orjson.loads(row)
        return known
    # What did not change is read where it is read for other reasons too.
    layers = old.tree.topology.layer_files()
    every = {of.file: sorted(_named_in(old.tree if of.file in changed else tree, of)) for of in layers}
    known = {file: names for file, names in every.items() if names}
    rows.put(key, orjson.dumps(known))
    return known


def _named_in(tree: Tree, of: LayerFile) -> set[str]:
    try:
        return names_in([tree.layer(of).patch]) if may_refer(tree.data(of.file)) else set()
    except Unreadable:
        return set()


def names_in(values: Iterable[Any]) -> set[str]:
    """The documents that the references in some values name."""
    found: set[str] = set()
    waiting = list(values)
    while waiting:
        value = waiting.pop()
        if isinstance(value, Tagged):
            waiting.append(value.value)
        elif isinstance(value, dict):
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value
        elif isinstance(value, str) and "${" in value:
            found.update(one.document for one in references_in(value) if one.document is not None)
    return found
