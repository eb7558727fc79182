"""Local overrides: layers from outside the repository that lie on top of a document's stack for one question."""

from collections.abc import Mapping, Sequence

from lamina.project.tree import Tree
from lamina.thought.topology import LayerFile
from lamina.words.errors import Misuse
from lamina.words.values import dataclass

_ENDINGS = (".sops.yaml", ".sops.json", ".yaml", ".json")


@dataclass(frozen=True, slots=True)
class Override:
    """A local layer: the file as the user names it, its bytes, and the document it belongs to (None: told by its name)."""

    file: str
    data: bytes
    document: str | None = None


def stacked(
    tree: Tree, environment: str, overrides: Sequence[Override], asked: str | None
) -> Mapping[str, tuple[LayerFile, ...]]:
    """The overrides as layers by document; raises Misuse for one that belongs to no document of the environment."""
    known = tree.topology.documents(environment) if overrides else ()
    layers: dict[str, tuple[LayerFile, ...]] = {}
    for override in overrides:
        document = override.document or _by_name(override.file, known) or asked
        if document is None or document not in known:
            name = override.document or override.file
            hint = f"write --layer DOCUMENT={override.file}; the documents of {environment}: lamina list {environment}"
            raise Misuse(f"it is not clear which document of {environment} {name} belongs to", hint)
        # Named as a layer of the repository is, it is another file all the same.
        file = override.file if override.file not in tree.files else f"./{override.file}"
        layer = LayerFile(file, environment, document, False, ".sops." in override.file)
        tree.put(layer, override.data)
        layers[document] = (*layers.get(document, ()), layer)
    return layers


def _by_name(file: str, known: Sequence[str]) -> str | None:
    """The document whose name ends the file's own path: `tmp/agents/planner.yaml` is a layer of `agents/planner`."""
    stem = next((file.removesuffix(ending) for ending in _ENDINGS if file.endswith(ending)), file)
    fitting = [name for name in known if stem == name or stem.endswith("/" + name)]
    return max(fitting, key=len, default=None)
