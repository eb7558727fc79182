"""A check finds the same with and without what is remembered, whatever was edited, staged or committed between.

LAMINA_TORTURE=1 makes thousands of edits.
"""

import os
from pathlib import Path

import pytest
from conftest import Builder, Counted, Lamina
from githistory import begun, committed, git
from project.caching.test_equality import FILES, Editor

import lamina as package
from lamina.project.gate import check, since
from lamina.project.questions import Project

EDITS = 1500 if os.environ.get("LAMINA_TORTURE") else 25
LINKED = {**FILES, "environments/base/app/four.yaml": "name: four\n", "policies/README.md": "none\n"}


def found(project: Project, root: Path) -> dict[str, object]:
    """What a check finds in all, and since the last commit, and which documents that one looks at."""
    change = since(root, "0", "HEAD", project)
    return {
        "all": [str(one) for one in check(project).findings],
        "since": [str(one) for one in check(change.project, (), change.extent, base=change.before).findings],
        "extent": change.extent,
    }


@pytest.mark.parametrize("seed", [3, 4])
def test_a_check_finds_the_same_with_and_without_what_is_remembered(
    seed: int, repository: Builder, counted: Counted
) -> None:
    root = begun(repository(LINKED))
    (root / "environments/dev").mkdir()
    (root / "environments/dev/job.yaml").symlink_to("../base/job.yaml")
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "-m", "begin")
    editor, told = Editor(root, seed), 0
    for number in range(EDITS):
        editor.edit(number % 3 != 0)
        cached = package.open(root, cached=True)
        expected = found(package.open(root), root)
        assert found(cached, root) == expected, f"after edit {number} of seed {seed}"
        cached.close()
        told += expected["all"] != []
    assert told > EDITS // 4
    counted("G16", "edits after which a check finds the same with and without the cache", EDITS)


def test_who_refers_to_what_changed_is_known_without_reading(repository: Builder, lamina: Lamina) -> None:
    root = begun(repository(LINKED))
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "-m", "begin")
    for port in (5, 6):
        committed(root, {"environments/base/app/one.yaml": f"port: {port}\ntags: [a]\n"})
        cached = package.open(root, cached=True)
        change = since(root, "0", "HEAD~1", cached)
        # Two takes the port of one, and three that of two.
        assert change.extent.documents == {"app/one", "app/two", "app/three"}
        cached.close()


def test_an_edit_is_found_wrong_as_often_as_one_asks(repository: Builder, lamina: Lamina) -> None:
    root = begun(repository(LINKED))
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "-m", "begin")
    for words in (("check",), ("check", "--base", "HEAD")):
        for _ in range(2):
            assert lamina(*words, cwd=root).code == 0
    (root / "environments/prod/app/one.yaml").write_text("port: wrong\n")
    for words in (("check",), ("check", "--base", "HEAD")):
        for _ in range(2):
            done, fresh = lamina(*words, cwd=root), lamina(*words, "--no-cache", cwd=root)
            assert done.code == 1
            assert (done.out, done.err) == (fresh.out, fresh.err)
            assert "environments/prod/app/one.yaml:1:7: error" in done.out
