"""A store of run state, and backups of it, for the tests."""

import subprocess
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import orjson
from runs import ticking

from lamina.changes.backup.creating import Made, create
from lamina.changes.backup.restoring import Restored, restore
from lamina.changes.state.opening import opened
from lamina.changes.state.store import StateStore
from lamina.project.state.opening import StatePlace, place_at
from lamina.thought.anchors.signers import Signers
from lamina.thought.upkeep.settings import state_settings
from lamina.world.backups.writing import new_backup


@dataclass
class Kept:
    """A store at a location."""

    location: Path
    policies: dict[str, Any] = field(default_factory=dict)
    clock: Callable[[], datetime] = field(default_factory=ticking)

    @property
    def place(self) -> StatePlace:
        is_file = self.location.suffix == ".sqlite"
        kept = {"format": "sqlite" if is_file else "json", "location": str(self.location) + "/" * (not is_file)}
        return place_at(self.location, state_settings({**self.policies, "persistence": kept | self.persistence}))

    @property
    def persistence(self) -> dict[str, Any]:
        found: dict[str, Any] = self.policies.get("persistence", {})
        return found

    def store(self) -> StateStore:
        return opened(self.place, self.clock, quiet)

    def work(self, run: str = "r", findings: int = 3) -> None:
        """A run under way: a step that is finished, with an artifact, findings, and a state that is saved."""
        with self.store() as store:
            store.create_run(run, "feature", labels={"team": "platform"}, config_commit="a" * 40)
            store.add_phase(run, "plan", retries=1)
            store.move_run(run, "executing")
            store.move_phase(run, 1, "in_progress")
            step = store.start_step(run, 1, "draft", agent="planner")
            store.add_artifact(run, "plan.md", f"# plan of {run}\n".encode(), execution=step.id)
            for number in range(findings):
                store.record_finding(run, "low", f"finding {number}", execution=step.id)
            store.end_step(step.id, "finished", summary="done")
            store.checkpoint(run, {"run": run, "at": 1})

    def backup(self, path: Path, root: Path | None = None, key: str | None = None) -> Made:
        return create(self.place, path, root, key, self.clock, "0.1.0")

    def restore(self, file: Path, into: Path, as_of: str | None = None, signers: Signers | None = None) -> Restored:
        return restore(file, into, as_of, signers, self.clock, quiet)


def quiet(text: str) -> None:
    """A warning that no test asks for."""


def new_key(folder: Path) -> tuple[str, str]:
    """An SSH key: its file, and its line of allowed_signers."""
    file = folder / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", str(file)], check=True)
    return str(file), f"ops@example.com {file.with_suffix('.pub').read_text()}"


def parts_of(path: Path) -> list[tuple[str, bytes]]:
    """The members of a backup but its seal, as any program finds them."""
    data, at, found = path.read_bytes(), 0, []
    while data[at : at + 512].strip(b"\0"):
        block = data[at : at + 512]
        folder, last = (block[start:end].rstrip(b"\0").decode() for start, end in ((345, 500), (0, 100)))
        size = int(block[124:135], 8)
        found.append((f"{folder}/{last}" if folder else last, data[at + 512 : at + 512 + size]))
        at += 512 + size + -size % 512
    return found[:-1]


def put_together(path: Path, parts: Iterable[tuple[str, bytes]]) -> Path:
    """A file with a sound seal, whatever it holds: what somebody makes who knows the form."""
    with new_backup(path) as file:
        for name, data in parts:
            file.add(name, len(data), [data])
        file.finish()
    return path


def forged(path: Path, parts: list[tuple[str, bytes]], **changed: Any) -> Path:
    """A backup whose manifest tells truly of other parts, and otherwise what was changed in it."""
    (_, said), *rest = parts
    members = [{"name": name, "size": len(data), "sha256": sha256(data).hexdigest()} for name, data in rest]
    manifest = {**orjson.loads(said), "signed": False, "members": members, **changed}
    return put_together(path, [("manifest.json", orjson.dumps(manifest)), *rest])
