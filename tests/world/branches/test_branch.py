"""Commits on branches of real git repositories: exactly the files that are given, and nothing else is touched."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from githistory import begun, committed, everything, git
from world.branches.conftest import APP, WEB

from lamina.words.errors import Failure
from lamina.world.branches import BadMessage, Branch, Busy, CannotCommit, DirtyFiles, InTheWay, Locked, StaleBranch
from lamina.world.branches.program import Git
from lamina.world.disk import CannotWrite, write_files

NEW = "environments/dev/new.yaml"


def commit(root: Path, files: Mapping[str, bytes | None], message: str = "Change", name: str | None = None) -> str:
    return Branch(root, name).commit(files, message, write_files)


def state(root: Path) -> dict[str, str]:
    """The files that differ from the last commit, as git's short status has them."""
    lines = git(root, "status", "--porcelain", "--branch", "--untracked-files=all").split("\n")[1:]
    return {line[3:]: line[:2] for line in lines}


def files_of(root: Path, revision: str = "HEAD") -> dict[str, str]:
    """What a commit holds."""
    names = git(root, "ls-tree", "-r", "--name-only", revision).split()
    return {name: git(root, "cat-file", "blob", f"{revision}:{name}") for name in names}


def is_sound(root: Path) -> bool:
    """Whether git finds nothing wrong; raises CalledProcessError where it does. No lock or file of ours is left."""
    git(root, "fsck", "--strict")
    own = Path(git(root, "rev-parse", "--absolute-git-dir"))
    return not [path for path in own.rglob("*") if path.name.endswith(".lock") or path.name.startswith("lamina-")]


def test_a_commit_on_the_branch_that_is_checked_out(root: Path) -> None:
    before = git(root, "rev-parse", "HEAD")
    id = commit(root, {APP: b"a: 2\n", NEW: b"n: 1\n", WEB: None}, "Subject\n\nBody.")
    assert git(root, "rev-parse", "main") == id
    assert git(root, "rev-parse", "HEAD^") == before
    assert files_of(root) == {APP: "a: 2", NEW: "n: 1", "README": "about"}
    assert git(root, "log", "-1", "--format=%an %ae %cn|%B") == "Ada ada@example.org Ada|Subject\n\nBody."
    assert state(root) == {}
    assert ((root / APP).read_bytes(), (root / NEW).read_bytes(), (root / WEB).exists()) == (
        b"a: 2\n",
        b"n: 1\n",
        False,
    )
    assert git(root, "log", "-g", "-1", "--format=%gs") == "commit (lamina): Subject"
    assert is_sound(root)


@pytest.mark.parametrize("name", ["release", "new"])
def test_a_commit_on_a_branch_that_is_not(name: str, root: Path) -> None:
    git(root, "branch", "release", "HEAD~1")
    start = git(root, "rev-parse", "release" if name == "release" else "HEAD")
    (root / APP).write_text("a: mine\n")
    (root / WEB).write_text("w: staged\n")
    git(root, "add", WEB)
    kept = {path: it for path, it in everything(root).items() if "/.git/" not in path or path.endswith("/index")}
    id = commit(root, {APP: b"a: 2\n"}, "Change", name)
    assert git(root, "rev-parse", name, f"{name}^").split() == [id, start]
    assert git(root, "cat-file", "blob", f"{name}:{APP}") == "a: 2"
    after = everything(root)
    # The folder .git itself gets files and loses them, so that its time changes.
    assert [path for path in kept if after[path] != kept[path] and not path.endswith("/.git")] == []
    assert git(root, "symbolic-ref", "HEAD") == "refs/heads/main"
    assert is_sound(root)


def test_what_else_is_changed_or_staged_stays_so(root: Path) -> None:
    (root / WEB).write_text("w: staged\n")
    (root / "README").write_text("unstaged\n")
    (root / "untracked").write_text("u\n")
    (root / "added").write_text("added\n")
    git(root, "add", WEB, "added")
    (root / WEB).write_text("w: both\n")
    before = state(root)
    commit(root, {APP: b"a: 2\n"})
    assert state(root) == before == {WEB: "MM", "README": " M", "untracked": "??", "added": "A "}
    assert git(root, "diff", "--name-only", "HEAD^", "HEAD") == APP
    assert ((root / WEB).read_text(), git(root, "show", f":{WEB}")) == ("w: both\n", "w: staged")


def test_bytes_are_taken_as_they_are_and_modes_stay(root: Path) -> None:
    (root / APP).chmod(0o755)
    (root / ".gitattributes").write_text("* text=auto eol=lf\n")
    git(root, "add", ".")
    git(root, "commit", "-qm", "executable")
    data = b"\xef\xbb\xbfa: 1\r\n\xff\0"
    commit(root, {APP: data, NEW: data})
    modes = dict(line.split("\t")[::-1] for line in git(root, "ls-tree", "-r", "HEAD").split("\n"))
    assert (modes[APP].split()[0], modes[NEW].split()[0]) == ("100755", "100644")
    assert modes[APP].split()[2] == git(root, "hash-object", "--stdin", "--no-filters", stdin=data)
    assert (root / APP).stat().st_mode & 0o111
    assert (root / APP).read_bytes() == data


def test_without_a_change_there_is_no_commit(root: Path) -> None:
    before = everything(root)
    assert commit(root, {APP: b"a: 1\n", "nowhere/at/all": None}) == git(root, "rev-parse", "HEAD")
    assert everything(root).keys() >= before.keys()
    assert git(root, "rev-list", "--count", "HEAD") == "2"


def test_the_last_file_of_a_folder_takes_the_folder_with_it(root: Path) -> None:
    commit(root, {APP: None, WEB: None})
    assert files_of(root) == {"README": "about"}
    assert not (root / "environments").exists()
    commit(root, {"README": None})
    assert git(root, "rev-parse", "HEAD^{tree}") == git(root, "hash-object", "-t", "tree", "--stdin")


def test_in_a_bare_repository(root: Path, tmp_path: Path) -> None:
    bare = tmp_path / "bare.git"
    git(root, "clone", "-q", "--bare", str(root), str(bare))
    id = commit(bare, {APP: b"a: 2\n"})
    assert git(bare, "rev-parse", "main") == id
    assert git(bare, "cat-file", "blob", f"main:{APP}") == "a: 2"
    assert is_sound(bare)


def test_in_a_linked_work_tree(root: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    git(root, "worktree", "add", "-q", "-b", "side", str(other))
    id = commit(other, {APP: b"a: 2\n"})
    assert git(root, "rev-parse", "side") == id
    assert (state(other), state(root)) == ({}, {})
    assert ((other / APP).read_text(), (root / APP).read_text()) == ("a: 2\n", "a: 1\n")


def test_from_a_folder_of_the_repository(root: Path) -> None:
    commit(root / "environments/prod", {APP: b"a: 2\n"})
    assert git(root, "cat-file", "blob", f"HEAD:{APP}") == "a: 2"
    assert state(root) == {}


def test_with_packed_refs_and_objects(root: Path) -> None:
    git(root, "gc", "-q")
    commit(root, {APP: b"a: 2\n"})
    commit(root, {APP: b"a: 3\n"})
    assert git(root, "rev-list", "--count", "HEAD") == "4"
    assert is_sound(root)


def test_only_folders_on_the_way_are_read(root: Path) -> None:
    """A partial clone may lack what lies elsewhere."""
    committed(root, {"elsewhere/x": "x\n"}, "elsewhere")
    id = git(root, "rev-parse", "HEAD:elsewhere")
    (root / ".git/objects" / id[:2] / id[2:]).unlink()
    commit(root, {APP: b"a: 2\n"}, "Change", "side")
    assert git(root, "cat-file", "blob", f"side:{APP}") == "a: 2"


@pytest.mark.parametrize(
    ("message", "taken"), [("  A  \n\n\n\nb \n", "A\n\nb"), ("# no comment", "# no comment"), ("é", "é")]
)
def test_a_message_is_cleaned_as_git_does(message: str, taken: str, root: Path) -> None:
    git(root, "config", "i18n.commitEncoding", "ISO-8859-1")
    id = commit(root, {APP: b"a: 2\n"}, message)
    assert git(root, "-c", "i18n.logOutputEncoding=UTF-8", "log", "-1", "--format=%B") == taken
    assert b"\nencoding" not in git(root, "cat-file", "commit", id).encode()


@pytest.mark.parametrize("message", ["", " \n\n", "\udcff"])
def test_a_message_that_is_none(message: str, root: Path) -> None:
    assert isinstance(refused(root, message=message), BadMessage)


def refused(root: Path, files: Mapping[str, bytes | None] | None = None, message: str = "Change") -> Failure:
    """The refusal of a commit, which changes no file, no index, no branch, and leaves nothing behind but objects."""
    branch = Branch(root)
    before = _seen(root)
    with pytest.raises(Failure) as failure:
        branch.commit({APP: b"a: 2\n"} if files is None else files, message, write_files)
    assert _seen(root) == before
    return failure.value


def _seen(root: Path) -> dict[str, bytes]:
    index = {"index entries": git(root, "ls-files", "--stage").encode()}
    changing = ("/.git/objects/", "/.git/index")
    return index | {path: it[2] for path, it in everything(root).items() if not any(one in path for one in changing)}


def edited(root: Path) -> None:
    (root / APP).write_text("a: mine\n")


def staged(root: Path) -> None:
    edited(root)
    git(root, "add", APP)
    (root / APP).write_text("a: 1\n")


def deleted(root: Path) -> None:
    (root / APP).unlink()


def untracked_by_now(root: Path) -> None:
    git(root, "rm", "--cached", "-q", APP)


def a_link_by_now(root: Path) -> None:
    (root / APP).unlink()
    (root / APP).symlink_to("web.yaml")


def intended(root: Path) -> None:
    (root / NEW).parent.mkdir()
    (root / NEW).write_text("n: 0\n")
    git(root, "add", "--intent-to-add", NEW)


def untracked(root: Path) -> None:
    (root / NEW).parent.mkdir()
    (root / NEW).write_text("n: 1\n")


def ignored(root: Path) -> None:
    (root / ".git/info/exclude").write_text("environments/dev\n")
    untracked(root)


def a_folder(root: Path) -> None:
    (root / NEW).mkdir(parents=True)


def behind_a_link(root: Path) -> None:
    (root / "environments/dev").symlink_to("prod")


DIRT: dict[str, tuple[Callable[[Path], None], str]] = {
    "edited": (edited, APP),
    "staged": (staged, APP),
    "deleted": (deleted, APP),
    "untracked by now": (untracked_by_now, APP),
    "a link by now": (a_link_by_now, APP),
    "intended": (intended, NEW),
    "untracked": (untracked, NEW),
    "ignored": (ignored, NEW),
    "a folder": (a_folder, NEW),
    "behind a link": (behind_a_link, NEW),
}


@pytest.mark.parametrize("name", DIRT)
def test_a_file_with_changes_of_its_own_is_not_overwritten(name: str, root: Path) -> None:
    make, file = DIRT[name]
    make(root)
    failure = refused(root, {WEB: b"w: 2\n", file: b"n: 2\n"})
    assert isinstance(failure, DirtyFiles)
    assert file in str(failure)
    assert WEB not in str(failure)


def test_a_file_where_a_folder_is_needed(root: Path) -> None:
    (root / "environments/dev").write_text("x")
    assert isinstance(refused(root, {NEW: b"n: 2\n"}), DirtyFiles)


@pytest.mark.parametrize(
    ("target", "file", "what"),
    [("web.yaml", "environments/prod/link.yaml", "link"), ("prod", "environments/link/new.yaml", "link")],
)
def test_a_link_in_the_commit_is_left_alone(target: str, file: str, what: str, root: Path) -> None:
    link = root / ("environments/link" if "new" in file else file)
    link.symlink_to(target)
    git(root, "add", ".")
    git(root, "commit", "-qm", "link")
    failure = refused(root, {WEB: b"w: 2\n", file: b"x\n"})
    assert isinstance(failure, InTheWay)
    assert f"{link.relative_to(root)} is a {what}" in str(failure)


@pytest.mark.parametrize(("file", "said"), [("environments", "folder"), (f"{APP}/x", "file")])
def test_a_folder_where_a_file_should_be_and_the_reverse(file: str, said: str, root: Path) -> None:
    failure = refused(root, {file: b"x\n"})
    assert isinstance(failure, InTheWay)
    assert f"is a {said}" in str(failure)


def test_a_submodule_in_the_way(root: Path, tmp_path: Path) -> None:
    other = begun(tmp_path / "other")
    committed(other, {"x": "1\n"})
    git(root, "submodule", "--quiet", "add", str(other), "sub")
    git(root, "commit", "-qm", "sub")
    assert "sub is a submodule" in str(refused(root, {"sub/x": b"x\n"}))


@pytest.mark.parametrize("names", [("x", "x/y"), ("x/y", "x")])
def test_a_file_that_is_to_be_a_folder_too(names: tuple[str, str], root: Path) -> None:
    assert "would lie in a file" in str(refused(root, dict.fromkeys(names, b"")))


def test_git_keeps_its_own_folder_to_itself(root: Path) -> None:
    assert isinstance(refused(root, {".git/config": b"x\n"}), CannotCommit)
    assert isinstance(refused(root, {"environments/../x": b"x\n"}), CannotCommit)


def test_a_branch_that_got_a_commit_meanwhile(root: Path) -> None:
    for name in (None, "side"):
        branch = Branch(root, name)
        git(root, "update-ref", f"refs/heads/{branch.name}", committed_beside(root))
        before = _seen(root)
        with pytest.raises(StaleBranch) as failure:
            branch.commit({WEB: b"w: 2\n"}, "Change", write_files)
        assert failure.value.hint == "run the command again"
        assert _seen(root) == before


def test_a_branch_that_is_deleted_or_left_meanwhile(root: Path) -> None:
    git(root, "branch", "side")
    side, here = Branch(root, "side"), Branch(root)
    git(root, "branch", "-D", "side")
    git(root, "switch", "-q", "--create", "elsewhere")
    for branch in (side, here):
        with pytest.raises(StaleBranch):
            branch.commit({APP: b"a: 2\n"}, "Change", write_files)
    assert state(root) == {}


def test_a_branch_that_moves_while_the_files_are_written(root: Path) -> None:
    (root / WEB).write_text("w: mine\n")
    git(root, "add", WEB)
    branch, other = Branch(root), committed_beside(root)

    def write(top: Path, files: Mapping[str, bytes | None]) -> None:
        write_files(top, files)
        git(root, "update-ref", "refs/heads/main", other)

    with pytest.raises(StaleBranch):
        branch.commit({APP: b"a: 2\n", NEW: b"n: 1\n"}, "Change", write)
    assert git(root, "rev-parse", "main") == other
    assert ((root / APP).read_text(), (root / NEW).exists(), (root / NEW).parent.exists()) == ("a: 1\n", False, False)
    assert git(root, "diff", "--cached", "--name-only", branch.tip) == WEB
    assert is_sound(root)


def test_two_of_us_do_not_commit_to_one_work_tree_at_once(root: Path) -> None:
    first, second = Branch(root), Branch(root)

    def write(top: Path, files: Mapping[str, bytes | None]) -> None:
        with pytest.raises(Busy):
            second.commit({WEB: b"w: 2\n"}, "Change", write_files)
        write_files(top, files)

    first.commit({APP: b"a: 2\n"}, "Change", write)
    assert state(root) == {}
    with pytest.raises(StaleBranch):
        second.commit({WEB: b"w: 2\n"}, "Change", write_files)


def test_what_a_killed_one_left_behind_goes(root: Path) -> None:
    stale = root / ".git/lamina-commit-x1y2"
    stale.mkdir()
    (stale / "index").write_bytes(b"")
    commit(root, {APP: b"a: 2\n"})
    assert is_sound(root)


def committed_beside(root: Path) -> str:
    """A commit on top of HEAD's that no branch has yet."""
    return git(root, "commit-tree", "HEAD^{tree}", "-p", "HEAD", "-m", "theirs")


def test_a_locked_index(root: Path) -> None:
    lock = root / ".git/index.lock"
    lock.write_bytes(b"")
    failure = refused(root)
    assert isinstance(failure, Locked)
    assert str(lock) in (failure.hint or "")
    lock.unlink()
    commit(root, {APP: b"a: 2\n"})


@pytest.mark.parametrize("name", [None, "side"])
def test_a_locked_branch(name: str | None, root: Path) -> None:
    branch = Branch(root, name)
    lock = root / f".git/refs/heads/{branch.name}.lock"
    lock.write_bytes(b"")
    before = _seen(root)
    with pytest.raises(Locked):
        branch.commit({APP: b"a: 2\n"}, "Change", write_files)
    assert _seen(root) == before


def test_a_branch_below_another(root: Path) -> None:
    branch = Branch(root, "main/below")
    with pytest.raises(CannotCommit) as failure:
        branch.commit({APP: b"a: 2\n"}, "Change", write_files)
    assert any("main/below" in line for line in failure.value.details)


def test_files_that_cannot_be_written(root: Path) -> None:
    def failing(top: Path, files: Mapping[str, bytes | None]) -> None:
        raise CannotWrite(top, OSError(28, os.strerror(28)))

    branch, before = Branch(root), _seen(root)
    with pytest.raises(CannotWrite):
        branch.commit({APP: b"a: 2\n"}, "Change", failing)
    assert _seen(root) == before


def test_an_interruption_takes_all_back(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> bytes:
        assert state(root) == {APP: "M ", NEW: "A "}
        raise KeyboardInterrupt

    monkeypatch.setattr("lamina.world.branches.hooks.passed", interrupted)
    before = _seen(root)
    with pytest.raises(KeyboardInterrupt):
        commit(root, {APP: b"a: 2\n", NEW: b"n: 1\n"})
    assert _seen(root) == before
    assert is_sound(root)


def test_an_interruption_after_the_branch_has_moved_takes_nothing_back(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    do = Git.do

    def interrupted(self: Git, *words: str, stdin: bytes = b"") -> str:
        said = do(self, *words, stdin=stdin)
        if words[0] == "update-ref":
            raise KeyboardInterrupt
        return said

    monkeypatch.setattr(Git, "do", interrupted)
    with pytest.raises(KeyboardInterrupt):
        commit(root, {APP: b"a: 2\n"})
    assert state(root) == {}
    assert files_of(root)[APP] == "a: 2"
