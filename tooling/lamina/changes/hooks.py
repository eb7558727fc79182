"""Installing hooks: scripts put where git looks for them, beside those that somebody else put there."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal

from lamina.changes.git_setup import NoGit
from lamina.changes.writing import replace_file
from lamina.thought.hooks import HOOKS, ON_SERVER, is_ours
from lamina.words.errors import Failure, listing
from lamina.words.values import dataclass
from lamina.world.disk import CannotWrite
from lamina.world.git import HooksFolder, configure, hooks_folder, setting
from lamina.world.repository import NotARepository, find_root

PROGRAM, FOLDER = "lamina.program", "lamina.folder"
_EXECUTABLE = 0o111
State = Literal["installed", "replaced", "unchanged", "taken out"]


class ForeignHooks(Failure):
    """Hooks of somebody else stand where ours would."""

    def __init__(self, folder: Path, names: Sequence[str], others: Sequence[str]) -> None:
        call = "lamina check --at with each revision" if "pre-receive" in names else "lamina check --staged"
        more = f"; lamina hooks install {' '.join(others)} installs the others" if others else ""
        message = f"{folder} holds a hook of somebody else already ({listing(names)}), so nothing was written"
        super().__init__(message, f"let that hook call lamina too ({call}), or move it away{more}")


class SharedHooks(Failure):
    """git runs hooks that are not this repository's own, but those of several."""

    def __init__(self, folder: Path, scope: str) -> None:
        message = f"git runs the hooks of {folder} here and elsewhere (core.hooksPath, {scope}), so nothing was written"
        hint = 'git config core.hooksPath "$(git rev-parse --git-common-dir)/hooks" gives this repository its own'
        super().__init__(message, hint)


@dataclass(frozen=True, slots=True)
class HookDone:
    """What became of a hook, by its file."""

    file: Path
    state: State


def install_hooks(folder: Path, names: Sequence[str], program: Path | None) -> list[HookDone]:
    """Put hooks where git runs them: all that fit the repository, or those of some names; none where one of others is there.

    `program` is the lamina that they call. Raises NoGit, SharedHooks, ForeignHooks, CannotConfigure, CannotWrite.
    """
    place = _place(folder)
    wanted = tuple(names) or tuple(name for name in HOOKS if (name in ON_SERVER) == place.bare)
    foreign = [name for name in wanted if _is_foreign(place.path / name)]
    if foreign:
        raise ForeignHooks(place.path, foreign, [name for name in wanted if name not in foreign])
    _remember(folder, place, PROGRAM, str(program) if program else None)
    _remember(folder, place, FOLDER, _folder_of_lamina(folder, place))
    return [_put(place.path / name, HOOKS[name].encode()) for name in wanted]


def remove_hooks(folder: Path, names: Sequence[str]) -> list[HookDone]:
    """Take out the hooks that `install_hooks` put there, and nothing else; raises NoGit, SharedHooks and CannotWrite."""
    place = _place(folder)
    done = list(_taken_out(place.path / name for name in (names or HOOKS)))
    if not names:
        for name in (PROGRAM, FOLDER):
            _remember(folder, place, name, None)
    return done


def _taken_out(files: Iterator[Path]) -> Iterator[HookDone]:
    for file in files:
        if file.is_file() and is_ours(file.read_bytes()):
            file.unlink()
            yield HookDone(file, "taken out")


def _place(folder: Path) -> HooksFolder:
    found = hooks_folder(folder)
    if found is None:
        raise NoGit(folder)
    if found.shared is not None:
        raise SharedHooks(found.path, found.shared)
    return found


def _is_foreign(file: Path) -> bool:
    """Whether something stands there that is no hook of ours, be it a link to nothing."""
    return os.path.lexists(file) and not (file.is_file() and is_ours(file.read_bytes()))


def _put(file: Path, text: bytes) -> HookDone:
    before = file.read_bytes() if file.exists() else None
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        changed = replace_file(file, file.name, before, text)
        mode = file.stat().st_mode
        if mode & _EXECUTABLE != _EXECUTABLE:
            file.chmod(mode | _EXECUTABLE)
            changed = True
    except OSError as error:
        raise CannotWrite(file, error) from error
    return HookDone(file, "installed" if before is None else "replaced" if changed else "unchanged")


def _remember(folder: Path, place: HooksFolder, name: str, value: str | None) -> None:
    """Set what the hooks read in git's configuration of the clone, or take it out."""
    if setting(place.top, name) != value:
        configure(place.top, name, value)


def _folder_of_lamina(folder: Path, place: HooksFolder) -> str | None:
    """Where in the work tree the repository of lamina is; None for the top."""
    try:
        root = find_root(folder)
    except NotARepository:
        return None
    inside = not place.bare and root.is_relative_to(place.top) and root != place.top
    return root.relative_to(place.top).as_posix() if inside else None
