"""Where two revisions part, told by the program git: its start is shorter than that of libgit2.

It answers only where there is no doubt. Whoever has to know why there is no answer asks `History`.
"""

import os
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from weakref import finalize

from lamina.words.git_folder import GitFolder
from lamina.words.regex import regex
from lamina.world.history.commits import Commit, date_of
from lamina.world.history.objects import Database

_ID = regex(r"[0-9a-f]{40}\n")
_SAID = re.compile(rb"(?P<name>[^\n]*?) ?<[^\n]*> (?P<seconds>-?\d+) (?P<zone>[+-]\d{4})\Z")
# Nothing is fetched, nothing is read in place of anything else, and a name that may be two things is told.
_GUARDED = ("--no-replace-objects", "-c", "protocol.allow=never", "-c", "core.warnAmbiguousRefs=true")


def fork_asked(
    folder: GitFolder, one: str, other: str, otherwise: Callable[[], Database]
) -> tuple[Commit, Database] | None:
    """The newest commit that two revisions both come from, and the objects of the repository; None where that is in doubt.

    `otherwise` gives the objects by another way, which is asked for what git does not give.
    """
    if one.startswith("-"):
        return None
    git = ["git", f"--git-dir={folder.own}", *_GUARDED]
    asked = [*git, "merge-base", "--end-of-options", f"{one}^{{commit}}", f"{other}^{{commit}}"]
    try:
        if not _is_ours(folder):
            return None
        objects = _Objects([*git, "cat-file", "--batch"], otherwise)
        said = subprocess.run(asked, stdin=subprocess.DEVNULL, capture_output=True, check=False)
        found = said.stdout.decode("ascii", "replace")
        if said.returncode != 0 or said.stderr or not _ID.fullmatch(found):
            return None
        commit = _told(found[:-1], objects.read(found[:-1]))
    except OSError:
        return None
    return (commit, Database(objects.read)) if commit is not None else None


def _is_ours(folder: GitFolder) -> bool:
    """Whether git would not refuse the repository as one of another user."""
    return all(os.stat(place).st_uid == os.geteuid() for place in {folder.own, folder.common})


class _Objects:
    """The bytes of objects, from one process as long as this lives; a process that was forked off has one of its own."""

    def __init__(self, command: list[str], otherwise: Callable[[], Database]) -> None:
        self._command = command
        self._otherwise = otherwise
        self._begin()

    def _begin(self) -> None:
        self._owner = os.getpid()
        quiet = subprocess.DEVNULL
        self._git = subprocess.Popen(self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=quiet)
        finalize(self, _end, self._git, self._owner)

    def read(self, id: str) -> bytes:
        """The bytes of an object; raises what the other way raises where git does not give it."""
        if self._owner != os.getpid():
            self._begin()
        ask, answer = self._git.stdin, self._git.stdout
        assert ask is not None
        assert answer is not None
        try:
            ask.write(f"{id}\n".encode())
            ask.flush()
            head = answer.readline().split()
            if len(head) == 3 and head[0] == id.encode():
                data = answer.read(int(head[2]) + 1)
                if len(data) == int(head[2]) + 1:
                    return data[:-1]
        except OSError:
            pass
        return self._otherwise().read(id)


def _end(git: "subprocess.Popen[bytes]", owner: int) -> None:
    """End a process, by who has begun it."""
    if owner == os.getpid():
        git.kill()
        git.communicate()


def _told(id: str, data: bytes) -> Commit | None:
    """What the bytes of a commit say; None where they say it oddly."""
    head, _, message = data.partition(b"\n\n")
    lines = [line.partition(b" ")[::2] for line in head.split(b"\n")]
    said = dict(reversed(lines))
    author, committer = (_SAID.fullmatch(said.get(who, b"")) for who in (b"author", b"committer"))
    if author is None or committer is None or b"tree" not in said:
        return None
    zone = int(author["zone"])
    minutes = (abs(zone) // 100 * 60 + abs(zone) % 100) * (1 if zone > 0 else -1)
    return Commit(
        id,
        said[b"tree"].decode("ascii"),
        author["name"].decode("utf-8", "replace"),
        date_of(int(author["seconds"]), minutes),
        message.decode("utf-8", "replace").strip().partition("\n")[0],
        int(committer["seconds"]),
        tuple(value.decode("ascii") for key, value in lines if key == b"parent"),
    )


def place_within(folder: GitFolder, path: Path) -> str:
    """A folder's name in the work tree; "" for its top."""
    place = os.path.relpath(os.path.realpath(path), folder.top)
    return "" if place == "." else place
