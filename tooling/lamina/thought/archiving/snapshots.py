"""What a commit of the archive says of its snapshot, as trailers of its message; and how people name one."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from lamina.words.errors import Failure, Misuse, near
from lamina.words.event import Head
from lamina.words.values import dataclass

_TRAILER = re.compile(r"([A-Z][A-Za-z]*(?:-[A-Z][A-Za-z]*)*): (.*)")

_CHANGED = re.compile(r"snapshot \S+: ([0-9]+) runs? changed\n")


@dataclass(frozen=True, slots=True)
class Snapshot:
    """State as it was after an event: of which store, where the log then ended, and the first event that is new in it.

    `previous` names the snapshot of the same store before it. Being made again on top of another commit changes none of it.
    """

    store: str
    seq: int
    hash: str
    first: int
    previous: str | None = None
    config_commit: str | None = None
    pinned: bool = False

    @property
    def name(self) -> str:
        """Its name, the same wherever it is committed: `STORE@SEQ`."""
        return f"{self.store}@{self.seq}"

    @property
    def head(self) -> Head:
        """Where the log ended."""
        return Head(self.seq, self.hash)


class NoSuchSnapshot(Failure):
    """A name or a place of which the archive has no snapshot."""

    status = 2

    def __init__(self, text: str, known: Sequence[Snapshot]) -> None:
        close = near(text, [one.name for one in known])
        hint = f"did you mean {close}?" if close else "lamina snapshot list ENV tells those that there are"
        super().__init__(f"there is no snapshot {text!r:.80}", hint)


def message(snapshot: Snapshot, runs: int) -> str:
    """The message of its commit."""
    changed = "1 run" if runs == 1 else f"{runs} runs"
    said = {
        "Snapshot": snapshot.name,
        "Store": snapshot.store,
        "First-Seq": str(snapshot.first),
        "Last-Seq": str(snapshot.seq),
        "Chain-Head": snapshot.hash,
        "Config-Commit": snapshot.config_commit,
        "Previous-Archive": snapshot.previous,
        "Pinned": "yes" if snapshot.pinned else None,
    }
    trailers = "".join(f"{name}: {value}\n" for name, value in said.items() if value is not None)
    return f"snapshot {snapshot.name}: {changed} changed\n\n{trailers}"


def snapshot_of(text: str) -> Snapshot | None:
    """The snapshot that a commit's message speaks of, or None where it speaks of none."""
    said = trailers(text)
    try:
        return Snapshot(
            said["Store"],
            int(said["Last-Seq"]),
            said["Chain-Head"],
            int(said["First-Seq"]),
            said.get("Previous-Archive"),
            said.get("Config-Commit"),
            said.get("Pinned") == "yes",
        )
    except (KeyError, ValueError):
        return None


def changed_in(text: str) -> int:
    """How many runs changed in the snapshot that a commit's message speaks of."""
    found = _CHANGED.match(text)
    return int(found[1]) if found else 0


def trailers(text: str) -> dict[str, str]:
    """The trailers of a message: the lines of its last paragraph, if all of them are some."""
    last = text.strip("\n").rpartition("\n\n")[2].split("\n")
    found = [_TRAILER.fullmatch(line) for line in last]
    return {one[1]: one[2] for one in found if one} if all(found) else {}


def named(text: str, known: Sequence[Snapshot]) -> Snapshot:
    """The snapshot that a word means: its name, `@SEQ`, or `latest`; raises NoSuchSnapshot."""
    if text == "latest" and known:
        return known[-1]
    for one in known:
        if text in (one.name, f"@{one.seq}", str(one.seq)):
            return one
    raise NoSuchSnapshot(text, known)


def seq_of(text: str, known: Sequence[Snapshot], times: Iterable[tuple[int, str]]) -> int:
    """The number of the last event of what a word means: a snapshot, a number, or a time (UTC where it names no zone).

    Of a time it is the last event before the first later one; `times` gives the events' numbers and times, in their order.
    Raises NoSuchSnapshot and Misuse.
    """
    if text.isascii() and text.isdigit() and not any(text == str(one.seq) for one in known):
        seq = int(text)
        if not known or not 0 < seq <= known[-1].seq:
            raise NoSuchSnapshot(text, known)
        return seq
    moment = _moment(text)
    if moment is None:
        return named(text, known).seq
    last = 0
    for seq, time in times:
        if time > moment:
            break
        last = seq
    if not last:
        raise Misuse(f"nothing was recorded by {text}", "lamina snapshot list ENV tells when snapshots were made")
    return last


def _moment(text: str) -> str | None:
    """A time as events have it, or None for what is none."""
    if not re.match(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    # A time without a zone is one of UTC.
    utc = found.replace(tzinfo=None) - (found.utcoffset() or timedelta())
    return utc.isoformat(timespec="microseconds") + "Z"
