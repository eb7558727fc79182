"""What stops a question about history, each with the way out."""

from pathlib import Path

from lamina.words.errors import Failure


class NotInGit(Failure):
    """A folder that no git repository holds, so that there are no revisions of it."""

    def __init__(self, folder: Path) -> None:
        hint = "git init begins a history; without one there is only what is on the disk"
        super().__init__(f"{folder} is in no git repository, so it has no revisions", hint)


class Unopenable(Failure):
    """A git repository in a format that libgit2 does not read, or one that is damaged."""

    def __init__(self, path: str, reason: str, hint: str) -> None:
        super().__init__(f"the git repository {path} cannot be opened: {reason}", hint)


class Untrusted(Failure):
    """A git repository of another user, whose settings git does not trust."""

    def __init__(self, path: str) -> None:
        hint = f"if you trust it: git config --global --add safe.directory {path}"
        super().__init__(f"the git repository {path} belongs to another user, so it is not opened", hint)


class NoCommits(Failure):
    """A branch without a commit: that of a repository which has just begun."""

    def __init__(self, branch: str) -> None:
        super().__init__(f"the branch {branch} has no commit yet", "git commit makes the first")


class NoSuchRevision(Failure):
    """The repository has nothing of that name."""

    def __init__(self, text: str, hint: str) -> None:
        super().__init__(f"no revision {text or repr(text)}", hint)


class AmbiguousRevision(Failure):
    """A revision that may be several: of a branch and a tag that differ, or the beginning of several ids."""

    def __init__(self, text: str, hint: str) -> None:
        super().__init__(f"{text} is ambiguous: it may mean several revisions", hint)


class NotACommit(Failure):
    """A revision that names something, and no commit."""

    def __init__(self, text: str, what: str) -> None:
        super().__init__(f"{text} is a {what}, and no commit", "name a commit, a branch or a tag")


class BeyondShallow(Failure):
    """A revision that this clone does not have, and whose whole history it has not fetched."""

    def __init__(self, text: str, ends: list[str]) -> None:
        where = ", ".join(id[:12] for id in ends[:3]) + (" and others" if len(ends) > 3 else "")
        message = f"{text} is not in this shallow clone, which lacks the commits before {where}"
        super().__init__(message, "git fetch --unshallow gets them")


class Unrelated(Failure):
    """Two commits without one that both come from, so that nothing tells what was changed on the way to one of them."""

    def __init__(self, one: str, other: str) -> None:
        message = f"{one} and {other} have no common history: no commit comes before both of them"
        super().__init__(message, f"name a branch that {other} was begun from")


class NotFetched(Failure):
    """An object that a partial clone has left on the server."""

    def __init__(self, id: str) -> None:
        message = f"the object {id[:12]} was left on the server by this partial clone, and lamina fetches nothing"
        super().__init__(message, "git fetch --refetch --no-filter gets all of them")


class Damaged(Failure, LookupError):
    """An object that is missing or cannot be read, though the repository should hold it."""

    def __init__(self, id: str, reason: str) -> None:
        super().__init__(f"git's object {id[:12]} {reason}", "git fsck tells what is damaged")
