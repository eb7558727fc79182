"""The program git, run in one repository, whatever repository the variables of the environment speak of."""

import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import field
from pathlib import Path

from lamina.words.values import dataclass
from lamina.world.branches.failures import CannotCommit, Locked, NoProgram

# A git that runs us (as a hook, an alias) says with these where it works itself, which need not be where we do. Variables
# belong to the command line, so `env` takes them away and adds those that a program needs.
_FOREIGN = ("GIT_DIR", "GIT_WORK_TREE", "GIT_COMMON_DIR", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_PREFIX")
# What git says of a lock that is there: unable to create '/repository/.git/index.lock': File exists.
_LOCK = re.compile(r"'([^']+\.lock)'")


@dataclass(frozen=True, slots=True)
class Done:
    """What came of a program: its exit status, what it printed, and what it said besides, line by line."""

    status: int
    out: bytes = field(repr=False)
    said: tuple[str, ...]


def run(words: Sequence[str], folder: Path, variables: Mapping[str, str], stdin: bytes = b"") -> Done:
    """Run a program in a folder, with some variables besides those of the environment."""
    without = [word for name in _FOREIGN for word in ("-u", name)]
    command = ["env", *without, *(f"{name}={value}" for name, value in variables.items()), *words]
    done = subprocess.run(command, cwd=folder, input=stdin, capture_output=True, check=False)
    said = done.stderr.decode("utf-8", "replace").splitlines()
    return Done(done.returncode, done.stdout, tuple(said))


@dataclass(frozen=True, slots=True)
class Git:
    """git in a folder; with an index of its own where one is named."""

    folder: Path
    index: Path | None = None

    def ask(self, *words: str, stdin: bytes = b"") -> Done:
        """What came of `git WORDS...`, be it good or not; raises NoProgram."""
        if shutil.which("git") is None:
            raise NoProgram
        # A repository's own configuration may name a program that watches files for git: nothing found in one is run.
        # Messages are written in UTF-8, whatever encoding others are in.
        settings = ("-c", "core.fsmonitor=false", "-c", "i18n.commitEncoding=UTF-8")
        command = ["git", *settings, "--no-optional-locks", "--literal-pathspecs", *words]
        return run(command, self.folder, {"GIT_INDEX_FILE": str(self.index)} if self.index else {}, stdin)

    def line(self, *words: str) -> str | None:
        """The line that git prints, or None where it does not."""
        done = self.ask(*words)
        return _text(done.out) if done.status == 0 else None

    def do(self, *words: str, stdin: bytes = b"") -> str:
        """Have git do something, and give what it prints; raises CannotCommit and Locked."""
        done = self.ask(*words, stdin=stdin)
        if done.status != 0:
            lock = next(filter(None, map(_LOCK.search, done.said)), None)
            # It may be gone by now; in another language than this only one that is left tells.
            if lock is not None and ("File exists" in lock.string or Path(lock[1]).exists()):
                raise Locked(lock[1])
            raise CannotCommit(f"git {words[0]} ended with {done.status}", done.said)
        return _text(done.out)

    def path(self, name: str) -> Path:
        """Where git keeps something of its own, or looks for it: `index`, `hooks/pre-commit`."""
        return self.folder / self.do("rev-parse", "--git-path", name)


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape").removesuffix("\n")
