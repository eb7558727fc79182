"""A repository on disk: where its root is, and what git says of it."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from lamina.words.errors import Failure
from lamina.words.values import dataclass

_BARE = "this is a bare git repository, without a work tree: name a revision, such as --at HEAD, or --commit"
_READ = (".yaml", ".yml", ".json")
_PLACES = ("environments", "schemas", "lamina.yaml")


class NotARepository(Failure):
    """No folder at or above the start holds `environments/` or `lamina.yaml`."""

    def __init__(self, start: Path) -> None:
        bare = (start / "HEAD").is_file() and (start / "objects").is_dir()
        hint = _BARE if bare else "lamina init makes a repository; lamina -C DIR works in another folder"
        super().__init__(f"{start} is not in a lamina repository (no environments/ or lamina.yaml here or above)", hint)


def find_root(start: Path) -> Path:
    """The nearest folder, from `start` upwards, that holds `lamina.yaml` or `environments/`; raises NotARepository."""
    start = start.resolve()
    if not start.is_dir():
        raise NotARepository(start)
    for folder in (start, *start.parents):
        if (folder / "lamina.yaml").exists() or (folder / "environments").is_dir():
            return folder
    raise NotARepository(start)


@dataclass(frozen=True, slots=True)
class Commit:
    """The commit that a work tree stands at, and whether files that lamina reads differ from it."""

    id: str
    dirty: bool


@contextmanager
def asking_commit(root: Path, places: Sequence[str] = _PLACES) -> Iterator[Callable[[], Commit | None]]:
    """Ask git about a work tree, and do other work while it looks: the answer is had by calling what this gives.

    Whether it is dirty is asked of some `places` in it. The answer is None outside git, without git, and before the first
    commit.
    """
    import subprocess

    # A repository's own configuration may name a program for git to run (core.fsmonitor): nothing found in one is run.
    command = ["git", "-C", str(root), "-c", "core.fsmonitor=false", "--no-optional-locks"]
    # What is untracked or ignored is named file by file: lamina reads layers whatever git makes of them.
    command += ["status", "--porcelain=v2", "--branch", "-z", "--untracked-files=all", "--ignored=traditional"]
    command += ["--", *places]
    try:
        git = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    except OSError:
        yield lambda: None
        return
    with git:
        try:
            yield lambda: _commit(git.communicate()[0].decode("utf-8", "replace"))
        finally:
            git.kill()


def _commit(status: str) -> Commit | None:
    """The commit that `git status --porcelain=v2 --branch -z` speaks of."""
    head, *rest = status.split("\0")
    commit = head.removeprefix("# branch.oid ")
    if not status or commit == "(initial)":
        return None
    return Commit(commit, any(map(_differs, rest)))


def _differs(entry: str) -> bool:
    """Whether an entry of the status is of a file that lamina reads: a tracked one, or one named like a layer."""
    return entry.endswith(_READ) if entry[:1] in "?!" else not entry.startswith("#")
