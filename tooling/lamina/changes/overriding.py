"""Overriding: the smallest edits of an environment's own layer that make one of its documents what is wanted."""

from typing import Any

from lamina.changes.layers import own_file, present, schema_of, started
from lamina.project import Project
from lamina.project.outdated import followed
from lamina.project.plain_secrets import plain_secrets
from lamina.project.road import Road
from lamina.thought.diff import changes
from lamina.thought.document import VERSION_KEY, read, read_layer
from lamina.thought.document.edit import CannotEdit, drop, put
from lamina.thought.document.placing import holds
from lamina.thought.merge import ABSENT, NOTHING, fold, override
from lamina.thought.sealed import sealed_paths
from lamina.words.address import Address
from lamina.words.errors import Failure, listing
from lamina.words.node import Data, Patch, Path, Tagged, at, nested, same, untagged

TAKEN_AWAY = b"!unset\n"


class SecretDiffers(Failure):
    """A secret would have to be another, and a plain layer cannot hold it."""

    status = 1

    def __init__(self, environment: str, address: Address) -> None:
        message = f"{address} is secret, and would have to be another in {environment}: a plain layer cannot say it"
        super().__init__(message, f"lamina secrets set {environment} {address} seals the value that is meant")


class CannotOverride(Failure):
    """A document that no layer of the environment can make what is wanted."""

    status = 1

    def __init__(self, environment: str, document: str, paths: list[Path]) -> None:
        where = listing([str(Address(document, path)) for path in paths])
        message = f"no plain layer of {environment} can make {where} what is wanted"
        super().__init__(message, "a sealed layer above sets it, or a text that cannot be edited: change it by hand")


def overridden(project: Project, environment: str, document: str, wanted: Data) -> dict[str, bytes | None]:
    """What the environment's own plain layer becomes, so that the document merges into `wanted`; ABSENT takes it away.

    None stands for no file; there is nothing where nothing has to change. Defaults and references play no part. A JSON layer
    goes on as YAML where only a tag says what is wanted.
    Raises SecretDiffers, CannotEdit and CannotOverride.
    """
    road = project.road(environment)
    file = own_file(road, document)
    before = present(project, file)
    if wanted is ABSENT:
        return _taken_away(project, environment, document, file)
    text = before
    if text is None or read_layer(text, file).takes_away:
        text = started(project, road, document, None)
    try:
        after = _Work(project, environment, document, file, wanted).reached(text)
        return {} if after == before else {file: after}
    except (CannotEdit, CannotOverride):
        if not file.endswith(".json"):
            raise
    named = _as_yaml(file)
    text = put(b"", named, (), read(text, file).value)
    without = project.with_files({file: None, named: text})
    return {file: None, named: _Work(without, environment, document, named, wanted).reached(text)}


def merged(project: Project, environment: str, document: str) -> Data:
    """A document as its layers make it, before defaults, its references naming today's places; ABSENT where there is none."""
    road = project.road(environment)
    known = document in project.tree.topology.documents(environment) and road.exists(document)
    return followed(road, document, road.stage(document).merged.value) if known else ABSENT


def _taken_away(project: Project, environment: str, document: str, file: str) -> dict[str, bytes | None]:
    if merged(project, environment, document) is ABSENT:
        return {}
    alone = project.with_files({file: None})
    if merged(alone, environment, document) is ABSENT:
        return {file: None}
    return {file: None, _as_yaml(file): TAKEN_AWAY}


def _as_yaml(file: str) -> str:
    """The name of a layer as YAML."""
    return f"{file.removesuffix('.json').removesuffix('.yaml')}.yaml"


class _Work:
    """One document on its way to what is wanted."""

    def __init__(self, project: Project, environment: str, document: str, file: str, wanted: Data) -> None:
        self._project = project
        self._environment = environment
        self._document = document
        self._file = file
        self._wanted = wanted
        schema = schema_of(project, document)
        self._shape = schema.shape if schema else None

    def reached(self, text: bytes) -> bytes:
        """The layer's text after edits: first at the places that differ, then, as long as that is not enough, above them."""
        above = 0
        while paths := self._differing(road := self._road(text)):
            tops = list(dict.fromkeys(path[: max(0, len(path) - above)] for path in paths))
            for path in (path for path in tops if not any(path[: len(top)] == top != path for top in tops)):
                text = self._said(text, road, path)
            if above > max(map(len, paths)):
                raise CannotOverride(self._environment, self._document, paths)
            above += 1
        return text

    def _road(self, text: bytes) -> Road:
        return self._project.with_files({self._file: text}).road(self._environment)

    def _differing(self, road: Road) -> list[Path]:
        """Where the document is not what is wanted, or the layer is at odds with those below: keys of maps.

        Items of lists are no places of a layer.
        """
        stage = road.stage(self._document)
        found = [fault.path for fault in stage.merged.faults if stage.stack[fault.layer].file == self._file]
        value = followed(road, self._document, stage.merged.value)
        if not same(value, self._wanted):
            found += (change.path for change in changes(value, self._wanted, self._shape))
        return list(dict.fromkeys(_to_list(path) for path in found))

    def _said(self, text: bytes, road: Road, path: Path) -> bytes:
        """The text that says at a path what makes the wanted of what lies below."""
        own = read_layer(text, self._file).patch
        shape = self._shape.at(path) if self._shape else None
        value = override(self._below(road, own, path), value_or_absent(self._wanted, path), shape)
        self._demand_plain(path, value)
        try:
            if value is NOTHING:
                return self._dropped(text, road, own, path) if path and holds(own, path) else text
            if path:
                return put(text, self._file, path, value)
            version = read_layer(text, self._file).version
            head = {VERSION_KEY: version} if version is not None else {}
            return put(text, self._file, (), {**head, **value} if isinstance(value, dict) else value)
        except CannotEdit:
            if not path:
                raise
            return self._said(text, road, path[:-1])

    def _dropped(self, text: bytes, road: Road, own: Patch, path: Path) -> bytes:
        """The text without what stands at a path, nor the maps around it that would be empty over a map below."""
        while len(path) > 1 and _is_alone(own, path) and isinstance(self._below(road, own, path[:-1]), dict):
            path = path[:-1]
        return drop(text, self._file, path)

    def _below(self, road: Road, own: Patch, path: Path) -> Any:
        """What the layers below the own one have at a path; nothing where the own layer replaces it."""
        stage = road.stage(self._document)
        index = next(index for index, of in enumerate(stage.stack) if of.file == self._file)
        lower = [layer.patch for layer in stage.layers[:index]]
        below = fold(lower, self._shape, [True] * index, [True] * index).value
        node = own
        for step in path:
            if isinstance(node, Tagged):
                return ABSENT
            node = node.get(str(step)) if isinstance(node, dict) else None
        return value_or_absent(followed(road, self._document, below), path)

    def _demand_plain(self, path: Path, value: Patch) -> None:
        """Raise SecretDiffers for what a plain layer must not hold."""
        if value is NOTHING:
            return
        found = [(*path, *one) for one in sealed_paths(untagged(value))]
        if self._shape is not None and self._shape.has_secrets:
            found += (one for one, _ in plain_secrets(nested(path, value), self._shape))  # type: ignore[arg-type]
        if found:
            raise SecretDiffers(self._environment, Address(self._document, found[0]))


def _to_list(path: Path) -> Path:
    """A path up to the first list on it."""
    ends = (end for end, step in enumerate(path) if isinstance(step, int))
    return path[: next(ends, len(path))]


def value_or_absent(value: Data, path: Path) -> Any:
    """The value at a path, or ABSENT."""
    try:
        return ABSENT if value is ABSENT else at(value, path)
    except LookupError:
        return ABSENT


def _is_alone(own: Patch, path: Path) -> bool:
    """Whether the map that holds the last key of a path holds no other."""
    for step in path[:-1]:
        own = own[str(step)] if isinstance(own, dict) else None
    return isinstance(own, dict) and len(own) == 1
