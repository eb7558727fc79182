"""What stops the archive, each with the way out; what was committed stays, whatever it is."""

from collections.abc import Sequence

from lamina.words.errors import Failure


class NoProgram(Failure):
    """git is not here."""

    def __init__(self) -> None:
        super().__init__("there is no program git, which the archive is pushed and pulled with", "install git")


class Busy(Failure):
    """Another archiver is at work on the same store, and did not end in time."""

    def __init__(self) -> None:
        super().__init__("another lamina is at work on this archive, and takes long", "run the command again")


class NoArchive(Failure):
    """Something else stands where the private repository belongs, or it cannot be used."""

    def __init__(self, path: str, reason: str) -> None:
        hint = "move it away: lamina snapshot pull fetches what was pushed, and the next snapshot holds the rest"
        super().__init__(f"{path} is no repository of an archive: {reason}", hint)


class OthersArchive(Failure):
    """The private repository of another user, which git does not trust."""

    def __init__(self, path: str) -> None:
        hint = f'give the command as its owner: sudo -u "$(stat -c %U {path})" lamina ...'
        super().__init__(f"the archive {path} belongs to another user, so it is not opened", hint)


class CannotArchive(Failure):
    """The disk refuses, or git does; the details are what it said."""

    def __init__(self, reason: str, said: Sequence[str] = ()) -> None:
        super().__init__(f"the archive cannot be written: {reason}", None)
        self.details = tuple(said)


class BadBranch(Failure):
    """A name that git allows no branch to have."""

    status = 2

    def __init__(self, name: str) -> None:
        super().__init__(f"{name!r:.80} cannot be the name of a branch", "mend archive.branch in lamina.yaml")


class BadRemote(Failure):
    """A remote that git would not be asked for, such as one that is a command."""

    status = 2

    def __init__(self, shown: str) -> None:
        hint = "give a path, or a URL of ssh, https, http, git or file"
        super().__init__(f"{shown!r:.80} cannot be the remote of an archive", hint)


class CannotReach(Failure):
    """The remote does not answer, or does not let us in."""

    def __init__(self, remote: str, said: Sequence[str], waiting: int) -> None:
        kept = f"; {_snapshots(waiting)} here and will be pushed next time" if waiting else ""
        hint = "run lamina snapshot push again when it answers: nothing is lost meanwhile"
        super().__init__(f"the remote {remote} cannot be reached{kept}", hint)
        self.details = tuple(said)


class StillWaiting(Failure):
    """Others pushed to the branch again and again, so that our turn did not come."""

    def __init__(self, remote: str, tries: int, waiting: int) -> None:
        said = f"the branch at {remote} moved before each of {tries} tries to push; {_snapshots(waiting)} here"
        super().__init__(said, "run lamina snapshot push again")


class PushRefused(Failure):
    """The remote takes no push from us; the details are what it said."""

    def __init__(self, remote: str, said: Sequence[str], waiting: int) -> None:
        hint = "who pushes there has to be let in: see branch protection in docs/snapshots.md"
        super().__init__(f"the remote {remote} refused the push; {_snapshots(waiting)} here", hint)
        self.details = tuple(said)


class Rewound(Failure):
    """The branch lacks what was pushed before."""

    def __init__(self, remote: str, branch: str, known: str, now: str | None) -> None:
        state = f"is back at {now[:12]}" if now else "is gone"
        hint = "find out who moved it; lamina snapshot push --again puts back what is missing there"
        super().__init__(f"the branch {branch} at {remote} {state}, and held {known[:12]} before", hint)


class Diverged(Failure):
    """The branch has another history than the one that we pushed to."""

    def __init__(self, remote: str, branch: str, known: str, now: str) -> None:
        hint = "find out who rewrote it; lamina snapshot push --again puts our own snapshots on top of what is there"
        super().__init__(
            f"the branch {branch} at {remote} is at {now[:12]}, which does not continue from {known[:12]}, and no signed "
            "record says why",
            hint,
        )


class Forked(Failure):
    """Somebody else wrote what belongs to our store: a copy of it lives elsewhere, or a snapshot is forged."""

    def __init__(self, remote: str, store: str, commit: str) -> None:
        hint = f"git show {commit[:12]} tells who; a copy of a store gets a name of its own by lamina snapshot restore"
        super().__init__(f"at {remote} somebody else changed the snapshots of the store {store}", hint)


class Shallow(Failure):
    """A repository that lacks the beginning of its history."""

    def __init__(self, which: str) -> None:
        hint = "git fetch --unshallow there makes it whole; an archive is never kept in a shallow clone"
        super().__init__(f"{which} is a shallow clone, which lacks what came before", hint)


def _snapshots(number: int) -> str:
    return "1 snapshot is kept" if number == 1 else f"{number} snapshots are kept"
