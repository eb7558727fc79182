"""Fixing, round by round: all mends that do not meet at once, by halves where that cannot be proved, until none is left."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import field

from lamina.changes.fixing.choice import NotSure, chosen
from lamina.changes.fixing.proof import Stand, objection
from lamina.changes.fixing.step import Step, in_order, key_of
from lamina.changes.landing import Landing
from lamina.changes.plan import identified
from lamina.changes.writing import FileChange
from lamina.project import Project
from lamina.project.excerpts import lines_of_secrets, may_hold_secrets
from lamina.project.gate import check
from lamina.thought.document.edit import CannotEdit
from lamina.thought.reports import gathered
from lamina.words.finding import Finding
from lamina.words.mend import Mend
from lamina.words.node import Path
from lamina.words.values import dataclass

# A mend may make room for another; a chain as long as this is none that people make.
_ROUNDS = 20
_SECRET = ("plain-secret", "committed-private-key")
# What SOPS writes beside the text, whatever the format.
_MARKS = (b"ENC[AES256_GCM,", b"\nsops:", b'"sops":')
UNSAFE, BY_HAND = "unsafe", "by hand"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be mended: in which files, of which rules (none: of all), and whether what is unsafe is."""

    files: Callable[[str], bool] = lambda _: True
    rules: frozenset[str] = frozenset()
    unsafe: bool = False

    def asks(self, finding: Finding) -> bool:
        """Whether a finding is asked about."""
        return (not self.rules or finding.rule in self.rules) and self.files(finding.position.file)


@dataclass(frozen=True, slots=True)
class Left:
    """A finding that stays, and why: `unsafe`, `by hand`, or a sentence that says why its mend was refused."""

    finding: Finding
    why: str


@dataclass(frozen=True, slots=True)
class Fixed:
    """What was mended and what is left, the files that change, and the commit that was made of them."""

    mended: tuple[Finding, ...]
    left: tuple[Left, ...]
    changes: tuple[FileChange, ...]
    after: Project
    findings: tuple[Finding, ...]

    def may_show_secret(self, change: FileChange) -> bool:
        """Whether the text of a file may hold a secret in plain: one that is found there, or one that an error may hide."""
        errors = [one for one in self.findings if one.position.file == change.file and one.severity == "error"]
        if any(one.rule in _SECRET for one in errors) or (errors and may_hold_secrets(self.after.tree, change.file)):
            return True
        return any(lines_of_secrets(data or b"", change.file) for data in (change.before, change.after))


def fix(project: Project, wanted: Wanted) -> Fixed:
    """What the mends of the findings that are asked about make of the files, all proved; nothing is written."""
    work = _Work(project, wanted)
    for _ in range(_ROUNDS):
        steps = work.steps()
        if not steps:
            break
        work.settle(steps)
    stand = work.stand
    changes = tuple(FileChange(file, project.tree.data(file), data) for file, data in sorted(stand.files.items()))
    left = tuple(Left(one, work.why(one)) for one in stand.findings if wanted.asks(one))
    return Fixed(tuple(work.mended), left, changes, stand.project, tuple(stand.findings))


def landed(landing: Landing, found: Fixed) -> str | None:
    """Write what was fixed, or commit it and give the id; raises what landing may."""
    count = len(gathered(found.mended))
    return landing.land(found.changes, f"Mend {count} finding{'s' * (count != 1)}")


def is_sealed(file: str, data: bytes) -> bool:
    """Whether a file is sealed, by its name or by what SOPS has written into it."""
    return ".sops." in file or any(mark in data for mark in _MARKS)


@dataclass
class _Work:
    """A repository on its way."""

    start: Project
    wanted: Wanted
    mended: list[Finding] = field(default_factory=list)
    refused: dict[tuple[object, ...], str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.source = identified(self.start)
        self.stand = Stand(self.start, check(self.start).findings, {})
        # The maps with unknown keys.
        self.puzzled: set[tuple[str | None, str | None, Path]] = set()

    def steps(self) -> list[Step]:
        """What can be carried out at once now."""
        by_file: dict[str, dict[tuple[object, ...], Step]] = {}
        unknown = (one for one in self.stand.findings if one.rule == "unknown-key")
        self.puzzled = {(one.environment, one.document, (one.path or ())[:-1]) for one in unknown}
        for finding in self.stand.findings:
            mend = finding.mend
            if mend is None or not self.wanted.asks(finding) or self.hindrance(finding, mend) is not None:
                continue
            steps, key = by_file.setdefault(mend.file, {}), key_of(mend)
            others = steps[key].findings if key in steps else ()
            steps[key] = Step(mend, (*others, finding), key)
        return [step for steps in by_file.values() for step in self.sure(in_order(list(steps.values())))]

    def hindrance(self, finding: Finding, mend: Mend) -> str | None:
        """Why a mend is not to be tried."""
        if (
            finding.rule == "missing-key"
            and (finding.environment, finding.document, finding.path or ()) in self.puzzled
        ):
            return "an unknown key of its map may be meant"
        if mend.safety == "unsafe" and not self.wanted.unsafe:
            return UNSAFE
        if not self.wanted.files(mend.file):
            return f"{mend.file} would have to be changed"
        if mend.file not in self.stand.project.tree.files:
            return BY_HAND
        if is_sealed(mend.file, self.stand.project.tree.data(mend.file)):
            return "its file is sealed: lamina secrets edit"
        return self.refused.get(key_of(mend))

    def why(self, finding: Finding) -> str:
        """Why a finding is left."""
        return BY_HAND if finding.mend is None else self.hindrance(finding, finding.mend) or BY_HAND

    def sure(self, steps: Iterable[Step]) -> list[Step]:
        """The steps of which it is known how they are carried out; the others are refused."""
        found = []
        for step in steps:
            try:
                found.append(chosen(self.stand.project, step))
            except (CannotEdit, NotSure) as failure:
                self.refused[step.key] = failure.message
        return found

    def settle(self, steps: Sequence[Step]) -> None:
        """Take the steps that can be proved, together if it may be, and refuse the others."""
        done, files = self.carried_out(steps)
        if not done:
            return
        after = self.stand.project.with_files(files)
        then = Stand(after, check(after).findings, {**self.stand.files, **files})
        why = objection(self.source, self.stand, then, done)
        if why is None:
            self.stand = then
            self.mended += (one for step in done for one in step.findings)
        elif len(done) == 1:
            self.refused[done[0].key] = why
        else:
            middle = len(done) // 2
            self.settle(done[:middle])
            self.settle(done[middle:])

    def carried_out(self, steps: Iterable[Step]) -> tuple[list[Step], dict[str, bytes]]:
        """The steps that can be carried out one after the other, and what they make of their files."""
        done: list[Step] = []
        files: dict[str, bytes] = {}
        for step in steps:
            file = step.mend.file
            try:
                files[file] = step.on(files.get(file, self.stand.project.tree.data(file)))
                done.append(step)
            except CannotEdit as failure:
                self.refused[step.key] = failure.message
        return done, files
