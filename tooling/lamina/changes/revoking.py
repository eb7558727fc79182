"""A recipient who leaves: taken out of every file, each under a new data key; and what was seen, which must be changed."""

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from lamina.changes.rekeying import demand_recipient, without
from lamina.changes.rewriting import computed, write
from lamina.project.keyring import Keyring
from lamina.project.rule_differences import sealed_values
from lamina.project.sealed_looks import SealedFile, SealedFiles, sealed_looks
from lamina.thought.sealed.cipher import Random
from lamina.thought.sealed.keys import Sharing
from lamina.thought.sealed.recipients import same_recipient
from lamina.thought.sealed.rekeying import rotated, sharing_of
from lamina.words.errors import Failure
from lamina.words.finding import worst
from lamina.words.values import dataclass


class StillNamed(Failure):
    """Rules that would seal files for the recipient again."""

    status = 1

    def __init__(self, recipient: str, places: Sequence[str]) -> None:
        super().__init__(
            f"creation rules still name {recipient}, and would seal files for it again",
            "take it out of .sops.yaml first, then run this again",
        )
        self.details = tuple(places)


class RulesUnknown(Failure):
    """Creation rules that cannot be read, so nobody knows whom they name."""

    status = 1


class NoSuchRecipient(Failure):
    """Nobody of that name can open any of the files."""

    def __init__(self, recipient: str, files: int) -> None:
        where = f"none of the {files} sealed files is sealed for it" if files else "there are no sealed files here"
        super().__init__(f"{recipient}: {where}", "lamina secrets access says who can open what")


@dataclass(frozen=True, slots=True)
class Revocation:
    """What it takes to revoke a recipient: the files to seal anew and for whom, and the values that were seen."""

    recipient: str
    files: tuple[tuple[SealedFile, Sharing], ...]
    others: int
    failures: tuple[Failure, ...] = ()

    def values(self) -> list[str]:
        """The sealed values that the recipient could read, and may have kept: `file: path`."""
        return [value for file, _ in self.files for value in sealed_values(file)]


def revocation(folder: Path, paths: Sequence[Path], recipient: str) -> Revocation:
    """What it takes to revoke a recipient in the files that are named, or in all; needs no key and writes nothing."""
    recipient = recipient.strip()
    found = sealed_looks(folder, paths)
    demand_recipient(recipient, [name for file in found.files for name in file.look.metadata.recipients])
    failures = [*found.failures, *_rule_failures(found, recipient)]
    files: list[tuple[SealedFile, Sharing]] = []
    for file in found.files:
        if any(same_recipient(name, recipient) for name in file.look.metadata.recipients):
            try:
                files.append((file, without(file, sharing_of(file.look), recipient)))
            except Failure as failure:
                failures.append(failure)
    return Revocation(recipient, tuple(files), len(found.files) - len(files), tuple(failures))


def revoke(
    of: Revocation, keyring: Keyring, random: Random, now: datetime, agree: Callable[[], bool] = lambda: True
) -> bool:
    """Seal the files anew, without the recipient, if the user agrees; says whether they were written.

    Raises NoSuchRecipient, and NothingWritten.
    """
    if not of.files:
        raise NoSuchRecipient(of.recipient, of.others)
    sharings = {file.name: sharing for file, sharing in of.files}

    def after(file: SealedFile) -> bytes:
        return rotated(keyring.open(file.look), sharings[file.name], random, now)

    rewrites = computed([file for file, _ in of.files], after)
    if not agree():
        return False
    write(rewrites)
    return True


def _rule_failures(found: SealedFiles, recipient: str) -> list[Failure]:
    """What the rules above the files say against it."""
    places: dict[str, None] = {}
    faults: list[Failure] = []
    for rules in found.rules.all_of([file.disk.path for file in found.files]):
        if not rules.readable:
            finding = next(one for one in rules.findings if worst([one]) == "error")
            faults.append(RulesUnknown(f"{finding.position}: {finding.message}", finding.fix))
        for rule in rules.rules:
            if any(same_recipient(name, recipient) for name in rule.recipients):
                places[f"{rule.place}"] = None
    return [*faults, *([StillNamed(recipient, list(places))] if places else [])]
