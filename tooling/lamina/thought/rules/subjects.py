"""What rules look at: files, layers, stacks, documents, the same document everywhere, schemas, names. Nothing is read here."""

from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, Protocol, TypeAlias

from lamina.thought.rules.naming import Setting, Test, settings
from lamina.words.node import Data, Patch, Path
from lamina.words.regex import regex
from lamina.words.values import dataclass

_LINE_END = regex("\r\n|\r|\n")


class Place(Protocol):
    """A place in a schema file."""

    @property
    def file(self) -> str: ...
    @property
    def path(self) -> Path: ...


class Shape(Protocol):
    """What rules ask of a schema about one place of a document."""

    def __hash__(self) -> int: ...
    @property
    def secret(self) -> bool: ...
    @property
    def deprecated(self) -> bool: ...
    @property
    def has_deprecated(self) -> bool: ...
    @property
    def removed_in(self) -> int | None: ...
    @property
    def replaced_by(self) -> str | None: ...
    @property
    def description(self) -> str | None: ...
    @property
    def unit(self) -> str | None: ...
    @property
    def types(self) -> tuple[str, ...]: ...
    @property
    def enum(self) -> tuple[Data, ...] | None: ...
    @property
    def closed(self) -> bool: ...
    @property
    def environments(self) -> str | tuple[str, ...]: ...
    @property
    def says_environments(self) -> bool: ...
    @property
    def has_environments(self) -> bool: ...
    @property
    def merge(self) -> object | None: ...
    @property
    @property
    def place(self) -> Place: ...
    @property
    def default(self) -> object: ...
    @property
    def says_others(self) -> bool: ...
    @property
    def declared_at(self) -> Place | None: ...
    @property
    def alternatives(self) -> "Sequence[Shape]": ...
    def keys(self) -> tuple[str, ...]: ...
    def child(self, key: str) -> "Shape | None": ...
    def item(self) -> "Shape | None": ...
    def parts(self) -> "Iterable[Shape]": ...


class PlainWord(Protocol):
    """A plain scalar of a YAML text: its path, whether it is a key, its text, its line and column, and its span."""

    @property
    def path(self) -> Path: ...
    @property
    def is_key(self) -> bool: ...
    @property
    def text(self) -> str: ...
    @property
    def line(self) -> int: ...
    @property
    def column(self) -> int: ...
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


PlainWords: TypeAlias = Callable[[Collection[str]], Iterable[PlainWord]]


def no_words(_: Collection[str]) -> Iterable[PlainWord]:
    """The plain words of a file that has none."""
    return ()


@dataclass(frozen=True)
class AnyFile:
    """A file of the repository, whatever it is."""

    file: str
    data: bytes

    @cached_property
    def text(self) -> str:
        """The text, without a byte order mark; what is no UTF-8 is replaced."""
        return self.data.decode("utf-8-sig", "replace")

    def spot_in_text(self, start: int) -> tuple[int, int]:
        """The line and the column of a character of the text."""
        line = bisect_right(self._starts, start)
        return line, start - self._starts[line - 1] + 1

    @cached_property
    def _starts(self) -> tuple[int, ...]:
        """Where lines begin: found once, since a file may hold thousands of what is looked for."""
        return (0, *(end.end() for end in _LINE_END.finditer(self.text)))

    def spot(self, start: int) -> tuple[int, int]:
        """The line and the column of a byte, counted in characters."""
        before = self.data[:start].decode("utf-8", "replace").removeprefix("\ufeff")
        lines = _LINE_END.split(before)
        return len(lines), len(lines[-1]) + 1


@dataclass(frozen=True)
class LayerText:
    """One layer: its text, and its patch as it is written (for the version that it is of), under that version's schema.

    `version` is the one that it states, `newest` that of the kind; both are None where there is none. `scalars` tells of a YAML
    text where the characters of its scalars stand, of a block scalar without its header; `plain` finds plain scalars in it.
    """

    file: str
    environment: str
    document: str
    kind: str
    data: bytes
    patch: Patch
    shape: Shape | None
    sealed: bool = False
    defaults: bool = False
    version: int | None = None
    newest: int | None = None
    scalars: Callable[[str], Iterable[tuple[int, int]]] = lambda _: ()
    plain: PlainWords = no_words

    @cached_property
    def text(self) -> str:
        """The text, without a byte order mark."""
        return self.data.decode("utf-8-sig")


@dataclass(frozen=True)
class Stack:
    """A document's layers in one environment, lowest first, all of the newest version; `judged` are those to be judged.

    The others were judged in an environment that has the same layers below. `patches` hold the layer language's tags;
    `sealed` are sealed, `defaults` are `_defaults`.
    """

    environment: str
    document: str
    kind: str
    patches: Sequence[Patch]
    judged: Sequence[bool]
    sealed: Sequence[bool]
    defaults: Sequence[bool]
    shape: Shape | None


@dataclass(frozen=True)
class Rendered:
    """A document as an environment has it, references resolved; `secrets` are paths at or below which nothing is quoted.

    `chain` are the environments that it extends, root first, and itself.
    """

    environment: str
    protected: bool
    document: str
    kind: str
    data: Any
    secrets: frozenset[Path]
    shape: Shape | None
    chain: tuple[str, ...] = ()

    def suspected(self, suspects: Callable[[str, Shape | None], Test | None]) -> Iterator[Setting]:
        """Its values for whose key `suspects` has a test which they pass; nothing that is secret."""
        for setting in settings(self.data):
            path, name, value, _ = setting
            test = suspects(name, self.shape)
            if test is not None and test(value) and not self.hides(path):
                yield setting

    def hides(self, path: Path) -> bool:
        """Whether a place is secret, or below a secret one."""
        return any(path[:length] in self.secrets for length in range(1, len(path) + 1)) if self.secrets else False


@dataclass(frozen=True)
class Twins:
    """One document in every environment that is rendered and has it; `inherits` tells whether one has a value from below."""

    document: str
    kind: str
    by_environment: Mapping[str, Rendered]
    shape: Shape | None
    inherits: Callable[[str, Path], bool] = lambda environment, path: False


@dataclass(frozen=True)
class SchemaText:
    """A schema file of the newest version of a kind, as it is written, and what it says, in files that it refers to as well."""

    kind: str
    version: int
    file: str
    schema: Data
    shape: Shape
    plain: PlainWords = no_words


@dataclass(frozen=True)
class Names:
    """The names of environments, documents and kinds, as a word for each sort, with the files that have each name."""

    files: Mapping[str, Mapping[str, Sequence[str]]]


@dataclass(frozen=True)
class NamedEnvironments:
    """The environments that the settings name, and those that have a folder with a layer in it."""

    named: Sequence[str]
    folders: Collection[str]


@dataclass(frozen=True)
class Offered:
    """A document of a kind that values name, and whether any other document, in any environment, leads to it."""

    document: str
    used: bool
