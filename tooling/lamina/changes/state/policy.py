"""The policies that a store is used by: each program leaves its own beside its lock, and heeds those of the others.

policies/OWNER.json    what a live program follows; that of a dead one means nothing
policies/applied.json  the digest of the policies that were applied last, by whomever
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

import orjson

from lamina.changes.state.journal import Journal, noted
from lamina.project.state.opening import StatePlace
from lamina.thought.runs.soundness import only
from lamina.thought.upkeep.changing import shared
from lamina.thought.upkeep.settings import (
    ArtifactSettings,
    CheckpointSettings,
    CleanupSettings,
    EventSettings,
    PersistenceSettings,
    StateSettings,
    StorageSettings,
    digest,
)
from lamina.words.event import Draft
from lamina.world.disk import write_file
from lamina.world.store.home import Home
from lamina.world.store.owners import Owner, Owners
from lamina.world.store.writing import told

_FOLDER = "policies"
_APPLIED = "applied.json"


def followed(place: StatePlace, home: Home, owners: Owners, me: Owner, warn: Callable[[str], None]) -> StateSettings:
    """What a program is to follow in a store that others use too: events are as safe as the most careful of them asks."""
    settings = place.settings
    with told(home.folder / _FOLDER):
        others = list(_others(home, owners, me))
    for other in others:
        settings, warning = shared(settings, other)
        if warning is not None and not place.assumed:
            warn(warning)
    return settings


def begun(place: StatePlace, home: Home, me: Owner, journal: Journal) -> None:
    """Note for others what this program follows from now on; where others were applied last, that is an event."""
    if place.assumed:
        return
    said = orjson.dumps(asdict(place.settings), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
    with told(home.folder / _FOLDER):
        write_file(_folder(home) / f"{me.id}.json", said, 0o600)
        file, now = _folder(home) / _APPLIED, digest(place.settings)
        before: str | None = None
        with suppress(FileNotFoundError, ValueError, KeyError, TypeError):
            before = str(orjson.loads(file.read_bytes())["digest"])
        if before != now:
            draft = Draft("config.applied", None, only(old=before, new=now, commit=place.commit))
            noted(journal, lambda present: (draft,))
            write_file(file, orjson.dumps({"digest": now}, option=orjson.OPT_APPEND_NEWLINE), 0o600)


def forgotten(home: Home, me: Owner) -> None:
    """What this program follows concerns nobody any more."""
    with suppress(OSError):  # a note of the dead binds nobody
        (home.folder / _FOLDER / f"{me.id}.json").unlink()


def _others(home: Home, owners: Owners, me: Owner) -> Iterator[StateSettings]:
    """What the other programs that live follow; the notes of the dead go."""
    for file in sorted(_folder(home).glob("*.json")):
        if file.name == _APPLIED or file.stem == me.id:
            continue
        if not owners.alive(file.stem):
            file.unlink(missing_ok=True)
            continue
        # A note that is gone, or that another version wrote, binds nobody.
        with suppress(FileNotFoundError, ValueError, KeyError, TypeError):
            yield _noted(orjson.loads(file.read_bytes()))


def _noted(said: Mapping[str, Any]) -> StateSettings:
    """The settings of a note; it was judged before it was written."""
    kept, made = said["persistence"], said["artifacts"]
    return StateSettings(
        PersistenceSettings(**{**kept, "events": EventSettings(**kept["events"])}),
        CheckpointSettings(**said["checkpoint"]),
        CleanupSettings(**said["cleanup"]),
        ArtifactSettings(**{**made, "storage": StorageSettings(**made["storage"])}),
    )


def _folder(home: Home) -> Path:
    folder = home.folder / _FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder
