"""Impact as a comment on a pull request: it fits whatever the change, and what it quotes is only text."""

import re
from html import unescape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from lamina.cli.impact_comment import comment
from lamina.project.causes import Cause
from lamina.project.comparing import DocumentChange
from lamina.project.consent import Owner
from lamina.project.impact import Caused, ChangedFile, Digest, EnvironmentImpact, Impact, Trouble
from lamina.thought.diff import Change
from lamina.words.finding import Finding, Position
from lamina.words.node import Data
from lamina.world.history import Commit

START = Commit("1" * 40, "2" * 40, "Ada", "2026-01-02T03:04:05+00:00", "first", 0)
HOSTILE = [
    "a | b", "`code`", "``", "<b>bold</b>", "</code></details>", "<!-- x", "-->", "line\nbreak", "\r\n::error::x",
    "::error file=x::boo", "##[error]boo", "@somebody", "org/team", "#123", "GH-1", "![i](http://evil.example/x.png)",
    "[t](http://evil.example)", "https://evil.example/x", "www.evil.example", "mail@evil.example", "\u202eright\u200f",
    "*bold*", "_em_", "~~x~~", "\\", "\\|", "&lt;b&gt;", "&#60;b&#62;", "$x$", "$`x`$", ":tada:", "\x1b[31m", "|", "---",
    "[^1]", "[x]: http://evil.example", "<script>alert(1)</script>", "<https://evil.example>", "é漢🙂" * 40, "a" * 3000,
]  # fmt: skip


def change(value: Data, key: str = "key", kind: str = "changed", document: str = "app") -> Caused:
    found = DocumentChange(document, Change((key,), kind, "before" if kind != "added" else None, value, (key,)))  # type: ignore[arg-type]
    return Caused(found, Cause(Position(f"environments/x/{document}.yaml", 3)))


def environment(name: str, *changes: Caused, protected: bool = False, **more: object) -> EnvironmentImpact:
    digest = Digest("render", f"sha256:{'a' * 64}", f"sha256:{'b' * 64}")
    return EnvironmentImpact(name, "changed" if changes else "same", digest, protected, changes, **more)  # type: ignore[arg-type]


def of(*environments: EnvironmentImpact, files: tuple[ChangedFile, ...] = (), owners: tuple[Owner, ...] = ()) -> Impact:
    return Impact(START, None, environments, files, owners)


def everywhere(text: str) -> Impact:
    """An impact that quotes a text wherever it can."""
    finding = Finding("rule", text, Position(text), document=text)
    broken = environment("dev", change(text, text, document=text), troubles=(Trouble("head", text, finding),))
    gone = environment("gone", change([text], kind="removed"), change({text: 1}, kind="added"))
    files = (ChangedFile(text, "changed", ("dev", text)),)
    return of(broken, gone, environment(text), files=files, owners=(Owner(text, (text,), (text,)),))


def shown(text: str) -> str:
    """The comment as HTML, by a reader of markdown that knows tables, raw HTML, and links without markup."""
    return MarkdownIt("gfm-like", {"html": True, "linkify": False}).render(text)


@settings(max_examples=60)
@given(st.one_of(st.sampled_from(HOSTILE), st.lists(st.sampled_from(HOSTILE), max_size=4).map("".join), st.text()))
def test_what_is_quoted_is_only_text(text: str) -> None:
    made = comment(everywhere(text))
    plain = comment(everywhere("x"))
    lines = made.splitlines()
    assert len(lines) == len(plain.splitlines())
    assert not any(line.lstrip().startswith("::") for line in lines)
    assert "##[" not in made
    assert [line.count("|") for line in lines] == [line.count("|") for line in plain.splitlines()]
    # The same elements in the same order: none was begun or ended by the text, and nothing stands outside of code.
    without = re.compile(r"<code>.*?</code>", re.DOTALL)
    html = shown(made)
    tags = re.findall(r"<(?!!)[^>]*>", html)
    assert tags == re.findall(r"<(?!!)[^>]*>", shown(plain))
    assert without.sub("", html) == without.sub("", shown(plain))
    # Links without markup are found in source text, mentions outside of code.
    assert not re.search(r"www\.|https?://|@\w", made.replace("&#64;<!---->", ""))


def test_what_is_quoted_can_be_read() -> None:
    html = unescape(shown(comment(everywhere("a|b <c> `d` @e"))).replace("<!---->", ""))
    assert "<code>a|b <c> `d` @e</code>" in html


@pytest.mark.parametrize("text", ["é" * 500, "|" * 500, "\x00" * 500, "\U000e0001" * 500, "key"], ids=range(5))
@pytest.mark.parametrize(("changes", "owners", "environments"), [(300, 0, 1), (0, 300, 1), (20, 100, 100), (1, 1, 1)])
def test_it_fits_whatever_the_change(changes: int, owners: int, environments: int, text: str) -> None:
    rows = tuple(change(text, f"{text}{number}") for number in range(changes))
    each = tuple(environment(f"{text}{number}", *rows) for number in range(environments))
    found = of(
        *each,
        *(environment(f"same{text}{number}") for number in range(environments)),
        files=tuple(ChangedFile(f"{text}{number}", "changed", ("a", "b")) for number in range(owners)),
        owners=tuple(Owner(f"{text}{number}", (text,) * 20) for number in range(owners)),
    )
    made = comment(found, [one.name for one in each])
    assert len(made.encode()) <= 65_536
    assert made.endswith("\n")


def test_what_is_left_out_is_counted() -> None:
    rows = tuple(change("v" * 90, f"key{number:04}") for number in range(2000))
    made = comment(of(environment("dev", *rows), environment("prod", *rows)))
    said = re.search(
        r"^([\d,]+) more changes in 2 environments are left out; `lamina impact --format json`", made, re.M
    )
    assert said is not None
    told = made.count("| <code>app:key")
    assert 100 < told < 2000
    assert int(said[1].replace(",", "")) == 2 * (2000 - told)
    assert "| <code>dev</code> | 2,000 changed |" in made


def test_long_lists_and_long_values_are_cut_and_counted() -> None:
    files = tuple(f"file{number}" for number in range(30))
    made = comment(of(environment("dev", change("v" * 200)), owners=(Owner("@a", files),)))
    assert f"<code>{'v' * 120}… (80 more characters)</code>" in made
    assert "<code>file7</code> and 22 more |" in made
    environments = [environment(f"e{number:03}", change(1)) for number in range(300)]
    assert re.search(r"^\d+ more environments are left out; ", comment(of(*environments)), re.M)


def test_what_matters_most_comes_first() -> None:
    finding = Finding("rule", "wrong", Position("f"))
    secret = DocumentChange("app", Change(("s",), "changed", "x", "y", ("s",)), frozenset({()}))
    made = comment(
        of(
            environment("a", change(1, "plain"), change(None, "gone", "removed")),
            environment("b", Caused(secret, Cause(Position("f"))), troubles=(Trouble("head", "web", finding),)),
            environment("prod", change(1, "guarded"), protected=True),
        )
    )
    addresses = re.findall(r"^\| <code>\w+</code> \| <code>([\w:]+)</code>", made.partition("address")[2], re.M)
    assert addresses == ["app:guarded", "web", "app:gone", "app:s", "app:plain"]
    names = re.findall(r"^\| <code>(\w+)</code>(?: \(protected\))? \|", made.partition("address")[0], re.M)
    assert names == ["prod", "b", "a"]
    assert "| <code>app:s</code> | <code>&lt;redacted&gt;</code> | <code>&lt;redacted&gt;, and differs</code> |" in made


@pytest.mark.parametrize("state", ["added", "removed", "renamed"])
def test_what_becomes_of_an_environment(state: str) -> None:
    one = EnvironmentImpact("qa", state, Digest("render", None, None), was="test")  # type: ignore[arg-type]
    expected = {"added": "new", "removed": "removed", "renamed": "was <code>test</code>, renders the same"}
    assert f"| <code>qa</code> | {expected[state]}, 0 changed |  |  |" in comment(of(one))
