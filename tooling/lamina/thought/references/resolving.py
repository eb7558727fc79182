"""Resolving references: a scalar that is one takes the referred value whole; in text only scalars.

What was made from a secret is secret. What becomes of a document, and what is told of it, does not turn on which others were
asked about before.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import field
from typing import Any, NoReturn

from lamina.thought.references.texts import ENVIRONMENT, TOKEN, Reference, split
from lamina.words.address import Address, BadAddress, parse_path
from lamina.words.errors import near
from lamina.words.finding import Severity
from lamina.words.node import Data, Path, Plain, Sealed
from lamina.words.typos import typo_of
from lamina.words.values import dataclass

LONGEST_CHAIN = 50
# References can double a value at each step, and deepen it; these bounds stop that long before memory does.
MOST_NODES, MOST_IN_A_DOCUMENT, DEEPEST, TEXT_OF_A_NODE = 100_000, 1_000_000, 100, 10

Place = tuple[str, Path]


Instead = tuple[tuple[Reference, Reference], ...]


@dataclass(frozen=True, slots=True)
class ReferenceFault:
    """A reference that leads nowhere, or the long way: where it stands, why, and through which others it was reached."""

    rule: str
    message: str
    document: str
    path: Path
    fix: str
    chain: tuple[Place, ...] = ()
    severity: Severity = "error"
    instead: Instead = ()  # references in the text, each with one that it may be a typo of


@dataclass(frozen=True, slots=True)
class Resolved:
    """A document with its references resolved: the data, which paths are secret, and which documents it drew on.

    At the `broken` paths a reference kept its text, for a fault here or in another document.
    """

    value: Data
    secrets: frozenset[Path]
    documents: frozenset[str]
    faults: tuple[ReferenceFault, ...] = ()
    broken: frozenset[Path] = frozenset()


class _Broken(Exception):
    """The value cannot be had; a fault says why, at the reference to blame."""


@dataclass
class References:
    """The references of one environment.

    `fetch` gives a document's data before resolution (None: no such document), and `whole` says whether it has all of it:
    into one that does not parse a reference is broken, but not to blame. `moved` gives the places where migrations have taken
    what was at a path of a document, the latest first.
    """

    environment: str
    fetch: Callable[[str], Data | None]
    secrets: Callable[[str], frozenset[Path]]
    names: Callable[[], list[str]]
    whole: Callable[[str], bool]
    moved: Callable[[str, Path], Iterable[Path]] = lambda document, path: ()
    _done: dict[Place, tuple[Data, frozenset[Path]]] = field(default_factory=dict)
    _failed: set[Place] = field(default_factory=set)
    _told: set[Place] = field(default_factory=set)
    _open: list[Place] = field(default_factory=list)
    _depth: int = 0
    _spent: dict[str, int] = field(default_factory=dict)
    _broken: dict[str, set[Path]] = field(default_factory=dict)
    _uses: dict[str, set[str]] = field(default_factory=dict)
    _faults: dict[str, list[ReferenceFault]] = field(default_factory=dict)

    def resolve(self, document: str) -> Resolved:
        """A document's data with every reference in it resolved; a broken one keeps its text and is a fault."""
        secrets: set[Path] = set(self.secrets(document))
        value = self._walk(document, (), self.fetch(document), (), secrets, lenient=True)
        faults = tuple(self._faults.get(document, ()))
        uses = frozenset(self._uses.get(document, ()))
        return Resolved(value, frozenset(secrets), uses, faults, frozenset(self._broken.get(document, ())))

    def _walk(self, document: str, path: Path, value: Any, within: Path, secrets: set[Path], lenient: bool) -> Any:
        """Resolve all below a node; `within` is the node's path in what is being built, where secrets are noted."""
        if isinstance(value, dict):
            return {
                key: self._walk(document, (*path, key), part, (*within, key), secrets, lenient)
                if isinstance(part, str | dict | list)
                else part
                for key, part in value.items()
            }
        if isinstance(value, list):
            return [
                self._walk(document, (*path, index), part, (*within, index), secrets, lenient)
                for index, part in enumerate(value)
            ]
        if not isinstance(value, str) or "${" not in value:
            return value
        try:
            resolved, tainted = self._leaf(document, path, value, len(within))
        except _Broken:
            if lenient:
                self._broken.setdefault(document, set()).add(path)
                return value
            raise
        secrets.update(within + below for below in tainted)
        return resolved

    def _leaf(self, document: str, path: Path, text: str, depth: int) -> tuple[Data, frozenset[Path]]:
        """What a text with references becomes; `depth` is how far below the reference that led here it stands."""
        place = (document, path)
        if place in self._done:
            return self._done[place]
        # Of what is broken in a document it is told on its own way, and never whoever came from elsewhere before.
        if place in (self._failed if self._is_away(document) else self._told):
            raise _Broken
        if place in self._open:
            self._circular(place)
        if len(self._open) == LONGEST_CHAIN:
            message = f"the reference leads through a chain of more than {LONGEST_CHAIN} others"
            self._fail("long-reference-chain", message, *place, "refer to the value itself", ())
        if self._depth + depth > DEEPEST or self._spent.get(document, 0) > MOST_IN_A_DOCUMENT:
            self._too_large(place)
        self._open.append(place)
        self._depth += depth
        try:
            result = self._evaluate(document, path, text)
            weight = _weight(result[0])
            if weight > MOST_NODES:
                self._too_large(place)
        except _Broken:
            self._failed.add(place)
            if not self._is_away(document):
                self._told.add(place)
            raise
        finally:
            self._open.pop()
            self._depth -= depth
        self._spent[document], self._done[place] = self._spent.get(document, 0) + weight, result
        return result

    def _is_away(self, document: str) -> bool:
        """Whether a place of a document was come to from another document, or through one."""
        return any(name != document for name, _ in self._open)

    def _too_large(self, place: Place) -> NoReturn:
        message = "the references in this value make the document too large or too deep"
        self._fail("too-many-nodes", message, *place, "refer to less", ())

    def _evaluate(self, document: str, path: Path, text: str) -> tuple[Data, frozenset[Path]]:
        pieces = list(self._pieces(document, path, text))
        if len(pieces) == 1 and isinstance(pieces[0], Reference):
            return self._target(document, path, pieces[0])
        # As it may be compared and shown, with ciphertext for what is sealed; and as it is, as far as that is opened.
        shown, plain, tainted, sealed, opened = "", "", False, False, True
        for piece in pieces:
            if isinstance(piece, str):
                shown, plain = shown + piece, plain + piece
                continue
            value, below = self._target(document, path, piece)
            tainted = tainted or bool(below)
            if isinstance(value, Sealed):
                sealed, opened = True, opened and value.opened is not None
                shown += value.ciphertext
                value = value.opened.value if value.opened is not None else ""
                plain += self._text(document, path, piece, value)
            else:
                text = self._text(document, path, piece, value)
                shown, plain = shown + text, plain + text
            if len(shown) > MOST_NODES * TEXT_OF_A_NODE:
                self._too_large((document, path))
        whole = Sealed(shown, "str", Plain(plain) if opened else None) if sealed else shown
        return whole, frozenset({()}) if tainted else frozenset()

    def _pieces(self, document: str, path: Path, text: str) -> Iterator[str | Reference]:
        """The text cut into literal pieces and references; a lone `$${x}` is one literal."""
        end = 0
        for token in TOKEN.finditer(text):
            if token.start() > end:
                yield text[end : token.start()]
            end = token.end()
            inner = token[1]
            if token[0] == "$${":
                yield "${"
            elif inner is None:
                self._fail("bad-reference", "a reference opens with ${ and is never closed", document, path, _LITERAL)
            else:
                yield self._parse(inner, document, path)
        if end < len(text):
            yield text[end:]

    def _parse(self, inner: str, document: str, path: Path) -> Reference:
        if inner == ENVIRONMENT:
            return Reference(None, (ENVIRONMENT,))
        name, path_text = split(inner)
        try:
            target = parse_path(path_text)
        except BadAddress:
            target = ()
        if not target:
            self._fail("bad-reference", f"${{{inner}}} does not name a value", document, path, _LITERAL)
        return Reference(name, target)

    def _target(self, document: str, path: Path, reference: Reference) -> tuple[Data, frozenset[Path]]:
        if reference.path == (ENVIRONMENT,) and reference.document is None:
            return self.environment, frozenset()
        name = reference.document or document
        data = self.fetch(name)
        if data is None:
            like = near(name, names := self.names())
            fix = f"did you mean {like}?" if like else "lamina list shows the documents of an environment"
            instead = tuple((reference, Reference(one, reference.path)) for one in typo_of(name, names))
            message = f"there is no document {name} in {self.environment}"
            self._fail("dead-reference", message, document, path, fix, instead=instead)
        if name != document:
            self._uses.setdefault(document, set()).add(name)
        if not self.whole(name):
            raise _Broken
        reference = self._followed(document, path, reference, name, data)
        value: Any = data
        for depth, step in enumerate(reference.path):
            if isinstance(value, str) and "${" in value:
                resolved, tainted = self._leaf(name, reference.path[:depth], value, 0)
                return self._step_into(document, path, reference, resolved, tainted, depth)
            value = self._step(document, path, reference, value, depth, step)
        secrets: set[Path] = set()
        for secret in self.secrets(name):
            shared = min(len(secret), len(reference.path))
            if secret[:shared] == reference.path[:shared]:
                secrets.add(secret[shared:])
        return self._walk(name, reference.path, value, (), secrets, lenient=False), frozenset(secrets)

    def _followed(self, document: str, path: Path, reference: Reference, name: str, data: Data) -> Reference:
        """The reference, leading to where migrations took what it names when nothing is there any more."""
        if _is_there(data, reference.path):
            return reference
        for place in self.moved(name, reference.path):
            if _is_there(data, place):
                old, new = Address(name, reference.path), Address(name, place)
                message = f"{old} has moved to {new}, and this reference still names the old place"
                fix = "run lamina migrate --write, which mends it"
                self._note(ReferenceFault("outdated-reference", message, document, path, fix, severity="warning"))
                return Reference(reference.document, place)
        return reference

    def _step_into(
        self, document: str, path: Path, reference: Reference, value: Any, tainted: frozenset[Path], depth: int
    ) -> tuple[Data, frozenset[Path]]:
        """Go on into a value that was itself a reference, and so is resolved throughout."""
        rest = reference.path[depth:]
        for index, step in enumerate(rest):
            value = self._step(document, path, reference, value, depth + index, step)
        below = {taint[min(len(taint), len(rest)) :] for taint in tainted if taint[: len(rest)] == rest[: len(taint)]}
        return value, frozenset(below)

    def _step(self, document: str, path: Path, reference: Reference, value: Any, depth: int, step: str | int) -> Any:
        if isinstance(value, dict) and step in value:
            return value[step]
        if isinstance(value, list) and isinstance(step, int) and step < len(value):
            return value[step]
        name = reference.document or document
        missing = Address(name, reference.path[: depth + 1])
        keys = list(value) if isinstance(value, dict) else []
        fix = f"did you mean {like}?" if (like := near(str(step), keys)) else _LITERAL
        head, tail, names = reference.path[:depth], reference.path[depth + 1 :], typo_of(str(step), keys)
        instead = tuple((reference, Reference(reference.document, (*head, one, *tail))) for one in names)
        message = f"nothing sets {missing}, which this refers to"
        self._fail("dead-reference", message, document, path, fix, instead=instead)

    def _text(self, document: str, path: Path, reference: Reference, value: Data) -> str:
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, str | int | float):
            return str(value)
        target = Address(reference.document or document, reference.path)
        what = "null" if value is None else "a map" if isinstance(value, dict) else "a list"
        fix = "refer to a single value, or let the reference be the whole value"
        self._fail("reference-without-text", f"{target} is {what}, which cannot stand inside text", document, path, fix)

    def _circular(self, place: Place) -> NoReturn:
        """Blame the place of a circle that comes first, wherever it was entered."""
        circle = self._open[self._open.index(place) :]
        start = min(range(len(circle)), key=lambda index: self._order(circle[index]))
        chain = [*circle[start:], *circle[: start + 1]]
        message = f"the reference leads back to itself: {' -> '.join(str(Address(*step)) for step in chain)}"
        self._fail("circular-reference", message, *chain[0], "break the circle", chain[1:-1])

    def _order(self, place: Place) -> tuple[str, list[int]]:
        """Where a place comes among others: by the name of the document, and in it as it is read."""
        document, path = place
        numbers: list[int] = []
        value: Any = self.fetch(document)
        for step in path:
            numbers.append(list(value).index(step) if isinstance(value, dict) else int(step))
            value = value[step]
        return document, numbers

    def _fail(
        self, rule: str, message: str, document: str, path: Path, fix: str, chain: Any = None, instead: Instead = ()
    ) -> NoReturn:
        if chain is None:
            chain = [place for place in self._open if place != (document, path)]
            message += f" (reached through {' -> '.join(str(Address(*step)) for step in chain)})" if chain else ""
        if rule != "circular-reference" and any(path[: len(secret)] == secret for secret in self.secrets(document)):
            # What looks like a reference there may be a piece of the secret.
            message, fix, instead = "a reference in this secret value leads nowhere", _LITERAL, ()
        # A bound and a circle are met on the way of whoever comes; the rest is told on the document's own way.
        if rule in _ON_THE_WAY or not self._is_away(document):
            self._note(ReferenceFault(rule, message, document, path, fix, tuple(chain), instead=instead))
        raise _Broken

    def _note(self, fault: ReferenceFault) -> None:
        known = self._faults.setdefault(fault.document, [])
        if all((old.rule, old.path) != (fault.rule, fault.path) for old in known):
            known.append(fault)


_ON_THE_WAY = ("circular-reference", "long-reference-chain", "too-many-nodes")
_LITERAL = "references are ${path}, ${document:path} and ${@environment}; write $${ for a literal ${"


def _is_there(data: Data, path: Path) -> bool:
    """Whether something stands at a path, or may when a reference on the way is resolved."""
    node: Any = data
    for step in path:
        if isinstance(node, str) and "${" in node:
            return True
        held = isinstance(node, dict) and step in node
        if not held and not (isinstance(node, list) and isinstance(step, int) and step < len(node)):
            return False
        node = node[step]
    return True


def _weight(value: Data) -> int:
    """The nodes of a value, a long text counted as several; beyond the bound as soon as that is sure, or it is too deep."""
    weight = 0
    waiting: list[tuple[Any, int]] = [(value, 0)]
    while waiting and weight <= MOST_NODES:
        node, depth = waiting.pop()
        weight += 1 if depth <= DEEPEST else MOST_NODES
        if isinstance(node, str):
            weight += len(node) // TEXT_OF_A_NODE
        elif isinstance(node, dict):
            waiting += ((part, depth + 1) for part in node.values())
        elif isinstance(node, list):
            waiting += ((part, depth + 1) for part in node)
    return weight
