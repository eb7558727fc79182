"""Suspicion: which rules the documents over a layer could break, so that most documents need not be looked at."""

from collections.abc import Iterable, Iterator
from typing import Any, TypeAlias

from lamina.project.kept import KindSchema
from lamina.project.stages import Stage
from lamina.thought.rules import Rendered, Rule
from lamina.thought.rules.naming import Test, settings
from lamina.thought.rules.walking import declared
from lamina.thought.schema.shape import MISSING
from lamina.thought.topology import kind_of_document

_Known: TypeAlias = tuple[frozenset[str], frozenset[str]]
"""The rules whose tests a layer passes, and its keys."""


class Suspicion:
    """What rules suspect, by their tests of keys and values; known once a layer, and once a schema."""

    def __init__(self, rules: Iterable[Rule[Rendered]]) -> None:
        self._rules = tuple(rules)
        self._tests: dict[tuple[str, str], tuple[tuple[str, Test], ...]] = {}
        self._of_layers: dict[str, _Known] = {}
        self._of_defaults: dict[str, _Known] = {}

    def suspecting(self, stage: Stage) -> list[Rule[Rendered]]:
        """The rules that a document could break; those that suspect nothing by themselves among them."""
        if not self._rules:
            return []
        kind = kind_of_document(stage.name)
        if kind not in self._of_defaults:
            self._of_defaults[kind] = self._in(kind, stage.kind, _defaults(stage.kind))
        known = [self._of_defaults[kind]]
        for of, layer in zip(stage.stack, stage.layers, strict=True):
            if of.file not in self._of_layers:
                self._of_layers[of.file] = self._in(kind, stage.kind, layer.patch)
            known.append(self._of_layers[of.file])
        keys = frozenset[str]().union(*(keys for _, keys in known))
        suspected = frozenset[str]().union(*(rules for rules, _ in known))
        return [
            rule
            for rule in self._rules
            if (rule.suspects is None or rule.name in suspected)
            and (rule.suspects_keys is None or rule.suspects_keys(keys))
        ]

    def _in(self, kind: str, schema: KindSchema | None, value: Any) -> _Known:
        """A reference may become anything, so that it raises every suspicion that there is under its key."""
        found, keys = set[str](), set[str]()
        for _, name, part, _ in settings(value):
            keys.add(name)
            tests = self._tests.get((kind, name))
            if tests is None:
                tests = self._tests[kind, name] = tuple(self._tests_of(name, schema))
            found.update(rule for rule, test in tests if test(part) or (isinstance(part, str) and "${" in part))
        return frozenset(found), frozenset(keys)

    def _tests_of(self, key: str, schema: KindSchema | None) -> Iterator[tuple[str, Test]]:
        shape = schema.schema.shape if schema is not None and schema.schema is not None else None
        for rule in self._rules:
            test = rule.suspects(key, shape) if rule.suspects is not None else None
            if test is not None:
                yield rule.name, test


def _defaults(schema: KindSchema | None) -> list[dict[str, object]]:
    """The defaults of a schema, each under its key."""
    if schema is None or schema.schema is None:
        return []
    return [{key: below.default} for key, below in declared(schema.schema.shape) if below.default is not MISSING]
