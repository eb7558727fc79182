"""`--staged`: what the next commit would hold, and nothing that is not staged."""

from pathlib import Path

import pytest
from conftest import Builder, Lamina
from githistory import begun, committed, git

SCHEMA = "type: object\nadditionalProperties: false\nproperties: {name: {type: string}, retries: {type: integer}}\n"
SOUND = {
    "schemas/app/v1.schema.yaml": "$schema: https://json-schema.org/draft/2020-12/schema\n" + SCHEMA,
    "environments/base/app.yaml": "name: app\n",
    "environments/dev/app.yaml": "retries: 3\n",
}


@pytest.fixture
def root(repository: Builder) -> Path:
    folder = begun(repository(SOUND))
    git(folder, "add", ".")
    return folder


def test_before_the_first_commit(root: Path, lamina: Lamina) -> None:
    assert lamina("validate", "--staged", cwd=root).out == "no findings in dev as staged\n"


def test_of_a_file_with_two_halves_only_the_staged_one_counts(root: Path, lamina: Lamina) -> None:
    (root / "environments/dev/app.yaml").write_text("retries: three\n")
    assert lamina("validate", cwd=root).code == 1
    assert lamina("validate", "--staged", cwd=root).code == 0
    git(root, "add", ".")
    (root / "environments/dev/app.yaml").write_text("retries: 3\n")
    outcome = lamina("validate", "--staged", cwd=root)
    assert (outcome.code, lamina("validate", cwd=root).code) == (1, 0)
    assert outcome.out.startswith("environments/dev/app.yaml:1:10: error: ")
    assert "    retries: three\n" in outcome.out


def test_what_git_does_not_track_does_not_count(root: Path, lamina: Lamina) -> None:
    (root / "environments/dev/other.yaml").write_text("[broken\n")
    assert (lamina("validate", "--staged", cwd=root).code, lamina("validate", cwd=root).code) == (0, 1)


def test_what_is_staged_counts_though_the_disk_has_it_no_more(root: Path, lamina: Lamina) -> None:
    for name in SOUND:
        (root / name).unlink()
    assert lamina("validate", "--staged", cwd=root).code == 0
    for name in ("schemas/app", "schemas", "environments/base", "environments/dev", "environments"):
        (root / name).rmdir()
    assert lamina("validate", "--staged", cwd=root).code == 0


def test_a_deleted_file_is_gone_once_that_is_staged(root: Path, lamina: Lamina) -> None:
    committed(root, {})
    git(root, "rm", "--quiet", "--cached", "schemas/app/v1.schema.yaml")
    assert (root / "schemas/app/v1.schema.yaml").exists()
    outcome = lamina("validate", "--staged", "--format", "json", cwd=root)
    assert '"no-schema"' in outcome.out


@pytest.mark.parametrize("words", [("--staged",), ("--at", ":")])
def test_the_index_that_git_is_about_to_commit_is_the_one(words: tuple[str, ...], root: Path, lamina: Lamina) -> None:
    """As in the hook of `git commit -a`, for which git has made another index."""
    other = root / ".git" / "next-index"
    (root / "environments/dev/app.yaml").write_text("retries: three\n")
    git(root, "add", ".", env={"GIT_INDEX_FILE": str(other)})
    assert lamina("validate", *words, cwd=root, env={"GIT_INDEX_FILE": ".git/next-index"}).code == 1
    assert lamina("validate", *words, cwd=root).code == 0


def test_a_merge_that_is_not_finished_is_told(root: Path, lamina: Lamina) -> None:
    committed(root, {})
    git(root, "checkout", "-q", "-b", "side")
    committed(root, {"environments/dev/app.yaml": "retries: 4\n"})
    git(root, "checkout", "-q", "main")
    committed(root, {"environments/dev/app.yaml": "retries: 5\n"})
    with pytest.raises(Exception, match="exit status 1"):
        git(root, "merge", "-q", "side")
    outcome = lamina("validate", "--staged", cwd=root)
    assert outcome.code == 3
    assert "nothing is staged of environments/dev/app.yaml" in outcome.err
    (root / "environments/dev/app.yaml").write_text("retries: 6\n")
    git(root, "add", ".")
    assert lamina("validate", "--staged", cwd=root).code == 0


def test_a_repository_in_a_folder_of_another(root: Path, lamina: Lamina, tmp_path: Path) -> None:
    top = begun(tmp_path / "mono")
    committed(top, {f"config/{name}": text for name, text in SOUND.items()})
    (top / "config/environments/dev/app.yaml").write_text("retries: three\n")
    assert lamina("validate", "--staged", cwd=top / "config").code == 0
    git(top, "add", ".")
    assert lamina("validate", "--staged", cwd=top / "config/environments").code == 1


def test_nothing_staged_and_no_index_at_all(root: Path, lamina: Lamina, tmp_path: Path) -> None:
    git(root, "rm", "-r", "-q", "--cached", ".")
    outcome = lamina("validate", "--staged", cwd=root)
    assert (outcome.code, "git add" in outcome.err) == (3, True)
    bare = begun(tmp_path / "bare", "--bare")
    outcome = lamina("validate", "--staged", cwd=bare)
    assert (outcome.code, "no index" in outcome.err) == (2, True)


@pytest.mark.parametrize("command", ["check", "validate"])
def test_what_is_staged_is_of_no_revision(lamina: Lamina, root: Path, command: str) -> None:
    done = lamina(command, "--staged", "--at", "HEAD", cwd=root)
    assert (done.code, done.out) == (2, "")
    assert "--staged and --at contradict each other" in done.err
