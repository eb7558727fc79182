"""Where git keeps a repository."""

from lamina.words.values import dataclass


@dataclass(frozen=True, slots=True)
class GitFolder:
    """The folders of a repository: the `top` of a work tree, git's `own` of it, and what all its work trees have in `common`.

    The last two are one but of a linked work tree. All are absolute, without a link on the way.
    """

    top: str
    own: str
    common: str
