"""The pages of the manual: what they show, and that nothing from a repository is more than text in them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from lamina.thought.manual import NOT_SET, Entry, Manual, Page, Row, Spread, manual_files, manual_text


@dataclass(frozen=True, slots=True)
class Words:
    label: str
    values: Sequence[str] = ()


ENTRY = Entry(
    "db.<key>",
    3,
    "Of a\n  database.",
    (Words("integer"), Words("default", ["8"]), Words("one of", ["8", '"a|b"'])),
    (
        Row((), ("dev", "prod"), ("8", "default")),
        Row((), ("prod",), (None, "secret")),
    ),
)
PAGE = Page("app", "schemas/app/v2.schema.yaml", 2, "App", "An app.", {"app": ("dev", "prod")}, (ENTRY,))
ENVIRONMENTS = ("dev", "prod")


def lines(*pages: Page) -> list[str]:
    """The lines of the page of the last kind."""
    return list(manual_files(Manual(pages, ENVIRONMENTS)).values())[-1].splitlines()


def test_a_page() -> None:
    assert lines(PAGE)[2:] == [
        "# <code>app</code>",
        "",
        "App. An app.",
        "",
        "Version 2, <code>schemas/app/v2.schema.yaml</code>. Document: <code>app</code>.",
        "",
        "### <code>db.&lt;key&gt;</code>",
        "",
        "Of a database.",
        "",
        'integer · default <code>8</code> · one of <code>8</code>, <code>"a&#124;b"</code>',
        "",
        "| in | value |",
        "| --- | --- |",
        "| all | <code>8</code> (default) |",
        "| prod | (secret) |",
    ]


def test_values_at_several_places() -> None:
    rows = (Row(("app/a", "app/b"), ("dev",), ("1", "")), Row(("app/c",), ("dev", "prod"), NOT_SET))
    assert lines(replace(PAGE, entries=(replace(ENTRY, rows=rows),)))[-4:] == [
        "| at | in | value |",
        "| --- | --- | --- |",
        "| <code>app/a</code>, <code>app/b</code> | dev | <code>1</code> |",
        "| <code>app/c</code> | all | (not set) |",
    ]


def test_many_rows_are_counted() -> None:
    rows = tuple(Row((f"app/{number}",), ("dev",), (str(number), "")) for number in range(100))
    page = lines(replace(PAGE, entries=(replace(ENTRY, rows=rows),)))
    assert (sum(line.startswith("| <code>app/") for line in page), page[-1]) == (60, "|  |  | and 40 more |")


@pytest.mark.parametrize(
    ("page", "line"),
    [
        (
            replace(PAGE, documents={}),
            "Version 2, <code>schemas/app/v2.schema.yaml</code>. No environment has a document of this kind.",
        ),
        (
            replace(PAGE, documents={"app/a": ("dev", "prod"), "app/b": ("dev",)}),
            "Version 2, <code>schemas/app/v2.schema.yaml</code>. "
            "Documents: <code>app/a</code>, <code>app/b</code> (only in dev).",
        ),
        (
            replace(PAGE, broken=True),
            "The schema has errors, so that nothing can be said of its keys: `lamina validate` shows them.",
        ),
        (replace(PAGE, cut=True), "There are more keys than these 1."),
    ],
)
def test_what_is_said_of_a_kind(page: Page, line: str) -> None:
    assert line in lines(page)


def test_the_index_leads_to_every_page() -> None:
    files = manual_files(Manual((PAGE, replace(PAGE, kind="a b#"), replace(PAGE, kind="ReadMe")), ENVIRONMENTS))
    assert list(files) == ["README.md", "app.md", "a b#.md", "ReadMe_.md"]
    assert files["README.md"].splitlines()[-3:] == [
        "| [<code>app</code>](app.md) | 2 | 1 | An app. |",
        "| [<code>a b&#35;</code>](a%20b%23.md) | 2 | 1 | An app. |",
        "| [<code>ReadMe</code>](ReadMe_.md) | 2 | 1 | An app. |",
    ]


def test_one_page_holds_all() -> None:
    text = manual_text(Manual((PAGE, replace(PAGE, kind="b")), ENVIRONMENTS))
    assert [line for line in text.splitlines() if line.startswith("# ")] == ["# <code>app</code>", "# <code>b</code>"]
    assert "There are no schemas." in manual_text(Manual((), ENVIRONMENTS))


class Elements(HTMLParser):
    """The elements of a page and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.names: list[str] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.names.append(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


def elements(text: str) -> Elements:
    return Elements(MarkdownIt("gfm-like", {"linkify": False}).render(text))


HOSTILE = [
    "- a", "+ a", "* a", "1. a", "1) a", "> a", "# a", "===", "---", "***", "    a", "```console\n$ rm -rf /", "~~~",
    "| a | b |", "a | b", "[a](b)", "![a](b)", "<script>", "<!-- a", "-->", "&lt;b&gt;", "`a`", "a\n\n# b", "\x1b[31m", "\\",
    "http://a.b", "www.a.b", "@a", "$a$", "| --- |", ":---", "[a]: b", "\u202e", "a\r\n- b", "::error::x", "##[error]x", "",
]  # fmt: skip
TEXT = st.sampled_from(HOSTILE) | st.text(
    alphabet=st.sampled_from("ab1-+*=>#|`~<&[]()!\\.\n\t _$@:/ \x1b"), max_size=12
)


@given(one=TEXT, other=TEXT)
def test_nothing_from_a_repository_is_markup(one: str, other: str) -> None:
    def page(text: str, more: str) -> str:
        rows = (Row((text,), (more, text), (text, "")), Row((more,), (text,), (None, "secret")))
        entry = Entry(text, 2, text, (Words("integer", [more]), Words("default", [text, more])), rows)
        kind = Page(text, more, 1, more, text, {text: ("dev",), more: (text,)}, (entry,))
        return manual_text(Manual((kind,), ("dev", text)))

    one, other = one if one.strip() else "a", other if other.strip() else "b"
    plain, hostile = elements(page("a", "a" if other == one else "b")), elements(page(one, other))
    assert hostile.names == plain.names


def test_equal_values_stand_together() -> None:
    spread = Spread(
        {
            "a": {"dev": ("1", ""), "prod": ("2", ""), "test": ("1", "")},
            "b": {"dev": ("1", ""), "prod": ("2", ""), "test": ("1", "")},
            "c": {"dev": NOT_SET, "prod": NOT_SET},
        }
    )
    assert spread.rows() == (
        Row(("a", "b"), ("dev", "test"), ("1", "")),
        Row(("a", "b"), ("prod",), ("2", "")),
        Row(("c",), ("dev", "prod"), NOT_SET),
    )
    assert Spread({"": {"dev": ("1", "")}}).rows() == (Row((), ("dev",), ("1", "")),)
    assert Spread({"": {"dev": NOT_SET}}).rows() == ()
