"""Rules from other packages: by what they look at, and guarded, so that one that fails is told and stops nothing else."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields, replace
from typing import Any

from lamina.thought.rules.rule import Breach, Rule
from lamina.thought.rules.subjects import AnyFile, LayerText, Rendered, SchemaText, Stack, Twins
from lamina.words.values import dataclass

_SEVERITIES = ("error", "warning", "note")


@dataclass(frozen=True, slots=True)
class Rules:
    """Rules by what they look at."""

    files: tuple[Rule[AnyFile], ...] = ()
    layers: tuple[Rule[LayerText], ...] = ()
    stacks: tuple[Rule[Stack], ...] = ()
    documents: tuple[Rule[Rendered], ...] = ()
    twins: tuple[Rule[Twins], ...] = ()
    schemas: tuple[Rule[SchemaText], ...] = ()

    @property
    def all(self) -> tuple[Rule[Any], ...]:
        """All of them."""
        return tuple(rule for one in fields(self) for rule in getattr(self, one.name))

    def __add__(self, other: "Rules") -> "Rules":
        return Rules(*((*getattr(self, one.name), *getattr(other, one.name)) for one in fields(self)))

    def mapped(self, change: Callable[[Rule[Any]], Rule[Any]]) -> "Rules":
        """The same rules, each changed."""
        return Rules(*(tuple(map(change, getattr(self, one.name))) for one in fields(self)))


NO_RULES = Rules()


@dataclass(frozen=True, slots=True)
class Failed(Breach):
    """That a rule could not say whether a subject breaks it."""


def malformed(rules: object) -> str | None:
    """Why what a package gives are no rules; None where they are."""
    if not isinstance(rules, Rules):
        return "is no lamina.rules.Rules"
    for one in fields(rules):
        if not isinstance(getattr(rules, one.name), tuple) or not all(
            isinstance(r, Rule) for r in getattr(rules, one.name)
        ):
            return f"has {one.name} that are no tuple of rules"
    for rule in rules.all:
        said: tuple[object, ...] = (rule.name, rule.page)
        if rule.severity not in _SEVERITIES or not all(isinstance(text, str) for text in said):
            return "has a rule without a name, a severity or a page"
        if rule.check is None:
            return f"has a rule {rule.name} that checks nothing"
    return None


def guarded(rule: Rule[Any], package: str) -> Rule[Any]:
    """A rule whose failures are breaches that name it, its package and the sort of the failure.

    What an exception says may hold a value, and is not told.
    """
    check: Callable[[Any], Iterable[Breach]] = rule.check or (lambda _: ())

    def guard(subject: Any) -> Iterator[Breach]:
        try:
            for breach in check(subject):
                wrong = _odd(breach, subject)
                if wrong is not None:
                    yield Failed(f"the rule {rule.name} of the package {package} gives {wrong}", severity="error")
                    return
                yield breach
        # A rule that ends the program, as some do on a wrong value, fails like any other.
        except (Exception, SystemExit) as error:
            message = f"the rule {rule.name} of the package {package} raised {type(error).__name__}"
            yield Failed(message, severity="error", layer=0)

    return replace(rule, check=guard, stops=False, suspects=None, folds=None)


def _odd(breach: object, subject: Any) -> str | None:
    """What is wrong with what a rule gives; None for a breach of the subject."""
    if not isinstance(breach, Breach):
        return "what is no Breach"
    message: object = breach.message
    paths = [breach.path, *(one.path for one in breach.also), *([] if breach.act_path is None else [breach.act_path])]
    if not isinstance(message, str) or not all(map(_is_path, paths)):
        return "a Breach whose message is no text, or whose path is none"
    if breach.file is not None or any(one.file is not None for one in breach.also):
        return "a Breach of another file"
    if breach.severity not in (None, *_SEVERITIES):
        return "a Breach of no severity"
    if isinstance(subject, Stack):
        layers = [breach.layer or 0, *(also.layer or 0 for also in breach.also)]
        return None if all(0 <= number < len(subject.patches) for number in layers) else "a Breach of no layer"
    if isinstance(subject, Twins):
        names = [breach.environment, *(also.environment for also in breach.also)]
        known = all(name is None or name in subject.by_environment for name in names)
        return None if known else "a Breach of no environment"
    return None


def _is_path(path: object) -> bool:
    return isinstance(path, tuple) and all(isinstance(step, str | int) for step in path)
