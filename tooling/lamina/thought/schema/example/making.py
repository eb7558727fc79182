"""Making: a value for a place, from the subschemas that hold there and the choices where they leave several ways.

What conditions (`if`, dependentSchemas) ask for turns on the value itself: it is made, they are asked of it with its defaults
filled, and it is made anew with what they ask for, until they ask for nothing else. What the parts cannot know of each other
(`not`, a `oneOf` that fits twice) is not looked after: the whole is validated by the one who asks.
"""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any

from lamina.thought.schema.defaults import fill
from lamina.thought.schema.example.choices import Choices
from lamina.thought.schema.example.demands import Demands
from lamina.thought.schema.example.scalars import drawn_numbers, drawn_texts, numbers, texts
from lamina.thought.schema.shape import MISSING, By, Shape
from lamina.thought.schema.subschema import Subschema, gathered
from lamina.words.node import Data, Path, Sealed, same

if TYPE_CHECKING:
    from lamina.thought.schema.dialects import Slow

CIPHERTEXT = "ENC[AES256_GCM,data:,iv:,tag:,type:str]"
"""What stands for a secret that will be sealed."""

_DEEPEST, _DEEP, _ROUNDS, _WAYS, _WAYS_OF_NAMES, _MOST_ITEMS = 30, 6, 8, 4, 20, 1000
_SEALED = {"integer": "int", "number": "float", "boolean": "bool"}
_NAMES = ("example", "another", "third", "fourth", "fifth", "a", "b", "EXAMPLE")


class DeadEnd(Exception):
    """The demands at a place contradict each other, or nothing was found that fits them."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.path = path


class Maker:
    """Makes one document by its choices; `everything` means all keys that there may be, not only those that must."""

    def __init__(self, slow: "Slow", choices: Choices, everything: bool = False) -> None:
        self._slow = slow
        self._choices = choices
        self._everything = everything

    def value(
        self,
        nodes: Sequence[Subschema],
        shape: Shape | None,
        path: Path = (),
        above: frozenset[Subschema] = frozenset(),
        taken: Sequence[Data] = (),
    ) -> Data:
        """A value for a place, another than those that are `taken`; raises DeadEnd."""
        if len(path) > _DEEPEST:
            raise DeadEnd(path)
        asked: tuple[Subschema, ...] = ()
        for _ in range(_ROUNDS):
            demands = Demands(self._joined((*nodes, *asked), path))
            if any(node.refuses for node in demands.nodes):
                raise DeadEnd(path)
            made = self._made(demands, shape, path, above, taken)
            now = self._asked(demands, made if shape is None else fill(made, shape)[0])
            if now == asked:
                break
            asked = now
        return made

    def _joined(self, nodes: Sequence[Subschema], path: Path) -> tuple[Subschema, ...]:
        """The subschemas with those they refer to, and of each list of alternatives the chosen one."""
        found: dict[Subschema, None] = {}
        waiting = list(reversed(nodes))
        while waiting:
            for node in gathered(waiting.pop()):
                if node in found:
                    continue
                found[node] = None
                for keyword in ("anyOf", "oneOf"):
                    ways = _finite(node.many.get(keyword, []), len(path))
                    if ways:
                        waiting.append(ways[self._choices.pick(path, f"{keyword} {node.place}", len(ways))])
        return tuple(found)

    def _asked(self, demands: Demands, value: Data) -> tuple[Subschema, ...]:
        """What the conditions at a place ask for."""
        found: dict[Subschema, None] = {}
        for node in demands.nodes:
            if "if" in node.one:
                branch = node.one.get("then" if self._fits((node.one["if"],), value) else "else")
                found |= {branch: None} if branch is not None else {}
            beside = node.named.get("dependentSchemas", {})
            found |= {part: None for key, part in beside.items() if isinstance(value, dict) and key in value}
        return tuple(found)

    def _fits(self, nodes: Sequence[Subschema], value: Data) -> bool:
        instance: Any = value
        return all(self._slow.at(node).validator.is_valid(instance) for node in nodes)

    def _made(
        self, demands: Demands, shape: Shape | None, path: Path, above: frozenset[Subschema], taken: Sequence[Data]
    ) -> Data:
        if shape is not None and shape.secret and not {"object", "array"} & set(demands.types[:1]):
            return _sealed(demands.types[0] if demands.types else "string")
        ways: list[Data] = [value for value in self._said(demands, shape) if not _is_among(value, taken)]
        if demands.listed is not None:
            if not ways:
                raise DeadEnd(path)
            return ways[self._choices.pick(path, "value", len(ways))]
        if ways and self._choices.pick(path, "said", 2) == 0:
            return ways[self._choices.pick(path, "value", len(ways))]
        kinds = [name for name in demands.types if name != "null"] or list(demands.types)
        if not kinds:
            raise DeadEnd(path)
        kind = kinds[self._choices.pick(path, "type", len(kinds))]
        if kind not in ("object", "array"):
            return self._scalar(kind, demands, path, taken)
        make = self._map if kind == "object" else self._list
        made = make(demands, shape, path, above | set(demands.nodes))
        return _sealed_below(made) if shape is not None and shape.secret else made

    def _said(self, demands: Demands, shape: Shape | None) -> list[Any]:
        """The values that the schema itself shows, and that fit: examples, then the default, then the list of all."""
        shown = [value for listed in demands.said("examples") if isinstance(listed, list) for value in listed]
        shown += [value for value in demands.said("default") if value not in ({}, [])]
        shown += demands.listed or []
        if shape is not None and shape.has_secrets:
            return []  # what they show in the place of secrets would have to be sealed
        return [value for value in shown if not _refers(value) and self._fits(demands.nodes, value)]

    def _scalar(self, kind: str, demands: Demands, path: Path, taken: Sequence[Data]) -> Data:
        if kind == "null":
            return None
        found: list[Data] = [False, True]
        if kind != "boolean":
            found = list(islice(self._scalars(kind, demands, path, taken), _WAYS))
        found = [value for value in found if not _is_among(value, taken) and self._fits(demands.nodes, value)]
        if not found:
            raise DeadEnd(path)
        return found[self._choices.pick(path, "scalar", len(found))]

    def _scalars(self, kind: str, demands: Demands, path: Path, taken: Sequence[Data]) -> Iterator[Data]:
        drawn = 0

        def pick(ways: int) -> int:
            nonlocal drawn
            drawn += 1
            return self._choices.pick(path, f"part {drawn}", ways)

        every: list[Iterator[Any]]
        if kind == "string":
            every = [drawn_texts(demands, pick)] if self._choices.free else []
            every.append(texts(demands, pick))
        else:
            whole = kind == "integer"
            every = [drawn_numbers(demands, whole, pick)] if self._choices.free else []
            every.append(numbers(demands, whole))
        for value in (value for values in every for value in values):
            if not _is_among(value, taken) and not _refers(value) and self._fits(demands.nodes, value):
                yield value

    def _map(self, demands: Demands, shape: Shape | None, path: Path, above: frozenset[Subschema]) -> dict[str, Data]:
        wanted = self._keys(demands, shape, path, above)
        made: dict[str, Data] = {}
        for key in (
            *(one for one in demands.known if one in wanted),
            *(one for one in wanted if one not in demands.known),
        ):
            parts = demands.under(key)
            made[key] = self.value(parts, shape.child(key) if shape else None, (*path, key), above)
        return made

    def _keys(self, demands: Demands, shape: Shape | None, path: Path, above: frozenset[Subschema]) -> dict[str, None]:
        """The keys of a map: what must be there, what may be and is chosen, and names of its own where it has room for them."""
        wanted = demands.required
        for key in demands.known:
            if key not in wanted and not demands.refuses(key):
                needed = self._cannot_default(demands, shape, key)
                wanted |= {key: None} if needed or self._wants(demands, key, path, above) else {}
        waiting = list(wanted)
        while waiting:
            fresh = [one for one in demands.needed_beside(waiting.pop()) if one not in wanted]
            wanted |= dict.fromkeys(fresh)
            waiting += fresh
        for key in demands.known:
            if len(wanted) < (demands.least("minProperties") or 0) and not demands.refuses(key):
                wanted[key] = None
        for _ in range(self._more_names(demands, len(wanted), path)):
            name = self._name(demands, path, wanted)
            if name is None:
                break
            wanted[name] = None
        if any(demands.refuses(key) for key in wanted):
            raise DeadEnd(path)
        return wanted

    def _wants(self, demands: Demands, key: str, path: Path, above: frozenset[Subschema]) -> bool:
        parts = {part for node in demands.under(key) for part in gathered(node)}
        if parts & above or len(path) >= _DEEP or any(node.keywords.get("deprecated") is True for node in parts):
            return False
        return (self._choices.pick((*path, key), "there", 2) == 0) == self._everything

    def _cannot_default(self, demands: Demands, shape: Shape | None, key: str) -> bool:
        """Whether a key has a default that does not fit here, so that it must be given."""
        child = shape.child(key) if shape else None
        if child is None or child.default is MISSING:
            return False
        return not self._fits(demands.under(key), fill(child.default, child)[0])

    def _more_names(self, demands: Demands, held: int, path: Path) -> int:
        """How many keys that are not declared a map should have: one shows what they are like."""
        least, most = demands.least("minProperties") or 0, demands.most("maxProperties")
        described = any(
            part.keywords
            for node in demands.nodes
            for part in (*node.named.get("patternProperties", {}).values(), *_rest(node))
        )
        telling = int(described and not held and len(path) < _DEEP)
        more = max(least - held, telling)
        if self._choices.free and described and len(path) < _DEEP:
            more = max(least - held, 0) + self._choices.pick(path, "names", 3)
        return min(more, _MOST_ITEMS if most is None else max(most - held, 0))

    def _name(self, demands: Demands, path: Path, taken: dict[str, None]) -> str | None:
        """A key that is not declared, and that the names of this map allow."""
        spoken = [node.one["propertyNames"] for node in demands.nodes if "propertyNames" in node.one]
        named = Demands(self._joined(spoken, path))
        patterns = [pattern for node in demands.nodes for pattern in node.named.get("patternProperties", {})]
        patterns += named.said("pattern")
        sources = [_NAMES, *(_pattern_names(pattern) for pattern in patterns), texts(named, lambda _: 0)]
        sources.append(f"example-{number}" for number in range(2, _MOST_ITEMS))
        for name in (name for names in sources for name in names):
            usable = name not in taken and name not in demands.known and not demands.refuses(name)
            if usable and self._fits(named.nodes, name):
                return name
        return None

    def _list(self, demands: Demands, shape: Shape | None, path: Path, above: frozenset[Subschema]) -> list[Data]:
        contained = [node.one["contains"] for node in demands.nodes if "contains" in node.one]
        needed = (demands.least("minContains") if list(demands.said("minContains")) else 1) if contained else 0
        apart = any(demands.said("uniqueItems")) or (shape is not None and isinstance(shape.merge, By))
        made: list[Data] = []
        item = shape.item() if shape else None
        for index in range(self._length(demands, needed, path, above)):
            parts = (*demands.item(index), *(contained if index < needed else ()))
            taken = made if apart else ()
            made.append(self._item(parts, item, (*path, index), above, taken, shape))
        return made

    def _item(
        self,
        parts: Sequence[Subschema],
        item: Shape | None,
        path: Path,
        above: frozenset[Subschema],
        taken: Sequence[Data],
        shape: Shape | None,
    ) -> Data:
        made = self.value(parts, item, path, above, taken)
        if taken and isinstance(made, dict) and shape is not None:
            return self._told_apart(made, parts, item, path, taken, shape)
        return made

    def _told_apart(
        self,
        made: dict[str, Data],
        parts: Sequence[Subschema],
        item: Shape | None,
        path: Path,
        taken: Sequence[Data],
        shape: Shape,
    ) -> Data:
        """A map that is like none before: with another value under the key that tells them apart, or under its first one."""
        others = [one for one in taken if isinstance(one, dict)]
        keys = [shape.merge.name] if isinstance(shape.merge, By) else list(made)
        demands = Demands(self._joined(parts, path))
        for key in keys:
            known = [one[key] for one in others if key in one]
            if isinstance(shape.merge, By) or _is_among(made, taken):
                child = item.child(key) if item else None
                made = made | {key: self.value(demands.under(key), child, (*path, key), frozenset(), known)}
        return made

    def _length(self, demands: Demands, needed: int, path: Path, above: frozenset[Subschema]) -> int:
        least, most = max(demands.least("minItems") or 0, needed), demands.most("maxItems")
        first = max((len(node.many.get("prefixItems", [])) for node in demands.nodes), default=0)
        goes_round = any(part in above for node in demands.item(first) for part in gathered(node))
        ends = goes_round or len(path) >= _DEEP
        length = max(least, first or int(not ends))
        if self._choices.free:
            length = least + self._choices.pick(path, "length", 1 if len(path) >= _DEEP else 4)
        return min(length, _MOST_ITEMS if most is None else most)


def _sealed(kind: str) -> Sealed:
    return Sealed(CIPHERTEXT, _SEALED.get(kind, "str"))


def _sealed_below(value: Data) -> Data:
    """A secret map or list, whose leaves are sealed one by one; null and empty text never are."""
    if isinstance(value, dict):
        return {key: _sealed_below(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_sealed_below(part) for part in value]
    if value is None or value == "" or isinstance(value, Sealed):
        return value
    return _sealed({bool: "boolean", int: "integer", float: "number"}.get(type(value), "string"))


def _rest(node: Subschema) -> list[Subschema]:
    return [node.one["additionalProperties"]] if "additionalProperties" in node.one else []


def _pattern_names(pattern: str) -> Iterator[str]:
    from lamina.thought.schema.example.pattern_texts import text_of

    for way in range(_WAYS_OF_NAMES):
        for more in range(3):
            found = text_of(pattern, lambda ways, way=way: min(way, ways - 1), more)  # type: ignore[misc]
            if found is not None:
                yield found


def _finite(ways: Sequence[Subschema], depth: int) -> list[Subschema]:
    """The alternatives, in the depth those first that lead no deeper."""
    if depth < _DEEP:
        return list(ways)
    return sorted(ways, key=lambda node: any(part.one or part.named or part.ref for part in gathered(node)))


def _is_among(value: Data, taken: Sequence[Data]) -> bool:
    return any(same(value, other) for other in taken)


def _refers(value: Any) -> bool:
    """Whether a value holds what would be looked up as a reference."""
    if isinstance(value, dict):
        return any(map(_refers, (*value, *value.values())))
    return any(map(_refers, value)) if isinstance(value, list) else isinstance(value, str) and "${" in value
