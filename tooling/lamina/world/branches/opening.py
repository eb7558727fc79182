"""Opening a branch: which one, where it stands, and whether anything forbids to add to it."""

from collections.abc import Iterator
from pathlib import Path

from lamina.words.values import dataclass
from lamina.world.branches.failures import (
    BadBranchName,
    CannotCommit,
    CheckedOutElsewhere,
    DetachedHead,
    InProgress,
    NoIdentity,
    NothingToBuildOn,
)
from lamina.world.branches.program import Git

_BRANCHES = "refs/heads/"
# What git keeps while something is half done, and what that is; a rebase picks commits, so it comes first.
_HALF_DONE = {
    "rebase-apply/applying": "am",
    "rebase-apply": "rebase",
    "rebase-merge": "rebase",
    "MERGE_HEAD": "merge",
    "CHERRY_PICK_HEAD": "cherry-pick",
    "REVERT_HEAD": "revert",
    "BISECT_LOG": "bisect",
}
_NAMES_OF_REBASED = ("rebase-merge/head-name", "rebase-apply/head-name")


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a branch stands: its reference, the commit to build on, whether it is new, and whether it is checked out here.

    `folder` is where git keeps what is its own; `top` that of the work tree, None in a bare repository.
    """

    git: Git
    folder: Path
    top: Path | None
    reference: str
    tip: str
    new: bool
    checked_out: bool

    @property
    def name(self) -> str:
        """The short name."""
        return self.reference.removeprefix(_BRANCHES)


def standing(folder: Path, name: str | None) -> Standing:
    """The branch of a name, or the one that is checked out where a folder stands; raises what forbids to commit to it."""
    if not folder.is_dir():
        raise CannotCommit(f"{folder} is no folder")
    git = Git(folder)
    found = git.ask("rev-parse", "--absolute-git-dir")
    if found.status != 0:
        hint = "git init begins a history; lamina -C DIR works in another folder"
        raise CannotCommit(f"{folder} is in no git repository that git opens", found.said, hint)
    own = Path(found.out.decode("utf-8", "surrogateescape").removesuffix("\n"))
    shown = git.line("rev-parse", "--show-toplevel")
    top = Path(shown) if shown else None
    git = Git(top or own)
    head = git.line("symbolic-ref", "--quiet", "HEAD")
    reference = _named(git, name) if name is not None else head
    here = reference is not None and reference == head
    _demand_whole(own, reference, here or name is None)
    if reference is None:
        raise DetachedHead
    checked_out = here and top is not None
    if not checked_out:
        _demand_nowhere(git, reference)
    _demand_identity(git)
    own_tip = commit_at(git, reference)
    tip = own_tip or (commit_at(git, "HEAD") if name is not None else None)
    if tip is None:
        raise NothingToBuildOn((head or reference).removeprefix(_BRANCHES))
    return Standing(git, own, top, reference, tip, own_tip is None, checked_out)


def commit_at(git: Git, reference: str) -> str | None:
    """The commit that a reference names now."""
    return git.line("rev-parse", "--verify", "--quiet", f"{reference}^{{commit}}")


def _named(git: Git, name: str) -> str:
    """The reference of a branch by its short name; what it is only another name for, if it is."""
    reference = f"{_BRANCHES}{name}"
    # git makes no branch that is called so, as nobody could name it afterwards.
    if name.startswith("-") or name == "HEAD" or not _is_sound(git, reference):
        raise BadBranchName(name)
    return git.line("symbolic-ref", "--quiet", reference) or reference


def _is_sound(git: Git, reference: str) -> bool:
    return "\0" not in reference and git.ask("check-ref-format", reference).status == 0


def _demand_whole(own: Path, reference: str | None, here: bool) -> None:
    """Raise InProgress where something is half done here, or where it is the branch itself that is rebased."""
    what = next((what for file, what in _HALF_DONE.items() if (own / file).exists()), None)
    if what is None or not (here or reference in list(_rebased(own))):
        return
    ends = "git bisect reset ends it"
    if what != "bisect":
        ends = f"git {what} --continue ends it, git {what} --abort undoes it"
    raise InProgress(what, ends)


def _rebased(own: Path) -> Iterator[str]:
    for name in _NAMES_OF_REBASED:
        if (own / name).is_file():
            yield (own / name).read_text(errors="surrogateescape").strip()


def _demand_nowhere(git: Git, reference: str) -> None:
    """Raise CheckedOutElsewhere where a work tree, be it this one or linked to it, has the branch checked out."""
    folder = ""
    for line in git.do("worktree", "list", "--porcelain").splitlines():
        word, _, rest = line.partition(" ")
        folder = rest if word == "worktree" else folder
        if (word, rest) == ("branch", reference):
            raise CheckedOutElsewhere(reference.removeprefix(_BRANCHES), folder)


def _demand_identity(git: Git) -> None:
    for variable in ("GIT_AUTHOR_IDENT", "GIT_COMMITTER_IDENT"):
        asked = git.ask("var", variable)
        if asked.status != 0:
            raise NoIdentity(asked.said)
