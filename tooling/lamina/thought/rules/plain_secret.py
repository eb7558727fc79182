"""A secret stands in plain text.

What: the schema says `x-secret: true` of the value, and it is not sealed. Once it is committed, everybody who can read the
repository, today or later, has it.

Example:

    database:
      password: correct-horse-battery     # x-secret: true

Instead: `lamina secrets set environments/prod/app.sops.yaml database.password` puts it into the sealed layer; a reference to a
sealed value may stand here. If it was ever committed, make a new secret: it stays in the history when the line is gone.

Fix: none.
"""

from lamina.thought.rules.rule import Rule

RULE: Rule[None] = Rule("plain-secret", "error", __doc__)
