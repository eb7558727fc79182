"""The revisions of a git repository, read as objects: no hook, filter, textconv or monitor of a repository ever runs."""

import hashlib
import subprocess
from collections.abc import Collection
from pathlib import Path

from lamina.words.errors import Failure

_MOST_BYTES = 64 * 1024 * 1024


class NoSuchRevision(Failure):
    """A name that is no commit of the repository."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} is no revision here", "git log --oneline lists revisions; git branch -a branches")


class NoGit(Failure):
    """git is not here, or cannot read what it should."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"git cannot read the repository: {reason}", "install git, or mend what it complains about")


class Revisions:
    """The history of the repository whose work tree is at `top`."""

    def __init__(self, top: Path) -> None:
        self.top = top

    def commit(self, name: str) -> str | None:
        """The id of the commit that a name stands for, or None."""
        if not name or name.startswith("-") or "\0" in name:
            return None
        status, said, _ = self._git("rev-parse", "--verify", "--quiet", f"{name}^{{commit}}")
        return said.decode("ascii").strip() if status == 0 else None

    def files(self, commit: str) -> dict[str, str]:
        """The plain files of a commit by name, each with the id of its bytes; very large ones are left out."""
        status, said, complaint = self._git("ls-tree", "-r", "-z", "-l", "--full-tree", commit)
        if status != 0:
            raise NoGit(complaint)
        found: dict[str, str] = {}
        for entry in said.split(b"\0")[:-1]:
            head, _, name = entry.partition(b"\t")
            mode, kind, blob, size = head.decode("ascii").split()
            if kind == "blob" and mode.startswith("100") and int(size) <= _MOST_BYTES:
                found[name.decode("utf-8", "surrogateescape")] = blob
        return found

    def blobs(self, ids: Collection[str]) -> dict[str, bytes]:
        """The bytes of blobs by their ids."""
        wanted = list(dict.fromkeys(ids))
        if not wanted:
            return {}
        status, said, complaint = self._git("cat-file", "--batch", stdin="".join(f"{one}\n" for one in wanted).encode())
        if status != 0:
            raise NoGit(complaint)
        found: dict[str, bytes] = {}
        at = 0
        for one in wanted:
            line = said.index(b"\n", at)
            words = said[at:line].split()
            if len(words) != 3:
                raise NoGit(f"the object {one} is missing")
            start, size = line + 1, int(words[2])
            found[one] = said[start : start + size]
            at = start + size + 1
        return found

    def _git(self, *words: str, stdin: bytes = b"") -> tuple[int, bytes, str]:
        command = ["git", "-C", str(self.top), "-c", "core.fsmonitor=false", "--no-optional-locks", *words]
        try:
            done = subprocess.run(command, input=stdin, capture_output=True, check=False)
        except OSError:
            raise NoGit("there is no program git") from None
        return done.returncode, done.stdout, done.stderr.decode("utf-8", "replace").strip()


def blob_id(data: bytes, like: str) -> str:
    """The id that git gives to bytes, in a repository whose ids look like this one."""
    made = hashlib.sha256() if len(like) == 64 else hashlib.sha1(usedforsecurity=False)
    made.update(b"blob %d\0" % len(data))
    made.update(data)
    return made.hexdigest()
