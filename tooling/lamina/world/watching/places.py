"""Where a configuration comes from, as places to watch: a work tree, a branch of a repository, a rendered folder."""

from pathlib import Path

_OF_WORKTREE = ("environments", "schemas", "policies", "lamina.yaml")


def places_of_worktree(root: Path) -> list[Path]:
    """What the renders of a work tree are made of; each may come and go."""
    return [root / name for name in _OF_WORKTREE]


def places_of_branch(repository: Path, branch: str) -> list[Path]:
    """What changes in a local or bare repository when a branch moves, appears or goes; `HEAD` for the current one."""
    own, common = _git_folders(repository)
    name = "refs/heads" if branch == "HEAD" else branch if branch.startswith("refs/") else f"refs/heads/{branch}"
    return [own / "HEAD", common / name, common / "packed-refs", common / "reftable"]


def places_of_folder(folder: Path) -> list[Path]:
    """A rendered folder, or what a program mounts as one: links on the way to it and in it (`..data`) may be swapped."""
    return [folder]


def _git_folders(repository: Path) -> tuple[Path, Path]:
    """The git folder of a repository, bare or not, and the one that it shares with its other work trees."""
    above = (one / ".git" for one in (repository, *repository.parents))
    bare = (repository / "objects").is_dir() and (repository / "HEAD").exists()
    own = repository if bare else next((one for one in above if one.exists()), repository)
    if own.is_file():
        own = own.parent / _line(own).removeprefix("gitdir:").strip()
    shared = own / "commondir"
    return own, own / _line(shared) if shared.is_file() else own


def _line(file: Path) -> str:
    return file.read_text("utf-8", "surrogateescape").strip()
