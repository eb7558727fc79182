"""What rules look at: places in a text."""

import pytest

from lamina.thought.rules import AnyFile


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["plain", "marked"])
def test_lines_and_columns_of_characters(mark: bytes) -> None:
    file = AnyFile("a.txt", mark + "é\r\nbc\rd\n\ne".encode())
    spots = [file.spot_in_text(start) for start, character in enumerate(file.text) if character.isalpha()]
    assert spots == [(1, 1), (2, 1), (2, 2), (3, 1), (5, 1)]
    assert file.spot_in_text(len(file.text)) == (5, 2)
