"""A check of what a change can affect: it tells all that is new, and nothing that a full check does not."""

from pathlib import Path

import pytest
from conftest import Lamina
from githistory import begun, committed, git
from hypothesis import given
from hypothesis import strategies as st
from small_repositories import CHOICES, REPOSITORY, TEAMS, project

from lamina.project.gate import check, extent_since
from lamina.words.finding import Finding

CHANGE = st.lists(
    st.sampled_from([(name, text) for name, texts in CHOICES.items() for text in texts]), min_size=1, max_size=3
)


def lines(findings: tuple[Finding, ...]) -> set[str]:
    """What is told, without the lines, which may move."""
    return {
        f"{one.position.file} {one.rule} {one.severity} {one.environment} {one.path} {one.message}" for one in findings
    }


@given(REPOSITORY, CHANGE)
def test_what_a_change_affects_is_looked_at_and_nothing_else_is_told(
    files: dict[str, str | None], change: list[tuple[str, str | None]]
) -> None:
    before, after = project(files), project({**files, **dict(change)})
    full = check(after).findings
    part = check(after, (), extent_since(after, before)).findings
    assert set(part) <= set(full)
    assert lines(full) - lines(check(before).findings) <= lines(part)


@given(REPOSITORY)
def test_the_number_of_processes_changes_nothing(files: dict[str, str | None]) -> None:
    whole = check(project(files)).findings
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("lamina.project.gate.checking._WORTH_SHARING", 0)
        assert check(project(files), jobs=3).findings == whole


def test_a_change_of_one_document_leaves_the_others_alone() -> None:
    files: dict[str, str | None] = {
        "schemas/teams/v1.schema.yaml": TEAMS.replace(", x-refers: teams", ""),
        "environments/base/app.yaml": "name: a\n",
        "environments/base/teams/red.yaml": "note: ${teams/blue:note}\nlead: me\n",
        "environments/base/teams/blue.yaml": "lead: me\nnote: x\n",
        "environments/base/teams/green.yaml": "lead: me\n",
    }
    before = project(files)
    after = project({**files, "environments/base/teams/blue.yaml": "lead: me\nnote: y\n"})
    extent = extent_since(after, before)
    # Blue is another, red refers to it; green is not affected, nor app, to which only an unused default refers.
    assert extent.documents == {"teams/blue", "teams/red"}
    assert extent.files == {"environments/base/teams/blue.yaml", "environments/base/teams/red.yaml"}
    assert extent.kinds == frozenset()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = begun(tmp_path / "r")
    files = {
        "schemas/app/v1.schema.yaml": "type: object\nproperties: {a: {type: integer}}\nadditionalProperties: false\n",
        "environments/base/app.yaml": "a: 1\n",
        "environments/base/other.yaml": "a: 1\n",
        "schemas/other/v1.schema.yaml": "type: object\nproperties: {a: {type: integer}}\n",
        "environments/dev/other.yaml": "a: 1\n",
        "environments/dev/app.yaml": "a: 2\n",
    }
    committed(root, files, "first")
    return root


def test_the_work_tree_since_a_commit(root: Path, lamina: Lamina) -> None:
    assert lamina("check", "--base", "HEAD", cwd=root).out.startswith("no findings in dev since ")
    (root / "environments/dev/app.yaml").write_text("a: 1\n")
    done = lamina("check", "--base", "HEAD", cwd=root)
    assert (done.code, done.err) == (0, "")
    assert "environments/dev/app.yaml:1:1: warning" in done.out
    assert "other" not in done.out
    (root / "environments/dev/app.yaml").unlink()
    (root / "schemas/app/v1.schema.yaml").unlink()
    done = lamina("check", "--base", "HEAD", cwd=root)
    assert "environments/base/app.yaml:1:1: error: the kind app has no schema" in done.out
    assert "other" not in done.out


def test_a_commit_since_another(root: Path, lamina: Lamina) -> None:
    committed(root, {"environments/dev/app.yaml": "b: 1\n"}, "second")
    assert lamina("check", "--base", "HEAD~1", "--at", "HEAD", cwd=root).code == 1
    committed(root, {"environments/dev/app.yaml": "a: 3\n"}, "third")
    done = lamina("check", "--base", "HEAD~1", cwd=root)
    assert (done.code, done.out.split(" since ")[0]) == (0, "no findings in dev")


def test_changed_lines_are_shown_first(root: Path, lamina: Lamina) -> None:
    keys = "".join(f"k{number}: 1\n" for number in range(20))
    committed(root, {"environments/dev/app.yaml": keys}, "second")
    (root / "environments/dev/app.yaml").write_text(keys + "late: 1\n")
    done = lamina("check", "--base", "HEAD", "--format", "github", cwd=root)
    assert done.out.splitlines()[0].startswith("::error file=environments/dev/app.yaml,line=21,")
    done = lamina("check", "--format", "github", cwd=root)
    assert done.out.splitlines()[0].startswith("::error file=environments/dev/app.yaml,line=1,")


def test_a_base_that_is_none_is_refused(root: Path, lamina: Lamina) -> None:
    done = lamina("check", "--base", "nowhere", cwd=root)
    assert (done.code, done.out) == (3, "")
    assert "nowhere" in done.err
    done = lamina("check", "--base", "HEAD", "--format", "baseline", cwd=root)
    assert (done.code, done.err.splitlines()[1]) == (2, "lamina: hint: leave out --base")


def test_the_first_commit_has_no_base(tmp_path: Path, lamina: Lamina) -> None:
    root = begun(tmp_path / "new")
    (root / "environments/dev").mkdir(parents=True)
    done = lamina("check", "--base", "HEAD", cwd=root)
    assert (done.code, done.out) == (3, "")
    assert "Traceback" not in done.err


def test_a_merge_is_checked_against_where_it_parted(root: Path, lamina: Lamina) -> None:
    git(root, "checkout", "-q", "-b", "side")
    committed(root, {"environments/dev/app.yaml": "b: 1\n"}, "side")
    git(root, "checkout", "-q", "main")
    committed(root, {"environments/base/other.yaml": "a: 5\n"}, "main")
    git(root, "merge", "-q", "--no-edit", "side")
    done = lamina("check", "--base", "HEAD^1", cwd=root)
    assert done.code == 1
    assert "other" not in done.out


def test_an_environment_by_another_name_is_looked_at_whole(root: Path, lamina: Lamina) -> None:
    git(root, "mv", "environments/dev", "environments/qa")
    done = lamina("check", "--base", "HEAD", cwd=root)
    assert "environments/qa/other.yaml:1:1: warning: a is set to what lies below it already" in done.out
    assert " in qa since " in done.out


def test_what_is_deleted_is_not_missed(root: Path, lamina: Lamina) -> None:
    (root / "environments/base/app.yaml").unlink()
    done = lamina("check", "--base", "HEAD", cwd=root)
    assert (done.code, done.out.split(" since ")[0]) == (0, "no findings in dev")
