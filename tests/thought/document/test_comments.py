"""The comments of a text: what is one, and what only looks like one."""

from lamina.thought.document import comments

TEXT = b"""\
# first
a: |  # header
  # inside
  x # y

# after the block
b: 'q # x' # behind quotes
c: plain#no # yes
d: >-
  folded # no
e: "two
  # lines"
f: !unset  # tagged
g:  # empty
"""


def test_comments_are_outside_of_scalars() -> None:
    found = [(one.line, one.column, one.text, one.alone) for one in comments(TEXT)]
    assert found == [
        (1, 1, "# first", True),
        (2, 7, "# header", False),
        (6, 1, "# after the block", True),
        (7, 12, "# behind quotes", False),
        (8, 13, "# yes", False),
        (13, 12, "# tagged", False),
        (14, 5, "# empty", False),
    ]


def test_lines_are_counted_alike_whatever_ends_them() -> None:
    found = [(one.line, one.column) for one in comments("\ufeffa: 1\r\n# two\r\nb: ö # three\r# four".encode())]
    assert found == [(2, 1), (3, 6), (4, 1)]


def test_a_text_that_does_not_parse_has_the_comments_before_its_mistake() -> None:
    assert [one.line for one in comments(b"a: 1 # one\nb: [\n# two\n}")] in ([1], [1, 3])
    assert list(comments(b"\xff\x00 # x")) == []
    assert list(comments(b"")) == []
