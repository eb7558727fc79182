"""A branch that commits are added to, each whole or not at all, and on top of the one that its files were computed from."""

from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory

from lamina.world.branches import hooks
from lamina.world.branches.failures import BadMessage, CannotCommit, CannotSign, StaleBranch
from lamina.world.branches.opening import commit_at, standing
from lamina.world.branches.trees import Replanted, replanted
from lamina.world.branches.worktree import Files, WorkTree, Write, alone

# What the folders are called, among git's own, that hold an index and a message while a commit is made.
_FOLDER = "lamina-commit-"


class Branch:
    """A branch of a folder's git repository: the one that is checked out there, or another by its name, new or not.

    Raises what forbids to commit to it: DetachedHead, NothingToBuildOn, InProgress, CheckedOutElsewhere, BadBranchName,
    NoIdentity and CannotCommit.
    """

    def __init__(self, folder: Path, name: str | None = None) -> None:
        self._at = standing(folder, name)
        self.name = self._at.name
        self.tip = self._at.tip
        self.new = self._at.new
        self.checked_out = self._at.checked_out

    def commit(self, files: Files, message: str, write: Write) -> str:
        """Commit new bytes of some files, and the lack of those of None, on top of `tip`; the id is that of the commit.

        Names are relative to the top of the git repository. Where the files say so already no commit is made, and the id is
        that of the tip. On a branch that is checked out `write` brings the files into the work tree, and the user's hooks run.
        Raises StaleBranch, Busy, Locked, DirtyFiles, InTheWay, HookRefused, HookChangedFiles, CannotSign, BadMessage,
        CannotCommit and what `write` does; then all is as it was.
        """
        import pygit2

        text = self._cleaned(_encoded(message))
        self._demand_unmoved()
        try:
            tree = replanted(pygit2.Repository(str(self._at.folder)), self.tip, files)
            if not tree.before:
                return self.tip
            return self._checked_out(tree, files, text, write) if self.checked_out else self._added(tree, text)
        except OSError as error:
            raise CannotCommit(error.strerror or str(error)) from error

    def _checked_out(self, tree: Replanted, files: Files, text: bytes, write: Write) -> str:
        """Commit a tree to the branch that is checked out, work tree and index with it."""
        assert self._at.top is not None
        git, own = self._at.git, self._at.folder
        work = WorkTree(git, self._at.top, write)
        with alone(own):
            self._demand_unmoved()
            work.demand_clean(tree)
            # As we are alone, what is there already was left behind by a process that was killed.
            for stale in own.glob(f"{_FOLDER}*"):
                rmtree(stale, ignore_errors=True)
            made = TemporaryDirectory(prefix=_FOLDER, dir=own, ignore_cleanup_errors=True)
            with made as place, work.following(tree, files, Path(place)):
                left = hooks.passed(git, Path(place), tree.new, text)
                id = self._added(tree, self._cleaned(left))
        hooks.told(git)
        return id

    def _added(self, tree: Replanted, text: bytes) -> str:
        """Make the commit of a tree, signed where the user's settings say so, and move the branch to it from `tip` alone."""
        git = self._at.git
        signed = git.line("config", "--type=bool", "--get", "commit.gpgSign") == "true"
        made = git.ask("commit-tree", tree.new, "-p", self.tip, *["-S"] * signed, stdin=text)
        if made.status != 0:
            raise CannotSign(made.said) if signed else CannotCommit("git commit-tree does not work", made.said)
        id = made.out.decode("ascii").strip()
        subject = text.decode("utf-8", "replace").partition("\n")[0]
        old = "0" * len(id) if self.new else self.tip
        try:
            git.do("update-ref", "-m", f"commit (lamina): {subject}", self._at.reference, id, old)
        except CannotCommit:
            self._demand_unmoved()
            raise
        return id

    def _demand_unmoved(self) -> None:
        git, reference = self._at.git, self._at.reference
        switched = self.checked_out and git.line("symbolic-ref", "--quiet", "HEAD") != reference
        if switched or commit_at(git, reference) != (None if self.new else self.tip):
            raise StaleBranch(self.name)

    def _cleaned(self, message: bytes) -> bytes:
        """A message without spare lines and spaces, as git has it."""
        text = self._at.git.do("stripspace", stdin=message)
        if not text:
            raise BadMessage("empty")
        return text.encode("utf-8", "surrogateescape") + b"\n"


def _encoded(message: str) -> bytes:
    try:
        return message.encode()
    except UnicodeEncodeError:
        raise BadMessage("not UTF-8") from None
