"""unused-document: nothing names a document that is there to be named."""

from lamina.thought.rules import Offered
from lamina.thought.rules.unused_document import RULE


def test_only_what_is_not_used_is_told() -> None:
    assert RULE.check is not None
    assert [one.message for one in RULE.check(Offered("agents/a", used=False))] == [
        "nothing names agents/a, and nothing refers to it, in any environment"
    ]
    assert list(RULE.check(Offered("agents/a", used=True))) == []
