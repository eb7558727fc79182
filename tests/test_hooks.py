"""The hooks of a work tree, run by the real git: what they refuse, what they let pass, and what they say."""

import os
from pathlib import Path

import pytest
from githistory import begun, committed, git
from hooked import BAD, GOOD, SOUND, hook, install, tried, with_hooks, write

from lamina.thought.hooks import HOOKS

ROOT = Path(__file__).parents[1]


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    return with_hooks(tmp_path / "clone")


def test_the_hooks_of_this_repository_are_those_that_are_installed() -> None:
    files = {file.name: file for file in (ROOT / "hooks").iterdir()}
    assert {name: file.read_text("utf-8") for name, file in files.items()} == HOOKS
    assert all(os.access(file, os.X_OK) for file in files.values())


@pytest.mark.parametrize("name", HOOKS)
def test_a_hook_is_a_few_lines_of_any_shell(name: str, tmp_path: Path) -> None:
    hook(tmp_path, name)
    assert len(HOOKS[name].splitlines()) <= 25
    done = tried(ROOT, "-c", f"alias.sh=!sh -n {tmp_path / name}", "sh")
    assert (done.code, done.err) == (0, "")


def test_a_first_commit_passes_or_is_refused(clone: Path) -> None:
    write(clone, BAD)
    git(clone, "add", ".")
    refused = tried(clone, "commit", "-m", "Begin")
    assert refused.code == 1
    assert "environments/dev/app.yaml:1:10: error: " in refused.err + refused.out
    write(clone, SOUND)
    git(clone, "add", ".")
    assert tried(clone, "commit", "-m", "Begin").code == 0


def test_the_halves_of_a_file_that_is_staged_in_part(clone: Path) -> None:
    write(clone, BAD)
    assert tried(clone, "commit", "-m", "The staged half is sound").code == 0
    git(clone, "add", ".")
    write(clone, GOOD)
    assert tried(clone, "commit", "-m", "The staged half is not").code == 1
    assert tried(clone, "commit", "-a", "-m", "All of it is sound").code == 0


def test_commit_a_and_a_commit_of_named_files_are_judged_by_what_they_commit(clone: Path) -> None:
    git(clone, "commit", "-q", "-m", "Begin")
    write(clone, BAD)
    assert tried(clone, "commit", "-a", "-m", "All").code == 1
    assert tried(clone, "commit", "-m", "One", "environments/dev/app.yaml").code == 1
    write(clone, {"notes.txt": "x"})
    git(clone, "add", "notes.txt")
    assert tried(clone, "commit", "-m", "Other", "notes.txt").code == 0


def test_a_commit_that_only_deletes(clone: Path) -> None:
    git(clone, "commit", "-q", "-m", "Begin")
    git(clone, "rm", "-q", "schemas/app/v1.schema.yaml")
    refused = tried(clone, "commit", "-m", "Delete the schema")
    assert (refused.code, "no-schema" in refused.out + refused.err) == (1, True)
    git(clone, "reset", "-q", "--hard")
    git(clone, "rm", "-q", "environments/dev/app.yaml")
    assert tried(clone, "commit", "-m", "Delete a layer").code == 0


def test_names_that_hold_newlines_and_escapes(clone: Path) -> None:
    write(clone, {"environments/dev/a\n::error::x.yaml": "{}\n", "environments/dev/\x1b[31m.yaml": "{}\n"})
    git(clone, "add", ".")
    refused = tried(clone, "commit", "-m", "Odd names")
    said = refused.out + refused.err
    assert refused.code == 1
    assert said.count("[bad-name]") == 2
    assert "\x1b" not in said
    assert not any(line.startswith("::") for line in said.splitlines())


def test_a_merge_commit_without_and_with_a_conflict(clone: Path) -> None:
    git(clone, "commit", "-q", "-m", "Begin")
    git(clone, "checkout", "-q", "-b", "side")
    write(clone, {"environments/dev/app.yaml": "retries: 3\nname: other\n"})
    git(clone, "commit", "-q", "-a", "-m", "A key that the schema will not know")
    git(clone, "checkout", "-q", "main")
    write(clone, {"schemas/app/v1.schema.yaml": SOUND["schemas/app/v1.schema.yaml"].replace("  name:", "  title:")})
    write(clone, {"environments/base/app.yaml": "{}\n"})
    git(clone, "commit", "-q", "-a", "-m", "Another name for the key")
    refused = tried(clone, "merge", "-m", "Merge", "side")
    assert refused.code != 0
    assert "name" in refused.out + refused.err
    assert git(clone, "log", "--format=%s", "-1") == "Another name for the key"
    write(clone, {"environments/dev/app.yaml": "retries: 3\n"})
    git(clone, "add", ".")
    assert tried(clone, "commit", "-m", "Merge").code == 0
    assert len(git(clone, "log", "-1", "--format=%P").split()) == 2


def test_after_a_merge_it_is_told_what_is_other_now(clone: Path) -> None:
    git(clone, "commit", "-q", "-m", "Begin")
    git(clone, "checkout", "-q", "-b", "side")
    write(clone, GOOD)
    git(clone, "commit", "-q", "-a", "-m", "Good")
    git(clone, "checkout", "-q", "main")
    told = tried(clone, "merge", "side")
    assert told.code == 0
    assert "~ retries: 3 -> 4" in told.out + told.err
    git(clone, "checkout", "-q", "side")
    write(clone, {"notes.txt": "x"})
    git(clone, "add", ".")
    git(clone, "commit", "-q", "-m", "Notes")
    git(clone, "checkout", "-q", "main")
    assert "retries" not in tried(clone, "merge", "side").out


def test_what_is_wrong_after_a_merge_is_told_and_the_merge_stands(clone: Path) -> None:
    git(clone, "commit", "-q", "-m", "Begin")
    git(clone, "checkout", "-q", "-b", "side")
    write(clone, BAD)
    git(clone, "commit", "-q", "-a", "--no-verify", "-m", "Bad")
    git(clone, "checkout", "-q", "main")
    told = tried(clone, "merge", "side")
    assert told.code == 0
    assert "environments/dev/app.yaml:1:10: error: " in told.out + told.err


def test_a_push_is_judged_by_its_tips(clone: Path, tmp_path: Path) -> None:
    server = begun(tmp_path / "server.git", "--bare")
    git(clone, "commit", "-q", "-m", "Begin")
    git(clone, "remote", "add", "origin", str(server))
    assert tried(clone, "push", "origin", "main").code == 0
    write(clone, BAD)
    git(clone, "commit", "-q", "-a", "--no-verify", "-m", "Bad")
    git(clone, "tag", "bad")
    for refspec in ("main", "HEAD:refs/heads/other", "bad", "+main"):
        refused = tried(clone, "push", "origin", refspec)
        assert refused.code == 1, refspec
        assert "pre-push: refs/" in refused.err
        assert "environments/dev/app.yaml:1:10: error: " in refused.out + refused.err
    write(clone, GOOD)
    git(clone, "commit", "-q", "-a", "-m", "Good")
    git(clone, "branch", "feature")
    assert tried(clone, "push", "origin", "main", "feature").code == 0
    assert tried(clone, "push", "origin", ":feature").code == 0
    assert tried(clone, "push", "--no-verify", "origin", "bad").code == 0


def test_a_branch_without_configuration_is_none_of_ours(clone: Path, tmp_path: Path) -> None:
    server = begun(tmp_path / "server.git", "--bare")
    git(clone, "commit", "-q", "-m", "Begin")
    git(clone, "checkout", "-q", "--orphan", "archive")
    git(clone, "rm", "-r", "-q", "--cached", ".")
    git(clone, "clean", "-q", "-d", "-x", "-f")
    write(clone, {"index.html": "x"})
    git(clone, "add", ".")
    assert tried(clone, "commit", "-m", "Pages").code == 0
    assert tried(clone, "push", str(server), "archive").code == 0


@pytest.mark.parametrize("name", [name for name in HOOKS if name != "pre-receive"])
def test_without_lamina_a_hook_refuses_and_says_the_way_out(name: str, tmp_path: Path) -> None:
    clone = begun(tmp_path / "clone")
    committed(clone, SOUND)
    place = tmp_path / "hooks"
    hook(place, name)
    bare = tmp_path / "bin"
    bare.mkdir()
    for tool in ("git", "sh", "echo"):
        (bare / tool).symlink_to(
            next(Path(one, tool) for one in os.environ["PATH"].split(":") if Path(one, tool).exists())
        )
    done = tried(clone, "-c", f"core.hooksPath={place}", "hook", "run", name, env={"PATH": str(bare)})
    if name == "post-merge":
        assert (done.code, done.out + done.err) == (0, "")
    else:
        assert done.code == 1
        assert done.out + done.err == (
            f"{name}: lamina is not installed, so nothing is checked: pip install lamina, then lamina hooks install\n"
        )


def test_the_lamina_that_installed_the_hooks_is_asked_whatever_the_path(clone: Path, tmp_path: Path) -> None:
    write(clone, BAD)
    git(clone, "add", ".")
    assert git(clone, "config", "lamina.program") == str(tmp_path / "program" / "lamina")
    assert tried(clone, "commit", "-m", "Bad").code == 1
    (tmp_path / "program" / "lamina").rename(tmp_path / "moved")
    (tmp_path / "other").mkdir()
    (tmp_path / "moved").rename(tmp_path / "other" / "lamina")
    refused = tried(clone, "commit", "-m", "Bad", env={"PATH": f"{tmp_path / 'other'}:{os.environ['PATH']}"})
    assert "environments/dev/app.yaml:1:10: error: " in refused.out + refused.err


def test_in_a_linked_work_tree_and_in_a_folder_of_the_repository(tmp_path: Path) -> None:
    clone = begun(tmp_path / "mono")
    write(clone, {f"config/{name}": text for name, text in SOUND.items()})
    git(clone, "add", ".")
    install(clone / "config", tmp_path)
    assert git(clone, "config", "lamina.folder") == "config"
    assert tried(clone, "commit", "-m", "Begin").code == 0
    linked = tmp_path / "linked"
    git(clone, "worktree", "add", "-q", str(linked))
    write(linked, {f"config/{name}": text for name, text in BAD.items()})
    refused = tried(linked, "commit", "-a", "-m", "Bad")
    assert refused.code == 1
    assert "environments/dev/app.yaml:1:10: error: " in refused.out + refused.err


def test_a_message_that_holds_a_private_key(clone: Path) -> None:
    key = "AGE-SECRET-KEY-1" + "Q" * 58
    refused = tried(clone, "commit", "-m", "Begin", "-m", f"the new key is {key}")
    assert refused.code == 1
    assert "COMMIT_EDITMSG:3:16: error: an age identity stands in this file [committed-private-key]" in refused.err
    assert "QQQQ" not in refused.out + refused.err
    assert tried(clone, "commit", "-m", "Begin", "-m", "AGE-SECRET-KEY-1... is how a key begins").code == 0


def test_what_git_shows_below_a_message_is_no_part_of_it(clone: Path) -> None:
    write(clone, {"notes.txt": "-----BEGIN PRIVATE KEY-----\n"})
    git(clone, "add", ".")
    editor = {"GIT_EDITOR": 'sh -c \'printf "Begin\\n" | cat - "$1" >"$1.new" && mv "$1.new" "$1"\' -'}
    assert tried(clone, "commit", "--verbose", env=editor).code == 0
    assert git(clone, "log", "--format=%B") == "Begin"
