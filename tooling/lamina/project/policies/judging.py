"""Judging: policies over documents, in a process of its own, so that no expression can stop more than itself.

What comes back is JSON: the text of an expression and the library that evaluates it are trusted with no more.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, field
from typing import Any

import orjson

from lamina.thought.expressions import BadExpression, Named, Room, Term, Unknown, unsayable
from lamina.thought.policies import Policy
from lamina.words.errors import listing, near
from lamina.words.node import Path
from lamina.words.values import dataclass
from lamina.world.apart import apart_each

_LONGEST_MESSAGE = 1000
_NAMES = {
    "document": "any", "old": "any", "documents": "map", "variables": "map",
    "environment": "text", "kind": "text", "name": "text", "protected": "truth",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Subject:
    """A document of an environment, its secrets put away; `changed` where it is known what it was before, `old`.

    `documents` are those of the environment.
    """

    environment: str
    protected: bool
    document: str
    kind: str
    data: Any
    documents: Mapping[str, Any]
    old: Any = None
    changed: bool = False


@dataclass(frozen=True, slots=True)
class Wrong:
    """An expression that is none: where the file says it, why, and the line and column in its text."""

    path: Path
    why: str
    line: int | None = None
    column: int | None = None


@dataclass(frozen=True, slots=True)
class Broken:
    """A validation that is not true of a subject, both by number, and the sentence that says so."""

    subject: int
    validation: int
    message: str


@dataclass(frozen=True, slots=True)
class Failed:
    """A validation that is neither true nor false of a subject, both by number, and why."""

    subject: int
    validation: int
    why: str


@dataclass(slots=True)
class Verdict:
    """What a policy says of subjects: which places of a document each validation names, and what was found.

    `waiting` are the validations that ask for what was before, where that is not known.
    """

    wrong: list[Wrong] = field(default_factory=list)
    named: list[list[Path]] = field(default_factory=list)
    broken: list[Broken] = field(default_factory=list)
    failed: list[Failed] = field(default_factory=list)
    waiting: list[int] = field(default_factory=list)


def judged(asked: Sequence[tuple[Policy, Sequence[Subject]]]) -> list[Verdict | None]:
    """What each policy says of its subjects; None for one that was stopped, since it took too long or too much memory."""
    said = apart_each([lambda policy=policy, subjects=subjects: _said(policy, subjects) for policy, subjects in asked])  # type: ignore[misc]
    return [None if one is None else _read(one) for one in said]


def verdict(policy: Policy, subjects: Sequence[Subject]) -> Verdict:
    """What a policy says of subjects, evaluated here."""
    return _Judging(policy).verdict(subjects)


def _said(policy: Policy, subjects: Sequence[Subject]) -> bytes:
    return orjson.dumps(asdict(verdict(policy, subjects)))


def _read(said: bytes) -> Verdict:
    data = orjson.loads(said)
    return Verdict(
        [Wrong(tuple(one["path"]), one["why"], one["line"], one["column"]) for one in data["wrong"]],
        [[tuple(path) for path in paths] for paths in data["named"]],
        [Broken(**one) for one in data["broken"]],
        [Failed(**one) for one in data["failed"]],
        data["waiting"],
    )


@dataclass(frozen=True, slots=True)
class _Condition:
    """A validation by number, compiled, and all that it names."""

    number: int
    term: Term
    message: Term | None
    named: Sequence[Named]

    @property
    def asks_before(self) -> bool:
        """Whether it speaks of what was before a change."""
        return any(one.variable == "old" for one in self.named)


class _Judging:
    """A policy, compiled."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._room = Room(_NAMES)  # type: ignore[arg-type]
        self._verdict = Verdict()
        self._variables: dict[str, Term] = {}
        # By the identity of data, which the subjects hold: why it cannot be said in CEL.
        self._reasons: dict[int, str | None] = {}
        for variable in policy.variables:
            path = (*variable.path, "expression")
            if variable.name in self._variables:
                self._verdict.wrong.append(Wrong((*variable.path, "name"), f"there are two variables {variable.name}"))
            elif (term := self._compiled(variable.expression, path)) is not None:
                self._variables[variable.name] = term
        self._validations = [self._compiled(one.expression, (*one.path, "expression")) for one in policy.validations]
        self._messages = [
            self._compiled(one.message_expression, (*one.path, "messageExpression")) if one.message_expression else None
            for one in policy.validations
        ]
        for one, term in zip(policy.validations, self._validations, strict=True):
            if term is not None and term.never_truth is not None:
                self._verdict.wrong.append(Wrong((*one.path, "expression"), term.never_truth))

    def verdict(self, subjects: Sequence[Subject]) -> Verdict:
        """What it says of subjects."""
        if self._verdict.wrong:
            return self._verdict
        conditions = [_Condition(number, term, self._messages[number], self._named(term))
                      for number, term in enumerate(self._validations) if term is not None]  # fmt: skip
        asking = [one for one in conditions if one.asks_before]
        for one in conditions:
            self._verdict.named.append(list(dict.fromkeys(at.path for at in one.named if at.variable == "document")))
        if not any(subject.changed for subject in subjects):
            self._verdict.waiting += (one.number for one in asking)
        for index, subject in enumerate(subjects):
            self._judge([one for one in conditions if subject.changed or one not in asking], index, subject)
        return self._verdict

    def _judge(self, conditions: Sequence["_Condition"], index: int, subject: Subject) -> None:
        names = [one for condition in conditions for one in condition.named]
        names += [one for condition in conditions if condition.message for one in self._named(condition.message)]
        values = self._values(names, subject)
        if isinstance(values, Unknown):
            self._verdict.failed += (Failed(index, one.number, values.reason) for one in conditions)
            return
        missing = self._put_variables(names, values)
        scene = self._room.values(values)
        for condition in conditions:
            truth = condition.term.truth(scene)
            if isinstance(truth, Unknown):
                used = {one.path[0] for one in condition.named if one.variable == "variables"}
                why = next((f"variables.{name}: {why}" for name, why in missing.items() if name in used), truth.reason)
                self._verdict.failed.append(Failed(index, condition.number, why))
            elif not truth:
                said = condition.message.value(scene) if condition.message else None
                message = said if isinstance(said, str) and said.strip() else self._sentence(condition.number)
                self._verdict.broken.append(Broken(index, condition.number, _cut(message)))

    def _sentence(self, number: int) -> str:
        """What is said where a validation does not hold, and no expression says it."""
        validation = self._policy.validations[number]
        return validation.message or f"it does not hold that {validation.expression}"

    def _values(self, names: Iterable[Named], subject: Subject) -> dict[str, Any] | Unknown:
        """The values of the names that are used, those of variables not yet."""
        used = {one.variable for one in names}
        asked = [one.path for one in names if one.variable == "documents"]
        known = subject.documents if () in asked else {str(path[0]) for path in asked}
        documents = {name: subject.documents[name] for name in known if name in subject.documents}
        values = {
            "document": subject.data, "old": subject.old, "documents": documents, "environment": subject.environment,
            "kind": subject.kind, "name": subject.document, "protected": subject.protected,
        }  # fmt: skip
        for value in (*(values[name] for name in ("document", "old") if name in used), *documents.values()):
            if id(value) not in self._reasons:
                self._reasons[id(value)] = next(unsayable(value), None)
            reason = self._reasons[id(value)]
            if reason is not None:
                return Unknown(reason)
        return {name: value for name, value in values.items() if name in used} | {"variables": {}}

    def _put_variables(self, names: Iterable[Named], values: dict[str, Any]) -> dict[str, str]:
        """Put the values of the variables that are used among the values; why those are not there that have none."""
        used = {str(one.path[0]) for one in names if one.variable == "variables"}
        missing: dict[str, str] = {}
        for name, term in self._variables.items():
            if name in used:
                value = term.value(self._room.values(values))
                if isinstance(value, Unknown):
                    missing[name] = value.reason
                else:
                    values["variables"] = {**values["variables"], name: value}
        return missing

    def _named(self, term: Term) -> list[Named]:
        """What an expression names itself, and through the variables that it uses."""
        found = dict.fromkeys(term.named)
        for one in term.named:
            if one.variable == "variables" and one.path:
                found |= dict.fromkeys(self._named(self._variables[str(one.path[0])]))
        return list(found)

    def _compiled(self, text: str, path: Path) -> Term | None:
        try:
            term = self._room.term(text)
        except BadExpression as bad:
            self._verdict.wrong.append(Wrong(path, bad.why, bad.line, bad.column))
            return None
        for one in term.named:
            if one.variable == "variables" and (not one.path or one.path[0] not in self._variables):
                self._verdict.wrong.append(Wrong(path, self._unknown(one.path)))
                return None
        return term

    def _unknown(self, path: Path) -> str:
        if not path:
            return "variables are named one by one: variables.NAME"
        like = near(str(path[0]), self._variables)
        known = listing(list(self._variables)) or "none"
        return f"there is no variable {path[0]} above: " + (f"did you mean {like}?" if like else f"there are {known}")


def _cut(message: str) -> str:
    text = " ".join(message.split())
    return text if len(text) <= _LONGEST_MESSAGE else text[:_LONGEST_MESSAGE] + "…"
