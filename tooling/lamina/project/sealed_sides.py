"""The two sides of a comparison of sealed files: revisions, the work tree, or two files on disk."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from lamina.project.sealed_scope import root_of
from lamina.words.errors import Failure, Misuse
from lamina.words.values import dataclass
from lamina.world import git
from lamina.world.files import files_below, read_file
from lamina.world.revisions import NoSuchRevision, Revisions, blob_id

WORK_TREE = "the work tree"
# Every sealed file holds this word.
_MARK = b"sops"


class NoHistory(Failure):
    """The folder stands in no git repository, so there are no revisions to compare."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"{folder} is in no git repository", "name two files, to compare them with each other")


class NotThere(Failure):
    """A word that is neither a revision nor a file in one."""

    def __init__(self, word: str) -> None:
        super().__init__(f"{word} is neither a revision nor a file", "git log --oneline lists revisions")


@dataclass(frozen=True, slots=True)
class Side:
    """One side: what it is called, and the bytes of its files by name, of those alone that the other side has not alike."""

    label: str
    data: Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class Sides:
    """Both sides, and the names that belong together: of two files on disk each has its own."""

    left: Side
    right: Side
    pairs: tuple[tuple[str, str], ...]
    two_files: bool = False


def sides_of(folder: Path, words: Sequence[str]) -> Sides:
    """Both sides that the words mean.

    The words are up to two revisions, then paths; or two files. Without a revision it is HEAD, and without a second one
    the work tree. Raises NoHistory, NoSuchRevision, NotThere and Misuse.
    """
    top = git.top(folder)
    revisions = Revisions(top) if top else None
    on_disk = [folder / word for word in words]
    if len(words) == 2 and all(map(Path.is_file, on_disk)) and not (revisions and any(map(revisions.commit, words))):
        left, right = (Side(word, {word: read_file(path)}) for word, path in zip(words, on_disk, strict=True))
        return Sides(left, right, ((words[0], words[1]),), two_files=True)
    if top is None or revisions is None:
        raise NoHistory(folder)
    names, paths = _parted(folder, words, revisions)
    return _sides(_History(top, folder, revisions), names, paths)


def _parted(folder: Path, words: Sequence[str], revisions: Revisions) -> tuple[list[str], list[str]]:
    """Which of the words are revisions and which are paths."""
    names: list[str] = []
    for word in words[:2]:
        is_revision, is_file = revisions.commit(word) is not None, (folder / word).exists()
        if is_revision and is_file:
            raise Misuse(f"{word} is a revision and a file", f"./{word} is the file, and {word}^0 the revision")
        if not is_revision:
            break
        names.append(word)
    return names, list(words[len(names) :])


@dataclass(frozen=True, slots=True)
class _History:
    """A git repository, and the folder that names of files are told from."""

    top: Path
    folder: Path
    revisions: Revisions

    @property
    def base(self) -> Path:
        """Where names begin: at the root of the repository of layers, else at the folder."""
        return root_of(self.folder) or self.folder.resolve()

    def name(self, file: str) -> str:
        """What messages call a file of the history."""
        return os.path.relpath(self.top / file, self.base).replace(os.sep, "/")

    def within(self, paths: Sequence[str]) -> list[str]:
        """The paths from the top; the whole base where none is named."""
        given = [Path(os.path.abspath(self.folder / path)) for path in paths]
        places = [Path(path.parent.resolve(), path.name) for path in given] or [self.base]
        outside = next((place for place in places if not place.is_relative_to(self.top)), None)
        if outside is not None:
            raise Misuse(f"{outside} is outside the git repository {self.top}", "name files in it")
        return [place.relative_to(self.top).as_posix() for place in places]

    def listed(self, revision: str, places: Sequence[str]) -> dict[str, str]:
        """The files of a revision at some places, with the ids of their bytes; raises NoSuchRevision."""
        commit = self.revisions.commit(revision)
        if commit is None:
            raise NoSuchRevision(revision)
        return {file: blob for file, blob in self.revisions.files(commit).items() if _is_within(file, places)}

    def on_disk(self, places: Sequence[str], known: Mapping[str, str]) -> dict[str, bytes]:
        """The files of the work tree that the revision knows, and the others that may be sealed."""
        found: dict[str, bytes] = {}
        for place in (self.top / place for place in places):
            for path in files_below(place) if place.is_dir() else [place] if place.is_file() else []:
                name = path.relative_to(self.top).as_posix()
                if name not in known and _MARK in (data := read_file(path)):
                    found[name] = data
        for name in known:
            path = self.top / name
            if path.is_file() and not path.is_symlink():
                found[name] = read_file(path)
        return found


def _sides(history: _History, names: Sequence[str], paths: Sequence[str]) -> Sides:
    labels = [*names, *["HEAD"][len(names) :], WORK_TREE][:2]
    places = history.within(paths)
    first = history.listed(labels[0], places)
    if labels[1] == WORK_TREE:
        disk = history.on_disk(places, first)
        second = {name: blob_id(data, first.get(name, "")) for name, data in disk.items()}
    else:
        disk, second = {}, history.listed(labels[1], places)
    _demand_there(history.folder, zip(paths, places, strict=False), {**first, **second})
    changed = [name for name in {*first, *second} if first.get(name) != second.get(name)]
    wanted = [first[name] for name in changed if name in first]
    wanted += [second[name] for name in changed if name in second and name not in disk]
    blobs = history.revisions.blobs(wanted)
    left = {history.name(name): blobs[first[name]] for name in changed if name in first}
    right = {history.name(name): disk.get(name) or blobs.get(second[name], b"") for name in changed if name in second}
    pairs = tuple((name, name) for name in sorted({*left, *right}))
    return Sides(Side(labels[0], left), Side(labels[1], right), pairs)


def _demand_there(folder: Path, paths: "zip[tuple[str, str]]", files: Mapping[str, str]) -> None:
    """Raise NotThere for a path that neither side has."""
    for path, place in paths:
        if not (folder / path).exists() and not any(_is_within(name, [place]) for name in files):
            raise NotThere(path)


def _is_within(name: str, places: Sequence[str]) -> bool:
    return any(place == "." or name == place or name.startswith(f"{place}/") for place in places)
