"""What can be seen of a tree's sealed files without a key, and of those that should be sealed."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from lamina.project.tree import Tree
from lamina.thought.topology import CREATION_RULES, ENVIRONMENTS
from lamina.words.finding import Finding, Position, Related
from lamina.world.sources import Unreadable

if TYPE_CHECKING:
    from lamina.thought.sealed.creation import CreationRule, Rules

_WIDE = r"if it is to stay plain, let the rule's path_regex ask for \.sops\. in the name"


class SealedFiles:
    """The sealed files of one tree, and the `.sops.yaml` of its root and of the folders below it."""

    def __init__(self, tree: Tree, now: datetime) -> None:
        self._tree = tree
        self._now = now
        self._rules: dict[str, Rules | None] = {}
        self._files = frozenset(tree.every)

    def of_rules(self) -> tuple[Finding, ...]:
        """What is wrong with the `.sops.yaml` of the root."""
        rules = self._rules_in("")
        return tuple(rules.findings) if rules is not None else ()

    def findings(self, files: Iterable[str]) -> Iterator[Finding]:
        """What is wrong with some files; notes are left to `secrets check --notes`."""
        for file in files:
            if file.startswith(ENVIRONMENTS + "/") or self._is_meant(file):
                yield from (finding for finding in self._of(file) if finding.severity != "note")

    def _is_meant(self, file: str) -> bool:
        """Whether a file that is no layer belongs to what is sealed: a creation rule of the root says so."""
        rules = self._rules_in("")
        return rules is not None and file.rpartition("/")[2] != CREATION_RULES and rules.for_file(file) is not None

    def _of(self, file: str) -> Iterator[Finding]:
        try:
            data = self._tree.glance(file)
        except Unreadable:
            return
        rules = self._rules_above(file)
        rule = rules.for_file(file) if rules is not None else None
        if rule is None and ".sops." not in file and b"sops" not in data and b"ENC[" not in data:
            # Neither sealed nor meant to be, as nearly all files; those who could say more need not even be imported.
            return
        from lamina.thought.sealed.inspecting import disagreements, inspected, looks_sealed

        if not looks_sealed(data, file):
            yield from self._unsealed(data, file, rule)
            return
        seen = inspected(data, file, self._now)
        yield from seen.findings
        if rule is None and rules is not None:
            missing = rules.unmatched(file)
            related = (Related(missing.position, "the creation rules"),)
            yield replace(missing, position=Position(file), related=related)
        if seen.look is not None and rule is not None:
            yield from disagreements(seen.look, rule)

    def _unsealed(self, data: bytes, file: str, rule: "CreationRule | None") -> Iterator[Finding]:
        from lamina.thought.sealed.inspecting import unsealed

        found = unsealed(data, file, rule)
        if found is None:
            return
        if found.related and file.startswith(ENVIRONMENTS + "/") and ".sops." not in file:
            # A layer says by its name whether it is sealed, so the rule is wide rather than the layer wrong.
            found = replace(found, severity="warning", fix=_WIDE)
        yield found

    def _rules_above(self, file: str) -> "Rules | None":
        """The rules of the nearest `.sops.yaml` from the folder of a file upwards."""
        folder = file
        while folder:
            folder = folder.rpartition("/")[0]
            if (rules := self._rules_in(folder)) is not None:
                return rules
        return None

    def _rules_in(self, folder: str) -> "Rules | None":
        if folder not in self._rules:
            file = f"{folder}/{CREATION_RULES}" if folder else CREATION_RULES
            self._rules[folder] = self._read(file) if file in self._files else None
        return self._rules[folder]

    def _read(self, file: str) -> "Rules | None":
        from lamina.thought.sealed.creation import read_rules

        try:
            return read_rules(self._tree.glance(file), file)
        except Unreadable:
            return None
