"""A key stands twice in one map.

What: Readers take the last, people often see the first, and a merge of two branches makes such maps without a conflict.

Example:

    retries: 3
    # ... forty lines below
    retries: 5

Instead: keep one of them.

Fix: unsafe: the earlier entries go away and the last stays, which is what other readers of YAML do. Look at the
difference first.
"""

from lamina.thought.rules.rule import Rule

RULE: Rule[None] = Rule("duplicate-key", "error", __doc__, stops=True)
