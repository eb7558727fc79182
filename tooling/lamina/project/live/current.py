"""The current configuration: one value that is never changed, and that another takes the place of as a whole."""

from collections.abc import Iterator, Mapping
from typing import Any


class Current(Mapping[str, Any]):
    """An environment's documents by name, read-only all the way down; secrets as was asked when it was opened.

    Who keeps it in a variable reads on in the same generation, whatever happens meanwhile.
    """

    __slots__ = ("_documents", "commit", "digest", "environment", "generation")

    def __init__(
        self, environment: str, generation: int, digest: str, commit: str | None, documents: Mapping[str, Any]
    ) -> None:
        self.environment = environment
        self.generation = generation
        self.digest = digest
        self.commit = commit
        self._documents = documents

    def __getitem__(self, name: str) -> Any:
        return self._documents[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._documents)

    def __len__(self) -> int:
        return len(self._documents)

    def __repr__(self) -> str:
        # Values may be secrets, and this ends up in logs.
        return f"<{self.environment}, generation {self.generation}: {len(self)} documents, {self.digest}>"
