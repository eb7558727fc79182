"""What the creation rules want of sealed files and the files do not have yet: other recipients, another selection."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TypeGuard

from lamina.project.creation_rules import NoRule, RulesAbove
from lamina.project.sealed_looks import SealedFile, sealed_looks
from lamina.thought.sealed.keys import Sharing
from lamina.thought.sealed.opening import Look
from lamina.thought.sealed.recipients import same_recipient
from lamina.thought.sealed.rekeying import is_shared_so, sharing_of
from lamina.thought.sealed.reruling import is_ruled_so
from lamina.thought.sealed.selection import DEFAULT, Rule, chosen
from lamina.thought.sealed.tree import Entry, Leaf
from lamina.thought.topology import CREATION_RULES
from lamina.words.address import path_text
from lamina.words.errors import Failure
from lamina.words.values import dataclass


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a creation rule says of a file."""

    sharing: Sharing
    rule: Rule = DEFAULT
    mac_only_encrypted: bool = False


@dataclass(frozen=True, slots=True)
class GroupChange:
    """Who comes to a group of recipients and who leaves it; `number` counts from one where there are several groups."""

    number: int | None
    added: tuple[str, ...]
    removed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SelectionChange:
    """The places of what gets sealed and of what becomes plain text; not `known` where sealed comments decide it."""

    sealed: tuple[str, ...]
    plain: tuple[str, ...]
    known: bool = True


@dataclass(frozen=True, slots=True)
class Difference:
    """A sealed file that is not as its creation rule wants it."""

    file: SealedFile
    wanted: Wanted

    @property
    def shared(self) -> bool:
        """Whether its recipients are already those of the rule."""
        return is_shared_so(self.file.look, self.wanted.sharing)

    @property
    def ruled(self) -> bool:
        """Whether its selection is already that of the rule."""
        return is_ruled_so(self.file.look, self.wanted.rule, self.wanted.mac_only_encrypted)

    def groups(self) -> list[GroupChange]:
        """The groups whose recipients change."""
        return group_changes(self.file.look, self.wanted.sharing)

    def needed(self) -> tuple[str, str] | None:
        """How many groups it takes to open the file, before and after, where that changes."""
        metadata, sharing = self.file.look.metadata, self.wanted.sharing
        before = _needed(metadata.needed, len(metadata.groups))
        after = _needed(sharing.threshold or len(sharing.groups), len(sharing.groups))
        return (before, after) if before != after else None

    def leaving(self) -> list[str]:
        """Who can read the file, and is named by the rule no more."""
        stay = [name for group in self.wanted.sharing.groups for name in group]
        before = dict.fromkeys(self.file.look.metadata.recipients)
        return [name for name in before if not any(same_recipient(name, other) for other in stay)]

    def selection(self) -> SelectionChange:
        """The values whose sealing changes, as far as that can be told without a key."""
        of, rule = self.file.look, self.wanted.rule
        if self.ruled:
            return SelectionChange((), ())
        pairs = zip(of.parsed.entries, of.selected, chosen(of.parsed.entries, rule), strict=True)
        turned = [(place(entry), now) for entry, was, now in pairs if was is not now and _holds(entry)]
        sealed_notes = any(entry.note for entry in of.parsed.leaves() if str(entry.value).startswith("ENC["))
        return SelectionChange(
            tuple(name for name, now in turned if now),
            tuple(name for name, now in turned if not now),
            not (rule.reads_comments and sealed_notes),
        )


@dataclass(frozen=True, slots=True)
class Differences:
    """The sealed files that differ from their rules, how many were compared, and what could not be."""

    differing: tuple[Difference, ...]
    compared: int
    failures: tuple[Failure, ...] = ()


def rule_differences(folder: Path, paths: Sequence[Path] = (), *, selection: bool = False) -> Differences:
    """The sealed files whose recipients, and where asked whose selection, are not those of `.sops.yaml`; needs no key."""
    found = sealed_looks(folder, paths)
    differing: list[Difference] = []
    failures = list(found.failures)
    for file in found.files:
        try:
            sharing_of(file.look)
            difference = Difference(file, _wanted(file, found.rules))
        except Failure as failure:
            failures.append(failure)
            continue
        if not difference.shared or (selection and not difference.ruled):
            differing.append(difference)
    return Differences(tuple(differing), len(found.files), tuple(failures))


def group_changes(of: Look, sharing: Sharing) -> list[GroupChange]:
    """The groups of a file whose recipients are to change, position by position."""
    before = [group.recipients for group in of.metadata.groups]
    after = list(sharing.groups)
    several = max(len(before), len(after)) > 1
    changes = []
    for index in range(max(len(before), len(after))):
        old = before[index] if index < len(before) else ()
        new = after[index] if index < len(after) else ()
        added, removed = tuple(_without(new, old)), tuple(_without(old, new))
        if added or removed:
            changes.append(GroupChange(index + 1 if several else None, added, removed))
    return changes


def sealed_values(file: SealedFile) -> list[str]:
    """The places of the values that are sealed in a file, `file: path`; of a file that is one value, the file alone."""
    if file.look.store.name == "binary":
        return [file.name]
    entries = zip(file.look.parsed.entries, file.look.selected, strict=True)
    leaves = [entry for entry, sealed in entries if sealed and _holds(entry) and not entry.note]
    return [f"{file.name}: {place(leaf)}" for leaf in leaves]


def place(leaf: Leaf) -> str:
    """What messages call a value or a comment: by its place, and never by what it says."""
    path = path_text(leaf.path)
    return path if not leaf.note else f"a comment in {path}" if path else "a comment"


def _wanted(file: SealedFile, rules: RulesAbove) -> Wanted:
    """What the rule for a file says; raises NoRule, and CannotSeal where the rule is wrong."""
    if rules.of(file.disk.path) is None:
        message = f"no {CREATION_RULES} stands above {file.name}, so nothing says for whom it is sealed"
        raise NoRule(message, "write one with creation_rules, a list of path_regex and age")
    rule, _ = rules.rule(file.disk.path)
    return Wanted(rule.sharing(file.name), rule.selection or DEFAULT, rule.mac_only_encrypted)


def _holds(entry: Entry) -> TypeGuard[Leaf]:
    """Whether an entry can be sealed at all: a value or a comment, neither null nor empty."""
    return isinstance(entry, Leaf) and entry.value is not None and entry.value != ""


def _needed(needed: int, groups: int) -> str:
    return f"{needed} of {groups} groups" if groups > 1 else "one group"


def _without(names: Sequence[str], others: Sequence[str]) -> Iterator[str]:
    return (name for name in dict.fromkeys(names) if name not in others)
