"""Bisecting: the first commit where a condition over the render of an environment changes its truth."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from lamina.project.comparing import DocumentChange
from lamina.project.newer_schemas import differences, raised
from lamina.project.questions import Project
from lamina.project.revisions import home_of
from lamina.thought.expressions import Expression, Unknown
from lamina.thought.topology import ENVIRONMENTS, SCHEMAS, SETTINGS
from lamina.words.errors import Failure, Misuse
from lamina.words.values import dataclass
from lamina.world.apart import apart
from lamina.world.history import BeyondShallow, Commit, History
from lamina.world.sources.commit import CommitTree


class NotBefore(Failure):
    """Two revisions of which the first does not lead to the second by first parents."""

    def __init__(self, good: str, bad: str, hint: str) -> None:
        super().__init__(f"{good} is not among the commits before {bad}, going by first parents", hint)


class NothingBetween(Misuse):
    """Two revisions that are one commit."""

    def __init__(self, good: str, bad: str) -> None:
        super().__init__(f"{good} and {bad} are the same commit", "name a commit before the change, and one after it")


class NotEvaluable(Failure):
    """An expression that is neither true nor false at one of the two ends."""

    def __init__(self, revision: str, reason: str) -> None:
        hint = "a key that is not everywhere: has(documents.app.key) && documents.app.key > 1; or name another revision"
        super().__init__(f"the expression cannot be evaluated at {revision}: {reason}", hint)


class NoChange(Failure):
    """An expression that is as true at one end as at the other."""

    def __init__(self, truth: bool, good: str, bad: str) -> None:
        word = "true" if truth else "false"
        hint = "name a commit where it is otherwise; lamina log shows which commits changed the environment"
        super().__init__(f"the expression is {word} both at {good} and at {bad}", hint)


@dataclass(frozen=True, slots=True)
class Skipped:
    """A commit at which the expression could not be evaluated, and why."""

    commit: Commit
    reason: str


@dataclass(frozen=True, slots=True)
class Bisection:
    """The commits of which one is the first where the truth is `after`; one of them, unless some could not be evaluated.

    `changes` are what the one commit changed in the environment; `tried` how many were evaluated of how many there are.
    """

    good: Commit
    bad: Commit
    before: bool
    after: bool
    candidates: tuple[Commit, ...]
    skipped: tuple[Skipped, ...]
    changes: tuple[DocumentChange, ...]
    tried: int
    commits: int


def bisect(folder: Path, version: str, environment: str, expression: Expression, good: str, bad: str) -> Bisection:
    """The first commit after `good` where the expression is what it is at `bad`, found by halving.

    Every commit is read under the schemas of `bad` where those are newer, so that an old form is no obstacle. Raises
    NoSuchEnvironment, NotBefore, NothingBetween, NotEvaluable and NoChange, and the failures of `History.commit`.
    """
    return _Bisecting(folder, version, environment, expression).between(good, bad)


class _Bisecting:
    def __init__(self, folder: Path, version: str, environment: str, expression: Expression) -> None:
        home = home_of(folder)
        self._home = home
        self._history = History(home or folder)
        self._folder = self._history.within(folder)
        self._version = version
        self._environment = environment
        self._expression = expression
        self._newest: Project | None = None
        self._tried = 0

    def between(self, good: str, bad: str) -> Bisection:
        """The bisection of all that lies between two revisions."""
        first, last = self._history.commit(good), self._history.commit(bad)
        line = self._line(first, last, good, bad)
        self._newest = self._project(last)
        self._newest.render(self._environment)  # there must be such an environment, and not an abstract one
        before, after = self._demand(first, good), self._demand(last, bad)
        if before == after:
            raise NoChange(before, good, bad)
        steps = self._telling(line)
        low, high, skipped = self._halved(steps, before)
        candidates = tuple(steps[low + 1 : high + 1])
        told = tuple(Skipped(steps[index], reason) for index, reason in sorted(skipped.items()) if low < index < high)
        changes = self._changes(candidates[0]) if len(candidates) == 1 else ()
        return Bisection(first, last, before, after, candidates, told, changes, self._tried, len(line))

    def _line(self, first: Commit, last: Commit, good: str, bad: str) -> list[Commit]:
        """The commits from one to the other by first parents, both included."""
        if first.id == last.id:
            raise NothingBetween(good, bad)
        line = list(self._history.line(last.id))
        ids = [commit.id for commit in line]
        if first.id in ids:
            return line[ids.index(first.id) :]
        before = {commit.id for commit in self._history.line(first.id, first_parents=False)}
        if last.id in before:
            raise NotBefore(good, bad, "they are the wrong way round: the older one comes first")
        if ends := sorted(self._history.ends()):
            raise BeyondShallow(f"the way from {good} to {bad}", ends)
        shared = next((commit for commit in reversed(line) if commit.id in before), None)
        hint = f"begin at {shared.id[:12]}, the last commit that both come from" if shared else "they share no history"
        raise NotBefore(good, bad, hint)

    def _telling(self, line: Sequence[Commit]) -> list[Commit]:
        """The first commit, the last, and those between that touch any file that a render depends on."""
        known = self._content(line[0])
        found = [line[0]]
        for commit in line[1:]:
            content = self._content(commit)
            if content != known:
                found.append(commit)
            known = content
        return found

    def _content(self, commit: Commit) -> tuple[str | None, ...] | None:
        start = self._start(commit)
        if start is None:
            return None
        tree = CommitTree(self._history.objects, commit.tree, start)
        return (start, *(tree.identity(name) for name in (ENVIRONMENTS, SCHEMAS, SETTINGS)))

    def _start(self, commit: Commit) -> str | None:
        return CommitTree(self._history.objects, commit.tree).root_above(self._folder)

    def _halved(self, steps: Sequence[Commit], before: bool) -> tuple[int, int, Mapping[int, str]]:
        """The last place known to be as at the beginning, the first known to be as at the end, and what cannot be told."""
        low, high = 0, len(steps) - 1
        skipped: dict[int, str] = {}
        undecided = True
        while undecided:
            undecided = False
            for middle in _spread(low, high):
                if middle in skipped:
                    continue
                truth = self._truth(steps[middle])
                if isinstance(truth, Unknown):
                    skipped[middle] = truth.reason
                    continue
                low, high = (middle, high) if truth == before else (low, middle)
                undecided = True
                break
        return low, high, skipped

    def _demand(self, commit: Commit, revision: str) -> bool:
        truth = self._truth(commit)
        if isinstance(truth, Unknown):
            raise NotEvaluable(revision, truth.reason)
        return truth

    def _truth(self, commit: Commit) -> bool | Unknown:
        """Whether the expression is true at a commit, its secrets redacted."""
        self._tried += 1
        try:
            project = self._project(commit)
            rendering = (raised(project, self._newest) if self._newest else project).render(self._environment)
            named = self._expression.documents
            documents = {name: rendering[name] for name in rendering if named is None or name in named}
            return _decoded(apart(lambda: _encoded(self._expression.truth(self._environment, documents))))
        except Failure as failure:
            return Unknown(failure.message)

    def _project(self, commit: Commit) -> Project:
        start = self._start(commit)
        if start is None:
            raise Failure("there is no environments/ and no lamina.yaml")
        tree = CommitTree(self._history.objects, commit.tree, start)
        return Project(tree, self._version, home=self._home, commit=commit.id)

    def _changes(self, commit: Commit) -> tuple[DocumentChange, ...]:
        """What a commit changed in the environment; nothing where one side of it has errors elsewhere."""
        try:
            old, new = self._project(self._history.commit(commit.parents[0])), self._project(commit)
            return tuple(differences(old, self._environment, new, self._environment))
        except Failure:
            return ()


def _spread(low: int, high: int) -> Iterator[int]:
    """Every place between two: the middle, the middles of the halves, and so on, so that a row of bad ones is soon left."""
    parts = [(low, high)]
    for left, right in parts:
        if right - left > 1:
            middle = (left + right) // 2
            yield middle
            parts += [(left, middle), (middle, right)]


def _encoded(truth: bool | Unknown) -> bytes:
    return b"?" + truth.reason.encode(errors="backslashreplace") if isinstance(truth, Unknown) else b"ft"[truth:][:1]


def _decoded(said: bytes) -> bool | Unknown:
    return Unknown(said[1:].decode()) if said[:1] == b"?" else said == b"t"
