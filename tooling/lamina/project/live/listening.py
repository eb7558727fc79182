"""Listeners: who is told of a change, after it is in force; one that fails keeps nobody else from being told."""

import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from traceback import format_tb
from typing import Any

from lamina.project.live.outcomes import Change, Outcome
from lamina.words.address import Address, BadAddress
from lamina.words.node import Path, same
from lamina.words.patterns import fits_step, fits_steps, steps_of

log = logging.getLogger("lamina.live")
_NOTHING = object()


class Handle:
    """What a listener was given: `cancel` it, and it is told of nothing more."""

    def __init__(self, forget: Callable[["Handle"], None]) -> None:
        self._forget = forget

    def cancel(self) -> None:
        """Tell it of nothing more."""
        self._forget(self)


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern of addresses: `orchestrator:execution.retry`, `agents/*:model`; without a colon, whole documents."""

    document: tuple[str, ...]
    path: tuple[str, ...]

    @classmethod
    def parse(cls, text: str) -> "Pattern":
        """The pattern that a text writes; raises BadAddress."""
        document, colon, path = text.partition(":")
        if not document or (colon and not path):
            raise BadAddress(text)
        return cls(tuple(document.split("/")), tuple(steps_of(path)))

    def changes(self, old: Mapping[str, Any], new: Mapping[str, Any], generation: int) -> Iterator[Change]:
        """What differs at the places that it fits, by document and place."""
        for name in sorted({*old, *new}):
            before, after = old.get(name, _NOTHING), new.get(name, _NOTHING)
            if before is after or not fits_steps(self.document, name.split("/")):
                continue
            was, now = dict(_places(before, self.path)), dict(_places(after, self.path))
            for path in dict.fromkeys([*was, *now]):
                found = _change(was.get(path, _NOTHING), now.get(path, _NOTHING))
                if found is not None:
                    kind, left, right = found
                    yield Change(str(Address(name, path)), kind, left, right, generation)


def _places(value: Any, pattern: tuple[str, ...], at: Path = ()) -> Iterator[tuple[Path, Any]]:
    """The places of a value that a pattern fits, and what is there."""
    if value is _NOTHING:
        return
    if not pattern:
        yield at, value
        return
    step, rest = pattern[0], pattern[1:]
    if step == "**":
        yield from _places(value, rest, at)
    for key, part in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        if step == "**":
            yield from _places(part, pattern, (*at, key))
        elif fits_step(step, str(key)):
            yield from _places(part, rest, (*at, key))


def _change(old: Any, new: Any) -> Any:
    if old is _NOTHING:
        return "added", None, new
    if new is _NOTHING:
        return "removed", old, None
    return None if same(old, new) else ("changed", old, new)


class Listeners:
    """Everybody who is to be told, in the order in which they came."""

    def __init__(self) -> None:
        self._by_pattern: dict[Handle, tuple[Pattern, Callable[[Change], object]]] = {}
        self._by_outcome: dict[Handle, tuple[tuple[str, ...], Callable[[Outcome], object]]] = {}
        self.failures = 0

    def on_change(self, pattern: str, callback: Callable[[Change], object]) -> Handle:
        """Tell of every value that a pattern fits; raises BadAddress."""
        handle = Handle(self._forget)
        self._by_pattern[handle] = (Pattern.parse(pattern), callback)
        return handle

    def on_outcome(self, verdicts: tuple[str, ...], callback: Callable[[Outcome], object]) -> Handle:
        """Tell of outcomes of some verdicts."""
        handle = Handle(self._forget)
        self._by_outcome[handle] = (verdicts, callback)
        return handle

    def _forget(self, handle: Handle) -> None:
        self._by_pattern.pop(handle, None)
        self._by_outcome.pop(handle, None)

    def tell(self, outcome: Outcome, old: Mapping[str, Any], new: Mapping[str, Any]) -> None:
        """Tell everybody whom it concerns; never raises."""
        if outcome.verdict == "applied":
            for handle, (pattern, heard) in list(self._by_pattern.items()):
                for change in pattern.changes(old, new, outcome.generation):
                    if handle in self._by_pattern:
                        self._call(heard, change)
        for handle, (verdicts, told) in list(self._by_outcome.items()):
            if outcome.verdict in verdicts and handle in self._by_outcome:
                self._call(told, outcome)

    def _call(self, callback: Callable[[Any], object], word: object) -> None:
        try:
            callback(word)
        except Exception as error:
            self.failed(error)

    def failed(self, error: Exception) -> None:
        """Count a callback that failed, and say where."""
        self.failures += 1
        # Not its message, nor what it was called with: both may hold a secret.
        lines = "".join(format_tb(error.__traceback__))
        log.error("a callback failed with %s, and the others were told:\n%s", type(error).__name__, lines)
