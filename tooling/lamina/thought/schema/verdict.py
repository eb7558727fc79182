"""Verdicts: the errors of the explaining validator, said as faults."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from lamina.thought.schema.alternatives import Branch, branches, nearest, shared_paths
from lamina.thought.schema.explaining import told
from lamina.thought.schema.faults import Fault, Place
from lamina.thought.schema.mending import another_name, another_value, missing_value
from lamina.thought.schema.sentences import conditions, either, meant, quoted, refusal, repair
from lamina.thought.schema.shape import Shape
from lamina.thought.schema.subschema import Subschema
from lamina.thought.schema.unevaluated import unevaluated_keys
from lamina.words.address import path_text
from lamina.words.node import Data, Path, at
from lamina.words.values import dataclass

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError

    from lamina.thought.schema.dialects import Slow


def faults_of(
    data: Data, slow: "Slow", shape: Shape | None, hidden: Collection[Path] = (), root: str = "the document"
) -> list[Fault]:
    """Everything that the schema refuses in the data, sorted by path, each once; `root` is what messages call it."""
    teller = _Teller(slow, shape, frozenset(hidden), root, data)
    instance: Any = data
    errors = list(slow.validator.iter_errors(instance))
    found = dict.fromkeys(fault for error in errors for fault in teller.tell(error))
    if errors and not found:
        found = dict.fromkeys(teller.plain(error) for error in errors)
    once = {(fault.rule, fault.path, fault.message): fault for fault in reversed(found)}
    return sorted(once.values(), key=lambda fault: (_order(fault.path), fault.rule, fault.message))


def _order(path: Path) -> tuple[tuple[bool, int, str], ...]:
    return tuple((True, step, "") if isinstance(step, int) else (False, 0, step) for step in path)


@dataclass(frozen=True, slots=True)
class _Teller:
    """Turns errors into faults; knows what must not be quoted."""

    slow: "Slow"
    shape: Shape | None
    hidden: frozenset[Path]
    root: str
    data: Data

    def tell(self, error: "ValidationError") -> Iterator[Fault]:
        """The faults that an error means: usually one."""
        match error.validator:
            case "if":
                yield from self.because(error)
            case "propertyNames":
                yield from self.names(error)
            case "anyOf":
                yield from self.alternatives(error)
            case "oneOf":
                yield from self.alternatives(error) if error.context else [self.several(error)]
            case "required" | "dependentRequired":
                yield self.missing(error)
            case "uniqueItems":
                yield self.repeated(error)
            case "not" if told(error) == {}:
                yield self.refused(error)
            case "unevaluatedProperties":
                yield from self.unevaluated(error)
            case _:
                yield self.plain(error)

    def plain(self, error: "ValidationError") -> Fault:
        """A keyword that refuses a value for what it is."""
        path = tuple(error.absolute_path)
        keyword, value, hides = str(error.validator), told(error), self.hides(path)
        node = self.node(error)
        unit = None
        if node is not None:
            value = node.keywords.get(keyword, value)
            unit = node.keywords.get("x-unit")
        rule, said = refusal(keyword, value, error.instance, hides, unit if isinstance(unit, str) else None)
        instance: Any = error.instance
        fix = None if hides else repair(keyword, value, instance)
        act, safety = (None, "safe") if hides else another_value(keyword, value, instance)
        return Fault(rule, f"{self.subject(path)} {said}", path, False, fix, self.place(error), act, safety)

    def missing(self, error: "ValidationError") -> Fault:
        path, said = tuple(error.absolute_path), told(error)
        beside = ""
        if isinstance(said, tuple):
            beside, said = f", which {quoted(said[0])} needs beside it", said[1]
        message = f"{self.subject(path)} lacks the key {quoted(said)}{beside}"
        act = missing_value(self.shape.at((*path, said)) if self.shape is not None else None)
        return Fault("missing-key", message, path, schema=self.place(error), act=act, key=said if act else None)

    def repeated(self, error: "ValidationError") -> Fault:
        path = tuple(error.absolute_path)
        first = self.subject((*path[:-1], told(error)))
        return Fault("not-allowed", f"{self.subject(path)} repeats {first}", path, schema=self.place(error))

    def refused(self, error: "ValidationError") -> Fault:
        """The schema `false`: no value is allowed, so the key is to blame."""
        path, node = tuple(error.absolute_path), self.node(error)
        place = node.place if node is not None else None
        if not path or not isinstance(path[-1], str):
            return Fault("not-allowed", f"{self.subject(path)} is not allowed here", path, schema=place)
        key, where = path[-1], self.subject(path[:-1])
        if node is None or node.role in ("properties", "patternProperties"):
            return Fault("not-allowed", f"the key {quoted(key)} is not allowed in {where}", path, True, schema=place)
        return self.unknown(path, place, node.holder)

    def unknown(self, path: Path, place: Place | None, node: Subschema | None) -> Fault:
        """A key that the schema does not know, with the one that was meant: rather one that is not there yet.

        One that is there may come from a lower layer, so it is meant too where no other is.
        """
        key, held = str(path[-1]), at(self.data, path[:-1])
        shape = self.shape.at(path[:-1]) if self.shape is not None else None
        known = dict.fromkeys((*(shape.keys() if shape else ()), *(node.named.get("properties", ()) if node else ())))
        absent = [name for name in known if not isinstance(held, dict) or name not in held]
        fix = meant(key, absent) or meant(key, known)
        secret = [name for name in known if shape and (part := shape.child(name)) and part.secret]
        message, act = f"{self.subject(path[:-1])} knows no key {quoted(key)}", another_name(key, known, secret)
        return Fault("unknown-key", message, path, True, fix, place, act)

    def unevaluated(self, error: "ValidationError") -> Iterator[Fault]:
        """One fault a key; none when every key is spoken of, and only failed where it is (that error stands by itself)."""
        node = self.node(error)
        for key in unevaluated_keys(self.slow, node, error.instance) if node is not None else ():
            yield self.unknown((*error.absolute_path, key), self.place(error), node)

    def names(self, error: "ValidationError") -> Iterator[Fault]:
        path = tuple(error.absolute_path)
        for inner in error.context or ():
            rule, said = refusal(str(inner.validator), self.said(inner), inner.instance, hidden=True)
            message = f"the key {quoted(str(path[-1]))} of {self.subject(path[:-1])} {said}"
            yield Fault(rule, message, path, True, schema=self.place(inner))

    def because(self, error: "ValidationError") -> Iterator[Fault]:
        condition, holds = told(error)
        path = tuple(error.absolute_path)
        reason = self.condition(condition, path)
        note = "" if reason is None else f" (because {reason})" if holds else f" (unless {reason})"
        for inner in error.context or ():
            for fault in self.tell(inner):
                yield replace(fault, message=fault.message + note)

    def several(self, error: "ValidationError") -> Fault:
        path = tuple(error.absolute_path)
        fitting = told(error)
        node = self.node(error)
        every = node.keywords.get("oneOf") if node is not None else None
        listed: Sequence[Any] = every if isinstance(every, list) else [None] * (fitting[-1] + 1)
        names = [self.condition(listed[index], path) or f"number {index + 1}" for index in fitting]
        said = f"{self.subject(path)} fits {len(fitting)} alternatives at once, but must fit one: {'; '.join(names)}"
        return Fault("schema-mismatch", said, path, schema=self.place(error))

    def alternatives(self, error: "ValidationError") -> Iterator[Fault]:
        """What none of the alternatives of an anyOf or oneOf allows, said by the one that was meant."""
        path, place = tuple(error.absolute_path), self.place(error)
        count = len(told(error))
        meant = [branch for branch in branches(error) if not branch.of_another_type]
        if not meant:
            types = [name for branch in branches(error) for name in branch.types]
            _, said = refusal("type", types, error.instance, self.hides(path))
            yield Fault("wrong-type", f"{self.subject(path)} {said}", path, schema=place)
        elif together := self.together(meant, error, path, place):
            yield together
        elif (best := nearest(meant)) is not None:
            note = self.alternative(best, error, path) if count > 1 else ""
            for inner in best.errors:
                yield from (replace(fault, message=fault.message + note) for fault in self.tell(inner))
        else:
            closest = min(meant, key=lambda branch: branch.rank)
            first = next((fault for inner in closest.errors for fault in self.tell(inner)), None)
            says = f"; the nearest says: {first.message}" if first else ""
            said = f"{self.subject(path)} fits none of its {count} alternatives{says}"
            yield Fault("schema-mismatch", said, path, fix=first.fix if first else None, schema=place)

    def together(self, meant: list[Branch], error: "ValidationError", path: Path, place: Place | None) -> Fault | None:
        """One sentence for alternatives that all ask for the same kind of thing: another value, or a key."""
        for below in shared_paths(meant):
            values = [value for branch in meant for value in branch.values_at(below)]
            where = (*path, *below)
            value, hides = at(self.data, where), self.hides(where)
            rule, said = refusal("enum", values, value, hides)
            fix = None if hides else repair("enum", values, value)
            act, safety = (None, "safe") if hides else another_value("enum", values, value)
            return Fault(rule, f"{self.subject(where)} {said}", where, False, fix, place, act, safety)
        if len(meant) > 1 and all(branch.missing for branch in meant):
            needs = either([" with ".join(map(quoted, branch.missing or ())) for branch in meant])
            return Fault("missing-key", f"{self.subject(path)} needs the key {needs}", path, schema=place)
        return None

    def alternative(self, best: Branch, error: "ValidationError", path: Path) -> str:
        reason = self.condition(_discriminators(told(error)[best.index]), path)
        return f" (because {reason})" if reason else f" (by the nearest of {len(told(error))} alternatives)"

    def subject(self, path: Path) -> str:
        """What a sentence about the value at a path begins with."""
        return path_text(path) if path else self.root

    def condition(self, schema: Any, path: Path) -> str | None:
        """How a condition at a path reads; None when it cannot be said, or would say what must not be."""
        return conditions(schema, path, self.root, self.hides)

    def hides(self, path: Path) -> bool:
        """Whether the value at a path is secret, is below a secret one, or may be one that stands in a wrong place.

        That is where a map or list with secrets should be, and under a key beside secret ones that the schema does not name.
        """
        if any(path[:end] in self.hidden for end in range(len(path) + 1)):
            return True
        shape = self.shape
        for step in path:
            if shape is None:
                return False
            if shape.secret or (isinstance(step, str) and _is_beside_secrets(shape, step)):
                return True
            shape = shape.item() if isinstance(step, int) else shape.child(step)
        return shape is not None and shape.has_secrets

    def node(self, error: "ValidationError") -> Subschema | None:
        return self.slow.origins.get(id(error.schema))

    def said(self, error: "ValidationError") -> Any:
        node = self.node(error)
        return told(error) if node is None else node.keywords.get(str(error.validator), told(error))

    def place(self, error: "ValidationError") -> Place | None:
        node = self.node(error)
        return None if node is None else node.keyword(str(error.validator))


def _discriminators(schema: Any) -> Any:
    """The part of an alternative that tells it from the others: its properties with one value or a list of them."""
    properties = schema.get("properties") if isinstance(schema, dict) else None
    if not isinstance(properties, dict):
        return None
    only = {name: part for name, part in properties.items() if isinstance(part, dict) and "const" in part}
    return {"properties": {name: {"const": part["const"]} for name, part in only.items()}}


def _is_beside_secrets(shape: Shape, key: str) -> bool:
    named = shape.keys()
    return shape.has_secrets and key not in named and any(part.secret for part in map(shape.child, named) if part)
