"""Reading a migration file: its operations, and what is wrong with it, each at its place in the file."""

from collections.abc import Callable, Mapping
from dataclasses import field
from fractions import Fraction
from typing import Any, cast

from lamina.thought.migration.operations import (
    Conversion,
    Convert,
    Migration,
    Move,
    Operation,
    Remove,
    SetDefault,
    Type,
    Unwrap,
    Wrap,
)  # fmt: skip
from lamina.thought.migration.patterns import BadPattern, Every, Pattern, above, many, parse_pattern, pattern_text
from lamina.words.errors import listing, near
from lamina.words.node import Data, Path
from lamina.words.values import dataclass

VERSION_KEY = "schemaVersion"
TYPES = ("integer", "number", "string", "boolean")


@dataclass(frozen=True, slots=True)
class MigrationFault:
    """Something wrong with a migration file: the rule, the sentence, the place in the file (a key or a value), the way out."""

    rule: str
    message: str
    path: Path
    fix: str
    at_key: bool = False


def read_migration(data: Data, version: int, file: str = "") -> tuple[Migration, tuple[MigrationFault, ...]]:
    """The migration that a file describes, and all that is wrong with its text; one operation's fault hides no other's."""
    reader = _Reader()
    operations = tuple(reader.operations(data))
    return Migration(version, operations, file), tuple(reader.faults)


class _Wrong(Exception):
    """An operation that cannot be read; its fault is noted."""


@dataclass
class _Reader:
    faults: list[MigrationFault] = field(default_factory=list)

    def wrong(self, message: str, path: Path, fix: str, rule: str = "bad-migration", at_key: bool = False) -> "_Wrong":
        self.faults.append(MigrationFault(rule, message, path, fix, at_key))
        return _Wrong()

    def operations(self, data: Data) -> list[Operation]:
        """The operations that can be read."""
        said = data.get("operations") if isinstance(data, dict) else None
        for key in data if isinstance(data, dict) else ():
            if key != "operations":
                self.wrong(f"a migration has operations, and no {key}", (str(key),), "take it away", at_key=True)
        if not isinstance(said, list):
            at: Path = ("operations",) if isinstance(data, dict) and "operations" in data else ()
            self.wrong("a migration is operations, a list", at, "write operations: [] where nothing has to be done")
            return []
        found = []
        for index, one in enumerate(said):
            try:
                found.append(self.operation(one, ("operations", index)))
            except _Wrong:
                continue
        return found

    def operation(self, said: Data, at: Path) -> Operation:
        """One operation; raises _Wrong with its fault noted."""
        if not isinstance(said, dict) or len(said) != 1:
            raise self.wrong(
                "an operation is a map with one key, its name", at, f"the names are {listing([*_READERS])}"
            )
        ((name, fields),) = said.items()
        if name not in _READERS:
            like = near(name, _READERS)
            fix = f"did you mean {like}?" if like else f"there are {listing([*_READERS])}"
            raise self.wrong(f"there is no operation {name}", (*at, name), fix, at_key=True)
        wanted, read = _READERS[name]
        at = (*at, name)
        if not isinstance(fields, dict):
            raise self.wrong(f"{name} has {listing([*wanted])}", at, f"write {name}: {{{wanted[0]}: ...}}")
        self.fields(name, fields, wanted, at)
        return read(self, fields, at)

    def fields(self, name: str, fields: Mapping[str, Any], wanted: tuple[str, ...], at: Path) -> None:
        """Raise _Wrong for a field that the operation does not have, and for one that it lacks."""
        known = (*wanted, *(_CONVERSIONS if name == "convert" else ()))
        for key in fields:
            if key not in known:
                like = near(key, known)
                fix = f"did you mean {like}?" if like else f"it has {listing(known)}"
                raise self.wrong(f"{name} has no {key}", (*at, key), fix, at_key=True)
        for key in wanted:
            if key not in fields:
                raise self.wrong(f"{name} lacks {key}", at, f"give it {listing(wanted)}")

    def pattern(self, fields: Mapping[str, Any], key: str, at: Path, ends: bool = True) -> Pattern:
        """The path in a field; `ends` says that it must end in a key."""
        text = fields[key]
        if not isinstance(text, str):
            raise self.wrong(f"{key} is a path, in text", (*at, key), "write it like a.b")
        try:
            pattern = parse_pattern(text)
        except BadPattern as error:
            raise self.wrong(str(error), (*at, key), error.fix) from None
        if ends and isinstance(pattern[-1], Every):
            raise self.wrong(
                f"{text} ends in what stands for many, and has to end in a key", (*at, key), "name one key"
            )
        if pattern == (VERSION_KEY,):
            raise self.wrong(f"{VERSION_KEY} is lamina's own", (*at, key), "take the operation away")
        return pattern

    def key(self, fields: Mapping[str, Any], key: str, at: Path) -> str:
        """The key that a field names."""
        value = fields[key]
        if not isinstance(value, str) or not value:
            raise self.wrong(f"{key} is the name of a key, in text", (*at, key), "write one key, not a path")
        return value

    def rename(self, fields: Mapping[str, Any], at: Path) -> Operation:
        path, to = self.pattern(fields, "path", at), self.key(fields, "to", at)
        if path[-1] == to or (*path[:-1], to) == (VERSION_KEY,):
            raise self.wrong(f"{to} is no new name for it", (*at, "to"), "give it another name")
        return Move(path, (*path[:-1], to))

    def move(self, fields: Mapping[str, Any], at: Path) -> Operation:
        path, to = self.pattern(fields, "from", at), self.pattern(fields, "to", at)
        source, target = pattern_text(path), pattern_text(to)
        if path[: many(path)] != to[: many(to)]:
            message = f"{target} does not begin as {source} does, so a value would leave its item or its key"
            fix = f"let both begin with {pattern_text(path[: many(path)]) or pattern_text(to[: many(to)])}"
            raise self.wrong(message, (*at, "to"), fix, "unmergeable-operation")
        if path == to:
            raise self.wrong("it is there already", (*at, "to"), "take the operation away")
        if above(path, to):
            fix = f"wrap: {{path: {source}, key: {to[-1]}}}" if len(to) == len(path) + 1 else "move it elsewhere"
            raise self.wrong(f"{source} cannot move below itself", (*at, "to"), fix)
        if above(to, path):
            fix = f"unwrap: {{path: {target}, key: {path[-1]}}}" if len(path) == len(to) + 1 else "move it elsewhere"
            raise self.wrong(f"{source} cannot take the place of what it stands in", (*at, "to"), fix)
        return Move(path, to)

    def remove(self, fields: Mapping[str, Any], at: Path) -> Operation:
        return Remove(self.pattern(fields, "path", at))

    def set_default(self, fields: Mapping[str, Any], at: Path) -> Operation:
        path = self.pattern(fields, "path", at)
        if many(path):
            message = "a layer below all others has no items or keys of its own, so this would set nothing"
            fix = "let the schema say default: it fills every item"
            raise self.wrong(message, (*at, "path"), fix, "unmergeable-operation")
        return SetDefault(path, fields["value"])

    def convert(self, fields: Mapping[str, Any], at: Path) -> Operation:
        path = self.pattern(fields, "path", at, ends=False)
        said = [name for name in _CONVERSIONS if name in fields]
        if len(said) != 1:
            fix = f"give it one of {listing(_CONVERSIONS)}; two conversions are two operations of two versions"
            raise self.wrong("convert says in one way how", at, fix)
        conversion = getattr(self, f"convert_{said[0]}")(fields[said[0]], (*at, said[0]))
        return Convert(path, conversion)

    def convert_values(self, said: Data, at: Path) -> Conversion:
        """A table."""
        if not isinstance(said, dict) or not said:
            raise self.wrong("values is a table from old to new", at, "write values: {old: new}")
        for old, new in said.items():
            if isinstance(new, dict | list):
                raise self.wrong(
                    "a new value is a single value", (*at, old), "write text, a number, true, false or null"
                )
        return Conversion(values=tuple(cast(Any, said).items()))

    def convert_type(self, said: Data, at: Path) -> Conversion:
        """A type."""
        if said not in TYPES:
            raise self.wrong("the type is none that a value can be given", at, f"write one of {listing(TYPES)}")
        return Conversion(type=cast(Type, said))

    def convert_factor(self, said: Data, at: Path) -> Conversion:
        """A factor: a number, or two with a stroke between them."""
        top, stroke, bottom = str(said).partition("/")
        numbers = [_number(top), _number(bottom) if stroke else Fraction(1)]
        if isinstance(said, bool) or None in numbers or not all(numbers):
            raise self.wrong("a factor is a number other than nought", at, "write 1000, 0.001 or 1/60")
        return Conversion(factor=cast(Fraction, numbers[0]) / cast(Fraction, numbers[1]))

    def wrap(self, fields: Mapping[str, Any], at: Path) -> Operation:
        return Wrap(self.pattern(fields, "path", at, ends=False), self.key(fields, "key", at))

    def unwrap(self, fields: Mapping[str, Any], at: Path) -> Operation:
        return Unwrap(self.pattern(fields, "path", at, ends=False), self.key(fields, "key", at))


def _number(text: str) -> Fraction | None:
    digits = text.strip().lstrip("-")
    plain = digits.replace(".", "", 1).isdecimal() and digits.isascii() and len(digits) <= 30
    return Fraction(text.strip()) if plain and not digits.startswith(".") and not digits.endswith(".") else None


_CONVERSIONS = ("values", "type", "factor")
_READERS: dict[str, tuple[tuple[str, ...], Callable[[_Reader, Mapping[str, Any], Path], Operation]]] = {
    "rename": (("path", "to"), _Reader.rename),
    "move": (("from", "to"), _Reader.move),
    "remove": (("path",), _Reader.remove),
    "set-default": (("path", "value"), _Reader.set_default),
    "convert": (("path",), _Reader.convert),
    "wrap": (("path", "key"), _Reader.wrap),
    "unwrap": (("path", "key"), _Reader.unwrap),
}
