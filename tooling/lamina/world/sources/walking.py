"""The walk that sources share: which names are files of the repository, which are obstacles, and where a link may lead."""

from collections.abc import Iterator, Sequence
from typing import Literal, Protocol, TypeAlias, runtime_checkable

from lamina.world.sources import Listing, Obstacle, Source, Unreadable

Kind: TypeAlias = Literal["file", "folder", "link", "submodule", "special"]
End: TypeAlias = Literal["file", "folder", "nothing", "outside"]

_FOLDERS = ("environments", "schemas")
# Other programs keep policies of theirs in a folder of this name: only what is called like one of ours is looked at.
_POLICIES, _POLICY = "policies", ".policy"
_SETTINGS = "lamina.yaml"
_LAYERS = (".yaml", ".yml", ".json")


@runtime_checkable
class Ground(Protocol):
    """What is walked over: names are relative to the repository's root, with slashes; what is no UTF-8 is surrogates."""

    def kind(self, name: str) -> Kind | None:
        """What stands at a name; no link is followed."""

    def inside(self, folder: str) -> Sequence[tuple[str, Kind]]:
        """The entries of a folder in their order; raises Unreadable."""

    def end(self, link: str) -> End:
        """Where a link leads in the end."""


def listed(ground: Ground) -> Listing:
    """Every file under environments/ and schemas/, lamina.yaml, and what is called a policy under policies/."""
    files: list[str] = []
    obstacles: list[Obstacle] = []
    for name in (_SETTINGS, *_FOLDERS, _POLICIES):
        for found in _top(ground, name):
            if isinstance(found, str):
                files.append(found)
            else:
                obstacles.append(found)
    return Listing(tuple(sorted(files)), tuple(sorted(obstacles, key=lambda obstacle: obstacle.file)))


def below(source: Source, folder: str) -> Listing:
    """Every file below another folder of a source, sorted; nothing where it is not there. It is reached through no link."""
    if not isinstance(source, Ground):
        return Listing(tuple(file for file in source.every() if file.startswith(f"{folder}/")))
    steps = folder.split("/")
    for end in range(1, len(steps) + 1):
        name = "/".join(steps[:end])
        kind = source.kind(name)
        if kind != "folder":
            odd = Obstacle(name, "special-file", "is no folder, so no file in it is read", "replace it by a folder")
            return Listing((), () if kind is None else (odd,))
    found = list(_below(source, folder))
    files = sorted(one for one in found if isinstance(one, str))
    obstacles = sorted((one for one in found if isinstance(one, Obstacle)), key=lambda one: one.file)
    return Listing(tuple(files), tuple(obstacles))


def special(file: str) -> Obstacle:
    """The obstacle of a name that is neither a file nor a folder."""
    return Obstacle(file, "special-file", "is no regular file", "replace it by a file")


def _top(ground: Ground, name: str) -> Iterator[str | Obstacle]:
    kind = ground.kind(name)
    if kind == "folder" and name in _FOLDERS:
        yield from _below(ground, name)
    elif name == _POLICIES:
        yield from (one for one in _below(ground, name) if _is_policy(one)) if kind == "folder" else ()
    elif kind is not None:
        yield _one(ground, name, kind)


def _is_policy(found: str | Obstacle) -> bool:
    """Whether a file is called a policy, or an obstacle may keep one from being seen."""
    if isinstance(found, str):
        return _POLICY in found.rpartition("/")[2]
    return _POLICY in found.file or found.rule == "unreadable-file"


def _below(ground: Ground, folder: str) -> Iterator[str | Obstacle]:
    try:
        entries = ground.inside(folder)
    except Unreadable as error:
        yield error.obstacle
        return
    for entry, kind in entries:
        name = f"{folder}/{entry}"
        if not name.isprintable() or "\\" in entry:
            yield _badly_named(name, "the name holds characters that cannot be printed")
        elif "/" in entry or entry in ("", ".", ".."):
            # No file system makes these, but a tree of git can be written by hand.
            yield _badly_named(name, "the name is none that a file can have")
        elif kind == "file":
            yield name
        elif kind != "folder" or entry.endswith(_LAYERS):
            yield _one(ground, name, kind)
        elif not entry.startswith("."):
            yield from _below(ground, name)


def _one(ground: Ground, name: str, kind: Kind) -> str | Obstacle:
    """What an odd entry is: a link that stays inside and ends at a file is a file; all else is an obstacle."""
    if kind == "folder":
        return Obstacle(name, "folder-for-file", "is a folder, and its name is that of a file", "rename it")
    if kind == "submodule":
        message = "is a submodule, whose files are in another repository"
        return Obstacle(name, "special-file", message, "replace it by the files themselves")
    if kind != "link":
        return name if kind == "file" else special(name)
    end = ground.end(name)
    if end == "outside":
        message = "is a link that leaves the repository, so it is not followed"
        return Obstacle(name, "link-out", message, "replace it by a file")
    if end == "file":
        return name
    what = "a folder" if end == "folder" else "nothing"
    return Obstacle(name, "bad-link", f"is a link to {what}; a link must lead to a file", "replace it by a file")


def _badly_named(name: str, message: str) -> Obstacle:
    shown = name.encode("utf-8", "backslashreplace").decode()
    return Obstacle(repr(shown)[1:-1], "bad-name", message, "rename it: letters, digits, - and _")
