"""The extent of a check: which documents, layers and kinds it looks at; and a share of it, for one of several processes."""

from collections.abc import Collection
from dataclasses import replace
from zlib import crc32

from lamina.thought.topology import SCHEMAS
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

    def kind(self, name: str) -> bool:
        """Whether the schemas of a kind are judged."""
        return self.first and (self.kinds is None or name in self.kinds)

    @property
    def first(self) -> bool:
        """Whether what belongs to no document is in this share."""
        return self.share == 0

    def shares(self, count: int) -> "list[Extent]":
        """The extent in equal shares."""
        return [replace(self, share=share, of=count) for share in range(count)]

    def _mine(self, name: str) -> bool:
        return self.of == 1 or crc32(name.encode("utf-8", "surrogatepass")) % self.of == self.share


EVERYTHING = Extent()
