"""Asking: the policies of a run over the documents that they are about, and what comes of it as findings."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol

from lamina.project.hiding import put_away
from lamina.project.placing import Placing
from lamina.project.policies.judging import Subject, Verdict, judged
from lamina.project.policies.places import place_in_text
from lamina.project.road import Road
from lamina.project.stages import Document
from lamina.project.tree import Tree
from lamina.thought.policies import Policy
from lamina.words.address import path_text
from lamina.words.finding import Finding, Position, Related, Severity
from lamina.words.node import Path

_MOST_RELATED = 8


class Was(Protocol):
    """What a document was, its secrets put away, and None where there was none; and whether it is another now."""

    @property
    def data(self) -> Any: ...
    @property
    def changed(self) -> bool: ...


class Before(Protocol):
    """What was before a change."""

    def was(self, environment: str, document: Document) -> Was:
        """What a document of an environment was."""


class Asking:
    """The policies of a tree that are not off, and the documents that they are to be asked about."""

    def __init__(self, tree: Tree, policies: Iterable[Policy], before: Before | None = None) -> None:
        self._tree = tree
        self._before = before
        said = tree.settings.rules
        self._policies = [one for one in policies if one.name not in said or said[one.name].severity != "off"]
        self._subjects: list[list[Subject]] = [[] for _ in self._policies]
        self._environments: dict[str, _Documents] = {}

    def take(self, road: Road, document: Document) -> None:
        """Keep a sound document for the policies that are about it."""
        environment = road.environment
        asked = [
            number
            for number, policy in enumerate(self._policies)
            if self._is_about(policy, environment.name, environment.protected, document)
        ]
        if not asked:
            return
        documents = self._environments.setdefault(environment.name, _Documents(road))
        was = None
        if self._before is not None and any(self._policies[number].asks_before for number in asked):
            was = self._before.was(environment.name, document)
        subject = Subject(
            environment.name, environment.protected, document.name, document.kind, documents.take(document), documents,
            was.data if was else None, was is not None and was.changed,
        )  # fmt: skip
        for number in asked:
            self._subjects[number].append(subject)

    def _is_about(self, policy: Policy, environment: str, protected: bool, document: Document) -> bool:
        said = self._tree.settings.rules.get(policy.name)
        return policy.match.fits(environment, protected, document.name, document.kind) and (
            said is None or said.covers(environment, document.name)
        )

    def findings(self, all: bool = True) -> Iterator[Finding]:
        """What the policies say of what was taken; with `all` also what is wrong with those that are about none of it."""
        asked = [one for one in zip(self._policies, self._subjects, strict=True) if all or one[1]]
        for (policy, subjects), verdict in zip(asked, judged(asked) if asked else (), strict=True):
            if verdict is None:
                message = f"{policy.name} was stopped, since it needs too much time or memory, so it passes nothing"
                yield Finding("policy-failed", message, Position(policy.file), self._severity(policy))
            else:
                yield from self._wrong(policy, verdict)
                yield from self._broken(policy, subjects, verdict)
                yield from self._failed(policy, subjects, verdict)

    def _wrong(self, policy: Policy, verdict: Verdict) -> Iterator[Finding]:
        texts = {path: text for text, path in policy.expressions}
        for one in verdict.wrong:
            place = place_in_text(self._tree, policy.file, one.path, texts.get(one.path, ""), one.line, one.column)
            yield Finding("bad-policy", f"the expression is wrong: {one.why}", place, path=one.path)

    def _broken(self, policy: Policy, subjects: Sequence[Subject], verdict: Verdict) -> Iterator[Finding]:
        placings: dict[int, Placing] = {}
        for one in verdict.broken:
            subject = subjects[one.subject]
            placing = placings.get(one.subject)
            if placing is None:
                placings = {one.subject: (placing := self._placing(subject))}
            path, place, related = located(placing, subject.data, verdict.named[one.validation])
            fix = policy.validations[one.validation].fix
            yield Finding(
                policy.name, one.message, place, policy.severity, subject.environment, subject.document, path or None,
                related, fix,
            )  # fmt: skip

    def _failed(self, policy: Policy, subjects: Sequence[Subject], verdict: Verdict) -> Iterator[Finding]:
        for one in verdict.failed:
            subject = subjects[one.subject]
            path: Path = (*policy.validations[one.validation].path, "expression")
            related = (Related(self._placing(subject).locate(())[0], f"is {subject.document}"),)
            fix = "ask first whether it is there: has(document.key) && ..., or document.?key.orValue(0)"
            yield Finding(
                "policy-failed", f"{policy.name} cannot be evaluated over {subject.document}: {one.why}",
                self._tree.place(policy.file, path), self._severity(policy), subject.environment, subject.document, path,
                related, fix if "there is no key" in one.why else None,
            )  # fmt: skip

    def _severity(self, policy: Policy) -> Severity:
        """How bad it is to break a policy, by the settings or by itself."""
        said = self._tree.settings.rules.get(policy.name)
        return policy.severity if said is None or said.severity is None or said.severity == "off" else said.severity

    def _placing(self, subject: Subject) -> Placing:
        road = self._environments[subject.environment].road
        placing = Placing(self._tree, subject.environment, road.stage(subject.document))
        road.forget(subject.document)
        return placing


class _Documents(Mapping[str, Any]):
    """The sound documents of an environment by name, their secrets put away; made where one is asked for."""

    def __init__(self, road: Road) -> None:
        self.road = road
        self._made: dict[str, Any] = {}

    def take(self, document: Document) -> Any:
        """A document as policies see it."""
        if document.name not in self._made:
            self._made[document.name] = put_away(document, "redact")
        return self._made[document.name]

    def __getitem__(self, name: str) -> Any:
        if name not in self._made:
            if name not in self.road.names() or not (document := self.road.document(name)).sound:
                raise KeyError(name)
            self.take(document)
            self.road.forget(name)
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return (name for name in self.road.names() if name in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)


def located(placing: Placing, data: Any, named: Iterable[Path]) -> tuple[Path, Position, tuple[Related, ...]]:
    """Of the paths that an expression names the first that is there, or as much of one as is; its place; the other places."""
    found = [(there(data, path), path) for path in named]
    whole = [path for path, full in found if path == full]
    paths = list(dict.fromkeys([*whole, *sorted((path for path, _ in found), key=len, reverse=True)])) or [()]
    place, related = placing.locate(paths[0])
    others = {
        position: Related(position, f"{path_text(path)} takes part")
        for path in paths[1:]
        if path and (position := placing.locate(path)[0]) != place
    }
    return paths[0], place, (*related, *list(others.values())[:_MOST_RELATED])


def there(data: Any, path: Path) -> Path:
    """As much of a path as is there."""
    for length, step in enumerate(path):
        known = data if isinstance(data, Mapping) else range(len(data)) if isinstance(data, list) else ()
        if step not in known:
            return path[:length]
        data = data[step]
    return path
