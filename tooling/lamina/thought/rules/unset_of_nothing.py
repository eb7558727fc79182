"""`!unset` takes away what is not there.

What: The lower layer was renamed or has lost the key, so that what was meant to be hidden may stand there under another
name.

Example:

    legacy_endpoint: !unset     # no lower layer has it

Instead: leave the line out, or name the key that is there now.

Fix: safe: the line goes away, and nothing that is rendered changes.
"""

from lamina.thought.rules.rule import Rule

RULE: Rule[None] = Rule("unset-of-nothing", "error", __doc__, stops=True)
