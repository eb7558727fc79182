"""The token: made for its owner alone, and not believed where others could have written or read it."""

import os
from pathlib import Path

import pytest

from lamina.world.serving import BadToken, CannotMake, token_in

GOOD = "0123456789abcdef"


def test_one_is_made_where_there_is_none(tmp_path: Path) -> None:
    file = tmp_path / "run/token"
    token = token_in(file)
    assert (len(token), file.stat().st_mode & 0o777, file.parent.stat().st_mode & 0o777) == (64, 0o600, 0o700)
    assert token_in(file) == token
    assert token_in(tmp_path / "other") != token


@pytest.mark.parametrize("mode", [0o400, 0o600, 0o440, 0o640])
def test_one_that_is_there_is_taken(mode: int, tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text(f"  {GOOD}\n")
    file.chmod(mode)
    (tmp_path / "link").symlink_to(file)
    assert token_in(tmp_path / "link") == GOOD.encode()


@pytest.mark.parametrize("mode", [0o604, 0o602, 0o620, 0o644, 0o666])
def test_one_that_others_may_read_or_change_is_refused(mode: int, tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text(GOOD)
    file.chmod(mode)
    with pytest.raises(BadToken, match="others may read or change it") as refused:
        token_in(file)
    assert GOOD not in str(refused.value)


@pytest.mark.parametrize(
    "text", ["", "\n", "short", "x" * 5000, f"{GOOD} {GOOD}", f"{GOOD}\n{GOOD}", "é" * 20, "\0" * 20]
)
def test_what_is_no_token_is_refused_and_not_quoted(text: str, tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text(text)
    file.chmod(0o600)
    with pytest.raises(BadToken, match="it is not one word") as refused:
        token_in(file)
    assert not text.strip() or text.strip() not in refused.value.message


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe", 0o600)
    (tmp_path / "nowhere").symlink_to(tmp_path / "none")
    (tmp_path / "file").write_text(GOOD)
    for name, kind in (("pipe", BadToken), (".", BadToken), ("nowhere", BadToken), ("file/token", CannotMake)):
        with pytest.raises(kind):
            token_in(tmp_path / name)
