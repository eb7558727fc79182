"""A scalar lies over a map or a list, or the reverse.

What: Nearly always a mistake of indentation or of the path, and a merge would throw away all that lies below.

Example:

    # base                       # prod
    timeouts: {step: 15}         timeouts: 15

Instead: write the value as the lower layers do; where it is meant to take the place of everything below, say
`!replace`.

Fix: none.
"""

from lamina.thought.rules.rule import Rule

RULE: Rule[None] = Rule("type-clash", "error", __doc__, stops=True)
