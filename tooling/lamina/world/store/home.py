"""The home of a store: where everything of it lies, and the marker that says whose it is.

The location names a file `X.sqlite` or a folder `X/`; the home is the folder `X/` in both cases, so that both formats share
one log. The projection of the format that is not in use is left alone: it is merely behind.
"""

import os
from enum import StrEnum
from pathlib import Path

import orjson

from lamina.words.errors import Failure
from lamina.words.event_line import BadName, name
from lamina.words.values import dataclass
from lamina.world.store.failures import CannotStore, Damaged, ForeignFile, NewerSchema, StoreLink
from lamina.world.store.locking import locked
from lamina.world.store.writing import write_whole

_SUFFIX = ".sqlite"
_MARKER = "store.json"
_LOCK = "projection.lock"
# What may be there before the marker is: locks, a marker that a crash left, and an archive that was pulled.
_FIRST = (_LOCK, f".{_MARKER}.", "archive.")
_VERSION = 1
_MOUNTS = Path("/proc/self/mountinfo")
# Where locks or syncing may be other than they seem.
_RISKY = (
    "nfs",
    "cifs",
    "smb",
    "9p",
    "fuse",
    "afs",
    "ceph",
    "lustre",
    "vboxsf",
    "ncpfs",
    "coda",
    "gfs2",
    "ocfs2",
    "prl_fs",
)


class StoreFormat(StrEnum):
    """In what form the records lie."""

    SQLITE = "sqlite"
    JSON = "json"


class NoStore(Failure):
    """A location where no state was ever kept, or of which nobody knows any more whose it is."""

    def __init__(self, folder: Path) -> None:
        if (folder / "log").is_dir():
            hint = f"bring {_MARKER} back from a backup or the archive: it says which store this is"
            super().__init__(f"{folder} holds a log, but its {_MARKER} is gone", hint)
        else:
            super().__init__(f"no state is kept in {folder}", "a store is made when a program first opens it")


@dataclass(frozen=True, slots=True)
class Marker:
    """What `store.json` says: the store's id, and when it was made."""

    store: str
    created: str


@dataclass(frozen=True, slots=True)
class Home:
    """The paths of a store: the folder, and the SQLite file beside it."""

    folder: Path
    database: Path

    @property
    def marker(self) -> Path:
        """The file that says whose the folder is."""
        return self.folder / _MARKER

    @property
    def lock(self) -> Path:
        """The lock of those that write to a projection."""
        return self.folder / _LOCK

    @property
    def log(self) -> Path:
        """The folder of the event log."""
        return self.folder / "log"

    @property
    def records(self) -> Path:
        """The folder of the JSON projection."""
        return self.folder / "records"

    @property
    def blobs(self) -> Path:
        """The folder of what is addressed by its digest."""
        return self.folder / "blobs"

    @property
    def owners(self) -> Path:
        """The folder of the locks of live processes."""
        return self.folder / "owners"

    @property
    def archive(self) -> Path:
        """The private repository of the archive."""
        return self.folder / "archive.git"

    @property
    def archive_lock(self) -> Path:
        """The lock of those that write to the archive."""
        return self.folder / "archive.lock"


def home(location: Path) -> Home:
    """The home that a location names; nothing is looked at."""
    location = Path(os.path.abspath(location))
    folder = location.with_suffix("") if location.suffix == _SUFFIX else location
    return Home(folder, folder.with_name(folder.name + _SUFFIX))


def establish(home: Home, created: str, environment: str | None = None, store: str | None = None) -> Marker:
    """The marker of a home, which is made when it is absent: with the name `store`, or a new one.

    Raises ForeignFile, StoreLink, Damaged, NewerSchema and CannotStore.
    """
    demand_no_link(home)
    try:
        home.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        present = {one.name for one in os.scandir(home.folder)}
    except OSError as error:
        raise CannotStore(home.folder, error.strerror or str(error)) from error
    if _MARKER not in present:
        if foreign := sorted(one for one in present if not one.startswith(_FIRST)):
            raise ForeignFile(home.folder, f"it holds {foreign[0]!r:.80} and no {_MARKER}")
        with locked(home.lock):
            if not home.marker.exists():
                known = name(store or "-".join(filter(None, (environment, os.urandom(4).hex()))))
                said = {"v": _VERSION, "store": known, "created": created}
                write_whole(home.marker, orjson.dumps(said, option=orjson.OPT_APPEND_NEWLINE), durable=True)
    return marker(home)


def marker(home: Home) -> Marker:
    """What the marker of a home says; raises NoStore, StoreLink, Damaged, NewerSchema and CannotStore."""
    demand_no_link(home)
    try:
        said = orjson.loads(home.marker.read_bytes())
        if type(said["v"]) is int and said["v"] > _VERSION:
            raise NewerSchema(home.marker, said["v"], _VERSION)
        return Marker(name(said["store"]), str(said["created"]))
    except FileNotFoundError:
        raise NoStore(home.folder) from None
    except NotADirectoryError:
        raise NoStore(home.folder) from None
    except OSError as error:
        raise CannotStore(home.marker, error.strerror or str(error)) from error
    except (ValueError, KeyError, TypeError, BadName):
        raise Damaged(
            home.marker, "it does not say whose the store is", "put it back from a backup or the archive"
        ) from None


def demand_no_link(home: Home) -> None:
    """Raise StoreLink where the home, or what stands in it by name, is a link; and CannotStore."""
    inner = (home.marker, home.lock, home.log, home.records, home.blobs, home.owners, home.archive, home.archive_lock)
    for one in (home.folder, home.database, *inner):
        try:
            is_link = one.is_symlink()
        except OSError as error:
            raise CannotStore(one, error.strerror or str(error)) from error
        if is_link:
            raise StoreLink(one)


def risk(folder: Path, mounts: Path = _MOUNTS) -> str | None:
    """Why a folder's file system is not to be trusted with state, or None: locks and syncs are not sure on every one."""
    kind = _file_system(os.path.realpath(folder), mounts)
    if kind is None or not kind.startswith(_RISKY):
        return None
    return f"{folder} lies on {kind}, where locks between machines and forced writes are not sure: keep state on a local disk"


def _file_system(path: str, mounts: Path) -> str | None:
    """The kind of file system of the mount that is nearest above a path, as far as the system tells."""
    try:
        lines = mounts.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return None
    best, kind = "", None
    for line in lines:
        fields = line.split()
        point = fields[4].replace("\\040", " ").replace("\\134", "\\")
        # Of two at one place, the later lies over the other.
        if (path + "/").startswith(point.rstrip("/") + "/") and len(point) >= len(best):
            best, kind = point, fields[fields.index("-") + 1]
    return kind
