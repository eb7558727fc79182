"""What `.sops.yaml` says: for whom a file is sealed, by which rule of selection, and how it is laid out."""

from collections.abc import Callable
from dataclasses import field
from functools import lru_cache

from lamina.thought.sealed.failures import CannotSeal
from lamina.thought.sealed.keys import Sharing
from lamina.thought.sealed.selection import Rule, pattern_fault, searcher
from lamina.words.finding import Finding, Position
from lamina.words.values import dataclass


@dataclass(frozen=True, slots=True)
class KeyGroup:
    """Recipients in order; `others` are keys of kinds that only sops can use, by kind and name."""

    recipients: tuple[str, ...] = ()
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CreationRule:
    """How files are sealed whose path holds a match of `pattern` (None: all files).

    `selection` is None where the rule is silent; `faults` are its errors, and with any of them nothing is sealed by it.
    """

    place: Position
    pattern: str | None = None
    groups: tuple[KeyGroup, ...] = ()
    threshold: int = 0
    selection: Rule | None = None
    mac_only_encrypted: bool = False
    faults: tuple[Finding, ...] = ()

    @property
    def recipients(self) -> tuple[str, ...]:
        """Everybody that the rule names, group by group."""
        return tuple(name for group in self.groups for name in group.recipients)

    @property
    def unsupported(self) -> tuple[str, ...]:
        """The keys that lamina does not seal for: those of other kinds, and recipients of age plugins."""
        return (*(name for group in self.groups for name in group.others), *filter(is_foreign, self.recipients))

    def demand_sound(self, path: str) -> None:
        """Raise CannotSeal where the rule for the file at a path is wrong."""
        for fault in self.faults:
            raise CannotSeal(
                path, f"its creation rule is wrong: {fault.position}: {fault.message}", fault.fix or "mend it"
            )

    def sharing(self, path: str) -> Sharing:
        """For whom to seal the file at a path; raises CannotSeal where the rule does not say it soundly, or for age alone."""
        self.demand_sound(path)
        if self.unsupported:
            message = f"its creation rule, {self.place}, names what lamina does not seal for: {self.unsupported[0]}"
            raise CannotSeal(path, message, "seal it with sops, or let the rule name age recipients alone")
        if not self.groups or not all(group.recipients for group in self.groups):
            message = f"its creation rule, {self.place}, names nobody to seal it for"
            raise CannotSeal(path, message, "name recipients there, under age")
        return Sharing(tuple(group.recipients for group in self.groups), self.threshold)


@dataclass(frozen=True, slots=True)
class Indents:
    """The widths that files are indented by; -1 is a tab."""

    yaml: int = 4
    json: int = -1
    json_binary: int = -1


@dataclass(frozen=True, slots=True)
class Rules:
    """What a `.sops.yaml` says, with what is wrong in it; one that is not `readable` says nothing, not even by default.

    `place` is where the list of creation rules starts.
    """

    file: str
    rules: tuple[CreationRule, ...] = ()
    indents: Indents = field(default_factory=Indents)
    findings: tuple[Finding, ...] = ()
    readable: bool = True
    place: Position | None = None

    def for_file(self, path: str) -> CreationRule | None:
        """The first rule that matches a path of the repository, as sops chooses.

        A rule whose pattern cannot be read ends the search, as in sops: nobody knows which files it means.
        """
        name = self._below(path)
        return next((rule for rule in self.rules if rule.pattern is None or _matches(rule.pattern, name)), None)

    def unmatched(self, path: str) -> Finding:
        """The finding about a file that no rule is for."""
        position = self.place or Position(self.file)
        if not self.readable:
            message, fix = f"{self.file} cannot be read, so nothing says for whom {path} is sealed", f"mend {self.file}"
        elif self.rules:
            message = f"no creation rule matches {path}, so nothing says for whom it is sealed"
            fix = f"let a path_regex match {self._below(path)}, or add a last rule without one"
        else:
            message = f"there are no creation rules, so nothing says for whom {path} is sealed"
            fix = "write creation_rules: a list of path_regex and age"
        return Finding("no-creation-rule", message, position, fix=fix)

    def _below(self, path: str) -> str:
        """A path from the folder of this file; a path outside it stays as it is."""
        folder, slash, _ = self.file.rpartition("/")
        return path.removeprefix(folder + slash)


def is_foreign(recipient: str) -> bool:
    """Whether a recipient is an age plugin's, or of a kind that came after X25519 (`age1yubikey1...`, `age1pq1...`)."""
    return recipient.startswith("age1") and recipient.count("1") > 1


def _matches(pattern: str, path: str) -> bool:
    # sops matches bytes, and takes one that is no UTF-8 for U+FFFD.
    return _test(pattern)(path.encode("utf-8", "surrogateescape").decode("utf-8", "replace"))


@lru_cache(maxsize=256)
def _test(pattern: str) -> Callable[[str], bool]:
    return (lambda path: True) if pattern_fault(pattern) else searcher(pattern)
