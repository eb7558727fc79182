"""CODEOWNERS: whom GitHub and GitLab ask to review a file. The last line that fits counts, and one of its owners is enough."""

from collections.abc import Iterator

from lamina.thought.owners import fits_file

PLACES = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS")
"""Where such a file is looked for, from the top of the git repository."""


def code_owners(text: str, file: str) -> tuple[str, ...]:
    """The owners of a file, named from the top of the git repository; none where no line fits, or one without owners."""
    found: tuple[str, ...] = ()
    for line in text.splitlines():
        # A line in brackets begins a section of GitLab's.
        words = line.split("#", 1)[0].split()
        if words and not words[0].startswith(("[", "^[")) and any(fits_file(one, file) for one in _whole(words[0])):
            found = tuple(words[1:])
    return found


def _whole(pattern: str) -> Iterator[str]:
    """The patterns of whole names that one of CODEOWNERS stands for: with a slash in it it is meant from the top."""
    body = pattern.strip("/")
    start = "" if "/" in pattern.rstrip("/") else "**/"
    if not pattern.endswith("/"):
        yield start + body
    # What fits a folder fits all in it; `docs/*` fits what lies in docs/ itself.
    if pattern.endswith("/") or body.rpartition("/")[2] != "*":
        yield f"{start}{body}/**/*"
