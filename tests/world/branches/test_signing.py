"""Commits that are signed, as the user's git is set: with a key of SSH, judged by git itself."""

import subprocess
from pathlib import Path

import pytest
from githistory import git
from world.branches.conftest import APP
from world.branches.test_branch import commit, refused, state

from lamina.world.branches import CannotSign


@pytest.fixture
def key(root: Path, tmp_path: Path) -> Path:
    """A key that the repository's settings sign with, and trust."""
    key = tmp_path / "key"
    command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", str(key)]
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL, capture_output=True)
    signers = tmp_path / "signers"
    signers.write_text(f"ada@example.org {key.with_suffix('.pub').read_text()}")
    for name, value in {
        "gpg.format": "ssh",
        "user.signingKey": str(key),
        "gpg.ssh.allowedSignersFile": str(signers),
        "commit.gpgSign": "yes",
    }.items():
        git(root, "config", name, value)
    return key


@pytest.mark.parametrize("name", [None, "side"])
@pytest.mark.usefixtures("key")
def test_a_commit_is_signed_where_the_settings_say_so(name: str | None, root: Path) -> None:
    id = commit(root, {APP: b"a: 2\n"}, name=name)
    git(root, "verify-commit", id)
    assert git(root, "log", "-1", "--format=%G? %GS", id) == "G ada@example.org"
    assert state(root) == {}


@pytest.mark.usefixtures("key")
def test_it_is_not_where_they_do_not(root: Path) -> None:
    git(root, "config", "commit.gpgSign", "false")
    assert git(root, "log", "-1", "--format=%G?", commit(root, {APP: b"a: 2\n"})) == "N"


def test_a_key_that_is_gone(root: Path, key: Path) -> None:
    key.unlink()
    key.with_suffix(".pub").unlink()
    failure = refused(root)
    assert isinstance(failure, CannotSign)
    assert failure.details
    assert state(root) == {}


def test_a_program_that_is_not_there(root: Path) -> None:
    git(root, "config", "commit.gpgSign", "true")
    git(root, "config", "gpg.program", "/nowhere/gpg")
    assert isinstance(refused(root), CannotSign)
