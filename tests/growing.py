"""An archive that grows snapshot by snapshot, from a log in memory: for its size, its cost and how fast it is verified."""

from dataclasses import dataclass, field
from pathlib import Path

from runs import Told

from lamina.thought.archiving import contents, layout
from lamina.thought.archiving.snapshots import Snapshot, message
from lamina.thought.runs import acts, notes, steps
from lamina.thought.runs.present import of_a_run
from lamina.thought.runs.report import report
from lamina.world.archive.commits import Archive, Author
from lamina.world.archive.opening import held, ready
from lamina.world.archive.shelf import Shelf

BRANCH, STORE = "state-archive", "prod-1"


@dataclass
class Growing:
    """A store whose log is in memory, and its archive in a folder."""

    home: Path
    told: Told = field(default_factory=Told)
    last: Snapshot | None = None

    @property
    def folder(self) -> Path:
        return self.home / "archive.git"

    def begin(self, run: str) -> None:
        """A run that is under way."""
        self.told.tell(acts.create_run(self.told.state, run, "feature", labels={"team": "platform"}))
        self.told.tell(acts.add_phase(self.told.state, run, "build", retries=2))
        self.told.tell(acts.move_run(self.told.state, run, "executing"))
        self.told.tell(acts.move_phase(self.told.state, run, 1, "in_progress"))

    def step(self, run: str, name: str) -> None:
        """Another step of it, with a finding."""
        state = self.told.state
        [event] = self.told.tell(steps.start_step(state, run, 1, name, owner="host-1", agent="builder"))
        text = f"{name} of {run} took longer than the {len(self.told.lines)} events before it let expect"
        self.told.tell(notes.record_finding(state, run, "medium", f"{name} is slow", detail=text, phase=1))
        self.told.tell(steps.end_step(state, str(event.data["id"]), "finished", summary=f"{name} is done"))

    def snapshot(self) -> None:
        """Commit what happened since the last one."""
        with held(self.home / "archive.lock") as lock:
            ready(self.folder, BRANCH)
            archive = Archive(self.folder, BRANCH, layout.own(STORE), lock)
            self._commit(archive)

    def _commit(self, archive: Archive) -> None:
        after = self.last.seq if self.last else 0
        lines, events = self.told.lines[after:], self.told.events[after:]
        shelf, end = Shelf(archive.repository, BRANCH), self.told.state.applied
        tip, own = shelf.tip, layout.own(STORE)
        snapshot = Snapshot(STORE, end.seq, end.hash, after + 1, self.last.name if self.last else None)
        files: dict[str, bytes | None] = {
            **contents.event_files(lines, lambda path: shelf.file(tip, f"{own}/{path}") if tip else None)
        }
        runs = contents.touched(events)
        for run in runs:
            files |= contents.run_files(of_a_run(self.told.state, run), report)
        files[layout.HEAD] = contents.head_file(snapshot, 1, events[-1].time)
        files[layout.STORE] = contents.store_file(STORE, "prod")
        leaves = {f"{own}/{path}": data for path, data in files.items()}
        archive.commit(leaves, message(snapshot, len(runs)), Author("lamina", "lamina@prod-1", end.seq))
        self.last = snapshot
