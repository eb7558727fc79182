"""What is served: the documents that are in force, the changes, the metrics."""

import json
from collections.abc import Callable
from urllib.parse import unquote

from lamina.changes.watching.metrics import TYPE, Metrics, Present
from lamina.project.live.current import Current
from lamina.project.live.live import Live
from lamina.project.live.outcomes import Outcome
from lamina.thought.export import EXPORTS, NoForm
from lamina.world.serving import Answer, Notice

JSON = "application/json"
HEALTH = "/healthz"
_CURRENT = "/current"


class Answers:
    """Answers by path; any thread may ask."""

    def __init__(self, live: Live, metrics: Metrics, present: Callable[[], Present]) -> None:
        self._live, self._metrics, self._present = live, metrics, present
        self._whole: tuple[str, bytes] = ("", b"")

    def __call__(self, path: str) -> Answer | None:
        """What is answered at a path; None where there is nothing."""
        if path == "/metrics":
            return Answer(self._metrics.text(self._present()), TYPE)
        if path == HEALTH:
            # It serves: that is all. Who restarts it because of a change that was rejected would lose what is in force.
            return Answer(b"ok\n")
        if path == _CURRENT or path.startswith(f"{_CURRENT}/"):
            return self._current(path.removeprefix(_CURRENT)[1:])
        return None

    def _current(self, name: str) -> Answer | None:
        current = self._live.current
        try:
            document = unquote(name, errors="strict")
        except UnicodeDecodeError:
            return None
        if document and document not in current:
            return None
        more = {"Lamina-Generation": str(current.generation), "Lamina-Digest": current.digest}
        try:
            data = EXPORTS["json"](current[document]) if document else self._all(current)
        except NoForm:
            return Answer(
                b"a number of this document is not finite, and JSON has no word for that\n", status=406, more=more
            )
        return Answer(data, JSON, current.digest, more=more)

    def _all(self, current: Current) -> bytes:
        """All documents, written once for all who ask."""
        digest, data = self._whole
        if digest != current.digest:
            data = EXPORTS["json"](dict(current))
            self._whole = (current.digest, data)
        return data


def notice(environment: str, outcome: Outcome) -> Notice:
    """What the stream says of a change; one that was applied has an id to go on from."""
    said: dict[str, object] = {"environment": environment, "generation": outcome.generation}
    if outcome.verdict == "refused":
        said |= {"digest": outcome.old_digest, "rejected": outcome.new_digest, "reason": outcome.reason}
        return Notice("rejected", _line(said))
    said |= {"old_digest": outcome.old_digest, "digest": outcome.new_digest, "commit": outcome.commit}
    return Notice(
        "applied", _line({**said, "documents": list(outcome.changed)}), _id(outcome.generation, outcome.new_digest)
    )


def first(current: Current) -> Notice:
    """What the stream says of the configuration that was in force at the start."""
    said = {"environment": current.environment, "generation": current.generation, "old_digest": None}
    said |= {"digest": current.digest, "commit": current.commit, "documents": sorted(current)}
    return Notice("applied", _line(said), _id(current.generation, current.digest))


def _id(generation: int, digest: str | None) -> str:
    # The generation alone would be that of another configuration once this has been started again.
    return f"{generation}-{(digest or '').removeprefix('sha256:')[:12]}"


def _line(said: object) -> bytes:
    return json.dumps(said).encode()
