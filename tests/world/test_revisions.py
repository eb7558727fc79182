"""The objects of a git repository: read as they are, whatever the repository asks git to run."""

from pathlib import Path

import pytest
from running import run_program

from lamina.world.revisions import NoGit, Revisions, blob_id


def git(root: Path, *words: str) -> str:
    outcome = run_program("git", "-C", str(root), *words, cwd=root)
    assert outcome.code == 0, outcome.err
    return outcome.out.strip()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    git(tmp_path, "init", "--quiet", "--initial-branch=main")
    (tmp_path / "a.yaml").write_text("a: 1\n")
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub/ü b.yaml").write_bytes(b"b\r\n\xff")
    (tmp_path / "link").symlink_to("a.yaml")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "--quiet", "-m", "one")
    return tmp_path


def test_commits_by_name(root: Path) -> None:
    revisions = Revisions(root)
    head = git(root, "rev-parse", "HEAD")
    for name in ("HEAD", "main", head, head[:8], "main^0"):
        assert revisions.commit(name) == head
    for name in ("", "other", "HEAD~1", "--help", "HEAD:a.yaml", "./main", "a.yaml", "\0"):
        assert revisions.commit(name) is None


def test_files_and_their_bytes(root: Path) -> None:
    revisions = Revisions(root)
    files = revisions.files("HEAD")
    assert files.keys() == {"a.yaml", "sub/ü b.yaml"}
    blobs = revisions.blobs(files.values())
    assert {name: blobs[blob] for name, blob in files.items()} == {"a.yaml": b"a: 1\n", "sub/ü b.yaml": b"b\r\n\xff"}
    assert revisions.blobs([]) == {}
    for blob in files.values():
        assert blob_id(blobs[blob], blob) == blob


def test_what_is_not_there(root: Path, tmp_path: Path) -> None:
    with pytest.raises(NoGit, match="missing"):
        Revisions(root).blobs(["0" * 40])
    with pytest.raises(NoGit):
        Revisions(root).files("nothing")
    assert Revisions(tmp_path / "sub").commit("HEAD") is not None


def test_nothing_of_the_repository_runs(root: Path) -> None:
    trap = root / "trap"
    program = root / "program"
    program.write_text(f"#!/bin/sh\ntouch '{trap}'\ncat\n")
    program.chmod(0o755)
    (root / ".gitattributes").write_text("*.yaml diff=trap filter=trap\n")
    for name in ("diff.trap.textconv", "filter.trap.smudge", "filter.trap.clean", "core.fsmonitor", "diff.external"):
        git(root, "config", name, str(program))
    trap.unlink(missing_ok=True)
    revisions = Revisions(root)
    commit = revisions.commit("HEAD")
    assert commit is not None
    revisions.blobs(revisions.files(commit).values())
    assert not trap.exists()


def test_ids_of_the_newer_kind(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet", "--object-format=sha256")
    (tmp_path / "a").write_text("a")
    git(tmp_path, "add", "a")
    blob = git(tmp_path, "ls-files", "-s", "a").split()[1]
    assert blob_id(b"a", blob) == blob
