"""The hook of a server: a bare repository, pushed to by the real git over a path and over a transport like that of ssh."""

import os
from pathlib import Path

import pytest
from githistory import begun, git
from hooked import BAD, GOOD, SOUND, install, tried, write

# What sshd does with the command of git: run it by a shell, in an environment of its own.
SSHD = '#!/bin/sh\nshift $(($# - 1))\nexec env -i PATH=/usr/bin:/bin GIT_CONFIG_NOSYSTEM=1 sh -c "$1"\n'


@pytest.fixture
def server(tmp_path: Path) -> Path:
    folder = begun(tmp_path / "server.git", "--bare")
    said = install(folder, tmp_path).out
    assert said == f"{folder}/hooks/pre-receive: installed\n"
    return folder


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    folder = begun(tmp_path / "clone")
    write(folder, SOUND)
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "Begin")
    return folder


def commit(clone: Path, files: dict[str, str | None], subject: str = "change") -> None:
    write(clone, files)
    git(clone, "add", "--all")
    git(clone, "commit", "-q", "-m", subject)


def refs(server: Path) -> set[str]:
    return set(git(server, "for-each-ref", "--format=%(refname)").split())


def files_of(server: Path) -> set[Path]:
    return {path for path in (server / "objects").rglob("*") if path.is_file()}


@pytest.mark.parametrize("transport", ["file", "ssh"])
def test_a_bad_push_is_refused_and_a_good_one_accepted(
    transport: str, server: Path, clone: Path, tmp_path: Path
) -> None:
    (tmp_path / "sshd").write_text(SSHD)
    (tmp_path / "sshd").chmod(0o755)
    env = {"GIT_SSH_COMMAND": str(tmp_path / "sshd"), "GIT_SSH_VARIANT": "simple"}
    host = {"file": "", "ssh": "localhost"}[transport]
    git(clone, "remote", "add", "origin", f"{transport}://{host}{server}")
    commit(clone, BAD)
    refused = tried(clone, "push", "origin", "main", env=env)
    assert refused.code == 1
    assert "remote: environments/dev/app.yaml:1:10: error: " in refused.err
    assert "remote: pre-receive: refs/heads/main does not pass, so nothing is accepted" in refused.err
    assert "[remote rejected] main -> main (pre-receive hook declined)" in refused.err
    assert (refs(server), files_of(server)) == (set(), set())
    commit(clone, GOOD)
    accepted = tried(clone, "push", "origin", "main", env=env)
    assert (accepted.code, refs(server)) == (0, {"refs/heads/main"})
    commit(clone, BAD)
    before = files_of(server)
    assert tried(clone, "push", "origin", "main", env=env).code == 1
    assert files_of(server) == before
    assert git(server, "rev-parse", "main") == git(clone, "rev-parse", "main~1")


def test_one_bad_ref_of_many_is_named_and_refuses_all(server: Path, clone: Path) -> None:
    git(clone, "branch", "good")
    git(clone, "tag", "-a", "-m", "Good", "sound")
    commit(clone, BAD)
    git(clone, "tag", "-a", "-m", "Bad", "wrong")
    refused = tried(clone, "push", str(server), "good", "sound", "wrong", "main:other")
    assert refused.code == 1
    assert "refs/tags/wrong does not pass" in refused.err
    assert "refs/heads/other does not pass" in refused.err
    assert "good does not pass" not in refused.err
    assert "sound does not pass" not in refused.err
    assert refs(server) == set()
    assert tried(clone, "push", str(server), "good", "sound").code == 0


def test_a_branch_is_deleted_and_pushed_by_force(server: Path, clone: Path) -> None:
    assert tried(clone, "push", str(server), "main", "main:other").code == 0
    assert tried(clone, "push", str(server), ":other").code == 0
    assert refs(server) == {"refs/heads/main"}
    git(clone, "checkout", "-q", "--orphan", "again")
    commit(clone, BAD)
    assert tried(clone, "push", "--force", str(server), "again:main").code == 1
    commit(clone, GOOD)
    assert tried(clone, "push", str(server), "again:main").code == 1
    assert tried(clone, "push", "--force", str(server), "again:main").code == 0


def test_configuration_is_not_taken_away_whole_and_may_be_absent(server: Path, clone: Path) -> None:
    git(clone, "checkout", "-q", "--orphan", "archive")
    git(clone, "rm", "-r", "-q", "--cached", ".")
    git(clone, "clean", "-q", "-d", "-x", "-f")
    commit(clone, {"runs/1.json": "{}"})
    assert tried(clone, "push", str(server), "main", "archive").code == 0
    assert tried(clone, "push", "--force", str(server), "archive:main").code == 1
    blob = git(clone, "hash-object", "-w", "--stdin", stdin=b"x")
    assert tried(clone, "push", str(server), f"{blob}:refs/tags/blob", "archive:refs/notes/x").code == 0


def test_the_odd_names_of_a_push_do_nothing_to_whoever_reads_its_refusal(server: Path, clone: Path) -> None:
    commit(clone, {"environments/dev/a\n::error::x.yaml": "{}\n", "environments/dev/\x1b[31mred.yaml": "{}\n"})
    refused = tried(clone, "push", str(server), "main:refs/heads/$(touch${IFS}here)`id`")
    assert refused.code == 1
    assert refused.err.count("[bad-name]") == 2
    assert "\x1b[31m" not in refused.err
    assert not any(line.startswith("remote: ::") for line in refused.err.splitlines())
    assert not (server / "here").exists()


def test_what_is_judged_is_what_is_pushed_wherever_the_server_lies(clone: Path, tmp_path: Path) -> None:
    """A bare repository among the files of another one of lamina's shape."""
    write(tmp_path / "around", SOUND)
    server = begun(tmp_path / "around" / "server.git", "--bare")
    install(server, tmp_path)
    assert tried(clone, "push", str(server), "main").code == 0
    commit(clone, BAD)
    assert tried(clone, "push", str(server), "main").code == 1


def test_a_push_into_the_repository_of_a_work_tree(clone: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    git(tmp_path, "clone", "-q", str(clone), str(other))
    install(other, tmp_path, "pre-receive")
    commit(clone, BAD)
    assert tried(clone, "push", str(other), "main:side").code == 1
    commit(clone, GOOD)
    assert tried(clone, "push", str(other), "main:side").code == 0


def test_a_server_without_lamina_accepts_nothing(server: Path, clone: Path, tmp_path: Path) -> None:
    (tmp_path / "program" / "lamina").unlink()
    (tmp_path / "bin").mkdir()
    for tool in ("git", "sh", "git-receive-pack"):
        places = (Path(one, tool) for one in os.environ["PATH"].split(":"))
        (tmp_path / "bin" / tool).symlink_to(next(place for place in places if place.exists()))
    refused = tried(clone, "push", str(server), "main", env={"PATH": str(tmp_path / "bin")})
    assert refused.code == 1
    assert "remote: pre-receive: lamina is not installed, so nothing is checked: pip install lamina" in refused.err
    assert refs(server) == set()
