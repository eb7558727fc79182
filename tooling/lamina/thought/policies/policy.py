"""What a policy is: whom it is about, what must hold, and the documents that it is tried on."""

from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Any

from lamina.words.finding import Severity
from lamina.words.node import Path
from lamina.words.regex import regex
from lamina.words.values import dataclass

# Names in expressions; in a text or a comment they mean nothing, and are no harm.
_OTHERS, _BEFORE = regex(r"\bdocuments\b"), regex(r"\bold\b")


@dataclass(frozen=True, slots=True)
class Match:
    """Which documents a policy is about; None where nothing is said of that."""

    kinds: tuple[str, ...] | None = None
    documents: tuple[str, ...] | None = None
    environments: tuple[str, ...] | None = None
    protected: bool | None = None

    def fits(self, environment: str, protected: bool, document: str, kind: str) -> bool:
        """Whether a document of an environment is one of them."""
        return (
            self.protected in (None, protected)
            and _fits(self.environments, environment)
            and self.may_fit(document, kind)
        )

    def may_fit(self, document: str, kind: str) -> bool:
        """Whether a document is one of them in some environment."""
        return _fits(self.documents, document) and _fits(self.kinds, kind)


def _fits(patterns: tuple[str, ...] | None, name: str) -> bool:
    return patterns is None or any(fnmatchcase(name, pattern) for pattern in patterns)


@dataclass(frozen=True, slots=True)
class Variable:
    """A value with a name; `path` is where the file says its expression."""

    name: str
    expression: str
    path: Path


@dataclass(frozen=True, slots=True)
class Validation:
    """A condition that must hold, and what is said where it does not; `path` is where the file says it."""

    expression: str
    message: str | None
    message_expression: str | None
    fix: str | None
    path: Path


@dataclass(frozen=True, slots=True)
class Example:
    """A document that a policy is tried on, and whether it should pass; `path` is where the file says it.

    `old` is what it was before; with `changed` alone the expressions that ask for it are evaluated.
    """

    passes: bool
    document: Mapping[str, Any]
    name: str
    environment: str
    protected: bool
    old: Mapping[str, Any] | None
    changed: bool
    documents: Mapping[str, Any]
    path: Path


@dataclass(frozen=True, slots=True)
class Policy:
    """A rule that a repository brings itself."""

    name: str
    file: str
    description: str
    severity: Severity
    match: Match
    variables: tuple[Variable, ...]
    validations: tuple[Validation, ...]
    examples: tuple[Example, ...] = ()

    @property
    def summary(self) -> str:
        """The first line of its description."""
        return self.description.strip().partition("\n")[0]

    @property
    def asks_others(self) -> bool:
        """Whether it may look at other documents than the one that it is asked about."""
        return any(_OTHERS.search(text) for text, _ in self.expressions)

    @property
    def asks_before(self) -> bool:
        """Whether it may ask what a document was before a change."""
        return any(_BEFORE.search(text) for text, _ in self.expressions)

    @property
    def expressions(self) -> tuple[tuple[str, Path], ...]:
        """Every expression with its place in the file."""
        variables = ((one.expression, (*one.path, "expression")) for one in self.variables)
        conditions = ((one.expression, (*one.path, "expression")) for one in self.validations)
        messages = (
            (one.message_expression, (*one.path, "messageExpression"))
            for one in self.validations
            if one.message_expression is not None
        )
        return (*variables, *conditions, *messages)


def policy_of(name: str, file: str, data: Mapping[str, Any]) -> Policy:
    """The policy that data says which satisfy SCHEMA."""
    said = data.get("match") or {}
    patterns = {key: tuple(said[key]) for key in ("kinds", "documents", "environments") if key in said}
    match = Match(**patterns, protected=said.get("protected"))
    variables = tuple(
        Variable(one["name"], one["expression"], ("variables", index))
        for index, one in enumerate(data.get("variables", ()))
    )
    validations = tuple(
        Validation(
            one["expression"], one.get("message"), one.get("messageExpression"), one.get("fix"), ("validations", index)
        )
        for index, one in enumerate(data["validations"])
    )
    given = data.get("examples") or {}
    examples = tuple(
        _example(match, one, key == "pass", ("examples", key, index))
        for key in ("pass", "fail")
        for index, one in enumerate(given.get(key, ()))
    )
    severity = data.get("severity", "error")
    return Policy(name, file, data["description"], severity, match, variables, validations, examples)


def _example(match: Match, said: Mapping[str, Any], passes: bool, path: Path) -> Example:
    """An example, completed by what the policy is about, so that only what matters need be said."""
    kind = _made_up(match.kinds, "example")
    return Example(
        passes,
        said["document"],
        said.get("name", _made_up(match.documents, kind)),
        said.get("environment", _made_up(match.environments, "example")),
        said.get("protected", bool(match.protected)),
        said.get("old"),
        "old" in said,
        said.get("documents", {}),
        path,
    )


def _made_up(patterns: tuple[str, ...] | None, name: str) -> str:
    """A name that fits the first pattern."""
    return patterns[0].replace("*", "x").replace("?", "x") if patterns else name
