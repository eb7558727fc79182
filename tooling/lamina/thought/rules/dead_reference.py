"""A reference leads nowhere.

What: `${...}` names a path that its document does not have or a document that its environment does not have, or a value
that `x-refers` declares to be a name names nothing. Whatever was to be there would be missing when it is needed.

Example:

    model: ${models:default_modle}

Instead: name what is there; the message says what is near.

Fix: safe where one name is near and the document is valid with it.
"""

from lamina.thought.rules.rule import Rule

RULE: Rule[None] = Rule("dead-reference", "error", __doc__, stops=True)
