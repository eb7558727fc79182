"""The hooks that lamina offers to pre-commit: installed by the real one into a real repository, from a clone of this one."""

import shutil
import sys
from pathlib import Path

from githistory import begun, committed, git
from hooked import BAD, GOOD, SOUND, tried, write
from running import run_program

ROOT = Path(__file__).parents[1]
# What pre-commit installs lamina from: the package and its manifest, as they are in the work tree.
PARTS = ("pyproject.toml", "README.md", "LICENSE", ".pre-commit-hooks.yaml", "tooling")
CONFIG = """\
default_install_hook_types: [pre-commit, pre-merge-commit, commit-msg]
repos:
  - repo: {repo}
    rev: {rev}
    hooks:
      - id: lamina-check
      - id: lamina-message
"""


def published(folder: Path) -> tuple[str, str]:
    """A git repository of lamina, and the commit that is its release."""
    folder.mkdir()
    for name in PARTS:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, folder / name)
    begun(folder)
    return f"file://{folder}", committed(folder, {})


def test_another_repository_uses_the_hooks(tmp_path: Path) -> None:
    repo, rev = published(tmp_path / "lamina")
    clone = begun(tmp_path / "clone")
    write(clone, {**SOUND, ".pre-commit-config.yaml": CONFIG.format(repo=repo, rev=rev)})
    git(clone, "add", ".")
    env = {"PRE_COMMIT_HOME": str(tmp_path / "cache"), "HOME": str(tmp_path)}
    installed = run_program(sys.executable, "-m", "pre_commit", "install", "--install-hooks", cwd=clone, env=env)
    assert installed.code == 0, installed.out + installed.err

    first = tried(clone, "commit", "-m", "Begin", env=env)
    assert first.code == 0, first.err
    assert first.err.count("Passed") == 2

    # The half that is not staged is bad, then the half that is staged; and a file that git does not know.
    write(clone, {**BAD, "environments/dev/other.yaml": "[broken\n", "notes.txt": "x"})
    git(clone, "add", "notes.txt")
    assert tried(clone, "commit", "-m", "Notes", env=env).code == 0
    git(clone, "add", "environments/dev/app.yaml")
    write(clone, GOOD)
    refused = tried(clone, "commit", "-m", "Bad", env=env)
    assert refused.code == 1
    assert "environments/dev/app.yaml:1:10: error: " in refused.err
    assert "other.yaml" not in refused.err
    assert (clone / "environments/dev/app.yaml").read_text() == "retries: 4\n"
    git(clone, "reset", "-q", "--hard")

    # A commit that only deletes has no files that pre-commit could name.
    git(clone, "rm", "-q", "schemas/app/v1.schema.yaml")
    refused = tried(clone, "commit", "-m", "Delete the schema", env=env)
    assert (refused.code, "no-schema" in refused.err) == (1, True)
    git(clone, "reset", "-q", "--hard")

    write(clone, {"notes.txt": "y"})
    refused = tried(clone, "commit", "-a", "-m", "AGE-SECRET-KEY-1" + "Q" * 58, env=env)
    assert (refused.code, "[committed-private-key]" in refused.err) == (1, True)
    everything = run_program(sys.executable, "-m", "pre_commit", "run", "--all-files", cwd=clone, env=env)
    assert everything.code == 0, everything.out
