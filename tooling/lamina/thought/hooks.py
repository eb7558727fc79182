"""The hooks of git that lamina has: scripts of a few lines, which call `lamina check` and go by what it says.

`hooks/` of lamina's own repository holds the same texts, for `git config core.hooksPath hooks`.
"""

from collections.abc import Mapping

# A hook of ours is told from others by it.
_SIGN = "# lamina hooks install writes this file, and replaces it when it is run again."

# A server or an editor may start git with a PATH of its own, so the program that installed the hooks is asked first.
_HEAD = f"""\
#!/bin/sh
{_SIGN}
# @ABOUT@
lamina=$(git config --type=path lamina.program) && [ -x "$lamina" ] || lamina=$(command -v lamina) || """

_REFUSE = """{
  echo "@NAME@: lamina is not installed, so nothing is checked: pip install lamina, then lamina hooks install" >&2
  exit 1
}
"""

_COMMIT = """\
folder=$(git config lamina.folder || echo .)
[ -n "$(git ls-files -- "$folder/environments" "$folder/lamina.yaml")" ] || exit 0 # a branch without configuration
base=$(git rev-parse --quiet --verify HEAD) && set -- --base "$base" || set -- # none before the first commit
exec "$lamina" -C "$folder" check --staged "$@"
"""

_MESSAGE = """\
said=$("$lamina" check --message "$1" 2>&1) || { echo "$said" >&2; exit 1; }
"""

_PUSH = """\
folder=$(git config lamina.folder || echo .) begun=refs/remotes/$1/HEAD
has() { [ -n "$(git ls-tree --name-only "$1" -- "$folder/environments" "$folder/lamina.yaml" 2>/dev/null)" ]; }
status=0
while read -r _ new ref old; do
  case $ref in refs/heads/* | refs/tags/*) ;; *) continue ;; esac
  case $new in *[!0]*) ;; *) continue ;; esac # it is deleted
  commit=$(git rev-parse --quiet --verify "$new^{commit}") || continue # a tag of something else
  has "$commit" || has "$old" || continue # a branch without configuration
  case $old in *[!0]*) ;; *) old=$begun ;; esac # a new branch is a change of the default one
  git merge-base "$old" "$commit" >/dev/null 2>&1 && set -- --base "$old" || set --
  "$lamina" -C "$folder" check --at "$commit" "$@" </dev/null && continue
  echo "@NAME@: $ref does not pass, so nothing is pushed" >&2
  status=1
done
exit $status
"""

# The same on the server, where what is pushed lies apart until it is accepted; lamina finds it there.
_RECEIVE = (
    _PUSH.replace("begun=refs/remotes/$1/HEAD", "begun=HEAD")
    .replace("read -r _ new ref old", "read -r old new ref")
    .replace("pushed", "accepted")
)

_MERGED = """\
[ "$1" = 0 ] || exit 0 # of a squash nothing is committed yet
folder=$(git config lamina.folder || echo .)
git diff --quiet ORIG_HEAD HEAD -- "$folder/environments" "$folder/schemas" "$folder/lamina.yaml" && exit 0
"$lamina" -C "$folder" impact --base ORIG_HEAD --head HEAD
"$lamina" -C "$folder" check --base ORIG_HEAD --at HEAD
exit 0
"""


def _hook(name: str, about: str, otherwise: str, body: str) -> str:
    """The whole text of a hook, which does `otherwise` where there is no lamina."""
    return (_HEAD + otherwise + body).replace("@NAME@", name).replace("@ABOUT@", about)


_STAGED = "Refuses a commit that does not pass: what is staged counts, and nothing that is not."

HOOKS: Mapping[str, str] = {
    "pre-commit": _hook("pre-commit", _STAGED, _REFUSE, _COMMIT),
    "pre-merge-commit": _hook("pre-merge-commit", _STAGED, _REFUSE, _COMMIT),
    "commit-msg": _hook("commit-msg", "Refuses a message that holds a secret.", _REFUSE, _MESSAGE),
    "pre-push": _hook("pre-push", "Refuses a push of branches and tags that do not pass.", _REFUSE, _PUSH),
    "post-merge": _hook("post-merge", "Tells what a merge changed, and what is wrong now.", "exit 0\n", _MERGED),
    "pre-receive": _hook("pre-receive", "Refuses, on a server, branches and tags that do not pass.", _REFUSE, _RECEIVE),
}
"""The text of each hook, by its name."""

ON_SERVER = ("pre-receive",)
"""The hooks of a bare repository; the others are those of a work tree."""


def is_ours(text: bytes) -> bool:
    """Whether a hook is one of lamina's, of this or another version of it."""
    return _SIGN.encode() in text
