"""`.env` files: read as python-dotenv reads them, which reads them as a shell does."""

from io import StringIO

import pytest
from dotenv import dotenv_values
from hypothesis import assume, given
from hypothesis import strategies as st

from lamina.thought.older.env_file import BadLine, env_entries


def read(text: str) -> dict[str, str]:
    return {entry.key: entry.text for entry in env_entries(text) if entry.key is not None}


def judged(text: str) -> dict[str, str | None]:
    return dict(dotenv_values(stream=StringIO(text), interpolate=False))


TEXTS = [
    "",
    "A=1\n",
    "A=1",
    "\ufeffA=1\r\nB=2\r\n",
    "export A=1\nexport\tB = 2 \n",
    "# note\n\n  A=1 # why\nB=#none\nC= # none\nD=x#y\n",
    "A='x y'\nB=\"x y\" # why\nC=''\nD=\n",
    r"A='it\'s \n \\ $X'" + "\n",
    r'A="say \"x\" \n\t\\ \q"' + "\n",
    "A=\"two\nlines\"\nB='two\nlines'\n",
    "'odd key'=1\nA.b-c=2\n",
    "A=a=b==\n",
    "URL=postgres://u:p@h/db?x=1&y=2\n",
    "A=x   \t\n",
]


@pytest.mark.parametrize("text", TEXTS)
def test_it_is_read_as_python_dotenv_reads_it(text: str) -> None:
    assert read(text) == judged(text)


soups = st.text(st.sampled_from("AB=#'\" \\nt$\n"), max_size=10)
values = (
    soups
    | soups.map(lambda text: "'" + text.replace("\\", "").replace("'", "") + "'")
    | soups.map(lambda text: '"' + text.replace("\\", r"\n").replace('"', r"\"") + '" # why')
)


@given(st.lists(values, min_size=1, max_size=3))
def test_whatever_is_read_is_read_alike(given: list[str]) -> None:
    text = "\n".join(f"K{number}={value}" for number, value in enumerate(given))
    try:
        found = read(text)
    except BadLine:
        assume(False)
    assert found == judged(text)


FAULTS = {
    "no equals sign": ("A=1\nB\n", 2, "no KEY=value"),
    "an open quote": ("A=1\n\nB='x\n", 3, "a quote is not closed"),
    "text after a quote": ("A='x'y\n", 1, "text follows the closing quote"),
    "a key twice": ("A=1\nB=2\nA=3\n", 3, "the key A stands in line 1 already"),
    "no key": ("=1\n", 1, "no KEY=value"),
    "an export alone": ("export A\n", 1, "no KEY=value"),
}


@pytest.mark.parametrize(("text", "line", "fault"), FAULTS.values(), ids=FAULTS)
def test_what_is_none_is_refused_with_its_line(text: str, line: int, fault: str) -> None:
    with pytest.raises(BadLine, match=fault) as stopped:
        env_entries(text)
    assert stopped.value.line == line


def test_a_fault_quotes_no_value() -> None:
    for text in ("hunter2\n", "A='hunter2\n", "A='x'hunter2\n", "A=hunter2\nA=hunter2\n"):
        with pytest.raises(BadLine) as stopped:
            env_entries(text)
        assert "hunter2" not in str(stopped.value)


def test_comments_are_kept_and_entries_show_no_text() -> None:
    (note, entry) = env_entries("# hunter2\nA=hunter2\n")
    assert (note.key, note.text, entry.key) == (None, " hunter2", "A")
    assert "hunter2" not in repr([note, entry])


@pytest.mark.parametrize(
    ("line", "draws"),
    [("A=$B", True), ('A="${B}/x"', True), ("A='$B'", False), ("A=5$", False), ("A=$5", False), ("A=x", False)],
)
def test_what_a_shell_would_fill_in_is_known(line: str, draws: bool) -> None:
    assert env_entries(line)[0].draws is draws
