"""Grounds: where a live configuration comes from. A work tree, a branch, a rendered folder; each by the same contract."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from lamina.project.moments import Made
from lamina.words.errors import Failure
from lamina.words.finding import Finding
from lamina.words.node import same


@dataclass(frozen=True, slots=True)
class Seen:
    """What lies there: the documents, frozen, what tells each apart, the digest of all, and the commit where one is known.

    Documents that did not change are the very objects of the last look. `marks` tell two apart that look the same with their
    secrets put away. `made` says of each what it was made of, where it was made here.
    """

    documents: Mapping[str, Any]
    marks: Mapping[str, bytes]
    digest: str
    commit: str | None = None
    made: Mapping[str, Made] = field(default_factory=dict)

    def changed(self, before: "Seen") -> tuple[str, ...]:
        """The documents that were added, removed or changed since."""
        names = sorted({*self.documents, *before.documents})
        return tuple(name for name in names if not self._same(before, name))

    def _same(self, before: "Seen", name: str) -> bool:
        if name not in self.documents or name not in before.documents:
            return False
        old, new = before.documents[name], self.documents[name]
        return old is new or (before.marks[name] == self.marks[name] and same(old, new))


class Refused(Failure):
    """What lies there is wrong, so that it must not get in; `inputs` is the digest of what it is made from."""

    status = 1

    def __init__(self, reason: str, findings: Sequence[Finding] = (), inputs: str | None = None) -> None:
        super().__init__(reason, "lamina validate shows all that is wrong")
        self.findings = tuple(findings)
        self.inputs = inputs


class Unsettled(Failure):
    """What lies there is being changed at this moment, so that it is looked at again a little later."""


class Ground(Protocol):
    """Where documents come from; one thread at a time asks it."""

    @property
    def name(self) -> str:
        """What people call it."""

    @property
    def commit(self) -> str | None:
        """The commit that was looked at last, where it is one."""

    def look(self) -> Seen:
        """What lies there now; raises Refused, Unsettled, and other Failures that say why nothing can be had."""

    def accept(self) -> None:
        """What the last look gave is in force: the next one is measured by it."""

    def places(self) -> list[Path]:
        """The files and folders whose change may be one of the documents."""
