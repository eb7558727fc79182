"""All files of a repository on disk: those that git tracks or would track, and outside git those that are there."""

import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

MOST_BYTES = 4 * 1024 * 1024
"""Files that are larger are not written by hand, and are not looked at."""

_LEFT_OUT = {".git", ".hg", ".svn", "node_modules", ".venv", "__pycache__"}
# A git that runs us, as a hook, says with these where it works itself, which need not be where we do.
_FOREIGN = ("GIT_DIR", "GIT_WORK_TREE", "GIT_COMMON_DIR", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_PREFIX")
# A repository's own configuration may name a program for git to run (core.fsmonitor): nothing found in one is run.
_ASKED = ("-c", "core.fsmonitor=false", "--no-optional-locks", "ls-files", "-z", "--cached", "--others")


def every_file(root: Path) -> tuple[str, ...]:
    """The plain files of a work tree, by their names below its root, sorted; very large ones are left out."""
    known = _known_to_git(root)
    return tuple(sorted(set(_plain(root, known if known is not None else _below(str(root), "")))))


def _known_to_git(root: Path) -> list[str] | None:
    """What git tracks or would track; None outside git, and without it."""
    import subprocess

    without = [word for name in _FOREIGN for word in ("-u", name)]
    command = ["env", *without, "git", "-C", str(root), *_ASKED, "--exclude-standard"]
    try:
        done = subprocess.run(command, capture_output=True, check=False)
    except OSError:
        return None
    return done.stdout.decode("utf-8", "surrogateescape").split("\0")[:-1] if done.returncode == 0 else None


def _plain(root: Path, names: Iterable[str]) -> Iterator[str]:
    for name in names:
        try:
            state = os.lstat(f"{root}/{name}")
        except OSError:
            continue
        if stat.S_ISREG(state.st_mode) and state.st_size <= MOST_BYTES:
            yield name


def _below(folder: str, prefix: str) -> Iterator[str]:
    """The files below a folder; links are not followed, nor are the folders of version control and tools."""
    try:
        with os.scandir(folder) as found:
            entries = list(found)
    except OSError:
        return
    for entry in entries:
        if not entry.is_dir(follow_symlinks=False):
            yield prefix + entry.name
        elif entry.name not in _LEFT_OUT:
            yield from _below(entry.path, f"{prefix}{entry.name}/")
