"""From a revision as people write it (`HEAD~2`, a tag, `main@{1}`, `:/text`) to its commit, or to why there is none."""

import re
from pathlib import Path
from typing import TYPE_CHECKING

from lamina.words.errors import Failure, near
from lamina.world.history.failures import AmbiguousRevision, BeyondShallow, NoCommits, NoSuchRevision, NotACommit

if TYPE_CHECKING:
    from pygit2 import Commit, Repository

_NAME = re.compile(r"[^~^@:]+")
_STEPS_BACK = re.compile(r"(.+?)[~^][~^0-9]*")
_ID = re.compile(r"[0-9a-fA-F]{4,40}")
_MOST_COUNTED = 100_000


def commit_named(repository: "Repository", text: str) -> "Commit":
    """The commit that a revision names; raises the failures of this module's imports."""
    import pygit2

    demand_one(repository, text)
    try:
        found = repository.revparse_single(text)
    # UnicodeEncodeError is a ValueError, and git's own errors are KeyErrors and ValueErrors too.
    except (KeyError, ValueError, pygit2.GitError) as error:
        raise _why_not(repository, text, error) from None
    try:
        return found.peel(pygit2.Commit)
    except (ValueError, pygit2.GitError):
        raise NotACommit(text, found.type_str) from None


def demand_one(repository: "Repository", text: str) -> None:
    """Raise AmbiguousRevision where the name that a revision begins with is a branch and another tag."""
    name = _NAME.match(text)
    if name is None:
        return
    commits = {_commit_of(repository, f"refs/{kind}/{name[0]}") for kind in ("tags", "heads")}
    if len(commits - {None}) > 1:
        raise AmbiguousRevision(text, f"write tags/{text} or heads/{text}")


def _commit_of(repository: "Repository", reference: str) -> str | None:
    """The id of what a reference leads to, through tags; None where there is no such reference."""
    import pygit2

    try:
        return str(repository.lookup_reference(reference).peel().id)
    except (KeyError, ValueError, pygit2.GitError):
        return None


def _why_not(repository: "Repository", text: str, error: Exception) -> Failure:
    branch = _unborn(repository)
    if branch is not None and re.match(rf"(HEAD|@|{re.escape(branch)})($|[~^@])", text):
        return NoCommits(branch)
    if "ambiguous" in str(error) and _ID.fullmatch(text):
        return AmbiguousRevision(text, "several objects have an id that begins so; write more of it")
    back = _STEPS_BACK.fullmatch(text)
    far = _back_from(repository, back[1]) if back else None
    like = None if far else _alike(repository, text)
    ends = ends_of(repository)
    if ends and not like:
        return BeyondShallow(text, ends)
    if ".." in text:
        return NoSuchRevision(text, "name one commit, not a range")
    return NoSuchRevision(
        text,
        far
        or (
            f"did you mean {like}?"
            if like
            else "name a commit, a tag or a branch: git log --oneline --all shows the commits"
        ),
    )


def _unborn(repository: "Repository") -> str | None:
    """The branch that HEAD names, where it has no commit yet."""
    if not repository.head_is_unborn:
        return None
    target = repository.lookup_reference("HEAD").raw_target
    return (target if isinstance(target, bytes) else b"HEAD").decode("utf-8", "replace").removeprefix("refs/heads/")


def _back_from(repository: "Repository", name: str) -> str | None:
    """How far the history of a commit goes back, as a sentence; None where it is no commit."""
    import pygit2

    try:
        commit = repository.revparse_single(name).peel(pygit2.Commit)
        count = 0
        while commit.parent_ids and count < _MOST_COUNTED:
            commit = commit.parents[0]
            count += 1
    except (KeyError, ValueError, pygit2.GitError):
        return None
    return f"{name} has {count} commit{'s' * (count != 1)} before it, going by first parents"


def _alike(repository: "Repository", text: str) -> str | None:
    """The revision with the name that it begins with replaced by the nearest branch or tag."""
    name = _NAME.match(text)
    known = [re.sub(r"^refs/(heads|tags|remotes)/", "", reference) for reference in repository.references]
    if name is None or name[0] in known:
        return None
    like = near(name[0], known)
    return like + text[name.end() :] if like else None


def ends_of(repository: "Repository") -> list[str]:
    """The commits at which a shallow clone ends; libgit2 does not look where a linked work tree has them."""
    folder = Path(repository.path)
    common = folder / "commondir"
    if common.is_file():
        folder /= common.read_text().strip()
    shallow = folder / "shallow"
    return shallow.read_text().split() if shallow.is_file() else []
