"""What is refused of a wish to change run state; then nothing is recorded."""

from collections.abc import Sequence

from lamina.words.errors import Failure


class NotFound(Failure):
    """A record that is not there."""

    def __init__(self, kind: str, id: str) -> None:
        super().__init__(
            f"there is no {kind} {id}", "lamina state runs ENV lists the runs, lamina state show one of them"
        )
        self.kind, self.id = kind, id


class AlreadyRecorded(Failure):
    """A record that is to be made, and is there."""

    def __init__(self, kind: str, id: str) -> None:
        super().__init__(f"there is a {kind} {id} already", "choose another id, or go on with the one that is there")


class IllegalTransition(Failure):
    """A status that may not follow the one there is."""

    def __init__(self, kind: str, id: str, before: str, to: str, allowed: Sequence[str], why: str = "") -> None:
        ways = f"from {before} it may become {' or '.join(allowed)}" if allowed else f"{before} is final"
        super().__init__(f"the {kind} {id} is {before} and cannot become {to}{why}", ways)
        self.before, self.to, self.allowed = before, to, tuple(allowed)


class Conflict(Failure):
    """A record that somebody else changed since it was read."""

    def __init__(self, kind: str, id: str, expected: int, version: int) -> None:
        super().__init__(
            f"the {kind} {id} was changed by event {version}, after event {expected} that this change is based on",
            "read it again, and decide anew",
        )
        self.expected, self.version = expected, version


class NotUnderWay(Failure):
    """A step, or a phase, that cannot begin: its run or phase is not being worked at, or has ended."""

    def __init__(self, kind: str, id: str, status: str, part: str = "step", ended: bool = False) -> None:
        way = 'move_run(..., "executing")' if kind == "run" else 'move_phase(..., "in_progress")'
        super().__init__(
            f"the {kind} {id} is {status}, so no {part} of it can begin",
            f"a {kind} that is {status} stays as it is" if ended else f"first bring the {kind} under way: {way}",
        )


class StepDone(Failure):
    """A step that was finished, and is never done twice."""

    def __init__(self, run: str, phase: int, step: str) -> None:
        super().__init__(
            f"the step {step} of phase {phase} of the run {run} is finished already",
            "resume goes on with the first step that is not",
        )


class StepUnderWay(Failure):
    """A step that another process is at."""

    def __init__(self, run: str, step: str, owner: str) -> None:
        super().__init__(
            f"the step {step} of the run {run} is being worked at by {owner}",
            "wait for it; if that process is dead, lamina state resume ENV RUN says so in the log",
        )


class BadText(Failure):
    """A name for people (of a workflow, step, agent, gate) that is empty, too long, or more than a line."""

    status = 2

    def __init__(self, what: str, text: object) -> None:
        super().__init__(f"{text!r:.80} cannot be the {what}", "one line of 1 to 200 printable characters")


class BadRecord(Failure):
    """A value that a record cannot have."""

    status = 2

    def __init__(self, what: str, value: object, hint: str) -> None:
        super().__init__(f"{value!r:.80} cannot be the {what}", hint)


class Untellable(Failure):
    """An event that is what was written, and makes no records: no lamina writes it."""

    def __init__(self, seq: int, type: str, why: str) -> None:
        hint = f"go back before it: lamina snapshot restore --to {seq - 1}, or lamina backup restore --as-of {seq - 1}"
        super().__init__(f"event {seq} of the log ({type}) makes no records: {why}", hint)
        self.seq = seq
