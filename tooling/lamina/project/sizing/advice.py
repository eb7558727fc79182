"""Advice: what would make a repository lighter, told from its layers alone."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import TypeAlias

from lamina.thought.document import Layer
from lamina.thought.topology import DEFAULTS, ENVIRONMENTS, LayerFile, Topology, kind_of_document
from lamina.words.address import path_text
from lamina.words.errors import listing
from lamina.words.node import Path, Scalar
from lamina.words.values import dataclass

LARGE = 256 * 1024
"""Bytes from which a layer had better be several."""
WORTH = 1000
"""Bytes below which nothing is advised: a file has to be worth the edit."""
MOST_NAMED = 3

Told: TypeAlias = Sequence[tuple[LayerFile, Layer]]
"""Layers with what was read of them."""


@dataclass(frozen=True, slots=True)
class Advice:
    """One thing to do: what kind of thing, the sentence, the files it is about, and the bytes that it saves or is about."""

    advice: str
    message: str
    files: tuple[str, ...]
    bytes: int


def advise(told: Told, topology: Topology, newest: Mapping[str, int]) -> tuple[Advice, ...]:
    """What would make these layers lighter, what saves most first; `newest` is the newest version of each kind."""
    read = [(of, layer) for of, layer in told if layer.whole and not layer.takes_away]
    found = [*_split(read), *_defaults(read, topology), *_same(read), *_migrate(read, newest)]
    return tuple(sorted(found, key=lambda one: (-one.bytes, one.files)))


def _split(told: Told) -> Iterator[Advice]:
    for of, layer in told:
        if len(layer.data) >= LARGE:
            message = (
                f"{of.file} is large, and whoever asks for one value reads all of it: make several documents of it"
            )
            yield Advice("split", message, (of.file,), len(layer.data))


def _migrate(told: Told, newest: Mapping[str, int]) -> Iterator[Advice]:
    older = [
        (of, layer)
        for of, layer in told
        if layer.version is not None and layer.version < newest.get(kind_of_document(of.document), 0)
    ]
    if older:
        count = _counted(len(older), "layer is", "layers are")
        message = f"{count} of an older version, to be migrated at every reading: lamina migrate --write"
        yield Advice("migrate", message, tuple(of.file for of, _ in older), sum(len(layer.data) for _, layer in older))


def _same(told: Told) -> Iterator[Advice]:
    """Layers of a document that are the same bytes in several environments, together for the same environments."""
    twins: dict[tuple[str, bytes], list[LayerFile]] = {}
    for of, layer in told:
        if not of.sealed and layer.patch:
            twins.setdefault((of.document, layer.data), []).append(of)
    together: dict[tuple[str, ...], list[tuple[list[LayerFile], int]]] = {}
    for (_, data), layers in twins.items():
        together.setdefault(tuple(of.environment for of in layers), []).append((layers, len(data)))
    for environments, alike in together.items():
        saves = sum(size for _, size in alike) * (len(environments) - 1)
        if saves >= WORTH:
            names = f"{', '.join(environments[:-1])} and {environments[-1]}"
            count = _counted(len(alike), "layer is", "layers are")
            message = f"{count} the same in {names}: let them extend an environment that has what they share"
            yield Advice("share", message, tuple(sorted(of.file for layers, _ in alike for of in layers)), saves)


def _defaults(told: Told, topology: Topology) -> Iterator[Advice]:
    """Values that all documents of a kind are given in an environment, one by one, where its defaults could say them once."""
    kinds = sorted((one for one in told if "/" in one[0].document), key=_place)
    for (environment, kind), group in groupby(kinds, _place):
        layers = list(group)
        outer = f"{kind}/{DEFAULTS}"
        if any(of.defaults and of.document != outer for of, _ in layers):
            continue  # which of several defaults would win cannot be told so simply
        own = [(of, layer) for of, layer in layers if not of.defaults and not of.sealed]
        if not _all_there(environment, kind, {of.document for of, _ in own}, topology):
            continue
        shared = _shared([layer for _, layer in own])
        saves = (len(own) - 1) * sum(map(_length, shared.items()))
        if len(own) > 2 and saves >= WORTH:
            what = listing(sorted(map(path_text, shared)), MOST_NAMED)
            file = f"{ENVIRONMENTS}/{environment}/{outer}.yaml"
            message = f"{file} could say {what} once, which all {len(own):,} layers there say alike"
            yield Advice("defaults", message, (file,), saves)


def _place(one: tuple[LayerFile, Layer]) -> tuple[str, str]:
    return one[0].environment, kind_of_document(one[0].document)


def _all_there(environment: str, kind: str, named: set[str], topology: Topology) -> bool:
    """Whether every document that the defaults of a kind would reach has a layer in their environment."""
    reached = (one.name for one in topology.environments.values() if environment in one.chain)
    documents = {name for one in reached for name in topology.documents(one)}
    return all(name in named for name in documents if kind_of_document(name) == kind)


def _shared(layers: Sequence[Layer]) -> Mapping[Path, Scalar]:
    """The values that all layers say, at the same path; none of layers of several versions, which need not mean the same."""
    if len({layer.version for layer in layers}) != 1:
        return {}
    first, *others = (dict(_values(layer.patch, ())) for layer in layers)
    for other in others:
        first = {path: value for path, value in first.items() if path in other and _alike(other[path], value)}
    return first


def _alike(left: Scalar, right: Scalar) -> bool:
    return type(left) is type(right) and left == right


def _values(value: object, at: Path) -> Iterator[tuple[Path, Scalar]]:
    """The scalars below maps; what is in a list, or has a tag, is a matter of its own."""
    if isinstance(value, dict):
        for key, part in value.items():
            yield from _values(part, (*at, key))
    elif value is None or isinstance(value, str | int | float):
        yield at, value


def _length(shared: tuple[Path, Scalar]) -> int:
    """About how many bytes a line takes that says a value."""
    path, value = shared
    return 2 * len(path) + len(str(path[-1])) + len(str(value)) + 1


def _counted(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"
