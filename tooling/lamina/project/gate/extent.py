"""The extent of a check: which documents, layers and kinds it looks at; and a share of it, for one of several processes."""

from collections.abc import Collection
from dataclasses import replace

from lamina.project.tree import Tree
from lamina.thought.topology import SCHEMAS
from lamina.words.shards import Shard, share_of
from lamina.words.values import dataclass


@dataclass(frozen=True, slots=True)
class Extent:
    """What is looked at; None is everything. A document is looked at in all environments that the check is about.

    `files` are those whose own text is judged. Of `of` equal shares this is the one with the number `share`: what belongs to
    no document is in the first.
    """

    documents: Collection[str] | None = None
    files: Collection[str] | None = None
    kinds: Collection[str] | None = None
    share: int = 0
    of: int = 1

    def document(self, name: str) -> bool:
        """Whether a document is looked at."""
        return (self.documents is None or name in self.documents) and self._mine(name)

    def file(self, file: str, document: str) -> bool:
        """Whether a file is judged by itself; it is in the share of a document, where it is a layer of one."""
        return (self.files is None or file in self.files) and self._mine(document)

    def judges(self, file: str) -> bool:
        """Whether all findings that could be in a file are looked for."""
        if file.startswith(f"{SCHEMAS}/"):
            return self.kinds is None or file.split("/")[1] in self.kinds
        return self.files is None or file in self.files

    def judged(self, tree: Tree) -> tuple[str, ...]:
        """The files of a tree all of whose findings are looked for, sorted."""
        layers = {} if self.whole else {of.file: of.document for of in tree.topology.layer_files()}
        files = filter(self.judges, sorted(tree.files))
        return tuple(file for file in files if self.whole or self.file(file, layers.get(file, file)))

    def kind(self, name: str) -> bool:
        """Whether the schemas of a kind are judged."""
        return self.first and (self.kinds is None or name in self.kinds)

    @property
    def first(self) -> bool:
        """Whether what belongs to no document is in this share."""
        return self.share == 0

    @property
    def whole(self) -> bool:
        """Whether this is not a share of another extent."""
        return self.of == 1

    def shares(self, count: int) -> "list[Extent]":
        """The extent in equal shares; those of a share are shares of what that is one of."""
        return [replace(self, share=self.share + self.of * one, of=self.of * count) for one in range(count)]

    def sharded(self, shard: Shard) -> "Extent":
        """The share of a shard."""
        return self.shares(shard.of)[shard.number - 1]

    def _mine(self, name: str) -> bool:
        return self.of == 1 or share_of(name, self.of) == self.share


EVERYTHING = Extent()
