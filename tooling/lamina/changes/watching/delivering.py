"""Delivering: what is done with each configuration that is applied, one step after another, and what failed of it."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import NamedTuple, TypeVar

from lamina.changes.watching.answers import HEALTH, Answers, first, notice
from lamina.changes.watching.generations import Generations
from lamina.changes.watching.metrics import Metrics, Present
from lamina.changes.watching.recording import Recording
from lamina.changes.watching.running import CommandFailed, Running
from lamina.changes.watching.said import Began, Changed, Said, StepFailed
from lamina.changes.watching.signalling import Signalling
from lamina.changes.watching.writing import Writing
from lamina.project.folder import RECORD
from lamina.project.folder.writing import demand_apart
from lamina.project.hiding import SecretsMode
from lamina.project.live.current import Current
from lamina.project.live.live import Live
from lamina.project.live.outcomes import Outcome
from lamina.words.errors import Failure
from lamina.world.serving import Address, Numbers, Server, token_in

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Deeds:
    """What is to be done: a folder in a format, a signal (`PID` or `PID:NAME`), a command that may take so many seconds.

    `home` is the repository's root on disk, which the folder must keep clear of; `serve` where to listen, and the file of the
    token. With `nothing` changes are only told.
    """

    nothing: bool = False
    home: Path | None = None
    folder: Path | None = None
    form: str = "yaml"
    secrets: SecretsMode | None = None
    signal: str | None = None
    command: tuple[str, ...] = ()
    seconds: float = 60
    serve: tuple[Address, Path] | None = None


class _Done(NamedTuple):
    """A configuration that was done with last, and the folder that it is in."""

    current: Current
    folder: Path | None


class Delivery:
    """The steps, and what they hold on to; to be used in a `with`.

    Whoever is sent to a folder finds it there: where it cannot be written, nobody is signalled and no command is run.
    """

    def __init__(
        self, live: Live, deeds: Deeds, version: str, clock: Callable[[], datetime], say: Callable[[Said], None]
    ) -> None:
        self._live, self._deeds, self._clock, self._say = live, deeds, clock, say
        self._writing = Writing(deeds.form, deeds.secrets, version)
        self._metrics = Metrics()
        self._applied = clock().timestamp()
        self._recording = Recording(live.current.environment, clock)
        self._held = ExitStack()
        self._signalling: Signalling | None = None
        self._generations: Generations | None = None
        self._running: Running | None = None
        self._server: Server | None = None
        self._done = _Done(live.current, None)
        self._begun = 0
        self.failed: frozenset[str] = frozenset()

    def begin(self, variables: Mapping[str, str], ended: Callable[[CommandFailed], None]) -> None:
        """Do all that is to be done with the configuration that is in force at the start.

        A command gets `variables` as its environment; `ended` is told of one that failed, in another thread.
        Raises what is wrong with the deeds, and what keeps the folder from being written.
        """
        deeds, keep = self._deeds, self._held.callback
        if deeds.signal is not None:
            self._signalling = Signalling(deeds.signal)
            keep(self._signalling.close)
        if deeds.folder is not None:
            demand_apart(deeds.folder, deeds.home)
            self._generations = Generations(deeds.folder, RECORD)
            keep(self._generations.close)
        if deeds.serve is not None:
            address, token = deeds.serve
            answers = Answers(self._live, self._metrics, self._present)
            self._server = Server(address, token_in(token), answers, open_to_all=[HEALTH])
            keep(self._server.close)
        current, folder = self._write()
        self._begun = current.generation
        recorded = self._record(lambda: self._recording.applied(current, None, current.digest, current.commit))
        if self._server is not None:
            self._server.publish(first(current))
        if deeds.command:
            self._running = Running(deeds.command, variables, deeds.seconds, ended)
            keep(self._running.close)
        self._wake()
        status, url = self._live.status(), self._server.address.url if self._server else None
        wrong = status.refused if not current.generation else None
        refused = Outcome("refused", 0, None, None, wrong.reason, wrong.findings) if wrong else None
        self._say(Began(current, status.source, status.watched, folder, url, bool(recorded), refused))

    def changed(self, outcomes: Sequence[Outcome]) -> None:
        """Do what is to be done after changes, in their order; of several that were applied, the folder has the last."""
        # What was applied before the start was done with has been done with already.
        news = [one for one in outcomes if one.verdict != "applied" or one.generation > self._begun]
        applied = [one for one in news if one.verdict == "applied"]
        # What came while the folder was written may be in it already.
        is_new = bool(applied) and self._live.generation != self._done.current.generation
        if is_new:
            self._try("folder", self._write)
        for outcome in news:
            self._tell(outcome)
            has_folder = outcome in applied and outcome.generation == self._done.current.generation
            self._say(Changed(outcome, self._done.folder if has_folder else None))
        if is_new and "folder" not in self.failed:
            self._wake()

    def again(self) -> None:
        """Do once more what was not done."""
        if "folder" in self.failed:
            self._try("folder", self._write)
            if "folder" not in self.failed:
                self._wake()
        elif self.failed & {"signal", "command"}:
            self._wake()

    def command_failed(self, failure: CommandFailed) -> None:
        """Take note of a command that failed."""
        self._fail("command", failure)

    def __enter__(self) -> "Delivery":
        return self

    def __exit__(self, *_: object) -> None:
        self._held.close()

    def _tell(self, outcome: Outcome) -> None:
        """Count a change, record it, and tell those who follow."""
        current = self._live.current
        if outcome.verdict == "unchanged":
            return
        self._metrics.outcome("applied" if outcome.verdict == "applied" else "rejected", outcome.seconds)
        old, new = outcome.old_digest, outcome.new_digest
        if outcome.verdict == "applied":
            self._applied = self._clock().timestamp()
            self._record(lambda: self._recording.applied(current, old, new or "", outcome.commit))
        else:
            self._record(lambda: self._recording.rejected(current, old, new, outcome.reason))
        if self._server is not None:
            self._server.publish(notice(current.environment, outcome))

    def _record(self, act: Callable[[], bool]) -> bool | None:
        return None if self._deeds.nothing else self._try("log", act)

    def _write(self) -> _Done:
        """Write what is in force into a folder, where one is wanted; raises what keeps it from being written."""
        current, made = self._live.made()
        folder = None
        if self._generations is not None:
            name, private = current.digest.removeprefix("sha256:")[:12], self._deeds.secrets == "unseal"
            at = self._running.at if self._running else []
            used = [Path(one["LAMINA_FOLDER"]).name for one in at if "LAMINA_FOLDER" in one]
            folder = self._generations.put(name, lambda new: self._writing.fill(new, current, made), private, used)
            self._writing.wrote(folder)
        self._done = _Done(current, folder)
        return self._done

    def _wake(self) -> None:
        """Signal who is to be signalled, and run what is to be run."""
        if self._signalling is not None:
            self._try("signal", self._signalling.send)
        if self._running is not None:
            current, folder = self._done
            told = {"LAMINA_GENERATION": str(current.generation), "LAMINA_DIGEST": current.digest}
            self._running.newest(told | ({"LAMINA_FOLDER": str(folder)} if folder else {}))
            self.failed -= {"command"}

    def _try(self, step: str, act: Callable[[], T]) -> T | None:
        """What a step gives; None where it fails, which is said."""
        try:
            found = act()
        except Failure as failure:
            self._fail(step, failure)
            return None
        self.failed -= {step}
        return found

    def _fail(self, step: str, failure: Failure) -> None:
        self.failed |= {step}
        self._metrics.failure(step)
        self._say(StepFailed(step, failure))

    def _present(self) -> Present:
        status = self._live.status()
        numbers = self._server.numbers if self._server else Numbers(0, 0, 0)
        return Present(
            environment=status.environment,
            generation=status.generation,
            digest=status.digest,
            commit=status.commit,
            healthy=status.healthy,
            applied=self._applied,
            streams=numbers.streams,
            dropped=numbers.dropped,
            refused=numbers.refused,
        )
