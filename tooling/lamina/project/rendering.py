"""A rendering: an environment's finished documents, as data with their secrets put away."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

from lamina.project.explaining import NoSuchValue, explain, secrets_below, value_at
from lamina.project.hiding import SecretsMode, hidden, put_away
from lamina.project.kept import KindSchema
from lamina.project.road import Broken, Road
from lamina.project.stages import Document
from lamina.thought.topology import kind_of_document
from lamina.words.address import Address, parse_address
from lamina.words.errors import Failure
from lamina.words.finding import Finding, Position, worst
from lamina.words.node import Data, Path
from lamina.words.values import dataclass

Model = TypeVar("Model")


@dataclass(frozen=True, slots=True)
class Origin:
    """The place that set a value, and the value as that place writes it."""

    file: str
    line: int
    column: int
    value: Data


class DoesNotFit(Failure):
    """A document that the caller's own model refuses; each problem is a sentence with the origin of the value."""

    status = 1

    def __init__(self, name: str, model: str, problems: tuple[str, ...]) -> None:
        super().__init__(f"{name} does not fit {model}:\n  " + "\n  ".join(problems), None)
        self.problems = problems


class Rendering(Mapping[str, Any]):
    """The documents of one environment, by name; secrets are redacted or left out, as was asked.

    Indexing raises Broken for a document with errors; `findings` holds all that is wrong.
    """

    def __init__(self, road: Road, names: list[str], secrets: SecretsMode) -> None:
        self._road = road
        self._names = names
        self._secrets = secrets
        self.environment = road.environment.name

    def __getitem__(self, name: str) -> Any:
        return _copied(put_away(self.document(name), self._secrets))

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All that is wrong with the documents and with those they refer to."""
        found: dict[Finding, None] = dict.fromkeys(self._road.findings)
        for name in self._names:
            found.update(dict.fromkeys(self.findings_of(name)))
        return tuple(found)

    @property
    def environment_findings(self) -> tuple[Finding, ...]:
        """Errors that concern the environment as a whole, whatever documents it has."""
        return self._road.findings

    def document(self, name: str) -> Document:
        """A finished document without errors; raises Broken."""
        document = self._road.document(name)
        findings = self.findings_of(name)
        if worst(findings) == "error":
            raise Broken(name, findings)
        return document

    def value(self, address: str) -> Any:
        """The value at `document:path`; raises NoSuchDocument, NoSuchValue and Broken."""
        where = parse_address(address)
        document = self.document(where.document)
        value = value_at(self._road, where)
        return _copied(hidden(value, secrets_below(document.secrets, where.path), self._secrets))

    def origin(self, address: str) -> Origin:
        """Where the value at `document:path` was set: the winning layer's file, line and column."""
        where = parse_address(address)
        explanation = explain(self._road, where)
        word = next((word for word in explanation.words if word.wins), None)
        if word is None:
            raise NoSuchValue(where, self.environment, None)
        position = word.position
        value = hidden(word.value, word.secrets, self._secrets)
        return Origin(position.file, position.line, position.column, value)

    def load(self, name: str, model: type[Model]) -> Model:
        """A document as the caller's pydantic model or dataclass; raises DoesNotFit with the origin of each refused value.

        Needs pydantic (the extra `lamina[typed]`).
        """
        from pydantic import TypeAdapter, ValidationError

        try:
            return TypeAdapter(model).validate_python(self[name])
        except ValidationError as error:
            errors = error.errors(include_url=False, include_input=False)
            problems = tuple(self._problem(name, tuple(one["loc"]), one["msg"]) for one in errors)
        raise DoesNotFit(name, model.__name__, problems)

    def _problem(self, name: str, path: Path, message: str) -> str:
        position = self._position(name, path)
        return f"{position}: {Address(name, path)}: {message}"

    def _position(self, name: str, path: Path) -> Position:
        from lamina.project.placing import Placing

        placing = Placing(self._road.tree, self.environment, self._road.stage(name))
        return placing.locate(path)[0]

    def findings_of(self, name: str) -> tuple[Finding, ...]:
        """The findings of a document and of all that it refers to, near or far, and of the repository as a whole."""
        documents = self.drawn_on(name)
        return (*self._road.findings, *(finding for document in documents for finding in document.findings))

    def schema(self, name: str) -> KindSchema | None:
        """The current schema of a document's kind; None when the kind has none."""
        return self._road.tree.schema(kind_of_document(name))

    def drawn_on(self, name: str) -> list[Document]:
        """A document and all that it refers to, near or far, whatever is wrong with them."""
        return self._road.drawn_on(name)


def _copied(value: Any) -> Any:
    """The caller's own maps and lists: what is kept here is shared among documents and environments."""
    if isinstance(value, dict):
        return {key: _copied(part) for key, part in value.items()}
    return [_copied(part) for part in value] if isinstance(value, list) else value
