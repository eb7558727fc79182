"""Nothing names a document that is there to be named.

What: the schema of another kind says by `x-refers: KIND` that its values name documents of this kind, and in no environment
does any other document name this one, or refer to a value of it. It is read, reviewed and migrated for nobody; or the name that
was to lead to it is another. A kind that only its own documents name is not looked at, since some have to be the first.

Example:

    # environments/base/agents/sweeper.yaml: no workflow and no agent names "sweeper"
    role: operate

Instead: name it where it is needed, or delete it. Where something outside the repository uses it, say so at its first key:

    role: operate  # lamina: allow unused-document -- started by hand, see the runbook

Fix: none. `lamina graph --why KIND/NAME` shows who names a document. All documents have to be looked at, so only a full check
tells this: not one of some environments, nor one with `--base`.
"""

from collections.abc import Iterator

from lamina.thought.rules.rule import Breach, Rule
from lamina.thought.rules.subjects import Offered


def _check(document: Offered) -> Iterator[Breach]:
    if not document.used:
        message = f"nothing names {document.document}, and nothing refers to it, in any environment"
        yield Breach(message, fix="name it where it is needed, or delete it")


RULE = Rule("unused-document", "warning", __doc__, _check)
