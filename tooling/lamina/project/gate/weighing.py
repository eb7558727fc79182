"""Weighing: what becomes of findings by the severities of `lamina.yaml` and by allow comments."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase

from lamina.project.tree import Tree
from lamina.thought.document import comments, hash_comments
from lamina.thought.rules.allowing import FORM, MARK, Allowance, allowances
from lamina.thought.settings import RuleSettings
from lamina.thought.topology import ENVIRONMENTS, SETTINGS
from lamina.words.errors import near
from lamina.words.finding import Finding, Position
from lamina.words.values import dataclass
from lamina.world.sources import Unreadable

_STANDS = "it keeps documents from being rendered"


@dataclass(frozen=True, slots=True)
class KnownRules:
    """The rules that there are: those that settings and comments may speak of, and those that stand whatever they say.

    What breaks a `fleeting` one (a rule of changes, or of the whole repository, when a part is looked at) may not be found now
    and be found another time: a comment that allows it is not one too many.
    """

    silenced: Collection[str]
    standing: Collection[str]
    fleeting: Collection[str] = ()

    def why_not(self, name: str) -> tuple[str, str] | None:
        """Why a name cannot be silenced, and the way out; None where it can."""
        if name in self.silenced:
            return None
        if name in self.standing:
            return f"{name} cannot be silenced: {_STANDS}", "mend what it finds"
        like = near(name, (*self.silenced, *self.standing))
        return f"there is no rule {name}", f"did you mean {like}?" if like else "lamina rule lists them"


def of_settings(tree: Tree, names: KnownRules) -> Iterator[Finding]:
    """What is wrong with the rules that the settings speak of."""
    for name, said in tree.settings.rules.items():
        place = ("rules", name)
        if (why := names.why_not(name)) is not None:
            yield Finding("bad-rule-setting", why[0], tree.place(SETTINGS, place, True), path=place, fix=why[1])
        for index, environment in enumerate(said.environments or ()):
            known = tree.topology.environments
            if environment not in known:
                like = near(environment, known)
                at = (*place, "environments", index)
                message = f"there is no environment {environment}"
                fix = f"did you mean {like}?" if like else "mend the name"
                yield Finding("bad-rule-setting", message, tree.place(SETTINGS, at), path=at, fix=fix)
        yield from _fitting_nothing(tree, name, said)


def _fitting_nothing(tree: Tree, rule: str, said: RuleSettings) -> Iterator[Finding]:
    """Patterns that fit no document or no file, so that they say nothing, or no longer."""
    documents = {of.document for of in tree.topology.layer_files()}
    known: tuple[tuple[str, Sequence[str], Iterable[str]], ...] = (
        ("documents", said.documents or (), documents), ("exempt", said.exempt, tree.every if said.exempt else ()),
    )  # fmt: skip
    for key, patterns, names in known:
        for index, pattern in enumerate(patterns):
            if not any(fnmatchcase(name, pattern) for name in names):
                at = ("rules", rule, key, index)
                message = f"{pattern} fits no {'document' if key == 'documents' else 'file'}"
                place = tree.place(SETTINGS, at)
                yield Finding("bad-rule-setting", message, place, "warning", path=at, fix="mend it, or leave it out")


def scaled(findings: Iterable[Finding], settings: Mapping[str, RuleSettings], names: KnownRules) -> Iterator[Finding]:
    """Findings with the severities that the settings give, without those that are off where they are."""
    for finding in findings:
        said = settings.get(finding.rule)
        if said is None or finding.rule not in names.silenced:
            yield finding
        elif said.severity != "off" and _holds(said, finding):
            yield finding if said.severity is None else replace(finding, severity=said.severity)


def _holds(said: RuleSettings, finding: Finding) -> bool:
    """Whether a rule holds where a finding is; what is in no environment is where its file is."""
    if any(fnmatchcase(finding.position.file, pattern) for pattern in said.exempt):
        return False
    return said.covers(finding.environment or _folder(finding.position.file), finding.document or "")


def _folder(file: str) -> str | None:
    parts = file.split("/")
    return parts[1] if len(parts) > 2 and parts[0] == ENVIRONMENTS else None


class Allowed:
    """The allow comments of a tree's files, read where one may be: of layers in those alone that are known to `remark`."""

    def __init__(self, tree: Tree, names: KnownRules, remarks: Collection[str]) -> None:
        self._tree = tree
        self._names = names
        self._remarks = remarks
        self._files: dict[str, tuple[Allowance, ...]] = {}
        self._used: set[tuple[str, Allowance]] = set()

    def remaining(self, findings: Iterable[Finding]) -> Iterator[Finding]:
        """The findings that no comment allows."""
        for finding in findings:
            matching = [one for one in self._of(finding.position.file) if self._allows(one, finding)]
            self._used.update((finding.position.file, one) for one in matching)
            if not any(one.reason for one in matching):
                yield finding

    def wrong(self, files: Iterable[str], asked: Collection[str]) -> Iterator[Finding]:
        """What is wrong with the comments of files: bad ones, those without a reason, and in files `asked` those not needed.

        Of other files than lamina reads, which may speak of such comments, it is only told where a reason is missing.
        """
        for file, one in self._used:
            if one.reason is None and file not in self._tree.files:
                yield _without_reason(one, Position(file, one.line, one.column))
        for file in files:
            for one in self._of(file):
                place = Position(file, one.line, one.column)
                if one.name is None:
                    message = "this comment to lamina cannot be understood"
                    yield Finding("bad-allow", message, place, fix=f"write it as {FORM}")
                elif one.reason is None:
                    yield _without_reason(one, place)
                elif (why := self._names.why_not(one.name)) is not None:
                    yield Finding("bad-allow", why[0], place, fix=why[1])
                elif file in asked and (file, one) not in self._used and one.name not in self._names.fleeting:
                    message = f"nothing on line {one.at} breaks {one.name}"
                    yield Finding("unused-allow", message, place, "warning", fix="take the comment away")

    def _of(self, file: str) -> tuple[Allowance, ...]:
        if file not in self._files:
            self._files[file] = self._read(file)
        return self._files[file]

    def _read(self, file: str) -> tuple[Allowance, ...]:
        """The comments of a file; of one that is no YAML whatever looks like one, by lines. JSON has none."""
        if file.startswith(f"{ENVIRONMENTS}/") and file not in self._remarks:
            return ()
        try:
            data = self._tree.glance(file) if not file.endswith(".json") else b""
        except Unreadable:
            return ()
        if MARK not in data:
            return ()
        said = comments if file.endswith((".yaml", ".yml")) else hash_comments
        return tuple(allowances(said(data), self._tree.lines(file)))

    def _allows(self, one: Allowance, finding: Finding) -> bool:
        return one.name == finding.rule and one.at == finding.position.line and one.name in self._names.silenced


def _without_reason(one: Allowance, place: Position) -> Finding:
    message = f"allowing {one.name} needs a reason, so nothing is allowed"
    return Finding("bad-allow", message, place, fix=f"write it as {FORM.replace('NAME', str(one.name))}")
