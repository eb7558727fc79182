"""Real git repositories for the tests: made by the program git, whatever the machine's settings are."""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent

from running import surroundings


def git(folder: Path, *words: str, stdin: bytes = b"", env: Mapping[str, str] | None = None) -> str:
    """What `git WORDS...` prints in a folder; raises CalledProcessError."""
    # Files of these tests lie in folders of their own, and may be cloned from one to the other.
    settings = ("-c", "protocol.file.allow=always", "-c", "init.defaultBranch=main", "-c", "advice.detachedHead=false")
    done = subprocess.run(
        ["git", "-C", str(folder), *settings, *words],
        input=stdin,
        capture_output=True,
        env=surroundings(env),
        check=True,
    )
    return done.stdout.decode("utf-8", "surrogateescape").strip()


def begun(folder: Path, *words: str) -> Path:
    """A git repository begun in a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    git(folder, "init", "--quiet", *words)
    return folder


def committed(folder: Path, files: Mapping[str, str | None], subject: str = "change") -> str:
    """The id of a commit of some files, by their new texts; one that is None is deleted."""
    for name, text in files.items():
        file = folder / name
        if text is None:
            file.unlink()
            continue
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(dedent(text).removeprefix("\n").encode())
    git(folder, "add", "--all", "--force")
    git(folder, "commit", "--quiet", "--allow-empty", "-m", subject)
    return git(folder, "rev-parse", "HEAD")


def everything(folder: Path) -> dict[str, tuple[int, int, bytes]]:
    """Every file below a folder, git's own too: its mode, when it was changed last, and its bytes.

    Our cache under git's folder is no part of that, nor is when git's folder itself has got or lost an entry.
    """
    found = {}
    for where, folders, files in os.walk(folder):
        is_git = "HEAD" in files and "objects" in folders
        if is_git and "lamina" in folders:
            folders.remove("lamina")
        if is_git and where in found:
            found[where] = (found[where][0], 0, b"")
        for name in (*folders, *files):
            path = Path(where, name)
            state = path.lstat()
            data = os.fsencode(os.readlink(path)) if path.is_symlink() else path.read_bytes() if name in files else b""
            found[str(path)] = (state.st_mode, state.st_mtime_ns, data)
    return found
