"""What stops a commit, each with the way out; whatever it is, all is as it was before."""

from collections.abc import Sequence

from lamina.words.errors import Failure, listing


class NoProgram(Failure):
    """git is not here."""

    def __init__(self) -> None:
        super().__init__("there is no program git, so nothing was committed", "install git")


class CannotCommit(Failure):
    """git refuses, or the disk does; the details are what it said."""

    def __init__(self, reason: str, said: Sequence[str] = (), hint: str | None = None) -> None:
        super().__init__(f"nothing was committed: {reason}", hint)
        self.details = tuple(said)


class DetachedHead(Failure):
    """No branch is checked out that a commit could go to."""

    def __init__(self) -> None:
        hint = "git switch BRANCH checks one out; --branch NAME commits to one that is not"
        super().__init__("HEAD is detached, so there is no branch to commit to", hint)


class NothingToBuildOn(Failure):
    """A branch without a commit: that of a repository which has just begun."""

    def __init__(self, branch: str) -> None:
        super().__init__(f"the branch {branch} has no commit yet", "git commit makes the first")


class BadBranchName(Failure):
    """A name that git allows no branch to have."""

    status = 2

    def __init__(self, name: str) -> None:
        super().__init__(
            f"{name!r} cannot be the name of a branch", "git help check-ref-format says what a name may be"
        )


class InProgress(Failure):
    """Something on the branch is only half done, such as a merge."""

    def __init__(self, what: str, way_out: str) -> None:
        super().__init__(f"git {what} is in progress here, so nothing was committed", way_out)


class CheckedOutElsewhere(Failure):
    """A branch whose files lie in another work tree, which would not follow."""

    def __init__(self, branch: str, folder: str) -> None:
        super().__init__(
            f"{branch} is checked out in another work tree, {folder}", f"run the command there: -C {folder}"
        )


class NoIdentity(Failure):
    """git does not know who commits."""

    def __init__(self, said: Sequence[str]) -> None:
        hint = 'git config user.name "Your Name", and git config user.email you@example.org'
        super().__init__("git does not know who you are, so nothing was committed", hint)
        self.details = tuple(said)


class DirtyFiles(Failure):
    """Files that are to change, and that differ from the last commit already."""

    def __init__(self, files: Sequence[str]) -> None:
        what = "has changes that are" if len(files) == 1 else "have changes that are"
        super().__init__(f"{listing(files)} {what} not committed, so nothing was written", "commit or stash them first")


class InTheWay(Failure):
    """Something that is no plain file stands where a file is to be written, or no folder where one is needed."""

    def __init__(self, file: str, what: str) -> None:
        super().__init__(
            f"{file} is a {what} in the last commit, so it is left alone", "name what it leads to, or remove it"
        )


class Locked(Failure):
    """Another git is at work on the index or the branch, or died of it."""

    def __init__(self, lock: str) -> None:
        hint = f"run the command again when it has ended; if none is at work, remove {lock}"
        super().__init__("another git process is at work here, so nothing was committed", hint)


class Busy(Failure):
    """Another lamina commits to what is checked out here."""

    def __init__(self) -> None:
        super().__init__(
            "another lamina is committing here just now, so nothing was committed", "run the command again"
        )


class StaleBranch(Failure):
    """The branch got another commit since it was read, so what was computed may not fit it."""

    def __init__(self, branch: str) -> None:
        super().__init__(
            f"the branch {branch} was moved by somebody else just now, so nothing was committed",
            "run the command again",
        )


class HookRefused(Failure):
    """A hook of the user's did not let the commit pass; the details are what it said."""

    def __init__(self, name: str, status: int, said: Sequence[str]) -> None:
        how = f"status {status}" if status >= 0 else f"signal {-status}"
        super().__init__(f"the hook {name} refused ({how}), so nothing was committed", "mend what it complains about")
        self.details = tuple(said)


class HookChangedFiles(Failure):
    """A hook changed what was to be committed, which nobody has validated."""

    def __init__(self, files: Sequence[str], said: Sequence[str]) -> None:
        hint = "what is validated is committed, and nothing else: let the hook only check, or mend the files first"
        super().__init__(f"a hook changed what was to be committed, {listing(files)}, so nothing was committed", hint)
        self.details = tuple(said)


class CannotSign(Failure):
    """The commit is to be signed, as the user's settings say, and that fails."""

    def __init__(self, said: Sequence[str]) -> None:
        hint = "mend gpg.format, user.signingKey or the key, or turn commit.gpgSign off"
        super().__init__("the commit cannot be signed, so nothing was committed", hint)
        self.details = tuple(said)


class BadMessage(Failure):
    """A message that says nothing, or is no text."""

    status = 2

    def __init__(self, what: str) -> None:
        super().__init__(f"the message is {what}, so nothing was committed", "say one with -m, in UTF-8")
