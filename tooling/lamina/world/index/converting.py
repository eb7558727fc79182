"""Whether git may convert a file between the work tree and its blob: then their bytes, and so their ids, differ."""

import os
import stat
import subprocess
from collections.abc import Callable, Container, Iterator
from contextlib import contextmanager

from lamina.words.git_folder import GitFolder

# https://git-scm.com/docs/gitattributes; `crlf` is what `text` was called once.
_CONVERTING = (b"text", b"eol", b"crlf", b"filter", b"ident", b"working-tree-encoding")
_MOST_BYTES = 1 << 20
# `--type=path` has git itself say where a user's home is.
_USERS_OWN = "lamina.attributes=~/.config/git/attributes"
_NAMES = r"^(core\.(autocrlf|attributesfile)|extensions\.objectformat|lamina\.attributes)$"
_ASKED = ("config", "--type=path", "-z", "--get-regexp", _NAMES)
_MACHINES = "/etc/gitattributes"
# Where git looks for the user's own, of which it cannot be asked: not a setting of ours.
_ELSEWHERE = "$XDG_CONFIG_HOME/git/attributes"


class Attributes:
    """The files of attributes from the top of a work tree down, each looked at once."""

    def __init__(self, top: str, tracked: Container[bytes]) -> None:
        self._top = top
        self._tracked = tracked
        self._folders: dict[str, bool] = {}

    def may_convert(self, path: str) -> bool:
        """Whether a file, named below the top, lies under attributes by which git may convert it."""
        return self._in(path.rpartition("/")[0])

    def _in(self, folder: str) -> bool:
        known = self._folders.get(folder)
        if known is None:
            above = folder and self._in(folder.rpartition("/")[0])
            known = self._folders[folder] = bool(above) or self._converts(f"{folder}/.gitattributes".lstrip("/"))
        return known

    def _converts(self, name: str) -> bool:
        # Where one is gone from the work tree, git goes by what is staged of it.
        place = f"{self._top}/{name}"
        return _converts(place) or (os.fsencode(name) in self._tracked and not os.path.lexists(place))


@contextmanager
def asking_git(folder: GitFolder) -> Iterator[Callable[[], bool]]:
    """Ask git for its settings, and do other work while it looks: the answer is had by calling what this gives.

    It is whether git has ids of SHA-1, and converts nothing unless attributes in the work tree say so; false without git.
    """
    command = ["git", f"--git-dir={folder.own}", "-c", _USERS_OWN, *_ASKED]
    try:
        git = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    except OSError:
        yield lambda: False
        return
    with git:
        try:
            yield lambda: _answered(os.fsdecode(git.communicate()[0]), git.returncode, folder)
        finally:
            git.kill()


def _answered(said: str, status: int, folder: GitFolder) -> bool:
    settings = dict(line.partition("\n")[::2] for line in said.split("\0")[:-1])
    if status != 0 or settings.get("extensions.objectformat", "sha1") != "sha1":
        return False
    if settings.get("core.autocrlf", "false").lower() not in ("false", "no", "off", "0"):
        return False
    own = settings.get("core.attributesfile", settings["lamina.attributes"])
    places = (own, os.path.expandvars(_ELSEWHERE), _MACHINES, f"{folder.common}/info/attributes")
    return not any(map(_converts, places))


def _converts(path: str) -> bool:
    """Whether a file of attributes has any by which git converts, for whatever names; one that cannot be read may."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True
    try:
        with open(descriptor, "rb") as stream:
            state = os.fstat(descriptor)
            if not stat.S_ISREG(state.st_mode) or state.st_size > _MOST_BYTES:
                return True
            return any(word.partition(b"=")[0] in _CONVERTING for word in stream.read().split())
    except OSError:
        return True
