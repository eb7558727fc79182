"""Where a key is looked for, and what is said of what stands there."""

import sys
from pathlib import Path

import pytest

from lamina.world.agekeys import KeyPlace, key_places


@pytest.fixture
def usual(monkeypatch: pytest.MonkeyPatch) -> None:
    """The places of Linux, wherever the tests run."""
    monkeypatch.setattr(sys, "platform", "linux")


@pytest.mark.usefixtures("usual")
def test_the_usual_file_is_below_the_settings(tmp_path: Path) -> None:
    assert [place.name for place in key_places({}, tmp_path)] == [f"{tmp_path}/.config/sops/age/keys.txt"]
    [place] = key_places({"XDG_CONFIG_HOME": f"{tmp_path}/elsewhere"}, tmp_path)
    assert place == KeyPlace(f"{tmp_path}/elsewhere/sops/age/keys.txt", "absent")


def test_macos_keeps_settings_in_its_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    [place] = key_places({}, tmp_path)
    assert place.name == f"{tmp_path}/Library/Application Support/sops/age/keys.txt"


@pytest.mark.usefixtures("usual")
def test_variables_come_first(tmp_path: Path) -> None:
    file = tmp_path / "key"
    places = key_places({"SOPS_AGE_KEY": "not looked at", "SOPS_AGE_KEY_FILE": str(file)}, tmp_path)
    assert places[:2] == [KeyPlace("SOPS_AGE_KEY", "key"), KeyPlace(str(file), "absent", "SOPS_AGE_KEY_FILE")]
    assert "not looked at" not in repr(places)


@pytest.mark.parametrize(("mode", "found"), [(0o600, "key"), (0o400, "key"), (0o640, "exposed"), (0o604, "exposed")])
def test_a_key_that_others_may_read_is_exposed(mode: int, found: str, tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.touch()
    file.chmod(mode)
    assert key_places({"SOPS_AGE_KEY_FILE": str(file)}, tmp_path)[0].found == found


def test_a_folder_is_no_key(tmp_path: Path) -> None:
    assert key_places({"SOPS_AGE_KEY_FILE": str(tmp_path)}, tmp_path)[0].found == "unreadable"
