"""What people did, and those who keep the store: of each such event one sentence, from the event alone."""

from collections.abc import Callable, Mapping

from lamina.words.event import Event
from lamina.words.values import dataclass

Data = Mapping[str, object]
_MOST = 300


@dataclass(frozen=True, slots=True)
class Told:
    """An event that people should know of: who did it, where that is known, and the sentence that says what."""

    event: Event
    who: str | None
    what: str


def told(event: Event) -> Told | None:
    """What there is to say of an event; None of the daily work of runs."""
    who = event.data.get("by")
    say = SENTENCES.get(event.type)
    if say is None and event.type.startswith("audit."):
        say = _free
    if say is None and who is None:
        return None
    what = (say or _plain(event.type))(event.data)
    return Told(event, str(who) if who is not None else None, what[:_MOST]) if what else None


def _text(data: Data, key: str, before: str = "", after: str = "") -> str:
    """What an event says under a key, between words; nothing where it says nothing."""
    value = data.get(key)
    return "" if value is None else f"{before}{value}{after}"


def _plain(type: str) -> Callable[[Data], str]:
    """An act without a sentence of its own, by its type: `run.transitioned` to `failed`."""
    thing, _, act = type.partition(".")
    return lambda data: (
        f"{thing} {act.replace('_', ' ')}"
        + _text(data, "from", " from ")
        + _text(data, "status", " to ")
        + _text(data, "resolution", ": ")
    )


def _free(data: Data) -> str:
    return "audit: " + ", ".join(f"{key} {value}" for key, value in data.items() if key != "by")


def _updated(data: Data) -> str:
    said = (
        [] if data.get("pinned") is None else ["the run is pinned" if data["pinned"] else "the run is no longer pinned"]
    )
    labels = data.get("labels")
    if isinstance(labels, Mapping):
        said.append("labels: " + ", ".join(f"{key}={value}" for key, value in labels.items()))
    return "; ".join(said)


def _transitioned(data: Data) -> str:
    """Only what a person decided: a phase that was skipped or taken up again for an intervention."""
    if data.get("intervention") is None and data.get("by") is None:
        return ""
    moved = f"phase {data.get('phase')} from {data.get('from')} to {data.get('status')}"
    return moved + _text(data, "intervention", " after the intervention ")


def _configuration(act: str) -> Callable[[Data], str]:
    def say(data: Data) -> str:
        new = str(data.get("new", ""))[:19]
        return f"configuration {act}: {new}" + _text(data, "commit", " of commit ") + _text(data, "reason", ": ")

    return say


def _dropped(data: Data) -> str:
    runs = data.get("runs")
    count = len(runs) if isinstance(runs, list | tuple) else 0
    said = f"retention dropped {count} run{'s' * (count != 1)}" + _text(data, "bytes", ", ", " bytes")
    return said + _text(data, "first", "; the log begins with event ")


def _ran(data: Data) -> str:
    return f"retention dropped {data['dropped']} things" if data.get("dropped") else ""


SENTENCES: Mapping[str, Callable[[Data], str]] = {
    "log.created": lambda data: "the store was made" + _text(data, "store", ": "),
    "log.opened": lambda data: "the log was opened by hand" + _text(data, "reason", ": "),
    "log.repaired": lambda data: (
        "the log's torn end was set aside" + _text(data, "bytes", ": ", " bytes") + _text(data, "kept_as", " in ")
    ),
    "log.gap": lambda data: f"{data.get('lost', 'some')} events were not recorded" + _text(data, "error", ": "),
    "run.updated": _updated,
    "phase.transitioned": _transitioned,
    "intervention.requested": lambda data: f"asked for {data.get('kind', 'an answer')}" + _text(data, "reason", ": "),
    "intervention.answered": lambda data: f"answered: {data.get('status', '')}" + _text(data, "answer", ": "),
    "finding.resolved": lambda data: f"finding {data.get('id', '')} resolved" + _text(data, "resolution", ": "),
    "config.applied": _configuration("applied"),
    "config.rejected": _configuration("rejected"),
    "config.deferred": _configuration("deferred"),
    "archive.pushed": lambda data: (
        "archive pushed" + _text(data, "seq", " up to event ") + _text(data, "remote", " to ")
    ),
    "archive.restored": lambda data: "restored from the archive" + _text(data, "snapshot", ": "),
    "backup.restored": lambda data: (
        "restored from a backup" + _text(data, "from", " of ") + _text(data, "seq", " up to event ")
    ),
    "archive.pruned": lambda data: "the archive was pruned" + _text(data, "reason", ": "),
    "archive.squashed": lambda data: "the archive's history was begun anew" + _text(data, "reason", ": "),
    "retention.dropped": _dropped,
    "retention.ran": _ran,
}
