"""The private repository: made whole or not at all, and held by one at a time."""

import fcntl
import os
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from lamina.world.archive.failures import BadBranch, Busy, CannotArchive, NoArchive, NoProgram, OthersArchive, Shallow
from lamina.world.archive.program import git

if TYPE_CHECKING:
    from pygit2 import Repository

# Nothing is packed behind our back, and what is acknowledged is on the disk. Old versions of git know the second word only.
_CONFIG = """\
[core]
	repositoryformatversion = 0
	filemode = true
	bare = true
	logAllRefUpdates = false
	{sync}
[gc]
	auto = 0
[maintenance]
	auto = false
[receive]
	denyNonFastForwards = true
	denyDeletes = true
"""
_SYNC, _OLD_SYNC, _SYNC_SINCE = "fsync = committed", "fsyncObjectFiles = true", (2, 36)
_BEING_MADE = ".new"
_PAUSE = 0.02


@contextmanager
def held(lock: Path, seconds: float = 60.0) -> Iterator[int]:
    """Be the only one who changes the archive; whoever dies is so no longer. The descriptor holds the lock. Raises Busy.

    Who waits holds the turn beside it, so that one who lets go and comes again at once does not come first.
    """
    until = time.monotonic() + seconds
    with _locked(lock.with_suffix(".turn"), until) as turn, _locked(lock, until) as descriptor:
        fcntl.flock(turn, fcntl.LOCK_UN)
        yield descriptor


@contextmanager
def _locked(path: Path, until: float) -> Iterator[int]:
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise CannotArchive(f"{path}: {error.strerror}") from None
    try:
        _lock(descriptor, until)
        yield descriptor
    finally:
        with suppress(OSError):
            os.close(descriptor)


def opened(folder: Path) -> "Repository":
    """The private repository in a folder; raises NoArchive, CannotArchive, and Shallow for one that was made shallow."""
    import pygit2

    # Of objects and references alike, for all repositories of this process: the tool makes no others without.
    pygit2.settings.enable_fsync_gitdir(True)
    try:
        if folder.is_symlink():
            raise NoArchive(str(folder), "it is a link")
        repository = pygit2.Repository(str(folder), pygit2.enums.RepositoryOpenFlag.NO_SEARCH)
        if not repository.is_bare:
            raise NoArchive(str(folder), "it has a work tree")
        if (folder / "shallow").exists():
            raise Shallow(str(folder))
        return repository
    except pygit2.GitError as error:
        if "not owned" in str(error):
            raise OthersArchive(str(folder)) from None
        raise NoArchive(str(folder), str(error)) from None
    except OSError as error:
        raise CannotArchive(str(error)) from None


def ready(folder: Path, branch: str) -> None:
    """Make the private repository where there is none, and clear what an archiver that died has left; hold the lock.

    Raises BadBranch, NoArchive and CannotArchive.
    """
    import pygit2

    if branch.startswith("-") or not pygit2.reference_is_valid_name(reference(branch)):
        raise BadBranch(branch)
    if not os.path.lexists(folder):
        try:
            _make(folder, branch)
        except (OSError, pygit2.GitError) as error:
            raise CannotArchive(str(error)) from None
    try:
        opened(folder)
        _clear(folder)
    except OSError as error:
        raise CannotArchive(str(error)) from None


def reference(branch: str) -> str:
    """The whole name of a branch."""
    return f"refs/heads/{branch}"


def _make(folder: Path, branch: str) -> None:
    import pygit2

    beside = folder.with_name(folder.name + _BEING_MADE)
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir(mode=0o700)
    pygit2.init_repository(str(beside), bare=True, initial_head=branch)
    shutil.rmtree(beside / "hooks")
    with open(beside / "config", "w") as config:
        config.write(_CONFIG.format(sync=_SYNC if _version() >= _SYNC_SINCE else _OLD_SYNC))
    for where, _, files in os.walk(beside):
        for path in (where, *(os.path.join(where, name) for name in files)):
            sync_path(path)
    os.rename(beside, folder)
    sync_path(folder.parent)


def _version() -> tuple[int, ...]:
    try:
        said = git(Path("/"), "version").out
    except NoProgram:
        return ()
    found = re.search(r"(\d+)\.(\d+)", said)
    return tuple(map(int, found.groups())) if found else ()


def _clear(folder: Path) -> None:
    """Take away locks and unfinished files of archivers that died: nobody else works here, and we hold the lock."""
    for path in (folder / "HEAD.lock", folder / "config.lock", folder / "packed-refs.lock", folder / "gc.pid"):
        path.unlink(missing_ok=True)
    for path in (*(folder / "refs").rglob("*.lock"), *(folder / "objects").glob("*/tmp_*")):
        path.unlink(missing_ok=True)
    # Where libgit2 and git put an object before it gets its name.
    for path in (*(folder / "objects").glob("tmp_*"), *(folder / "objects").glob("*/*.lock")):
        _remove(path)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _lock(descriptor: int, until: float) -> None:
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if time.monotonic() >= until:
                raise Busy from None
            time.sleep(_PAUSE)
        except OSError as error:
            raise CannotArchive(f"the lock is refused: {error.strerror}") from None


def sync_path(path: Path | str) -> None:
    """Force a file, or the names in a folder, to the disk; raises OSError."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
