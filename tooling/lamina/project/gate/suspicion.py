"""Suspicion: which rules the documents over a layer could break, so that most documents need not be looked at."""

from collections.abc import Iterable, Iterator
from typing import Any, TypeAlias

from lamina.project.kept import KindSchema
from lamina.project.stages import Stage
from lamina.thought.rules import Rendered, Rule
from lamina.thought.rules.naming import Test
from lamina.thought.rules.walking import declared
from lamina.thought.schema.shape import MISSING
from lamina.thought.topology import kind_of_document
from lamina.words.node import Tagged

_Tests: TypeAlias = tuple[tuple[str, Test], ...]


class Suspicion:
    """What rules suspect, by their tests of keys and values; known once a layer, and once a schema."""

    def __init__(self, rules: Iterable[Rule[Rendered]]) -> None:
        self._rules = tuple(rules)
        self._tests: dict[str, dict[str, _Tests]] = {}
        self._spelled: dict[tuple[str, str], str] = {}
        self._of_layers: dict[str, frozenset[str]] = {}
        self._of_defaults: dict[str, frozenset[str]] = {}

    def suspecting(self, stage: Stage) -> list[Rule[Rendered]]:
        """The rules that a document could break; those that suspect nothing by themselves among them."""
        if not self._rules:
            return []
        kind = kind_of_document(stage.name)
        if kind not in self._of_defaults:
            self._of_defaults[kind] = self._in(kind, stage.kind, _defaults(stage.kind))
        suspected = self._of_defaults[kind]
        for of, layer in zip(stage.stack, stage.layers, strict=True):
            if of.file not in self._of_layers:
                self._of_layers[of.file] = self._in(kind, stage.kind, layer.patch)
            suspected |= self._of_layers[of.file]
        return [rule for rule in self._rules if not _is_selective(rule) or rule.name in suspected]

    def _in(self, kind: str, schema: KindSchema | None, patch: Any) -> frozenset[str]:
        """The rules that a layer raises; each of its keys and values is asked, so this does no more than it must."""
        found: set[str] = set()
        known = self._tests.setdefault(kind, {})
        waiting = [patch]
        while waiting:
            value = waiting.pop()
            if value.__class__ is dict:
                for key, part in value.items():
                    tests = known.get(key)
                    if tests is None:
                        tests = known[key] = tuple(self._tests_of(key, schema))
                    if tests:
                        _raise(found, tests, part)
                    if part.__class__ in _HOLDING:
                        waiting.append(part)
                if "value" in value and value.get("name").__class__ is str:  # a variable, as `settings` has it
                    _raise(found, tuple(self._tests_of(value["name"], schema)), value["value"])
            elif value.__class__ is list:
                waiting += value
            elif value.__class__ is Tagged:
                waiting.append(value.value)
        return frozenset(found)

    def _tests_of(self, key: str, schema: KindSchema | None) -> Iterator[tuple[str, Test]]:
        shape = schema.schema.shape if schema is not None and schema.schema is not None else None
        for rule in self._rules:
            test = rule.suspects(key, shape) if rule.suspects is not None else None
            if test is not None:
                yield rule.name, test
            # Of two spellings, one is not the first that was met, wherever that was.
            if rule.folds is not None and self._spelled.setdefault((rule.name, rule.folds(key)), key) != key:
                yield rule.name, _by_key_alone


def _by_key_alone(_: object) -> bool:
    return True


_HOLDING = frozenset({dict, list, Tagged})


def _is_selective(rule: Rule[Rendered]) -> bool:
    return rule.suspects is not None or rule.folds is not None


def _raise(found: set[str], tests: _Tests, value: Any) -> None:
    """Add the rules whose tests a value passes, or an item of it; a reference may become anything, so it passes all."""
    if value.__class__ is Tagged:
        value = value.value
    if value.__class__ is list:
        found.update(rule for rule, test in tests if test is _by_key_alone)
        for item in value:
            _raise(found, tests, item)
    else:
        is_open = value.__class__ is str and "${" in value
        for rule, test in tests:
            if rule not in found and (is_open or test(value)):
                found.add(rule)


def _defaults(schema: KindSchema | None) -> list[dict[str, object]]:
    """The defaults of a schema, each under its key."""
    if schema is None or schema.schema is None:
        return []
    return [{key: below.default} for key, below in declared(schema.schema.shape) if below.default is not MISSING]
