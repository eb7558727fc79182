"""The URL of a remote that a repository names."""

from pathlib import Path

from lamina.words.errors import Failure
from lamina.world.archive.program import git


class NoRemote(Failure):
    """A remote that the repository does not have."""

    def __init__(self, name: str) -> None:
        hint = f"git remote add {name} URL adds it; archive.remote in lamina.yaml names another, or a URL"
        super().__init__(f"this repository has no remote {name!r:.80}, where the archive would be pushed", hint)


def url_of(folder: Path, remote: str) -> str:
    """Where git pushes what goes to a remote of the repository in a folder, by its name or URL; raises NoRemote, NoProgram.

    A path is meant from the top of the repository.
    """
    if ":" in remote:
        return remote
    if "/" not in remote:
        asked = git(folder, "remote", "get-url", "--push", "--", remote)
        if asked.status != 0 or not asked.out.strip():
            raise NoRemote(remote)
        remote = asked.out.splitlines()[0]
        if ":" in remote:
            return remote
    top = git(folder, "rev-parse", "--show-toplevel").out.removesuffix("\n")
    return str((Path(top or folder) / Path(remote).expanduser()).resolve())
