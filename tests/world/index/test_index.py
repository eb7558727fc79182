"""Git's index says which files hold what git has of them, and says nothing where it cannot know."""

import os
import random
from hashlib import sha1
from pathlib import Path
from subprocess import CalledProcessError

import pytest
from githistory import begun, committed, git
from world.index.indexed import FILES, hashed, index_of, read, settle, staged, touched, write


@pytest.mark.parametrize("version", ["2", "3", "4"])
def test_files_as_they_were_added_have_the_ids_of_their_blobs(version: str, tmp_path: Path) -> None:
    top = staged(tmp_path, FILES, f"index.version={version}")
    if version == "3":
        # Only an entry with more flags makes the format that of version 3.
        write(top, {"promised.yaml": "p: 1\n"})
        git(top, "add", "--intent-to-add", "promised.yaml")
    assert (top / ".git/index").read_bytes()[7] == int(version)
    assert index_of(top).ids([*FILES, "promised.yaml"]) == hashed(top, *FILES)


def test_names_longer_than_an_entry_says(tmp_path: Path) -> None:
    name = "/".join(["n" * 200] * 3)
    longest = "/".join(["o" * 240] * 12) + "/" + "p" * 200
    longer = longest + "/" + "/".join(["q" * 240] * 5)[: 4000 - len(longest) - len(str(tmp_path)) - 5].rstrip("/")
    files = {name: "1", longer + "x": "2", longer + "xy": "3", "z": "4"}
    top = staged(tmp_path, files)
    assert len(longer) < 4095
    assert index_of(top).ids(files) == hashed(top, *files)


def test_many_files_with_names_of_all_lengths(tmp_path: Path) -> None:
    files = {f"{'d' * (number % 9)}e/{'f' * number}{number}": str(number) for number in range(1, 80)}
    for version in ("2", "4"):
        top = staged(tmp_path / version, files, f"index.version={version}")
        assert index_of(top).ids(files) == hashed(top, *files)


def test_a_file_that_git_does_not_track_has_none(tmp_path: Path) -> None:
    top = staged(tmp_path)
    write(top, {"b.yaml": "a: 1\n"})
    assert index_of(top).ids(["a.yaml", "b.yaml", "absent", "deep", ""]).keys() == {"a.yaml"}


@pytest.mark.parametrize("text", ["a: 2\n", "a: 1\n", "longer: 1\n"], ids=["as long", "the same", "longer"])
def test_a_file_that_was_written_since_has_none(text: str, tmp_path: Path) -> None:
    top = staged(tmp_path)
    write(top, {"a.yaml": text})
    assert index_of(top).id("a.yaml") is None


def test_times_that_are_put_back_do_not_hide_a_change(tmp_path: Path) -> None:
    top = staged(tmp_path)
    before = (top / "a.yaml").stat().st_mtime_ns
    write(top, {"a.yaml": "a: 2\n"})
    touched(top / "a.yaml", before)
    assert index_of(top).id("a.yaml") is None


def test_another_file_put_in_its_place_has_none(tmp_path: Path) -> None:
    top = staged(tmp_path)
    write(top, {"new": "a: 2\n"})
    touched(top / "new", (top / "a.yaml").stat().st_mtime_ns)
    (top / "new").rename(top / "a.yaml")
    assert index_of(top).id("a.yaml") is None


@pytest.mark.parametrize("kind", ["link", "folder", "pipe", "nothing"])
def test_what_is_no_file_any_more_has_none(kind: str, tmp_path: Path) -> None:
    top = staged(tmp_path)
    (top / "a.yaml").rename(top / "other")
    if kind == "link":
        (top / "a.yaml").symlink_to("other")
    elif kind == "folder":
        (top / "a.yaml").mkdir()
    elif kind == "pipe":
        os.mkfifo(top / "a.yaml")
    assert index_of(top).id("a.yaml") is None


def test_a_link_that_git_tracks_has_none(tmp_path: Path) -> None:
    begun(tmp_path)
    (tmp_path / "link.yaml").symlink_to("a.yaml")
    top = staged(tmp_path)
    assert index_of(top).ids(["link.yaml", "a.yaml"]).keys() == {"a.yaml"}


def test_a_file_that_is_no_older_than_the_index_proves_nothing(tmp_path: Path) -> None:
    top = staged(tmp_path)
    changed = (top / "a.yaml").stat().st_mtime_ns
    touched(top / ".git/index", changed)
    assert index_of(top).ids(FILES) == {}
    touched(top / ".git/index", changed + 1)
    assert "a.yaml" in index_of(top).ids(FILES)


def test_an_index_that_claims_to_be_of_the_future_proves_no_more(tmp_path: Path) -> None:
    top = staged(tmp_path)
    settle(top)
    write(top, {"late.yaml": "l: 1\n"})
    git(top, "add", "late.yaml")
    late = (top / "late.yaml").stat()
    touched(top / ".git/index", late.st_mtime_ns + 10**12)
    index = index_of(top)
    # What the file of the index itself went through cannot be later than now.
    assert index._entries.written <= (top / ".git/index").stat().st_ctime_ns
    assert index.ids(FILES) == hashed(top, *FILES)


def test_an_entry_that_git_smudged_proves_nothing(tmp_path: Path) -> None:
    top = staged(tmp_path)
    index = (top / ".git/index").stat()
    # Changed within the tick in which the index was written, as git sees it, and then the index is written anew.
    write(top, {"a.yaml": "a: 2\n"})
    touched(top / "a.yaml", index.st_mtime_ns)
    write(top, {"b.yaml": "b\n"})
    settle(top)
    git(top, "add", "b.yaml")
    assert "a.yaml" not in index_of(top).ids(FILES)


def test_an_entry_of_no_size_is_only_that_of_an_empty_file(tmp_path: Path) -> None:
    top = staged(tmp_path)
    assert index_of(top).id("empty") == hashed(top, "empty")["empty"]
    path = top / ".git/index"
    data = bytearray(path.read_bytes())
    # So git writes the size of an entry of which it cannot be sure; the file may have become empty since.
    at = data.index(bytes.fromhex(hashed(top, "empty")["empty"]))
    data[at : at + 20] = bytes.fromhex(hashed(top, "a.yaml")["a.yaml"])
    settle(top)
    path.write_bytes(data[:-20] + sha1(data[:-20]).digest())
    assert index_of(top).ids(["empty", "a.yaml"]) == hashed(top, "a.yaml")


def test_what_is_in_conflict_promised_or_away_has_none(tmp_path: Path) -> None:
    top = begun(tmp_path)
    committed(top, {"a.yaml": "a: 1", "away.yaml": "w: 1", "both.yaml": "b: 1"})
    git(top, "checkout", "--quiet", "-b", "side")
    committed(top, {"both.yaml": "b: 2"})
    git(top, "checkout", "--quiet", "-")
    committed(top, {"both.yaml": "b: 3"})
    with pytest.raises(CalledProcessError):
        git(top, "merge", "side", "--no-edit")
    write(top, {"promised.yaml": "p: 1\n"})
    git(top, "add", "--intent-to-add", "promised.yaml")
    settle(top)
    git(top, "update-index", "--skip-worktree", "away.yaml")
    assert index_of(top).ids(["a.yaml", "away.yaml", "both.yaml", "promised.yaml"]).keys() == {"a.yaml"}


def test_a_file_that_is_larger_than_the_index_can_say_has_none(tmp_path: Path) -> None:
    top = staged(tmp_path)
    before = (top / "a.yaml").stat()
    with open(top / "a.yaml", "r+b") as stream:
        stream.truncate(before.st_size + 2**32)
    touched(top / "a.yaml", before.st_mtime_ns)
    assert index_of(top).id("a.yaml") is None


def test_a_root_below_the_top_of_the_work_tree(tmp_path: Path) -> None:
    top = staged(tmp_path)
    assert index_of(top / "deep").ids(["er/b.yaml", "a.yaml"]) == {
        "er/b.yaml": hashed(top, "deep/er/b.yaml").popitem()[1]
    }


def test_a_linked_work_tree_has_an_index_of_its_own(tmp_path: Path) -> None:
    top = begun(tmp_path / "top")
    committed(top, {"a.yaml": "a: 1"})
    git(top, "worktree", "add", "--quiet", "../linked", "-b", "other")
    linked = tmp_path / "linked"
    write(linked, {"a.yaml": "a: 2\n"})
    settle(linked)
    git(linked, "add", "--all")
    assert index_of(linked).ids(["a.yaml"]) == hashed(linked, "a.yaml")
    assert hashed(linked, "a.yaml") != hashed(top, "a.yaml")


def test_a_submodule_has_an_index_of_its_own(tmp_path: Path) -> None:
    committed(begun(tmp_path / "inner"), {"a.yaml": "a: 1"})
    top = begun(tmp_path / "top")
    git(top, "submodule", "--quiet", "add", "../inner", "sub")
    settle(top)
    git(top / "sub", "update-index", "--force-write-index")
    assert index_of(top / "sub").ids(["a.yaml"]) == hashed(top / "sub", "a.yaml")
    assert index_of(top).id("sub/a.yaml") is None


def test_thousands_of_random_edits_are_never_taken_for_what_was(tmp_path: Path) -> None:
    chance = random.Random(5)
    names = [f"{number}.yaml" for number in range(40)]
    top = staged(tmp_path, dict.fromkeys(names, "0\n"))
    proved = 0
    for _ in range(60):
        for name in chance.sample(names, 30):
            act = chance.randrange(4)
            before = (top / name).stat().st_mtime_ns
            if act == 0:
                write(top, {name: f"{chance.randrange(3)}\n"})
            elif act == 1:
                write(top, {f"{name}.new": f"{chance.randrange(3)}\n"})
                (top / f"{name}.new").rename(top / name)
            elif act == 2:
                write(top, {name: f"{chance.randrange(3)}\n"})
                touched(top / name, before)
        if chance.random() < 0.5:
            git(top, "add", *chance.sample(names, 10))
        if chance.random() < 0.3:
            settle(top)
            git(top, "update-index", "-q", "--refresh", "--force-write-index")
        found, truth = index_of(top).ids(names), hashed(top, *names)
        assert found.items() <= truth.items()
        proved += len(found)
    assert proved > 500


def test_a_repository_without_an_index_has_none(tmp_path: Path) -> None:
    assert read(begun(tmp_path)) is None
