"""A live configuration: the last that was sound, behind one reference; what is wrong never gets in."""

import logging
import os
import signal
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import replace
from queue import Empty, SimpleQueue
from threading import Lock, Thread, current_thread
from traceback import format_tb
from types import FrameType
from typing import Any, Protocol
from weakref import WeakSet

from lamina.project.live.current import Current
from lamina.project.live.ground import Ground, Refused, Seen, Unsettled
from lamina.project.live.listening import Handle, Listeners
from lamina.project.live.outcomes import Change, Outcome, Refusal, Status
from lamina.project.moments import Made
from lamina.words.errors import Failure
from lamina.words.harmless import safe

log = logging.getLogger("lamina.live")

_LONGEST_REASON = 1000

# For how many seconds, and how often, a ground that is being changed at this moment is looked at again; and then again.
_PATIENCE, _PAUSE, _SOON = 0.25, 0.005, 0.02
# At the start there is nothing to go on with meanwhile.
_FIRST_PATIENCE = 3.0
# What is refused may be mended by what no file tells of, such as a disk that is mounted again: it is tried at times.
_AGAIN = 2.0


class Watching(Protocol):
    """What notices changes; see `lamina.world.watching`."""

    @property
    def how(self) -> str: ...
    def wait(self, seconds: float | None = None) -> bool: ...
    def wake(self) -> None: ...
    def close(self) -> None: ...


class Bell:
    """What notices nothing by itself, and can be rung: by a signal too."""

    how = "not watched: it is read again when somebody asks for it"

    def __init__(self) -> None:
        # Its `put` may be called in the midst of itself, as by a signal.
        self._rung: SimpleQueue[bool] = SimpleQueue()

    def wait(self, seconds: float | None = None) -> bool:
        """Whether it was rung; false when the time is over, or it was closed."""
        try:
            return self._rung.get(timeout=seconds)
        except Empty:
            return False

    def wake(self) -> None:
        """Ring it."""
        self._rung.put(True)

    def close(self) -> None:
        """Have who waits go on."""
        self._rung.put(False)


class Live:
    """An environment's configuration as it is now, for as long as this is open; `current` is the value to read.

    Any thread may read, and reading waits for nobody. `close` it, or use `with`.
    """

    def __init__(self, ground: Ground, environment: str, watch: Watching | None, patient: bool = False) -> None:
        """Raises what is wrong, where it is wrong at the start: then there is nothing to go on with.

        One that is `patient` begins with generation 0, which has no documents, where there are errors that can be mended.
        """
        self._ground = ground
        self._watch: Watching = watch or Bell()
        self._is_watched = watch is not None
        self.listeners = Listeners()
        self._looking, self._telling = Lock(), Lock()
        self._untold: deque[tuple[Outcome, Mapping[str, Any], Mapping[str, Any]]] = deque()
        self._refused: Refusal | None = None
        self._reported: tuple[Refusal, str | None] | None = None
        self._pending = False
        self._closed = False
        self._thread: Thread | None = None
        self._reloads = self._refusals = 0
        self._took = 0.0
        self._seen = Seen({}, {}, "")
        self._applied_at = time.monotonic()
        self.current = Current(environment, 0, "", None, {})
        try:
            self._begin(self._look(_PATIENCE if patient else _FIRST_PATIENCE))
        except (Refused, Unsettled) as failure:
            if not patient:
                self._watch.close()
                raise
            self._refused = Refusal(failure.message, getattr(failure, "findings", ()))
            self._reported = (self._refused, getattr(failure, "inputs", None))
        except BaseException:
            self._watch.close()
            raise
        _OPEN.add(self)
        if self._is_watched:
            self._start()

    @property
    def generation(self) -> int:
        """How often the configuration was another, from 1."""
        return self.current.generation

    def on_change(self, pattern: str, callback: Callable[[Change], object]) -> Handle:
        """Have `callback` called with every value that is another, at the addresses that a pattern fits.

        `orchestrator:execution.retry.limit`, `agents/*:model`, `workflows/**`; without a colon, whole documents. It is called
        after the new configuration is in force, by the thread that noticed it. Raises BadAddress.
        """
        return self.listeners.on_change(pattern, callback)

    def on_refused(self, callback: Callable[[Outcome], object]) -> Handle:
        """Have `callback` called when a change is wrong, and the configuration stays as it is."""
        return self.listeners.on_outcome(("refused",), callback)

    def on_outcome(self, callback: Callable[[Outcome], object]) -> Handle:
        """Have `callback` called when a change was applied, or refused; or is `unchanged`, and so ends a refusal."""
        return self.listeners.on_outcome(("applied", "refused", "unchanged"), callback)

    def made(self) -> tuple[Current, Mapping[str, Made]]:
        """What is in force, and of each document what it was made of; of what is not made here, such as a folder, nothing."""
        with self._looking:
            return self.current, self._seen.made

    def reload(self) -> Outcome:
        """Look at what is there now; what is sound is in force when this returns."""
        with self._looking:
            outcome = self._reload()
        self._tell()
        return outcome

    def status(self) -> Status:
        """How it is doing."""
        current, refused = self.current, self._refused
        watched = self._thread is not None and self._thread.is_alive()
        how = self._watch.how if watched or not self._is_watched else "no longer watched"
        return Status(
            environment=current.environment,
            source=self._ground.name,
            generation=current.generation,
            digest=current.digest,
            commit=current.commit,
            watched=how,
            healthy=refused is None and not self._closed and (watched or not self._is_watched),
            refused=refused,
            since=time.monotonic() - self._applied_at,
            reloads=self._reloads,
            refusals=self._refusals,
            callback_failures=self.listeners.failures,
        )

    def on_sighup(self) -> None:
        """Have SIGHUP reload it; to be called by the main thread. What handled the signal before is called too."""
        before = signal.getsignal(signal.SIGHUP)

        def hung_up(number: int, frame: FrameType | None) -> None:
            self._watch.wake()  # in a process that was forked off, another one that nobody waits for
            if callable(before):
                before(number, frame)

        self._start()
        signal.signal(signal.SIGHUP, hung_up)

    def close(self) -> None:
        """Let go of everything but the current configuration, which stays as it is."""
        self._closed = True
        self._watch.close()
        if self._thread is not None and self._thread is not current_thread():
            self._thread.join()

    def __enter__(self) -> "Live":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def forked(self) -> None:
        """Nobody holds the locks in a process that was forked off, and no thread notices changes there."""
        self._looking, self._telling = Lock(), Lock()
        self._untold.clear()
        self._watch, self._thread = Bell(), None

    def _begin(self, seen: Seen) -> None:
        self._ground.accept()
        self._seen, name = seen, self.current.environment
        self.current = Current(name, 1, seen.digest, seen.commit, seen.documents)
        log.info("%s: generation 1 from %s, %s", name, self._ground.name, seen.digest)

    def _start(self) -> None:
        if self._thread is None:
            self._thread = Thread(target=self._follow, name="lamina-live", daemon=True)
            self._thread.start()

    def _follow(self) -> None:
        """Reload whenever something may have changed, until it is closed."""
        self._pending = self._is_watched  # what changed between the first look and the first wait
        while not self._closed:
            seconds = _SOON if self._pending else self._doubt()
            if (self._watch.wait(seconds) or seconds is not None) and not self._closed:
                self.reload()

    def _doubt(self) -> float | None:
        """After how many seconds what was refused is looked at again, though nothing was noticed; None where all is well."""
        return max(_AGAIN, 20 * self._took) if self._refused is not None and self._is_watched else None

    def _look(self, patience: float = _PATIENCE) -> Seen:
        end = time.monotonic() + patience
        while True:
            try:
                return self._ground.look()
            except Unsettled:
                if time.monotonic() > end or self._closed:
                    raise
                time.sleep(_PAUSE)

    def _reload(self) -> Outcome:
        began, current = time.monotonic(), self.current
        self._reloads += 1
        self._pending = False
        try:
            seen = self._look()
        except Unsettled as failure:
            # It is no verdict on anything: nobody is told.
            self._pending, self._refused = True, Refusal(failure.message)
            return self._outcome("refused", began, current, None, reason=failure.message)
        except Refused as failure:
            return self._refuse(began, Refusal(failure.message, failure.findings), failure.inputs)
        except Failure as failure:
            return self._refuse(began, Refusal(failure.message, getattr(failure, "findings", ())), None)
        except Exception as error:
            # A bug must not end what follows the changes; its message may hold anything.
            log.error(
                "the configuration cannot be read: %s\n%s",
                type(error).__name__,
                "".join(format_tb(error.__traceback__)),
            )
            return self._refuse(began, Refusal(f"a bug in lamina: {type(error).__name__}"), None)
        self._ground.accept()
        was_reported, self._refused, self._reported = self._reported is not None, None, None
        changed, self._seen = seen.changed(self._seen), seen
        if not changed and current.generation:
            if seen.commit != current.commit:
                self.current = Current(
                    current.environment, current.generation, seen.digest, seen.commit, seen.documents
                )
            outcome = self._outcome("unchanged", began, current, seen.digest)
            if was_reported:
                log.info("%s: what lies there is generation %d again", current.environment, current.generation)
                self._untold.append((outcome, current, self.current))
            return outcome
        self.current = Current(current.environment, current.generation + 1, seen.digest, seen.commit, seen.documents)
        self._applied_at = time.monotonic()
        outcome = self._outcome("applied", began, current, seen.digest, changed=changed)
        self._untold.append((outcome, current, self.current))
        log.info("%s: generation %d, %s", current.environment, outcome.generation, seen.digest)
        return outcome

    def _refuse(self, began: float, refusal: Refusal, inputs: str | None) -> Outcome:
        """Stay as it is, and say why: once for the same thing."""
        current = self.current
        self._refused = refusal = replace(refusal, reason=_shown(refusal.reason))
        outcome = self._outcome("refused", began, current, inputs, reason=refusal.reason, findings=refusal.findings)
        if self._reported != (refusal, inputs):
            self._reported = (refusal, inputs)
            self._refusals += 1
            self._untold.append((outcome, current, current))
            log.warning("%s: stays at generation %d: %s", current.environment, current.generation, refusal.reason)
        return outcome

    def _outcome(self, verdict: Any, began: float, before: Current, digest: str | None, **more: Any) -> Outcome:
        now = self.current
        seconds = self._took = time.monotonic() - began
        commit = self._ground.commit
        return Outcome(verdict, now.generation, before.digest, digest, commit=commit, seconds=seconds, **more)

    def _tell(self) -> None:
        """Tell the listeners what they were not told yet, in order; one thread does it for all."""
        while self._untold and self._telling.acquire(blocking=False):
            try:
                while self._untold:
                    self.listeners.tell(*self._untold.popleft())
            finally:
                self._telling.release()


_OPEN: WeakSet[Live] = WeakSet()


def _forked() -> None:
    for live in list(_OPEN):
        live.forked()


os.register_at_fork(after_in_child=_forked)


def _shown(reason: str) -> str:
    """A reason as a line of a log: what it quotes of a file may be long, and may hold lines of its own."""
    over = len(reason) - _LONGEST_REASON
    return safe(reason[:_LONGEST_REASON]) + (f"… ({over:,} more characters)" if over > 0 else "")
