"""Where git may convert files between the work tree and its blobs, the index says nothing about what they hold."""

import os
from pathlib import Path

import pytest
from githistory import begun, git
from world.index.indexed import hashed, index_of, read, settle, staged, write

FILES = {"a.yaml": "a: 1\n", "b/b.yaml": "b: 1\n", "b/c/c.yaml": "c: 1\n"}
CONVERTING = (
    "text",
    "text=auto",
    "eol=crlf",
    "crlf",
    "crlf=input",
    "filter=x",
    "ident",
    "working-tree-encoding=UTF-16",
)
HARMLESS = ("-text", "diff=sopsdiffer", "merge=lamina", "binary", "export-ignore", "!text", "linguist-generated")


def test_files_of_windows_are_told_by_their_bytes(tmp_path: Path) -> None:
    begun(tmp_path)
    git(tmp_path, "config", "core.autocrlf", "input")
    write(tmp_path, {"a.yaml": b"a: 1\r\n"})
    settle(tmp_path)
    git(tmp_path, "add", "--all")
    # What git has is not what the file holds.
    assert git(tmp_path, "rev-parse", ":a.yaml") != hashed(tmp_path, "a.yaml")["a.yaml"]
    assert read(tmp_path) is None


@pytest.mark.parametrize("setting", ["true", "input", "True", "yes", "1", "rubbish"])
def test_where_git_converts_all_files_there_is_no_index(setting: str, tmp_path: Path) -> None:
    git(staged(tmp_path, FILES), "config", "core.autocrlf", setting)
    assert read(tmp_path) is None


@pytest.mark.parametrize("setting", ["false", "no", "off", "0", "False"])
def test_where_git_is_told_to_convert_nothing_there_is_one(setting: str, tmp_path: Path) -> None:
    top = staged(tmp_path, FILES)
    git(top, "config", "core.autocrlf", setting)
    assert index_of(top).ids(FILES) == hashed(top, *FILES)


def test_a_setting_that_another_file_includes_counts(tmp_path: Path) -> None:
    top = staged(tmp_path / "top", FILES)
    (tmp_path / "included").write_text("[core]\n\tautocrlf = true\n")
    git(top, "config", "include.path", str(tmp_path / "included"))
    assert read(top) is None


def test_a_setting_of_the_user_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    top = staged(tmp_path / "top", FILES)
    (tmp_path / "settings").write_text("[core]\n\tautocrlf = true\n")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "settings"))
    assert read(top) is None


def test_settings_that_git_cannot_read_are_no_reason_to_trust(tmp_path: Path) -> None:
    with open(staged(tmp_path, FILES) / ".git/config", "a") as stream:
        stream.write("[core\n")
    assert read(tmp_path) is None


def test_without_git_there_is_no_index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    top = staged(tmp_path, FILES)
    monkeypatch.setenv("PATH", str(tmp_path / "nowhere"))
    assert read(top) is None


@pytest.mark.parametrize("words", CONVERTING)
def test_below_attributes_that_convert_files_have_no_id(words: str, tmp_path: Path) -> None:
    top = staged(tmp_path, FILES)
    (top / "b/.gitattributes").write_text(f"# a comment\n*.yml -diff\n*.yaml {words}\n")
    assert index_of(top).ids(FILES).keys() == {"a.yaml"}


@pytest.mark.parametrize("words", HARMLESS)
def test_attributes_that_convert_nothing_take_no_id_away(words: str, tmp_path: Path) -> None:
    top = staged(tmp_path, FILES)
    (top / ".gitattributes").write_text(f"*.yaml {words}\n")
    assert index_of(top).ids(FILES) == hashed(top, *FILES)


def test_attributes_at_the_top_hold_for_a_root_below_it(tmp_path: Path) -> None:
    top = staged(tmp_path, FILES)
    (top / ".gitattributes").write_text("* text\n")
    assert index_of(top / "b").ids(["b.yaml", "c/c.yaml"]) == {}


def test_attributes_of_the_clone_alone_count(tmp_path: Path) -> None:
    top = staged(tmp_path, FILES)
    (top / ".git/info").mkdir(exist_ok=True)
    (top / ".git/info/attributes").write_text("*.yaml filter=x\n")
    assert read(top) is None


@pytest.mark.parametrize("where", ["of the repository", "of the user", "of the user, elsewhere"])
def test_a_file_of_attributes_that_settings_name_counts(
    where: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    top = staged(tmp_path / "top", FILES)
    if where == "of the repository":
        (tmp_path / "attributes").write_text("*.yaml text\n")
        git(top, "config", "core.attributesFile", str(tmp_path / "attributes"))
    elif where == "of the user, elsewhere":
        (tmp_path / "settings/git").mkdir(parents=True)
        (tmp_path / "settings/git/attributes").write_text("*.yaml text\n")
        monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "settings"))
    else:
        (tmp_path / "home/.config/git").mkdir(parents=True)
        (tmp_path / "home/.config/git/attributes").write_text("*.yaml text\n")
        monkeypatch.setenv("HOME", str(tmp_path / "home"))
        monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    assert read(top) is None


def test_attributes_that_are_staged_and_gone_from_the_work_tree_still_hold(tmp_path: Path) -> None:
    top = staged(tmp_path, {**FILES, "b/.gitattributes": "*.yaml text\n"})
    (top / "b/.gitattributes").unlink()
    assert index_of(top).ids(FILES).keys() == {"a.yaml"}


@pytest.mark.parametrize("kind", ["link", "folder", "huge", "pipe"])
def test_attributes_that_cannot_be_read_may_say_anything(kind: str, tmp_path: Path) -> None:
    top = staged(tmp_path, FILES)
    place = top / "b/.gitattributes"
    if kind == "link":
        (tmp_path / "attributes").write_text("*.yaml text\n")
        place.symlink_to(tmp_path / "attributes")
    elif kind == "folder":
        place.mkdir()
    elif kind == "pipe":
        os.mkfifo(place)
    else:
        place.write_text("# \n" * 2**20)
    assert index_of(top).ids(FILES).keys() == {"a.yaml"}
