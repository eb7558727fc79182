"""A private key stands in a file of the repository.

What: an age identity, or a private key in PEM or OpenSSH form, with which secrets open, servers are entered or names are
signed. Whoever can read the repository, today or later, has it.

Example:

    # deploy/id_ed25519
    -----BEGIN OPENSSH PRIVATE KEY-----
    ...

Instead: keep it outside, where `SOPS_AGE_KEY_FILE` or the program that uses it finds it, or seal the file: `lamina secrets
encrypt --in-place FILE`. A key that was ever committed is known: make a new one, and seal anew what the old one opens
(`lamina secrets rotate`). One that is public on purpose is allowed in the file itself:

    # lamina: allow committed-private-key -- the key of the example, which everybody has

Fix: none.
"""

from collections.abc import Iterator

from lamina.thought.rules.rule import Breach, Rule
from lamina.thought.rules.subjects import AnyFile
from lamina.words.regex import regex

# Of a PEM block more than its first line, so that text which only names it is none.
_PEM = regex(
    rb"-----BEGIN (?:(?P<kind>[A-Z]{2,12}) )?(?:ENCRYPTED )?PRIVATE KEY(?: BLOCK)?-----"
    rb"(?:\s|\\r|\\n|[\"'+#,|])*(?:[A-Za-z-]+: [^\r\n]*(?:\s|\\n)+)*[A-Za-z0-9+/=]{40}"
)
_AGE = regex(rb"AGE-SECRET-KEY-(?:PQ-)?1[0-9A-Z]{40,}")
_FIX = "take it out of the repository, and make a new one: this one is known to all who can read it"
_NAMES = {b"OPENSSH": "an OpenSSH private key", b"PGP": "a PGP private key"}


def _check(file: AnyFile) -> Iterator[Breach]:
    """The first letter of each, line by line; a word around it means that it only looks like one."""
    if b"PRIVATE KEY" in file.data:
        for found in _PEM.finditer(file.data):
            yield _breach(file, found.start(), _NAMES.get(found["kind"], "a private key"))
    if b"AGE-SECRET-KEY-" in file.data:
        for found in _AGE.finditer(file.data):
            yield _breach(file, found.start(), "an age identity")


def _breach(file: AnyFile, start: int, what: str) -> Breach:
    return Breach(f"{what} stands in this file", spot=file.spot(start), fix=_FIX)


RULE = Rule("committed-private-key", "error", __doc__, _check)
