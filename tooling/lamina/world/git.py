"""The program git: whether it is here, where a history begins, its settings, and what runs before a commit."""

import os
import subprocess
from pathlib import Path

from lamina.words.errors import Failure
from lamina.words.values import dataclass


class CannotStart(Failure):
    """git is not here, or refused to begin a repository."""

    def __init__(self, folder: Path, reason: str) -> None:
        hint = "install git, or mend what it complains about"
        super().__init__(f"git init does not work for {folder}: {reason}", hint)


class CannotConfigure(Failure):
    """git is not here, or does not take a setting."""

    def __init__(self, root: Path, reason: str) -> None:
        super().__init__(
            f"git config does not work in {root}: {reason}", "install git, or mend what it complains about"
        )


def version() -> str | None:
    """The version of git, or None where there is none."""
    said = _git("version")
    return said.removeprefix("git version ").strip() if said is not None else None


def top(folder: Path) -> Path | None:
    """The top of the work tree that a folder stands in, going by `.git` there; the folder itself need not exist."""
    folder = folder.resolve()
    return next((one for one in (folder, *folder.parents) if (one / ".git").exists()), None)


def start(folder: Path) -> None:
    """Begin a git repository in a folder; raises CannotStart."""
    command = ["git", "-C", str(folder), "init", "--quiet"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError as error:
        raise CannotStart(folder, "there is no program git") from error
    if done.returncode != 0:
        raise CannotStart(folder, done.stderr.strip() or f"exit {done.returncode}")


def setting(root: Path, name: str) -> str | None:
    """What the repository's own configuration says under a name, or None."""
    said = _git("-C", str(root), "config", "--local", "--get", name)
    return said.removesuffix("\n") if said is not None else None


def configure(root: Path, name: str, value: str | None) -> None:
    """Set a name in the repository's own configuration, or take it out (None); raises CannotConfigure."""
    words = ["--unset-all", name] if value is None else [name, value]
    command = ["git", "-C", str(root), "config", "--local", *words]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError as error:
        raise CannotConfigure(root, "there is no program git") from error
    if done.returncode != 0:
        raise CannotConfigure(root, done.stderr.strip() or f"exit {done.returncode}")


def runs_hook(root: Path, name: str) -> bool:
    """Whether git runs a hook of that name: an executable file where it looks for hooks."""
    said = _git("-C", str(root), "rev-parse", "--git-path", f"hooks/{name}")
    path = root / said.rstrip("\n") if said is not None else None
    return path is not None and path.is_file() and os.access(path, os.X_OK)


def attribute(root: Path, name: str, file: str) -> str | None:
    """What .gitattributes says of a file under a name, or None."""
    said = _git("-C", str(root), "-c", "core.fsmonitor=false", "check-attr", "-z", name, "--", file)
    value = said.split("\0")[2] if said else "unspecified"
    return value if value != "unspecified" else None


@dataclass(frozen=True, slots=True)
class HooksFolder:
    """Where git looks for hooks, and the top of the work tree (of a `bare` repository its own folder).

    `shared` is the scope of the configuration that has git look elsewhere for every repository of a user or machine.
    """

    path: Path
    top: Path
    bare: bool
    shared: str | None


def hooks_folder(folder: Path) -> HooksFolder | None:
    """Where git looks for the hooks of the repository that a folder stands in; None where there is none."""
    bare = _git("-C", str(folder), "rev-parse", "--is-bare-repository") == "true\n"
    said = _git("-C", str(folder), "rev-parse", "--absolute-git-dir" if bare else "--show-toplevel")
    if said is None:
        return None
    top = Path(said.removesuffix("\n"))
    # git runs hooks at the top, and a relative core.hooksPath is meant from there.
    path = _git("-C", str(top), "rev-parse", "--git-path", "hooks")
    scope = (_git("-C", str(top), "config", "--show-scope", "--get", "core.hooksPath") or "").split("\t")[0]
    shared = scope if scope not in ("", "local", "worktree") else None
    return HooksFolder(top / (path or "hooks").removesuffix("\n"), top, bare, shared)


def is_tracked(path: Path) -> bool:
    """Whether git tracks a file, so that its history holds what the file held."""
    # A repository's own configuration may name a program for git to run (core.fsmonitor): nothing found in one is run.
    asked = ("-c", "core.fsmonitor=false", "ls-files", "--error-unmatch", "--", path.name)
    return _git("-C", str(path.parent), *asked) is not None


def ignores(path: Path) -> bool:
    """Whether git is told to leave a file alone that it does not track."""
    return _git("-C", str(path.parent), "-c", "core.fsmonitor=false", "check-ignore", "-q", "--", path.name) is not None


def _git(*arguments: str) -> str | None:
    try:
        done = subprocess.run(["git", *arguments], capture_output=True, text=True, check=False)
    except OSError:
        return None
    return done.stdout if done.returncode == 0 else None
