"""The judgement of sealed files: without a key, and with keys where that is asked."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from lamina.project.keyring import Keyring
from lamina.project.plain_secrets import layer_findings
from lamina.project.questions import Project
from lamina.project.sealed_files import FileOnDisk
from lamina.project.sealed_scope import SealedScope
from lamina.thought.sealed.creation.nodes import Source
from lamina.thought.sealed.failures import NoKey, Unsound
from lamina.thought.sealed.inspecting import disagreements, inspected, looks_sealed, unsealed
from lamina.thought.sealed.opening import Look
from lamina.thought.topology import CREATION_RULES
from lamina.words.finding import Finding, Position, Related, Severity
from lamina.words.node import Path as NodePath
from lamina.words.values import dataclass
from lamina.world import git
from lamina.world.sources.worktree import WorkTree


@dataclass(frozen=True, slots=True)
class SealedCheck:
    """What was found, and in which sealed files; how many of them opened, and the first failure where none did."""

    findings: tuple[Finding, ...]
    files: tuple[str, ...]
    opened: int = 0
    no_key: NoKey | None = None


def check_sealed(
    folder: Path, paths: Sequence[Path], version: str, now: datetime, keyring: Keyring | None = None
) -> SealedCheck:
    """Judge the sealed files that are named, or all; with a keyring each is opened too.

    Raises CannotRead where one that is named cannot be read.
    """
    check = _Check(SealedScope(folder, paths), now, keyring)
    if not paths:
        check.rules((check.scope.root or folder) / CREATION_RULES)
    for file in check.scope.files():
        check.file(file)
    check.layers(version)
    findings = sorted(dict.fromkeys((*check.findings, *check.scope.obstacles)), key=lambda one: one.position)
    return SealedCheck(tuple(findings), tuple(check.files), check.opened, check.no_key if not check.opened else None)


class _Check:
    """One run over the files of a scope, and what came of it so far."""

    def __init__(self, scope: SealedScope, now: datetime, keyring: Keyring | None) -> None:
        self.scope = scope
        self.now = now
        self.keyring = keyring
        self.findings: list[Finding] = []
        self.files: list[str] = []
        self.opened = 0
        self.no_key: NoKey | None = None
        self._rules_seen: set[Path] = set()

    def file(self, file: FileOnDisk) -> None:
        """Judge one file."""
        if file.path.name == CREATION_RULES:
            self.rules(file.path)
            return
        rule = self.scope.rule_of(file.path)
        if not looks_sealed(file.data, file.name):
            found = unsealed(file.data, file.name, rule)
            named = file.path.resolve() in self.scope.named
            if found is not None and found.related and not named and git.ignores(file.path):
                # An opened copy that is never committed.
                return
            if found is not None and found.related and self.scope.is_plain_layer(file.name):
                # A layer says by its name whether it is sealed, so the rule is wide rather than the layer wrong.
                fix = r"if it is to stay plain, let the rule's path_regex ask for \.sops\. in the name"
                found = replace(found, severity="warning", fix=fix)
            if found is None and named:
                fix = f"lamina secrets encrypt --in-place {file.name}"
                found = Finding("not-sealed", "the file is not sealed", Position(file.name), fix=fix)
            self.findings += self._placed(file.path, [found]) if found else ()
            return
        self.files.append(file.name)
        seen = inspected(file.data, file.name, self.now)
        self.findings += seen.findings
        self.rules(file.path)
        self.findings += self._unmatched(file)
        if seen.look is not None and rule is not None:
            self.findings += self._placed(file.path, disagreements(seen.look, rule))
        if self.keyring is not None and seen.look is not None and seen.sound:
            self.findings += self._opening(seen.look, self.keyring)

    def layers(self, version: str) -> None:
        """Judge the secrets of a repository's layers."""
        if self.scope.root is not None:
            project = Project(WorkTree(self.scope.root), version, self.scope.root)
            layers = project.tree.topology.layer_files()
            self.findings += layer_findings(project.tree, (of for of in layers if self.scope.holds(of.file)))

    def rules(self, path: Path) -> None:
        """Judge the `.sops.yaml` above a file, once."""
        found = self.scope.rules_of(path)
        if found is not None and found[2] not in self._rules_seen:
            self._rules_seen.add(found[2])
            self.findings += self._placed(path, found[1])

    def _unmatched(self, file: FileOnDisk) -> Iterator[Finding]:
        """That no creation rule is for a sealed file, though there are some: then nobody can seal it again."""
        missing = (self.scope.rules_of(file.path) or (None,))[0]
        if missing is not None:
            [placed] = self._placed(file.path, [missing])
            related = (Related(placed.position, "the creation rules"),)
            yield replace(placed, position=Position(file.name), related=related)

    def _placed(self, path: Path, findings: Sequence[Finding]) -> Iterator[Finding]:
        """Findings that name a `.sops.yaml` as it is called in its own folder, with the name that it has here."""
        found = self.scope.rules_of(path)
        name = self.scope.name(found[2]) if found else ""
        for finding in findings:
            related = tuple(replace(one, position=_called(one.position, name)) for one in finding.related)
            yield replace(finding, position=_called(finding.position, name), related=related)

    def _opening(self, of: Look, keyring: Keyring) -> Iterator[Finding]:
        try:
            opened = keyring.open(of)
        except NoKey as failure:
            self.no_key = self.no_key or failure
            message = "no key at hand opens it, so its values and its MAC were not verified"
            yield Finding("not-opened", message, Position(of.file), "note")
        except Unsound as failure:
            yield _finding(of, "tampered", failure.message, failure.path, "error", failure.hint)
        else:
            self.opened += 1
            for doubt in opened.doubts:
                if doubt.rule == "closed-comment":
                    yield _finding(of, doubt.rule, doubt.message, doubt.path, "warning", doubt.fix)


def _finding(of: Look, rule: str, message: str, path: NodePath, severity: Severity, fix: str | None) -> Finding:
    start = next((leaf.start for leaf in of.parsed.leaves() if path and leaf.path == path), -1)
    place = Source(of.parsed.text, of.file).place(start) if start >= 0 else Position(of.file)
    return Finding(rule, message.removeprefix(f"{of.file}: "), place, severity, path=path or None, fix=fix)


def _called(position: Position, name: str) -> Position:
    return replace(position, file=name) if position.file == CREATION_RULES and name else position
