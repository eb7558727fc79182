"""The user's hooks, run as git runs them around a commit: those of .git/hooks, or where core.hooksPath says."""

import os
from pathlib import Path

from lamina.world.branches.failures import HookChangedFiles, HookRefused
from lamina.world.branches.program import Done, Git, run

_BEFORE, _MESSAGE, _JUDGING, _AFTER = "pre-commit", "prepare-commit-msg", "commit-msg", "post-commit"
# A file without `#!` is a script of the shell, as it is for git. No editor is opened: the message is there.
_RUN = ("sh", "-c", 'exec "$0" "$@" 2>&1')
_NO_EDITOR = {"GIT_EDITOR": ":"}


def passed(git: Git, place: Path, tree: str, message: bytes) -> bytes:
    """The message that the hooks before a commit leave of it; raises HookRefused, and HookChangedFiles.

    They see an index that holds exactly the tree; it and the message are files in `place`, which is nobody else's.
    """
    hooks = _found(git, _BEFORE, _MESSAGE, _JUDGING)
    if not hooks:
        return message
    file, own = place / "COMMIT_EDITMSG", Git(git.folder, place / "index")
    file.write_bytes(message)
    own.do("read-tree", tree)
    own.ask("update-index", "-q", "--refresh")
    variables = _NO_EDITOR | {"GIT_INDEX_FILE": str(own.index)}
    words = {_BEFORE: (), _MESSAGE: (str(file), "message"), _JUDGING: (str(file),)}
    said: tuple[str, ...] = ()
    for name, hook in hooks.items():
        done = run([*_RUN, str(hook), *words[name]], git.folder, variables)
        said += _lines(done)
        if done.status != 0:
            raise HookRefused(name, done.status, _lines(done))
    left = own.do("write-tree")
    if left != tree:
        raise HookChangedFiles(own.do("diff-tree", "-r", "--name-only", "-z", tree, left).split("\0")[:-1], said)
    return file.read_bytes()


def told(git: Git) -> None:
    """Run the hook after a commit, whatever becomes of it."""
    for hook in _found(git, _AFTER).values():
        run([*_RUN, str(hook)], git.folder, _NO_EDITOR)


def _found(git: Git, *names: str) -> dict[str, Path]:
    """The hooks of these names that git would run: files that may be executed."""
    folder = git.path("hooks")
    return {name: folder / name for name in names if (folder / name).is_file() and os.access(folder / name, os.X_OK)}


def _lines(done: Done) -> tuple[str, ...]:
    return tuple(done.out.decode("utf-8", "replace").splitlines())
