"""A past for a corpus: a thousand commits, as `git fast-import` takes them."""

import random
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

COMMITS = 1000
_BEGAN = 1_767_225_600
_NUMBER = re.compile(r"(?<=: )\d+$", re.MULTILINE)


def grow(repository: Path, commits: int = COMMITS) -> None:
    """Commits one edit after another to the branch main; every tenth is of the base's defaults or of a schema."""
    names = sorted(path.relative_to(repository).as_posix() for path in repository.glob("*/**/*.yaml"))
    _take(repository, "".join(_commits(repository, names, commits)))


def change(repository: Path, name: str) -> None:
    """Commits one edit of one file to the branch main."""
    _take(repository, _commit(name, _edited((repository / name).read_text(encoding="utf-8"), 0, True), 0))


def _take(repository: Path, stream: str) -> None:
    git = ("git", "-C", str(repository))
    subprocess.run([*git, "fast-import", "--quiet"], input=stream.encode(), check=True)
    subprocess.run([*git, "reset", "--quiet", "--hard"], check=True)


def _commits(repository: Path, names: list[str], commits: int) -> Iterator[str]:
    wide = [name for name in names if name.startswith("schemas/") or ("base" in name and "_defaults" in name)]
    layers = [name for name in names if name.startswith("environments/")]
    choice = random.Random(7)
    texts: dict[str, str] = {}
    for number in range(commits):
        name = choice.choice(layers if number % 10 else wide)
        original = (repository / name).read_text(encoding="utf-8")
        texts[name] = _edited(original, number, texts.get(name, original) == original)
        yield _commit(name, texts[name], number)


def _commit(name: str, text: str, number: int) -> str:
    """A commit on top of main, which the first of a stream has to name."""
    subject, parent = f"Change {number} of {name}", "" if number else "from refs/heads/main^0\n"
    head = f"commit refs/heads/main\ncommitter bench <bench@example.com> {_BEGAN + 60 * number} +0000\n"
    edit = f"M 100644 inline {name}\ndata {len(text.encode())}\n{text}\n"
    return f"{head}data {len(subject)}\n{subject}\n{parent}{edit}"


def _edited(original: str, number: int, changes: bool) -> str:
    """The text with its first number one greater, or as it was at first; where there is none, another comment."""
    found = _NUMBER.search(original)
    if found is None or "$schema" in original:
        return f"{original}# {number}\n"
    return original[: found.start()] + str(int(found[0]) + 1) + original[found.end() :] if changes else original
