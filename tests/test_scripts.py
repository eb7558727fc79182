"""The runner of scripts itself: a script that lies must fail."""

from pathlib import Path

import pytest
from running import Outcome
from scripts import parse, today
from transcript import fits

SCRIPT = """What this shows.

$ lamina get prod app:retries
3

# A comment.
$ NAME=value lamina get prod app:nowhere
! lamina: error: no such key
[exit 1]

-- base/app.yaml --
retries: 3

-- empty --
-- last --
x
"""


def answers(words: list[str], root: Path, env: dict[str, str]) -> Outcome:
    known = (root / "base/app.yaml").read_text() == "retries: 3\n\n" and words[-1] == "app:retries"
    return Outcome(0, "3\n", "") if known else Outcome(1, "", f"lamina: error: no such key{env.pop('NAME', '')}\n")


def test_a_script_is_its_text_again() -> None:
    assert str(parse(SCRIPT)) == SCRIPT


def test_a_script_has_steps_gaps_and_files() -> None:
    script = parse(SCRIPT)
    assert script.prose == "What this shows.\n\n"
    assert [step.expected for step in script.steps] == [("3",), ("! lamina: error: no such key", "[exit 1]")]
    assert script.steps[0].gap == ("", "# A comment.")
    assert script.files == (("base/app.yaml", "retries: 3\n\n"), ("empty", ""), ("last", "x\n"))


def test_what_differs_is_written_and_nothing_else(tmp_path: Path) -> None:
    assert str(today(parse(SCRIPT), tmp_path, answers)) == SCRIPT.replace("no such key", "no such keyvalue")


def test_a_wildcard_that_fits_stays(tmp_path: Path) -> None:
    script = SCRIPT.replace("error: no such key", "[...]").replace("\n3\n", "\n[...]\n")
    assert str(today(parse(script), tmp_path, answers)) == script


@pytest.mark.parametrize("lie", ["4", "3\n3", "", "! 3", "3\n[exit 1]"])
def test_a_lie_is_found(lie: str, tmp_path: Path) -> None:
    script = SCRIPT.replace("\n3\n", f"\n{lie}\n".replace("\n\n", "\n"))
    assert str(today(parse(script), tmp_path, answers)) != script


def test_programs_run_beside_lamina_and_marks_are_escaped(tmp_path: Path) -> None:
    script = "$ cat notes\n\\$ 5\n\\# five\n\\[exit 7]\n\\\\\nplain\n-- notes --\n$ 5\n# five\n[exit 7]\n\\\nplain\n"
    assert str(today(parse(script), tmp_path)) == script


def test_the_folder_has_a_name_and_failures_a_status(tmp_path: Path) -> None:
    script = today(parse("$ ls $WORK/x\n"), tmp_path)
    assert script.steps[0].expected[-1] == "[exit 2]"
    assert all(str(tmp_path) not in line for line in script.steps[0].expected)


def test_other_programs_are_refused(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="not curl"):
        today(parse("$ curl example.org\n"), tmp_path)


@pytest.mark.parametrize(
    ("expected", "actual", "same"),
    [
        (["a"], ["a"], True),
        (["a"], ["a", "b"], False),
        (["a."], ["ab"], False),
        (["a ... c"], ["a b c"], True),
        (["..."], [], True),
        (["a", "...", "d"], ["a", "b", "c", "d"], True),
        (["a", "...", "d"], ["a", "b", "c"], False),
        (["a..."], ["a", "b"], False),
        ([], [], True),
        ([], ["a"], False),
    ],
)
def test_wildcards(expected: list[str], actual: list[str], same: bool) -> None:
    assert fits(expected, actual, "...") is same
