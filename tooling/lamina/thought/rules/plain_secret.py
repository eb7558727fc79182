"""A secret stands in plain text.

What: the schema says `x-secret: true` of the value and it is not sealed; or, in any file of the repository, its shape says what
it is (tokens of well-known services, a password in a URL), or the name before it does (`password`, `API_TOKEN`,
`clientSecret`), or it is too random to be anything else. Once it is committed, everybody who can read the repository, today
or later, has it.

Example:

    database:
      password: correct-horse-battery     # x-secret: true

Instead: `lamina secrets set environments/prod/app.sops.yaml database.password` puts it into the sealed layer; a reference to a
sealed value may stand here, as may the name of a variable or the path of a file that holds it. If it was ever committed, make a
new secret: it stays in the history when the line is gone. What is none is allowed by a comment, and files of tests by `exempt`
in `lamina.yaml`.

Fix: none.
"""

from collections.abc import Iterator

from lamina.thought.rules.plaintext import sightings
from lamina.thought.rules.rule import Breach, Rule
from lamina.thought.rules.subjects import AnyFile

_FIX = "seal it, or refer to it; once it was committed, make a new secret"


def _check(file: AnyFile) -> Iterator[Breach]:
    for one in sightings(file.data, file.file):
        message = f"{one.what} in plain text"
        yield Breach(message, spot=file.spot_in_text(one.start), fix=_FIX, severity=None if one.sure else "warning")


RULE = Rule("plain-secret", "error", __doc__, _check)
