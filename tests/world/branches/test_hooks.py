"""The user's hooks around a commit on the branch that is checked out, real scripts run by a real shell."""

from pathlib import Path

import pytest
from githistory import git
from world.branches.conftest import APP, WEB
from world.branches.test_branch import NEW, commit, files_of, is_sound, refused, state

from lamina.words.errors import Failure
from lamina.world.branches import BadMessage, Branch, HookChangedFiles, HookRefused
from lamina.world.disk import write_files


def hook(root: Path, name: str, script: str, folder: str = ".git/hooks", mode: int = 0o755) -> None:
    file = root / folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(script)
    file.chmod(mode)


def test_all_run_in_their_order_at_the_top_and_see_what_git_shows_them(root: Path, tmp_path: Path) -> None:
    log = tmp_path / "log"
    for name in ("pre-commit", "prepare-commit-msg", "commit-msg", "post-commit"):
        hook(root, name, f'#!/bin/sh\necho "{name} $# $2 $(pwd) $GIT_EDITOR $(git log --format=%s -1)" >>{log}\n')
    commit(root / "environments", {APP: b"a: 2\n"}, "third")
    assert log.read_text().splitlines() == [
        f"pre-commit 0  {root} : second",
        f"prepare-commit-msg 2 message {root} : second",
        f"commit-msg 1  {root} : second",
        f"post-commit 0  {root} : third",
    ]


def test_they_see_the_change_alone_staged_and_in_the_work_tree(root: Path, tmp_path: Path) -> None:
    log = tmp_path / "log"
    (root / WEB).write_text("w: mine\n")
    git(root, "add", WEB)
    script = f"""#!/bin/sh
        {{ git diff --cached --name-status; echo; git diff --name-only; cat {APP} {NEW}; test -f {WEB}; }} >{log}
    """
    hook(root, "pre-commit", script)
    commit(root, {APP: b"a: 2\n", NEW: b"n: 1\n"})
    assert log.read_text() == f"A\t{NEW}\nM\t{APP}\n\n{WEB}\na: 2\nn: 1\n"
    assert state(root) == {WEB: "M "}


@pytest.mark.parametrize("name", ["pre-commit", "prepare-commit-msg", "commit-msg"])
def test_one_that_refuses_undoes_all_and_is_told_with_what_it_said(name: str, root: Path) -> None:
    (root / WEB).write_text("w: mine\n")
    git(root, "add", WEB)
    hook(root, name, "#!/bin/sh\necho one\necho two >&2\nexit 7\n")
    failure = refused(root, {APP: b"a: 2\n", NEW: b"n: 1\n"})
    assert isinstance(failure, HookRefused)
    assert f"the hook {name} refused (status 7)" in str(failure)
    assert failure.details == ("one", "two")
    assert state(root) == {WEB: "M "}
    assert is_sound(root)


def test_one_that_dies(root: Path) -> None:
    hook(root, "pre-commit", "#!/bin/sh\nkill -9 $$\n")
    assert "(signal 9)" in str(refused(root))


def test_what_comes_after_the_commit_refuses_nothing(root: Path) -> None:
    hook(root, "post-commit", "#!/bin/sh\nexit 1\n")
    assert commit(root, {APP: b"a: 2\n"}) == git(root, "rev-parse", "HEAD")
    assert state(root) == {}


def test_a_message_may_be_changed(root: Path) -> None:
    hook(root, "prepare-commit-msg", '#!/bin/sh\nsed -i "s/^/[X-1] /" "$1"\n')
    hook(root, "commit-msg", '#!/bin/sh\nprintf "\\n\\nTicket: X-1\\n\\n\\n" >>"$1"\n')
    commit(root, {APP: b"a: 2\n"}, "Subject")
    assert git(root, "log", "-1", "--format=%B") == "[X-1] Subject\n\nTicket: X-1"
    assert git(root, "log", "-g", "-1", "--format=%gs") == "commit (lamina): [X-1] Subject"


def test_a_message_may_not_be_taken_away(root: Path) -> None:
    hook(root, "commit-msg", '#!/bin/sh\n: >"$1"\n')
    assert isinstance(refused(root), BadMessage)


def test_one_that_changes_what_is_committed_undoes_all(root: Path) -> None:
    hook(root, "pre-commit", f"#!/bin/sh\necho changed: 1 >{APP}; git add {APP}; echo formatted\n")
    branch = Branch(root)
    with pytest.raises(Failure) as failure:
        branch.commit({APP: b"a: 2\n", NEW: b"n: 1\n"}, "Change", write_files)
    assert isinstance(failure.value, HookChangedFiles)
    assert APP in str(failure.value)
    formatted, kept = failure.value.details
    assert formatted == "formatted"
    # Nothing that was written is lost, whoever wrote it.
    assert git(root, *kept.partition("git ")[2].split()) == "changed: 1"
    assert ((root / APP).read_text(), (root / NEW).exists()) == ("a: 1\n", False)
    assert state(root) == {}
    assert git(root, "rev-parse", "HEAD") == branch.tip


def test_one_that_adds_another_file_undoes_all(root: Path) -> None:
    (root / WEB).write_text("w: mine\n")
    hook(root, "pre-commit", "#!/bin/sh\ngit add -A\n")
    failure = refused(root)
    assert isinstance(failure, HookChangedFiles)
    assert WEB in str(failure)
    assert state(root) == {WEB: " M"}


def test_one_that_changes_the_work_tree_alone_leaves_it_so(root: Path) -> None:
    hook(root, "pre-commit", f"#!/bin/sh\necho '# formatted' >>{APP}\n")
    commit(root, {APP: b"a: 2\n"})
    assert files_of(root)[APP] == "a: 2"
    assert (root / APP).read_text() == "a: 2\n# formatted\n"
    assert state(root) == {APP: " M"}


@pytest.mark.parametrize("place", ["hooks of mine=1", "absolute"])
def test_they_are_looked_for_where_the_user_says(place: str, root: Path, tmp_path: Path) -> None:
    hook(root, "pre-commit", "#!/bin/sh\nexit 1\n")
    path = str(tmp_path / "hooks") if place == "absolute" else place
    hook(root, "pre-commit", "#!/bin/sh\necho theirs; exit 2\n", path)
    git(root, "config", "core.hooksPath", path)
    (root / ".git/info/exclude").write_text("hooks*\n")
    assert refused(root).details == ("theirs",)


def test_one_that_is_not_executable_is_passed_over(root: Path) -> None:
    hook(root, "pre-commit", "#!/bin/sh\nexit 1\n", mode=0o644)
    assert commit(root, {APP: b"a: 2\n"})


def test_one_without_a_first_line_is_a_script_of_the_shell(root: Path) -> None:
    hook(root, "pre-commit", "echo plain\nexit 3\n")
    assert refused(root).details == ("plain",)


def test_on_another_branch_none_runs(root: Path) -> None:
    for name in ("pre-commit", "commit-msg", "post-commit"):
        hook(root, name, f"#!/bin/sh\ntouch {root}/ran; exit 1\n")
    commit(root, {APP: b"a: 2\n"}, name="side")
    assert not (root / "ran").exists()


def test_in_a_linked_work_tree_they_run_there(root: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    git(root, "worktree", "add", "-q", "-b", "side", str(other))
    hook(root, "pre-commit", f"#!/bin/sh\npwd >{tmp_path}/log; git diff --cached --name-only >>{tmp_path}/log\n")
    commit(other, {APP: b"a: 2\n"})
    assert (tmp_path / "log").read_text() == f"{other}\n{APP}\n"
    assert state(other) == {}


def test_what_refuses_the_branch_to_move_undoes_all(root: Path) -> None:
    hook(root, "reference-transaction", "#!/bin/sh\necho no moves >&2\nexit 1\n")
    branch = Branch(root)
    with pytest.raises(Failure) as failure:
        branch.commit({APP: b"a: 2\n"}, "Change", write_files)
    assert "no moves" in failure.value.details
    assert state(root) == {}
