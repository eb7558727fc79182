"""Documents as rules see them, from literals."""

from textwrap import dedent
from typing import Any

import yaml

from lamina.thought.rules import Breach, Rendered, Rule
from lamina.thought.schema import compile_schema
from lamina.thought.schema.shape import Shape
from lamina.words.address import path_text
from lamina.words.node import Path


def shape(text: str) -> Shape:
    """What a schema says, for rules."""
    return compile_schema("schemas/app/v1.schema.yaml", yaml.safe_load(dedent(text)), lambda _: None).shape


def document(
    data: Any,
    environment: str = "prod",
    *,
    protected: bool = True,
    secrets: frozenset[Path] = frozenset(),
    of: Shape | None = None,
    chain: tuple[str, ...] = (),
) -> Rendered:
    """A document of an environment."""
    return Rendered(environment, protected, "app", "app", data, secrets, of, chain)


def breaches(rule: Rule[Rendered], seen: Rendered) -> list[Breach]:
    """What a rule says of a document; the same whether all of it is looked at or only what raises suspicion."""
    assert rule.check is not None
    return list(rule.check(seen))


def paths(rule: Rule[Rendered], text: str, **how: Any) -> list[str]:
    """Where a document, written as YAML of version 1.2, breaks a rule."""
    from lamina.thought.document import read

    reading = read(dedent(text).encode(), "app.yaml")
    assert reading.findings == (), reading.findings
    return sorted(path_text(one.path) for one in breaches(rule, document(reading.value, **how)))
