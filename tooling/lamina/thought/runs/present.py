"""What acts look at, the records that are there now, and what they give: what is to be recorded."""

from collections.abc import Mapping, Sequence
from typing import Generic, Protocol, TypeVar

from lamina.thought.runs.failures import BadRecord, NotFound
from lamina.thought.runs.soundness import count
from lamina.words.event import Draft, Head
from lamina.words.runs import KINDS, Execution, Intervention, Phase, Record, Run
from lamina.words.values import dataclass

_R = TypeVar("_R", bound=Record)
_NAMES: Mapping[type, str] = {record: kind for kind, record in KINDS.items()}


class Present(Protocol):
    """The records that there are, by kind (`words.runs.KINDS`), and the last event that is in them."""

    @property
    def applied(self) -> Head:
        """The last event that is in the records."""

    def get(self, kind: str, id: str) -> Record | None:
        """One record."""

    def of_run(self, kind: str, run: str) -> Sequence[Record]:
        """The records of a run, in the order in which they were made."""


@dataclass(frozen=True, slots=True)
class Wish(Generic[_R]):
    """What is to be recorded, all or none of it (nothing, where it is so already), and the record that it is about."""

    kind: type[_R]
    id: str
    drafts: tuple[Draft, ...]


def new_id(present: Present, kind: str, run: str) -> str:
    """An id for a record that the next event makes: made of the run, the kind's first letter and the event's number."""
    number = present.applied.seq + 1
    while present.get(kind, f"{run}.{kind[0]}{number}") is not None:  # numbered while there was no log
        number += 1
    return f"{run}.{kind[0]}{number}"


def the(present: Present, kind: type[_R], id: str) -> _R:
    """A record that has to be there; raises NotFound, and BadRecord for what is no id."""
    if not isinstance(id, str):
        raise BadRecord(f"id of the {_NAMES[kind]}", id, "give the id itself, as text: record.id")
    found = present.get(_NAMES[kind], id)
    if not isinstance(found, kind):
        raise NotFound(_NAMES[kind], id)
    return found


def of(present: Present, kind: type[_R], run: str) -> list[_R]:
    """The records of a kind that a run has."""
    return [one for one in present.of_run(_NAMES[kind], run) if isinstance(one, kind)]


def run_of(present: Present, id: str) -> Run:
    """A run; raises NotFound."""
    return the(present, Run, id)


def phase_of(present: Present, run: str, number: int) -> Phase:
    """A phase of a run; raises NotFound for either."""
    run_of(present, run)
    return the(present, Phase, phase_id(run, count("number of a phase", number, 1)))


def phase_id(run: str, number: int) -> str:
    """The id of a phase."""
    return f"{run}.{number}"


def of_a_run(present: Present, run: str) -> list[Record]:
    """All that there is of a run, itself first; empty where it is not there."""
    found = present.get("run", run)
    kinds = [kind for kind in KINDS if kind != "run"]
    return [found, *(one for kind in kinds for one in present.of_run(kind, run))] if found else []


def executions_of(present: Present, run: str, phase: int, step: str) -> list[Execution]:
    """Every try at a step, the oldest first."""
    return [one for one in of(present, Execution, run) if one.phase == phase and one.step == step]


def interventions_of(present: Present, run: str, phase: int) -> list[Intervention]:
    """What people were asked, or did, about a phase."""
    return [one for one in of(present, Intervention, run) if one.phase == phase]
