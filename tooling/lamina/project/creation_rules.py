"""The rules of the `.sops.yaml` above each file: for whom, and how, it is to be sealed."""

from collections.abc import Iterable
from pathlib import Path

from lamina.thought.sealed.creation import CreationRule, Rules, read_rules
from lamina.thought.topology import CREATION_RULES
from lamina.words.errors import Failure
from lamina.words.finding import worst
from lamina.world.files import file_above, read_file

_WRITE = "write one with creation_rules, or name recipients with --age"


class NoRule(Failure):
    """Nothing says for whom a file is to be sealed."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message, hint)


class RulesAbove:
    """The `.sops.yaml` above each file, the nearest, each read once."""

    def __init__(self) -> None:
        self._read: dict[Path, Rules] = {}
        self._above: dict[Path, Path | None] = {}
        self._resolved: dict[Path, Path] = {}

    def of(self, path: Path) -> tuple[Rules, str] | None:
        """The rules for a file and its path from their folder; None where no `.sops.yaml` is above it."""
        folder = self.folder_of(path)
        if folder not in self._above:
            self._above[folder] = file_above(folder, CREATION_RULES)
        file = self._above[folder]
        if file is None:
            return None
        if file not in self._read:
            self._read[file] = read_rules(read_file(file), CREATION_RULES)
        return self._read[file], (folder / path.name).relative_to(file.parent).as_posix()

    def all_of(self, paths: Iterable[Path]) -> list[Rules]:
        """What every `.sops.yaml` above any of the files says."""
        found = [of[0] for path in paths if (of := self.of(path)) is not None]
        return list({id(rules): rules for rules in found}.values())

    def folder_of(self, path: Path) -> Path:
        """The folder that a file stands in, links on the way to it followed."""
        if path.parent not in self._resolved:
            self._resolved[path.parent] = path.parent.resolve()
        return self._resolved[path.parent]

    def rule(self, path: Path) -> tuple[CreationRule, str]:
        """The creation rule for a file and its path from the rules' folder; raises NoRule."""
        found = self.of(path)
        if found is None:
            raise NoRule(f"no {CREATION_RULES} stands above {path}, so nothing says for whom it is sealed", _WRITE)
        rules, name = found
        for finding in rules.findings:
            if not rules.readable and worst([finding]) == "error":
                raise NoRule(f"{finding.position}: {finding.message}", finding.fix or f"mend {CREATION_RULES}")
        rule = rules.for_file(name)
        if rule is None:
            unmatched = rules.unmatched(name)
            raise NoRule(f"{unmatched.position}: {unmatched.message}", unmatched.fix or _WRITE)
        return rule, name
