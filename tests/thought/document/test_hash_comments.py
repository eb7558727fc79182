"""Comments of texts that are no YAML: what follows a `#`."""

import pytest

from lamina.thought.document import Comment, hash_comments


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a # b # c", [Comment(1, 7, "# c", False)]),
        ("x\r\n\t# b ", [Comment(2, 2, "# b", True)]),
        ("a#b", []),
        ("\ufeff# b", [Comment(1, 1, "# b", True)]),
        ("", []),
    ],
)
def test_comments_by_line(text: str, found: list[Comment]) -> None:
    assert list(hash_comments(text.encode())) == found


def test_what_is_no_text_has_comments_too() -> None:
    assert [one.line for one in hash_comments(b"\xff\n# a\n")] == [2]
