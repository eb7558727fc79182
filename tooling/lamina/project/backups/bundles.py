"""Bundles of git: a whole repository in one file, and whether such a file would give it back."""

import tempfile
from pathlib import Path

from lamina.words.errors import Failure
from lamina.world.archive.program import Done, git


class ShallowConfiguration(Failure):
    """A configuration repository whose history is not all here."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"the repository of {folder} is a shallow clone, so a backup would lack what came before",
            "git fetch --unshallow; or --location PATH, which backs up the state alone",
        )


class BadBundle(Failure):
    """A bundle that git does not make or take."""

    def __init__(self, what: str, done: Done) -> None:
        super().__init__(f"{what}: {done.said[-1] if done.said else 'git gives no reason'}")
        self.what = what


def bundle(repository: Path, file: Path) -> bool:
    """Write all references of a repository, with all that they lead to, to a file; False where it has none.

    Raises ShallowConfiguration, BadBundle and NoProgram.
    """
    if git(repository, "rev-parse", "--is-shallow-repository").out.strip() == "true":
        raise ShallowConfiguration(repository)
    # `show-ref` ends with 1 where there is none, and says nothing.
    if not git(repository, "show-ref", "--head").out:
        return False
    # One thread: the same repository gives the same bytes. Git works in that folder, so a relative name is made whole.
    done = git(repository, "-c", "pack.threads=1", "bundle", "create", "--quiet", str(file.absolute()), "--all")
    if done.status != 0:
        raise BadBundle(f"the repository of {repository} cannot be bundled", done)
    return True


def bundle_fault(file: Path, commit: str | None = None) -> str | None:
    """What keeps a bundle from giving a whole repository, which has that commit; None where nothing does. Raises NoProgram."""
    with tempfile.TemporaryDirectory(prefix="lamina-") as scratch:
        folder = Path(scratch)
        for words in (
            ["init", "--quiet", "--bare"],
            ["bundle", "verify", str(file.absolute())],
            ["bundle", "unbundle", str(file.absolute())],
        ):
            done = git(folder, *words)
            if done.status != 0:
                return done.said[-1] if done.said else f"git {words[0]} fails"
        if commit is not None and git(folder, "cat-file", "-e", f"{commit}^{{commit}}").status != 0:
            return f"it lacks the commit {commit}"
    return None


def unbundle(file: Path, repository: Path) -> None:
    """Bring the branches of a bundle into a repository that has none; raises BadBundle and NoProgram."""
    done = git(repository, "fetch", "--quiet", "--no-write-fetch-head", str(file.absolute()), "refs/*:refs/*")
    if done.status != 0:
        raise BadBundle("the archive cannot be brought back", done)
