"""Which layer of an environment a change goes into, where in that layer, and the text that it starts from."""

from lamina.project import Project
from lamina.project.placing import Placing
from lamina.project.questions import NoSuchEnvironment
from lamina.project.road import Road
from lamina.thought.schema import Schema
from lamina.thought.topology import ENVIRONMENTS, LayerFile, kind_of_document
from lamina.words.address import Address
from lamina.words.errors import Failure, Misuse, listing
from lamina.words.finding import Position
from lamina.words.node import Path


class InheritedItem(Failure):
    """An item of a list that only other layers set, or none: an index says nothing to the layer that is to be changed."""

    def __init__(self, file: str, address: Address, setter: Position | None, layer: str | None) -> None:
        whole = f"set the whole list, {Address(address.document, address.path[:-1])}"
        what = f"item {address.path[-1]} of {Address(address.document, address.path[:-1])}"
        why = f"{what} is set by {setter}" if setter else f"nothing sets {what}"
        super().__init__(f"{why}, not by {file}", f"{whole}, or say --layer {layer}" if layer else whole)


class OutdatedLayer(Failure):
    """A layer of an older version of its kind, whose places are not those of the documents."""

    status = 1

    def __init__(self, file: str, version: int, newest: int) -> None:
        message = (
            f"{file} is of version {version}, and its kind is at {newest}, so it is not known where the value goes"
        )
        super().__init__(message, "lamina migrate --write brings it to the newest version")


def demand_path(address: Address) -> None:
    """Raise Misuse for an address without a path."""
    if not address.path:
        raise Misuse(f"{address} names a whole document", f"name a value in it: {address}:some.key")


def path_in(road: Road, address: Address, file: str) -> Path:
    """The path in a layer of what stands at an address: the same, but for the places of items in lists that were merged.

    Raises InheritedItem for an item that the layer does not speak of.
    """
    ends = [end for end, step in enumerate(address.path, 1) if isinstance(step, int)]
    stage = road.stage(address.document)
    path = address.path
    for end in ends:
        head = Address(address.document, address.path[:end])
        node, _ = Placing(road.tree, road.environment.name, stage).origins(head.path)
        own = next((origin for origin in node.origins if stage.stack[origin.layer].file == file), None)
        if own is None:
            raise _inherited(road, head, file)
        path = own.path + address.path[end:]
    return path


def _inherited(road: Road, item: Address, file: str) -> InheritedItem:
    """The refusal of an item that the file does not speak of: who sets it, and in which environment's layer."""
    stage = road.stage(item.document)
    placing = Placing(road.tree, road.environment.name, stage)
    node, default = placing.origins(item.path)
    if node.winner is None:
        return InheritedItem(file, item, default, None)
    setter = stage.stack[node.winner.layer]
    layer = setter.environment if _is_own(setter, setter.environment, setter.sealed) else None
    return InheritedItem(file, item, placing.position(node.winner), layer)


def schema_of(project: Project, document: str) -> Schema | None:
    """The schema of a document's kind, where it has a sound one."""
    kind = project.tree.schema(kind_of_document(document))
    return kind.schema if kind else None


def own_file(road: Road, document: str, layer: str | None = None, sealed: bool = False) -> str:
    """The plain or sealed layer of a document in the environment, or in the one of its chain that `layer` names.

    It need not be there yet.
    """
    chain = road.environment.chain
    name = layer or road.environment.name
    if name not in chain:
        raise (
            NoSuchEnvironment(name, chain)
            if name not in road.tree.topology.environments
            else Misuse(f"{road.environment.name} does not extend {name}", f"its layers are those of {listing(chain)}")
        )
    own = [of for of in road.stack(document) if _is_own(of, name, sealed)]
    kind = road.tree.schema(kind_of_document(document))
    version = road.tree.layer(own[0]).version if own else None
    if kind is not None and version is not None and version < kind.version:
        raise OutdatedLayer(own[0].file, version, kind.version)
    return own[0].file if own else f"{ENVIRONMENTS}/{name}/{document}{'.sops' * sealed}.yaml"


def _is_own(of: LayerFile, environment: str, sealed: bool) -> bool:
    return of.environment == environment and not of.defaults and of.sealed is sealed


def present(project: Project, file: str) -> bytes | None:
    """The bytes of a file of the repository, or None when it is not there."""
    return project.source.read(file) if file in project.tree.files else None


def started(project: Project, road: Road, document: str, before: bytes | None) -> bytes:
    """The layer's text, or that of a new layer, which says its version where the kind has several."""
    if before is not None:
        return before
    kind = project.tree.schema(kind_of_document(document))
    stated = any(project.tree.layer(of).version is not None for of in road.stack(document))
    return f"schemaVersion: {kind.version}\n".encode() if kind and (stated or kind.version > 1) else b""
