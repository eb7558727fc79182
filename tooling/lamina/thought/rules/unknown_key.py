"""A key that the schema does not know.

What: The schema of the kind is closed here, so that a slip of the pen cannot be silently ignored: it would leave the
value that was meant at its default.

Example:

    loging: {level: debug}      # the schema knows "logging"

Instead: write the key that was meant, or add the new one to the schema first.

Fix: safe where one key is near and the document is valid with it: the key is renamed.
"""

from lamina.thought.rules.rule import Rule

RULE: Rule[None] = Rule("unknown-key", "error", __doc__, stops=True)
