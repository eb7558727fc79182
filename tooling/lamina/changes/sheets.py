"""A file that is to be written whole, a layer of a repository or not: what it would break there, and how a new one begins."""

from pathlib import Path

from lamina.changes.judging import WouldBreak, judged
from lamina.project import Project
from lamina.thought.document.edit import put
from lamina.thought.sealed.sealing import Recipe
from lamina.thought.sealed.selection import chosen
from lamina.thought.sealed.stores import store_of
from lamina.thought.topology import ENVIRONMENTS, LayerFile, kind_of_document
from lamina.words.values import dataclass

_VERSION = "schemaVersion"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file to be written: where it is, what messages call it, and the repository around it, whose errors `force` permits."""

    path: Path
    name: str
    project: Project | None = None
    force: bool = False

    @property
    def layer(self) -> LayerFile | None:
        """The layer that the file is, or would be; None for any other file."""
        if self.project is None or self.project.root is None:
            return None
        real, root = Path(self.path.parent.resolve(), self.path.name), self.project.root.resolve()
        name = real.relative_to(root).as_posix() if real.is_relative_to(root) else ""
        return _layer(self.project, name) if name.startswith(f"{ENVIRONMENTS}/") else None

    def judge(self, data: bytes) -> None:
        """Raise WouldBreak where the repository would have errors that it does not have now; no key is used."""
        of = self.layer
        if self.project is None or of is None or self.force:
            return
        findings = judged(self.project, self.project.with_files({of.file: data}), of.environment, of.file)
        if any(finding.severity == "error" for finding in findings):
            raise WouldBreak(findings)

    def begun(self, text: bytes, recipe: Recipe) -> bytes:
        """The text of a new file: that of a layer with its version, where its kind has one and it stays in plain text."""
        of = self.layer
        schema = self.project.tree.schema(kind_of_document(of.document)) if self.project is not None and of else None
        if of is None or schema is None:
            return text
        stated = put(text, self.name, (_VERSION,), schema.version)
        entries = store_of(self.name).parse(stated, False).entries
        sealed = zip(entries, chosen(entries, recipe.rule), strict=True)
        return stated if any(entry.step == _VERSION and not is_sealed for entry, is_sealed in sealed) else text


def _layer(project: Project, name: str) -> LayerFile | None:
    layers = project.with_files({name: b""}).tree.topology.layers.values()
    of = (layer for documents in layers for ofs in documents.values() for layer in ofs)
    return next((layer for layer in of if layer.file == name), None)
