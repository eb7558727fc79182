"""Telling git how sealed files are merged and shown: lines in `.gitattributes`, and settings of this clone."""

from collections.abc import Iterator
from pathlib import Path

from lamina.changes.writing import replace_file
from lamina.project.sealed_files import sealed_files
from lamina.words.errors import Failure
from lamina.words.values import dataclass
from lamina.world.git import configure, setting, top

ATTRIBUTES = ".gitattributes"
_NAME = "lamina"
_SAYS = {f"diff={_NAME}", f"merge={_NAME}"}
_PATTERNS = tuple(f"*.sops.{kind}" for kind in ("yaml", "yml", "json", "env", "ini"))
# The driver of versions that are merged only to be the base of others: git's own, which then takes their base. Ours would
# leave one side's value there, and that side would look unchanged.
_SETTINGS = {
    f"merge.{_NAME}.name": "sealed files, by what they hold",
    f"merge.{_NAME}.driver": "lamina secrets merge %O %A %B %P",
    f"merge.{_NAME}.recursive": "binary",
    f"diff.{_NAME}.textconv": "lamina secrets textconv",
}


class NoGit(Failure):
    """A folder that is in no work tree of git."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"{folder.resolve()} is in no git repository, so there is nothing to set up", "git init begins one"
        )


@dataclass(frozen=True, slots=True)
class GitSetup:
    """What was written into `.gitattributes`, or taken out, and which settings changed."""

    attributes: tuple[str, ...]
    settings: tuple[str, ...]


def set_up_git(folder: Path) -> GitSetup:
    """Have git merge and show sealed files by lamina; what is so already stays. Raises NoGit, CannotConfigure, CannotWrite."""
    root = _top(folder)
    before = _attributes(root)
    known = {words[0] for line in _lines(before) if set((words := line.split())[1:]) >= _SAYS}
    missing = tuple(pattern for pattern in (*_PATTERNS, *_others(root)) if pattern not in known)
    if missing:
        old = before or b""
        added = "".join(f"{pattern} {' '.join(sorted(_SAYS))}\n" for pattern in missing)
        replace_file(
            root / ATTRIBUTES, ATTRIBUTES, before, old + b"\n" * (old[-1:] not in (b"", b"\n")) + added.encode()
        )
    changed = tuple(name for name, value in _SETTINGS.items() if setting(root, name) != value)
    for name in changed:
        configure(root, name, _SETTINGS[name])
    return GitSetup(missing, changed)


def undo_git(folder: Path) -> GitSetup:
    """Take out again what `set_up_git` writes, and nothing else; raises NoGit, CannotConfigure, CannotWrite."""
    root = _top(folder)
    before = _attributes(root)
    gone = tuple(line.split()[0] for line in _lines(before) if _is_ours(line))
    if gone:
        left = "".join(line for line in _lines(before) if not _is_ours(line)).encode("utf-8", "surrogateescape")
        replace_file(root / ATTRIBUTES, ATTRIBUTES, before, left)
        if not left:
            (root / ATTRIBUTES).unlink()
    changed = tuple(name for name in _SETTINGS if setting(root, name) is not None)
    for name in changed:
        configure(root, name, None)
    return GitSetup(gone, changed)


def _top(folder: Path) -> Path:
    root = top(folder)
    if root is None:
        raise NoGit(folder)
    return root


def _attributes(root: Path) -> bytes | None:
    file = root / ATTRIBUTES
    return file.read_bytes() if file.exists() else None


def _lines(data: bytes | None) -> list[str]:
    return (data or b"").decode("utf-8", "surrogateescape").splitlines(keepends=True)


def _is_ours(line: str) -> bool:
    """Whether a line says what ours say, and no more."""
    return set(line.split()[1:]) == _SAYS


def _others(root: Path) -> Iterator[str]:
    """Sealed files of other names, each as a pattern; a name that would need quotes is left out."""
    from lamina.thought.sealed.failures import Unsound
    from lamina.thought.sealed.opening import look

    for file in sealed_files([root]):
        name = file.path.relative_to(root).as_posix()
        if any(file.path.match(pattern) for pattern in _PATTERNS) or any(one in name for one in '*?[\\"! \t#'):
            continue
        try:
            look(file.data, name)
        except Unsound:
            continue
        yield f"/{name}"
