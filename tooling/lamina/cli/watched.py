"""What `watch` says at each change: a line of text, or of JSON."""

import json
import sys
from typing import TYPE_CHECKING, Any

from lamina.changes.watching.said import Began, Changed, Said, StepFailed
from lamina.cli import output
from lamina.cli.clock import now
from lamina.words.errors import listing
from lamina.words.harmless import safe_json

if TYPE_CHECKING:
    from lamina.project.live.outcomes import Outcome

_WORDS = {"applied": ("applied", "green"), "refused": ("rejected", "red"), "unchanged": ("restored", "green")}


class Telling:
    """Says what happens in a form; with `only_checking` nothing is applied, so what is valid is only said to be."""

    def __init__(self, form: str, only_checking: bool) -> None:
        self._form = form
        self._only_checking = only_checking

    def say(self, said: Said) -> None:
        """Say something at once."""
        if self._form == "json":
            self._json(said)
        elif isinstance(said, Began):
            self._began(said)
        elif isinstance(said, Changed):
            self._changed(said.outcome)
        else:
            output.error(said.failure.message, said.failure.hint, said.failure.details)
        sys.stdout.flush()
        sys.stderr.flush()

    def _began(self, began: Began) -> None:
        current = began.current
        name = output.safe(current.environment)
        self._line(f"watching {name} of {output.safe(began.source)}, by {output.safe(began.watched)}")
        if began.refused is not None:
            self._changed(began.refused)
        else:
            word = "valid" if self._only_checking else "in force"
            documents = f"{len(current)} document{'s' * (len(current) != 1)}"
            self._line(f"{word}: {documents} of generation {current.generation}, {_short(current.digest)}")
        if began.folder is not None:
            output.note(f"written to {began.folder}")
        if began.url is not None:
            output.note(f"serving at {began.url}")
        if began.recorded:
            output.note("changes are recorded in the log of its run state")

    def _changed(self, outcome: "Outcome") -> None:
        word, colour = self._word(outcome)
        verdict = output.styled(word, colour)
        if outcome.verdict == "refused":
            stays = f"generation {outcome.generation} stays" if outcome.generation else "nothing is valid yet"
            self._line(f"{verdict}, {stays}: {output.safe(outcome.reason or '')}")
            if len(outcome.findings) > 1:
                sys.stdout.flush()
                output.findings_text(outcome.findings, lambda position: None, sys.stderr)
        elif outcome.verdict == "unchanged":
            self._line(f"{verdict}: what lies there is generation {outcome.generation} again")
        else:
            changed = listing([output.safe(name) for name in outcome.changed], 4) or "secrets alone"
            self._line(f"{verdict} generation {outcome.generation}, {_short(outcome.new_digest)}: {changed}")

    def _word(self, outcome: "Outcome") -> tuple[str, str]:
        word, colour = _WORDS[outcome.verdict]
        return ("valid" if self._only_checking and word == "applied" else word), colour

    def _line(self, text: str) -> None:
        output.result(f"{now():%Y-%m-%dT%H:%M:%SZ} {text}")

    def _json(self, said: Said) -> None:
        line = {"event": self._event(said), "time": f"{now():%Y-%m-%dT%H:%M:%S.%fZ}", **_shape(said)}
        text = safe_json(json.dumps(line, ensure_ascii=False))
        output.result_bytes(f"{text}\n".encode(errors="backslashreplace"))

    def _event(self, said: Said) -> str:
        if isinstance(said, Changed):
            return self._word(said.outcome)[0]
        return "began" if isinstance(said, Began) else "failed"


def _short(digest: str | None) -> str:
    return (digest or "")[:19]


def _shape(said: Said) -> dict[str, Any]:
    """The documented shape of what is said."""
    if isinstance(said, StepFailed):
        return {"step": said.step, "message": said.failure.message, "hint": said.failure.hint}
    if isinstance(said, Changed):
        return _outcome(said.outcome) | {"folder": None if said.folder is None else str(said.folder)}
    current = said.current
    return {
        "environment": current.environment,
        "source": said.source,
        "watched": said.watched,
        "generation": current.generation,
        "digest": current.digest or None,
        "commit": current.commit,
        "documents": sorted(current),
        "folder": None if said.folder is None else str(said.folder),
        "url": said.url,
        "recorded": said.recorded,
        "rejected": None if said.refused is None else _outcome(said.refused),
    }


def _outcome(outcome: "Outcome") -> dict[str, Any]:
    shape: dict[str, Any] = {"generation": outcome.generation, "old_digest": outcome.old_digest or None}
    if outcome.verdict == "refused":
        findings = [output.finding_json(finding) for finding in outcome.findings]
        return shape | {"new_digest": outcome.new_digest, "reason": outcome.reason, "findings": findings}
    changed = {"new_digest": outcome.new_digest, "commit": outcome.commit, "documents": list(outcome.changed)}
    return shape | changed | {"seconds": round(outcome.seconds, 6)}
