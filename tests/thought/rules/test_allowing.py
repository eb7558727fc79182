"""Allow comments, as texts."""

import pytest

from lamina.thought.document import comments
from lamina.thought.rules.allowing import allowances


def allowed(text: str) -> list[tuple[str | None, str | None, int]]:
    return [(one.name, one.reason, one.at) for one in allowances(comments(text.encode()), text.split("\n"))]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a: 1  # lamina: allow x -- why not", [("x", "why not", 1)]),
        ("# lamina: allow x -- why\na: 1", [("x", "why", 2)]),
        ("# lamina: allow x -- why\n\n# more\na: 1", [("x", "why", 4)]),
        ("a: 1 # lamina: allow x, y -- both", [("x", "both", 1), ("y", "both", 1)]),
        ("a: 1 # lamina: allow x", [("x", None, 1)]),
        ("a: 1 # lamina: allow x --", [("x", None, 1)]),
        ("a: 1 # lamina: allow", [(None, None, 1)]),
        ("a: 1 # lamina: alow x -- y", [(None, None, 1)]),
        ("a: 1 # lamina: allow x because", [(None, None, 1)]),
        ("a: 1 # laminate", []),
        ("a: |\n  # lamina: allow x -- y\nb: '# lamina: allow x -- y'", []),
        ("a: 1\n# lamina: allow x -- y", [("x", "y", 2)]),
    ],
)
def test_what_a_comment_allows(text: str, found: list[tuple[str | None, str | None, int]]) -> None:
    assert allowed(text) == found
