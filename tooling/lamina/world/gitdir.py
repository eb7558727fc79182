"""The folder in which git keeps a repository, found without running git."""

import os
from pathlib import Path

from lamina.words.git_folder import GitFolder

# What git writes there is a path and a newline; no file system takes a longer one.
_LONGEST = 4200


def git_folder(root: Path) -> GitFolder | None:
    """Git's folder of the work tree that `root` stands in; None outside git, and where `.git` leads nowhere."""
    real = os.path.realpath(root)
    while True:
        found = _at(real)
        if found is not None or os.path.isfile(f"{real}/.git"):
            return found
        above = os.path.dirname(real)
        if above == real:
            return None
        real = above


def _at(top: str) -> GitFolder | None:
    """What the `.git` of a folder is or leads to, as of a linked work tree or a submodule."""
    own = f"{top}/.git"
    if os.path.isfile(own):
        said = _line(own)
        if not said.startswith("gitdir: "):
            return None
        own = os.path.join(top, said.removeprefix("gitdir: "))
    own = os.path.realpath(own)
    common = os.path.realpath(os.path.join(own, _line(f"{own}/commondir")))
    # Git asks for these too before it takes a folder for one of its own.
    if os.path.lexists(f"{own}/HEAD") and os.path.isdir(f"{common}/objects") and os.path.isdir(f"{common}/refs"):
        return GitFolder(top, own, common)
    return None


def _line(path: str) -> str:
    """What a file of one line says; nothing where it cannot be read, or holds what no path does."""
    try:
        # Without waiting, should it be a pipe.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        with open(descriptor, "rb") as stream:
            said = os.fsdecode(stream.read(_LONGEST) or b"").rstrip("\r\n")
    except OSError:
        return ""
    return "" if "\0" in said else said
