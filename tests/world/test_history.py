"""Revisions of real git repositories of every kind: named, refused for a reason that helps, and never touched."""

import os
from pathlib import Path

import pytest
from githistory import begun, committed, everything, git

from lamina.words.errors import Failure
from lamina.world.history import (
    AmbiguousRevision,
    BeyondShallow,
    History,
    NoCommits,
    NoSuchRevision,
    NotACommit,
    NotFetched,
    NotInGit,
    Unopenable,
    Unrelated,
    Untrusted,
)


@pytest.fixture(autouse=True)
def _no_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """libgit2 looks for the user's settings when it is first asked; there are none."""
    monkeypatch.setenv("HOME", str(tmp_path))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = begun(tmp_path / "r")
    for number in range(4):
        committed(root, {"environments/base/app.yaml": f"a: {number}\n"}, f"subject {number}")
    git(root, "tag", "v1", "HEAD~1")
    git(root, "tag", "-a", "-m", "annotated", "v2", "HEAD~2")
    git(root, "branch", "release", "HEAD~3")
    return root


def commit(folder: Path, revision: str) -> str:
    return History(folder).commit(revision).id


def refused(folder: Path, revision: str) -> Failure:
    with pytest.raises(Failure) as failure:
        commit(folder, revision)
    return failure.value


@pytest.mark.parametrize(
    "revision",
    ["HEAD", "@", "HEAD~2", "HEAD^^", "main", "v1", "v2", "v2^{commit}", "release", "heads/release", "refs/tags/v1",
     "main@{1}", "@{2}", ":/subject 1", "HEAD^{/subject 0}", "v2~1", "main@{0}~1"],
)  # fmt: skip
def test_a_revision_is_what_git_says(root: Path, revision: str) -> None:
    assert commit(root, revision) == git(root, "rev-list", "-1", revision)


def test_ids_whole_and_abbreviated(root: Path) -> None:
    id = git(root, "rev-parse", "HEAD~1")
    assert {commit(root, id), commit(root, id[:8]), commit(root, id.upper()[:10])} == {id}


@pytest.mark.parametrize(
    ("revision", "hint"),
    [
        ("mian", "did you mean main?"),
        ("releas", "did you mean release?"),
        ("mian~2", "did you mean main~2?"),
        ("HEAD~9", "HEAD has 3 commits before it"),
        ("v1^2", "v1 has 2 commits before it"),
        ("main..release", "not a range"),
        ("deadbeef", "git log"),
        ("main@{99}", "git log"),
        (":/nowhere said", "git log"),
        ("", "git log"),
        ("^HEAD", "git log"),
        ("HEAD^{", "git log"),
        ("a\0b", "git log"),
        ("a\nb", "git log"),
        ("\udcff", "git log"),
        ("-x", "git log"),
        (":environments", "git log"),
        ("x" * 5000, "git log"),
    ],
)
def test_a_revision_that_is_not_there(root: Path, revision: str, hint: str) -> None:
    failure = refused(root, revision)
    assert isinstance(failure, NoSuchRevision)
    assert hint in str(failure.hint)


@pytest.mark.parametrize(
    ("revision", "what"),
    [("HEAD:environments", "tree"), ("HEAD^{tree}", "tree"), ("HEAD:environments/base/app.yaml", "blob")],
)
def test_what_is_no_commit(root: Path, revision: str, what: str) -> None:
    failure = refused(root, revision)
    assert isinstance(failure, NotACommit)
    assert failure.message == f"{revision} is a {what}, and no commit"


def test_a_tag_of_a_tree_is_no_commit(root: Path) -> None:
    git(root, "tag", "-a", "-m", "odd", "odd", "HEAD^{tree}")
    assert isinstance(refused(root, "odd"), NotACommit)


def test_a_branch_and_a_tag_of_one_name(root: Path) -> None:
    git(root, "branch", "v1", "HEAD~2")
    failure = refused(root, "v1~1")
    assert isinstance(failure, AmbiguousRevision)
    assert failure.hint == "write tags/v1~1 or heads/v1~1"
    assert commit(root, "heads/v1") == git(root, "rev-parse", "HEAD~2")
    git(root, "branch", "--force", "v1", "tags/v1")
    assert commit(root, "v1") == git(root, "rev-parse", "HEAD~1")


def test_the_beginning_of_several_ids(root: Path) -> None:
    seen: dict[str, str] = {}
    for number in range(2000):  # among so many some share four digits
        id = git_blob_id(number)
        if id[:4] in seen:
            for each in (seen[id[:4]], str(number)):
                git(root, "hash-object", "-w", "--stdin", stdin=each.encode())
            break
        seen[id[:4]] = str(number)
    failure = refused(root, id[:4])
    assert isinstance(failure, AmbiguousRevision)
    assert "write more of it" in str(failure.hint)


def git_blob_id(number: int) -> str:
    from hashlib import sha1

    data = str(number).encode()
    return sha1(b"blob %d\0" % len(data) + data).hexdigest()


def test_every_kind_of_place(root: Path, tmp_path: Path) -> None:
    head = git(root, "rev-parse", "HEAD")
    bare = tmp_path / "bare.git"
    git(root, "clone", "--quiet", "--bare", str(root), str(bare))
    linked = tmp_path / "linked"
    git(root, "worktree", "add", "--quiet", str(linked), "release")
    assert commit(bare, "HEAD") == commit(root / "environments/base", "HEAD") == commit(root / ".git", "HEAD") == head
    assert commit(linked, "HEAD") == commit(root, "release") != head
    assert commit(linked / "environments", "main") == head
    histories = {"bare": History(bare), "linked": History(linked), "root": History(root)}
    assert histories["bare"].within(bare) == "" == histories["root"].within(tmp_path)
    assert histories["linked"].within(linked / "environments") == "environments"
    assert histories["root"].within(root) in ("", ".")


def test_a_detached_head(root: Path) -> None:
    git(root, "checkout", "--quiet", "--detach", "HEAD~1")
    assert commit(root, "HEAD") == git(root, "rev-parse", "main~1")


def test_no_git_repository(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "absent"):
        with pytest.raises(NotInGit, match="is in no git repository"):
            History(folder)


def test_a_repository_without_a_commit(tmp_path: Path) -> None:
    for revision in ("HEAD", "main", "HEAD~1", "@"):
        failure = refused(begun(tmp_path / "new"), revision)
        assert isinstance(failure, NoCommits)
        assert failure.message == "the branch main has no commit yet"
    assert isinstance(refused(tmp_path / "new", "v1"), NoSuchRevision)


def test_a_head_that_names_no_branch_yet_in_a_repository_with_commits(root: Path) -> None:
    git(root, "symbolic-ref", "HEAD", "refs/heads/topic")
    assert refused(root, "HEAD").message == "the branch topic has no commit yet"
    assert commit(root, "main") == git(root, "rev-parse", "main")


def test_a_shallow_clone_says_what_it_lacks(root: Path, tmp_path: Path) -> None:
    shallow, old = tmp_path / "shallow", git(root, "rev-parse", "HEAD~3")
    git(root, "clone", "--quiet", "--depth", "2", f"file://{root}", str(shallow))
    assert commit(shallow, "HEAD~1") == git(root, "rev-parse", "HEAD~1")
    for revision in ("HEAD~2", "HEAD~1^", old, old[:8], "release-of-long-ago"):
        failure = refused(shallow, revision)
        assert isinstance(failure, BeyondShallow)
        assert f"lacks the commits before {git(root, 'rev-parse', 'HEAD~1')[:12]}" in failure.message
        assert failure.hint == "git fetch --unshallow gets them"
    linked = tmp_path / "linked"
    git(shallow, "worktree", "add", "--quiet", str(linked))
    assert isinstance(refused(linked, "HEAD~5"), BeyondShallow)
    assert refused(shallow, "mian").hint == "did you mean main?"


def test_a_partial_clone_says_what_it_lacks(root: Path, tmp_path: Path) -> None:
    partial = tmp_path / "partial"
    git(root, "config", "uploadpack.allowFilter", "true")
    git(root, "clone", "--quiet", "--no-checkout", "--filter=blob:none", f"file://{root}", str(partial))
    history = History(partial)
    folder = history.objects.folder(history.commit("HEAD").tree)
    base = history.objects.folder(folder["environments"].id)["base"]
    with pytest.raises(NotFetched, match="left on the server"):
        history.objects.blob(history.objects.folder(base.id)["app.yaml"].id)


def test_formats_that_libgit2_does_not_read(root: Path, tmp_path: Path) -> None:
    with pytest.raises(Unopenable, match="SHA-256"):
        History(begun(tmp_path / "sha256", "--object-format=sha256"))
    git(root, "config", "core.repositoryFormatVersion", "1")
    git(root, "config", "extensions.refStorage", "reftable")
    with pytest.raises(Unopenable, match="reftable") as failure:
        History(root)
    assert "git refs migrate" in str(failure.value.hint)


def test_a_repository_whose_settings_are_broken(root: Path) -> None:
    (root / ".git/config").write_text("[core\n")
    with pytest.raises(Unopenable, match="cannot be opened"):
        History(root)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_a_repository_of_another_user(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SUDO_UID", raising=False)
    for path in (root, root / ".git"):
        os.chown(path, 12345, 12345)
    with pytest.raises(Untrusted) as failure:
        History(root)
    assert failure.value.hint == f"if you trust it: git config --global --add safe.directory {root}"


def test_nothing_that_the_settings_name_is_run_and_nothing_is_touched(root: Path, tmp_path: Path) -> None:
    mark = tmp_path / "ran"
    trap = tmp_path / "trap"
    trap.write_text(f'#!/bin/sh\necho "$0 $*" >> {mark}\ncat\n')
    trap.chmod(0o755)
    names = ["core.fsmonitor", "core.sshCommand", "core.pager", "core.editor", "diff.x.textconv", "diff.external",
             "filter.x.smudge", "filter.x.clean", "filter.x.process", "gpg.program", "credential.helper",
             "core.alternateRefsCommand", "uploadpack.packObjectsHook", "core.askPass"]  # fmt: skip
    for name in names:
        git(root, "config", name, str(trap))
    (root / ".gitattributes").write_text("* filter=x diff=x\n")
    for hook in ("post-checkout", "reference-transaction", "post-index-change"):
        (root / ".git/hooks" / hook).write_bytes(trap.read_bytes())
        (root / ".git/hooks" / hook).chmod(0o755)
    before = everything(root)
    for revision in ("HEAD", "HEAD~3", "v2", "main@{1}", ":/subject 1", "nothing"):
        history = History(root)
        try:
            found = history.commit(revision)
        except NoSuchRevision:
            continue
        top = history.objects.folder(found.tree)
        base = history.objects.folder(history.objects.folder(top["environments"].id)["base"].id)
        assert history.objects.blob(base["app.yaml"].id).startswith(b"a: ")
    assert everything(root) == before
    assert not mark.exists()


def test_where_two_histories_part(root: Path) -> None:
    start = git(root, "rev-parse", "main")
    git(root, "checkout", "--quiet", "-b", "side")
    committed(root, {"side": "x"})
    git(root, "checkout", "--quiet", "main")
    committed(root, {"main": "x"})
    history = History(root)
    assert history.fork("main", "side").id == history.fork("side", "main").id == start
    assert history.fork("side", "main~1").id == start
    git(root, "merge", "--quiet", "--no-edit", "side")
    assert history.fork("main", "side").id == git(root, "rev-parse", "side")
    git(root, "checkout", "--quiet", "--orphan", "lone")
    git(root, "commit", "--quiet", "--allow-empty", "-m", "lone")
    with pytest.raises(Unrelated, match="main and lone have no common history"):
        history.fork("main", "lone")


def test_whether_there_is_a_work_tree(root: Path, tmp_path: Path) -> None:
    git(root, "clone", "--quiet", "--bare", str(root), str(tmp_path / "bare"))
    assert (History(root).is_bare, History(tmp_path / "bare").is_bare) == (False, True)
