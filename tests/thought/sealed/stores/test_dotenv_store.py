"""dotenv: nothing is trimmed, nothing is unquoted."""

import pytest
from thought.sealed.stores.reading import data_of, notes_of, read, refusal, written


def test_data() -> None:
    text = 'A=1\n\nexport B = "x y" # z\nC=\nD=a=b\nE=x\\ny\nF=x\r\n G=1'
    assert data_of("dotenv", text) == [
        {"A": "1", "export B ": ' "x y" # z', "C": "", "D": "a=b", "E": "x\ny", "F": "x\r", " G": "1"}
    ]


def test_bytes_that_are_no_text_stay() -> None:
    assert data_of("dotenv", b"A=\xff\n") == [{"A": "\udcff"}]


def test_comments() -> None:
    assert notes_of("dotenv", "# a\nA=1\n #b=1\n#c\n") == [(":", " a"), (":", "c")]


@pytest.mark.parametrize(
    ("text", "line", "why"), [("A=1\nB\n", 2, "a line has no ="), ("A=1\nsops_x=1\n", 2, "starts with sops_")]
)
def test_refusals(text: str, line: int, why: str) -> None:
    at, said = refusal("dotenv", text)
    assert (at, why in said) == (line, True)


def test_values_are_written_on_one_line() -> None:
    assert written("dotenv", "a\nb", "A=1\n") == "a\\nb"
    assert written("dotenv", True, "A=1\n") == "true"


def test_lines_of_metadata_that_stand_together_are_one_block() -> None:
    parsed = read("dotenv", "A=1\nsops_mac=m\nsops_age__list_0__map_enc=x\\ny\nB=2\nsops_version=1\n", sealed=True)
    assert [[place.name for place in block.fields] for block in parsed.blocks] == [
        ["mac", "age__list_0__map_enc"],
        ["version"],
    ]
    assert parsed.raw == {"mac": "m", "age": {"0": {"enc": "x\ny"}}, "version": "1"}
