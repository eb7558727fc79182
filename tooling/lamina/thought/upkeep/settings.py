"""The policies of run state: what the rendered `orchestrator` document says of keeping, saving and removing it.

The records below are the table that is read by: a field's type says what is allowed, its default what an absent key means.
Both are those of the schema (`schemas/orchestrator/`), to which the tests hold them. They are judged here once more because
a program may be handed a document that nobody validated, and a store must never run under a policy that it did not understand.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, field, is_dataclass
from functools import cache
from hashlib import sha256
from typing import Annotated, Any, Literal, NamedTuple, TypeVar, get_args, get_origin, get_type_hints

from lamina.thought.upkeep import timetable
from lamina.words.errors import Failure, near
from lamina.words.harmless import safe
from lamina.words.values import dataclass

_Record = TypeVar("_Record")
_ABSENT = object()


class Between(NamedTuple):
    """The bounds of a whole number, both within."""

    least: int
    most: int


class Like(NamedTuple):
    """The pattern that a text has to fit, and how long it may be."""

    pattern: str
    most: int = 200


Format = Literal["json", "sqlite"]
Durability = Literal["strict", "best_effort"]
SyncWord = Literal["always", "group", "interval", "never"]
OnError = Literal["fail", "degrade"]
Mode = Literal["every_step", "every_n_steps", "on_gates", "time_based"]
Checksum = Literal["sha256", "sha512"]
Place = Literal["local", "s3"]
Days = Annotated[int, Between(1, 3650)]


@dataclass(frozen=True, slots=True)
class EventSettings:
    """How the log of events is written; `interval_milliseconds` is there for `sync: interval` alone."""

    enabled: bool = True
    durability: Durability = "strict"
    sync: SyncWord = "always"
    interval_milliseconds: Annotated[int | None, Between(10, 60_000)] = None
    segment_size_mib: Annotated[int, Between(1, 256)] = 16
    on_error: OnError = "fail"


@dataclass(frozen=True, slots=True)
class PersistenceSettings:
    """Whether state is kept, in what form, and where: `location` ends in `.sqlite`, or in a slash with `format: json`."""

    enabled: bool = True
    format: Format = "sqlite"
    location: Annotated[str | None, Like(r"/([A-Za-z0-9._-]+/)*([A-Za-z0-9._-]+[.]sqlite)?")] = None
    events: EventSettings = field(default_factory=EventSettings)


@dataclass(frozen=True, slots=True)
class CheckpointSettings:
    """When the state of a run is saved, and how many such checkpoints of a run are kept."""

    mode: Mode = "every_step"
    n: Annotated[int | None, Between(2, 1000)] = None
    interval_seconds: Annotated[int | None, Between(10, 3600)] = None
    keep: Annotated[int, Between(1, 1000)] = 20


@dataclass(frozen=True, slots=True)
class CleanupSettings:
    """When the state of finished runs is removed."""

    enabled: bool = True
    retention_days: Days = 30
    max_size_mib: Annotated[int, Between(64, 1_048_576)] = 4096
    keep_latest: Annotated[int, Between(1, 10_000)] = 10
    schedule: Annotated[str, Like(r"@(hourly|daily|weekly|monthly)|[0-9*/,-]+( [0-9*/,-]+){4}")] = "@daily"
    on_startup: bool = False


@dataclass(frozen=True, slots=True)
class StorageSettings:
    """Where artifacts lie: in a folder, or in a bucket of S3."""

    kind: Place = "local"
    path: Annotated[str | None, Like("/([A-Za-z0-9._-]+/)+")] = None
    bucket: Annotated[str | None, Like("[a-z0-9][a-z0-9-]{1,61}[a-z0-9]")] = None
    region: Annotated[str | None, Like("[a-z]{2}-[a-z]+-[0-9]")] = None
    prefix: Annotated[str | None, Like("([a-z0-9-]+/)+")] = None


@dataclass(frozen=True, slots=True)
class ArtifactSettings:
    """How long artifacts of finished runs are kept, how large one may be, what digest is recorded, and where they lie."""

    retention_days: Days = 90
    max_size_mib: Annotated[int, Between(1, 10_240)] = 256
    checksum: Checksum = "sha256"
    storage: StorageSettings = field(default_factory=StorageSettings)


@dataclass(frozen=True, slots=True)
class StateSettings:
    """All policies of run state, as one value that is replaced as a whole."""

    persistence: PersistenceSettings = field(default_factory=PersistenceSettings)
    checkpoint: CheckpointSettings = field(default_factory=CheckpointSettings)
    cleanup: CleanupSettings = field(default_factory=CleanupSettings)
    artifacts: ArtifactSettings = field(default_factory=ArtifactSettings)


@dataclass(frozen=True, slots=True)
class Change:
    """A policy that another document sets otherwise, by its path."""

    path: str
    before: object
    after: object


# What cannot change under a store that is in use: where it is, what it is, and which of its parts is the truth.
_MOVING = frozenset({"persistence.enabled", "persistence.format", "persistence.location", "persistence.events.enabled"})


@dataclass(frozen=True, slots=True)
class Difference:
    """What would change between two policies."""

    changes: tuple[Change, ...]

    @property
    def storage(self) -> bool:
        """Whether the storage has to be opened anew for it: where it lies, or how it is written, changes."""
        return any(change.path.startswith("persistence.") for change in self.changes)

    @property
    def moving(self) -> tuple[Change, ...]:
        """The changes by which the storage would be another: its place, its form, whether there is one."""
        return tuple(change for change in self.changes if change.path in _MOVING)


class BadStateSettings(Failure):
    """A policy of run state that cannot be followed: `path` is its key in the document, `value` what stands there."""

    def __init__(self, path: str, value: object, reason: str, hint: str | None = None) -> None:
        shown = "" if value is _ABSENT else f" = {safe(repr(value))[:80]}"
        super().__init__(f"{path}{shown}: {reason}", hint or "lamina validate shows the file and line")
        self.path = path
        self.value = None if value is _ABSENT else value


def state_settings(document: Mapping[str, object]) -> StateSettings:
    """The policies of a rendered `orchestrator` document; raises BadStateSettings."""
    sections = {name: document[name] for name in _hints(StateSettings) if name in document}
    artifacts = sections.get("artifacts")
    if isinstance(artifacts, Mapping):
        # How artifacts are packed concerns those who make them.
        sections["artifacts"] = {key: value for key, value in artifacts.items() if key != "compression"}
    settings = _record(StateSettings, sections, "")
    for path, value, reason in _contradictions(settings, document):
        raise BadStateSettings(path, value, reason)
    return settings


def demand_sound(settings: StateSettings) -> None:
    """Judge policies that a program made itself as those of a document are, all but where they keep state.

    Raises BadStateSettings.
    """
    document: dict[str, Any] = asdict(settings)
    document["persistence"]["location"] = "/state.sqlite" if settings.persistence.format == "sqlite" else "/state/"
    if settings.artifacts.storage == StorageSettings():
        del document["artifacts"]["storage"]
    state_settings(_said(document))


def digest(settings: StateSettings) -> str:
    """The SHA-256 of policies: equal ones have equal digests, wherever and whenever."""
    import orjson

    return sha256(orjson.dumps(asdict(settings), option=orjson.OPT_SORT_KEYS)).hexdigest()


def difference(old: StateSettings, new: StateSettings) -> Difference:
    """What would change if new policies took the place of old ones."""
    before, after = dict(_leaves(asdict(old))), dict(_leaves(asdict(new)))
    return Difference(tuple(Change(path, before[path], after[path]) for path in before if before[path] != after[path]))


def _said(data: Mapping[str, Any]) -> dict[str, Any]:
    """Data without the keys that say nothing."""
    return {
        key: _said(value) if isinstance(value, Mapping) else value for key, value in data.items() if value is not None
    }


def _leaves(data: Mapping[str, object], above: str = "") -> Iterator[tuple[str, object]]:
    for key, value in data.items():
        if isinstance(value, Mapping):
            yield from _leaves(value, f"{above}{key}.")
        else:
            yield above + key, value


@cache
def _hints(kind: Callable[..., object]) -> dict[str, Any]:
    return get_type_hints(kind, include_extras=True)


def _record(kind: Callable[..., _Record], said: object, path: str) -> _Record:
    """A record of what a section says; raises BadStateSettings at the first key that is wrong."""
    if not isinstance(said, Mapping):
        raise BadStateSettings(path, said, "has to be a map")
    hints = _hints(kind)
    values = {}
    for key, value in said.items():
        at = f"{path}.{key}" if path else str(key)
        if key not in hints:
            like = near(str(key), hints)
            raise BadStateSettings(safe(at), value, "no policy has this key", f"did you mean {like}?" if like else None)
        values[key] = _value(hints[key], value, at)
    return kind(**values)


def _value(kind: Any, said: object, path: str) -> object:
    """A value of a field's type; raises BadStateSettings."""
    if isinstance(kind, type) and is_dataclass(kind):
        return _record(kind, said, path)
    if kind is bool:
        if not isinstance(said, bool):
            raise BadStateSettings(path, said, "has to be true or false")
        return said
    if get_origin(kind) is Literal:
        words = get_args(kind)
        if said not in words:
            like = near(said, words) if isinstance(said, str) else None
            raise BadStateSettings(
                path, said, f"has to be one of {', '.join(words)}", f"did you mean {like}?" if like else None
            )
        return said
    limits = kind.__metadata__[0]
    return _whole(limits, said, path) if isinstance(limits, Between) else _text(limits, said, path)


def _whole(limits: Between, said: object, path: str) -> int:
    # A float may be a whole number, as in the schema; NaN and the infinities are none.
    whole = int(said) if isinstance(said, float) and said.is_integer() else said
    if type(whole) is not int:
        raise BadStateSettings(path, said, "has to be a whole number")
    if not limits.least <= whole <= limits.most:
        raise BadStateSettings(path, said, f"has to lie between {limits.least:,} and {limits.most:,}")
    return whole


def _text(limits: Like, said: object, path: str) -> str:
    if not isinstance(said, str):
        raise BadStateSettings(path, said, "has to be text")
    if len(said) > limits.most or not re.fullmatch(limits.pattern, said):
        raise BadStateSettings(path, said, f"has to fit {limits.pattern} within {limits.most} characters")
    if "/" in said and not {".", ".."}.isdisjoint(said.split("/")):
        raise BadStateSettings(path, said, "may hold no step . or ..")
    return said


def _contradictions(settings: StateSettings, document: Mapping[str, object]) -> Iterator[tuple[str, object, str]]:
    """What is sound by itself and not beside the rest: its path, its value and why."""
    kept, events, checkpoint = settings.persistence, settings.persistence.events, settings.checkpoint
    if kept.enabled and kept.location is None:
        yield "persistence.location", _ABSENT, "is needed while state is kept"
    if kept.location is not None and kept.location.endswith(".sqlite") != (kept.format == "sqlite"):
        ending = "in .sqlite" if kept.format == "sqlite" else "in a slash"
        yield "persistence.location", kept.location, f"has to end {ending} with format {kept.format}"
    if events.durability == "strict" and events.sync not in ("always", "group"):
        yield "persistence.events.sync", events.sync, "is for durability best_effort alone"
    at = "persistence.events"
    yield from _beside(
        f"{at}.interval_milliseconds", events.interval_milliseconds, f"{at}.sync", "interval", events.sync
    )
    for name, value, mode in (
        ("n", checkpoint.n, "every_n_steps"),
        ("interval_seconds", checkpoint.interval_seconds, "time_based"),
    ):
        yield from _beside(f"checkpoint.{name}", value, "checkpoint.mode", mode, checkpoint.mode)
    if wrong := timetable.fault(settings.cleanup.schedule):
        yield "cleanup.schedule", settings.cleanup.schedule, f"is no schedule: {wrong}"
    artifacts = document.get("artifacts")
    if isinstance(artifacts, Mapping) and "storage" in artifacts:
        yield from _storage(settings.artifacts.storage, artifacts["storage"])


def _beside(path: str, value: object, switch: str, wanted: str, is_now: str) -> Iterator[tuple[str, object, str]]:
    """A key that is needed beside one word of another key, and means nothing beside the others."""
    if is_now == wanted and value is None:
        yield path, _ABSENT, f"is needed with {switch} {wanted}"
    if is_now != wanted and value is not None:
        yield path, value, f"means nothing with {switch} {is_now}: it is for {wanted}"


def _storage(storage: StorageSettings, said: object) -> Iterator[tuple[str, object, str]]:
    at = "artifacts.storage"
    if not isinstance(said, Mapping) or "kind" not in said:
        yield f"{at}.kind", _ABSENT, "is needed"
    of_folder, of_bucket = ("path",), ("bucket", "region", "prefix")
    local = storage.kind == "local"
    needed, foreign = (of_folder, of_bucket) if local else (of_bucket[:2], of_folder)
    for key in needed:
        if getattr(storage, key) is None:
            yield f"{at}.{key}", _ABSENT, f"is needed with kind {storage.kind}"
    for key in foreign:
        if getattr(storage, key) is not None:
            yield f"{at}.{key}", getattr(storage, key), f"means nothing with kind {storage.kind}"
