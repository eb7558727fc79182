"""A store on the disk with an archive, whose anchors are signed here: for what audits it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import ssh_keys
from archiving import BRANCH
from ssh_keys import Key

from lamina.thought.anchors.note import anchor, signed
from lamina.thought.anchors.tree import Edge, grown
from lamina.words.event import Draft
from lamina.world.archive.commits import Archive, Author
from lamina.world.archive.opening import held, ready
from lamina.world.log import EventLog, head, lines
from lamina.world.store import home as homes
from lamina.world.store.home import Home
from lamina.world.store.sqlite import SqliteProjection

BEGIN = datetime(2026, 11, 21, 12, tzinfo=UTC)
KEY = ssh_keys.ed25519()
SIGNERS = KEY.line("ops@example.com", 'namespaces="lamina-anchor"')


@dataclass(frozen=True)
class Kept:
    """A store, by its location."""

    location: Path

    @property
    def home(self) -> Home:
        return homes.home(self.location)

    @property
    def store(self) -> str:
        return homes.establish(self.home, "2026-11-21T12:00:00.000000Z", "prod").store

    def record(self, *drafts: Draft, segment_events: int = 10) -> None:
        """Record events, a second apart, and note in the records that they are contained."""
        clock = iter(range(head(self.home.log).seq if self.home.log.is_dir() else 0, 1 << 30))
        with EventLog.open(
            self.home.log,
            lambda: BEGIN + timedelta(seconds=next(clock)),
            store=self.store,
            segment_events=segment_events,
        ) as log:
            for draft in drafts:
                log.append([draft])
        self.apply()

    def apply(self) -> None:
        projection = SqliteProjection.open(self.home.database, self.home.lock)
        projection.apply(head(self.home.log), [])
        projection.close()

    def work(self, count: int) -> None:
        """Record the daily work of a run."""
        self.record(*(Draft("gate.passed", "r1", {"phase": 1, "gate": f"g{number}"}) for number in range(count)))

    def note(self, key: Key = KEY) -> bytes:
        """An anchor of the log as it is."""
        end = head(self.home.log)
        time = (BEGIN + timedelta(seconds=end.seq)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        text = anchor(self.store, grown(Edge(), lines(self.home.log)), end.hash, time, "9" * 40)
        return signed(text, key.sign(text.encode())).encode()

    def push(self, key: Key = KEY) -> bytes:
        """Bring an anchor of the log as it is into the archive."""
        note = self.note(key)
        self.commit({f"anchors/{head(self.home.log).seq:020}": note})
        return note

    def commit(self, files: Mapping[str, bytes]) -> None:
        """Bring files into the archive."""
        with held(self.home.archive_lock) as lock:
            ready(self.home.archive, BRANCH)
            archive = Archive(self.home.archive, BRANCH, f"v1/{self.store}", lock)
            named = {f"v1/{self.store}/{name}": data for name, data in files.items()}
            archive.commit(named, "a snapshot", Author("Ada", "ada@example.org", 1))


def kept(folder: Path) -> Kept:
    """A store that was pushed twice, and went on after that."""
    one = Kept(folder / "state.sqlite")
    one.work(12)
    one.push()
    one.work(11)
    one.push()
    one.work(4)
    return one
