"""`hooks install`: where hooks go, what is left alone, and the way back."""

import os
from pathlib import Path

import pytest
from conftest import Lamina
from githistory import begun, git
from hooked import write

from lamina.thought.hooks import HOOKS

OF_A_CLONE = [name for name in HOOKS if name != "pre-receive"]


def installed(place: Path) -> dict[str, str]:
    """The hooks in a folder that git would run, by name."""
    return {
        file.name: file.read_text()
        for file in sorted(place.iterdir())
        if not file.name.endswith(".sample") and os.access(file, os.X_OK)
    }


def test_a_clone_gets_its_hooks_once(tmp_path: Path, lamina: Lamina) -> None:
    clone = begun(tmp_path / "clone")
    first = lamina("hooks", "install", cwd=clone)
    assert first.code == 0
    assert first.out == "".join(f"{clone}/.git/hooks/{name}: installed\n" for name in OF_A_CLONE)
    assert installed(clone / ".git/hooks") == {name: HOOKS[name] for name in sorted(OF_A_CLONE)}
    again = lamina("hooks", "install", cwd=clone)
    assert again.out == "".join(f"{clone}/.git/hooks/{name}: unchanged\n" for name in OF_A_CLONE)


def test_a_bare_repository_gets_that_of_a_server(tmp_path: Path, lamina: Lamina) -> None:
    server = begun(tmp_path / "server.git", "--bare")
    assert lamina("-C", str(server), "hooks", "install", cwd=tmp_path).code == 0
    assert installed(server / "hooks") == {"pre-receive": HOOKS["pre-receive"]}


def test_only_those_that_are_named(tmp_path: Path, lamina: Lamina) -> None:
    clone = begun(tmp_path / "clone")
    assert lamina("hooks", "install", "pre-push", "pre-push", cwd=clone).out.count("installed") == 1
    assert list(installed(clone / ".git/hooks")) == ["pre-push"]
    assert lamina("hooks", "install", "update", cwd=clone).code == 2


@pytest.mark.parametrize("kind", ["file", "link to nothing", "folder"])
def test_a_hook_of_somebody_else_is_left_alone_and_nothing_is_written(
    kind: str, tmp_path: Path, lamina: Lamina
) -> None:
    clone = begun(tmp_path / "clone")
    hook = clone / ".git/hooks/pre-commit"
    hook.parent.mkdir(exist_ok=True)
    if kind == "file":
        hook.write_text("#!/bin/sh\nexec pre-commit run\n")
    elif kind == "folder":
        hook.mkdir()
    else:
        hook.symlink_to("nowhere")
    outcome = lamina("hooks", "install", cwd=clone)
    assert outcome.code == 3
    assert "(pre-commit), so nothing was written" in outcome.err
    assert "let that hook call lamina too (lamina check --staged)" in outcome.err
    assert "lamina hooks install pre-merge-commit commit-msg pre-push post-merge installs the others" in outcome.err
    assert not (clone / ".git/hooks/pre-push").exists()
    assert "lamina" not in (clone / ".git/config").read_text()
    assert lamina("hooks", "install", "pre-push", cwd=clone).code == 0


def test_an_older_hook_of_ours_is_replaced(tmp_path: Path, lamina: Lamina) -> None:
    clone = begun(tmp_path / "clone")
    lamina("hooks", "install", cwd=clone)
    hook = clone / ".git/hooks/pre-push"
    hook.write_text(HOOKS["pre-push"] + "# older\n")
    (clone / ".git/hooks/commit-msg").chmod(0o644)
    said = lamina("hooks", "install", cwd=clone).out
    assert f"{hook}: replaced\n" in said
    assert "commit-msg: replaced\n" in said
    assert installed(clone / ".git/hooks") == {name: HOOKS[name] for name in sorted(OF_A_CLONE)}


def test_where_git_looks_for_hooks_is_gone_by(tmp_path: Path, lamina: Lamina) -> None:
    clone = begun(tmp_path / "clone")
    git(clone, "config", "core.hooksPath", "tools/hooks")
    (clone / "below").mkdir()
    assert lamina("hooks", "install", cwd=clone / "below").code == 0
    assert len(installed(clone / "tools/hooks")) == len(OF_A_CLONE)


def test_hooks_that_several_repositories_share_are_none_to_write(tmp_path: Path, lamina: Lamina) -> None:
    clone = begun(tmp_path / "clone")
    (tmp_path / "gitconfig").write_text(f"[core]\n\thooksPath = {tmp_path}/shared\n")
    outcome = lamina("hooks", "install", cwd=clone, env={"GIT_CONFIG_GLOBAL": str(tmp_path / "gitconfig")})
    assert outcome.code == 3
    assert "(core.hooksPath, global), so nothing was written" in outcome.err
    assert not (tmp_path / "shared").exists()


def test_a_linked_work_tree_has_the_hooks_of_its_repository(tmp_path: Path, lamina: Lamina) -> None:
    clone = begun(tmp_path / "clone")
    git(clone, "commit", "-q", "--allow-empty", "-m", "Begin")
    git(clone, "worktree", "add", "-q", str(tmp_path / "linked"))
    assert lamina("hooks", "install", cwd=tmp_path / "linked").code == 0
    assert len(installed(clone / ".git/hooks")) == len(OF_A_CLONE)


def test_what_is_installed_is_taken_out_and_nothing_else(tmp_path: Path, lamina: Lamina) -> None:
    clone = begun(tmp_path / "clone")
    before = (clone / ".git/config").read_text()
    write(clone, {"config/lamina.yaml": "{}\n"})
    other = clone / ".git/hooks/post-commit"
    other.parent.mkdir(exist_ok=True)
    other.write_text("#!/bin/sh\n")
    other.chmod(0o755)
    lamina("hooks", "install", cwd=clone / "config")
    assert git(clone, "config", "lamina.folder") == "config"
    done = lamina("hooks", "install", "--undo", cwd=clone)
    assert done.out.count(": taken out\n") == len(OF_A_CLONE)
    assert installed(other.parent) == {"post-commit": "#!/bin/sh\n"}
    assert (clone / ".git/config").read_text() == before
    assert lamina("hooks", "install", "--undo", cwd=clone).out == "nothing to take out\n"


def test_outside_of_git(tmp_path: Path, lamina: Lamina) -> None:
    outcome = lamina("hooks", "install", cwd=tmp_path)
    assert (outcome.code, "git init" in outcome.err) == (3, True)
