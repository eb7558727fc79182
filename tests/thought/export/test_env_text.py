"""The environment variables that are written: names from literals, values as the real sh and dotenv read them."""

import io
import re
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

import dotenv
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from thought.export.odd_data import documents, text

from lamina.thought.export import NoForm, env_text
from lamina.words.node import Data, Sealed

SAFE = "a planner's /path?x=1&y=2 #no ; * ! ~ < > | ( ) [ ] { } ^ \t \n\n line \n#line\nA=b"


def by_sh(written: bytes) -> dict[str, str]:
    """The variables that a script gets from the file, by way of `set -a; . file`."""
    with TemporaryDirectory() as folder:
        file = Path(folder, "variables.env")
        file.write_bytes(written)
        script = ["sh", "-c", 'set -e; set -a; . "$1"; exec env -0', "sh", str(file)]
        run = subprocess.run(script, stdin=subprocess.DEVNULL, capture_output=True, check=True)
    assert run.stderr == b""
    pairs = (entry.decode("utf-8", "replace").partition("=") for entry in run.stdout.split(b"\0"))
    return {name: value for name, _, value in pairs if name == "D" or name.startswith("D__")}


def by_dotenv(written: bytes) -> dict[str, str | None]:
    """The variables that python-dotenv reads from the file."""
    return dotenv.dotenv_values(stream=io.StringIO(written.decode(), newline=""))


def test_a_line_a_value_named_by_its_path() -> None:
    data: Data = {
        "orchestrator": {
            "execution": {"retry": [{"max-delay": 1.5}, {"max-delay": 2}], "gates": [], "labels": {}},
            "dnsDomain": "a.b",
            "on": True,
            "off": False,
            "nothing": None,
            "empty": "",
        },
        "agents/planner": {"a.b--c": 1e20},
    }
    assert env_text.write(data).decode() == (
        "ORCHESTRATOR__EXECUTION__RETRY__0__MAX_DELAY=1.5\n"
        "ORCHESTRATOR__EXECUTION__RETRY__1__MAX_DELAY=2\n"
        "ORCHESTRATOR__DNSDOMAIN=a.b\n"
        "ORCHESTRATOR__ON=true\n"
        "ORCHESTRATOR__OFF=false\n"
        "ORCHESTRATOR__NOTHING=\n"
        'ORCHESTRATOR__EMPTY=""\n'
        "AGENTS_PLANNER__A_B_C=1e+20\n"
    )


@pytest.mark.parametrize(
    ("key", "name"),
    [("2fa", "_2FA"), ("", "_"), ("größe", "GR_E"), ("ß", "_"), ("-x-", "_X_"), ("a b", "A_B"), ("٣", "_")],
)
def test_a_name_is_one_that_every_shell_takes(key: str, name: str) -> None:
    assert env_text.write({key: 1}).decode() == f"{name}=1\n"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("postgres://db:5432/a-b_c@1,2+3%", "postgres://db:5432/a-b_c@1,2+3%"),
        ("a b", '"a b"'),
        ("it's #1", '"it\'s #1"'),
        ("~/dir", '"~/dir"'),
        ("a\nb\n", '"a\nb\n"'),
        ('{"a": 1}', "'{\"a\": 1}'"),
        ("$HOME", "'$HOME'"),
        ("`date`", "'`date`'"),
        ("a\\nb", "'a\\nb'"),
    ],
)
def test_a_value_is_quoted_when_it_must_be(value: str, expected: str) -> None:
    assert env_text.write({"d": value}).decode() == f"D={expected}\n"


@pytest.mark.parametrize(
    "value",
    ['it\'s "a"', "it's $a", "it's a\\b", "${a}", "${a:-b}", "a\\\\b", "a\\", "a\rb", "a\r\n", "a\0b", "'`'"],
)
def test_a_value_that_readers_take_differently_is_refused(value: str) -> None:
    with pytest.raises(NoForm, match=r"^hooks\[1\]\.run holds a mix") as refused:
        env_text.write({"hooks": [{}, {"run": value}]})
    assert refused.value.path == ("hooks", 1, "run")
    assert value not in refused.value.message
    assert refused.value.hint is not None


def test_two_paths_with_one_name_are_refused() -> None:
    with pytest.raises(NoForm, match=r"^labels\.a-b and labels\.\"a\.b\" would both be the variable LABELS__A_B\n"):
        env_text.write({"labels": {"a.b": 1, "c": 2, "a-b": 3}})


def test_an_empty_map_or_list_has_no_name_to_share() -> None:
    assert env_text.write({"a-b": {}, "a.b": 1}) == b"A_B=1\n"


def test_a_value_alone_has_no_name() -> None:
    with pytest.raises(NoForm, match="the whole document is a single value"):
        env_text.write("a")


def test_a_sealed_leaf_is_a_bug() -> None:
    with pytest.raises(TypeError, match="Sealed"):
        env_text.write({"a": Sealed("ENC[AES256_GCM,data:x]", "str")})


def test_every_safe_character_is_read_alike() -> None:
    written = env_text.write({"d": {"a": SAFE, "b": "after"}})
    assert by_sh(written) == by_dotenv(written) == {"D__A": SAFE, "D__B": "after"}


@settings(max_examples=50)
@given(st.lists(text, max_size=12))
def test_sh_and_dotenv_read_what_was_written(values: list[str]) -> None:
    said: list[Data] = [value for value in values if has_form(value)]
    written = env_text.write({"d": said})
    assert by_sh(written) == by_dotenv(written) == {f"D__{index}": value for index, value in enumerate(said)}


def has_form(value: str) -> bool:
    """Whether a text can be said at all."""
    try:
        env_text.write({"d": value})
    except NoForm:
        return False
    return True


@given(documents(st.floats()))
def test_a_document_is_a_variable_a_leaf_or_refused(data: dict[str, Data]) -> None:
    try:
        found = by_dotenv(env_text.write(data))
    except NoForm:
        return
    assert len(found) == leaves(data)
    assert all(re.fullmatch("[A-Z_][A-Z0-9_]*", name) for name in found)


def leaves(value: Data) -> int:
    """How many values stand in a value."""
    if isinstance(value, dict | list):
        return sum(map(leaves, value.values() if isinstance(value, dict) else value))
    return 1
