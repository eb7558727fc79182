"""Moments: which documents of an environment are made anew at a commit, and which are those of the commit before."""

from pathlib import Path

import pytest
from githistory import begun, committed

from lamina.project.moments import NOTHING, Moment, Moments

SCHEMA = "type: object\nproperties:\n  n: {type: integer, default: 1}\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = begun(tmp_path / "r")
    committed(
        root,
        {
            "schemas/app/v1.schema.yaml": SCHEMA,
            "schemas/web/v1.schema.yaml": "{}\n",
            "schemas/lone/v1.schema.yaml": "{}\n",
            "environments/base/app.yaml": "a: 1\n",
            "environments/base/lone.yaml": "x: 1\n",
            "environments/prod/web.yaml": "b: ${app:a}\n",
            "environments/dev/app.yaml": "a: 2\n",
        },
    )
    return root


def both(root: Path, files: dict[str, str | None]) -> tuple[Moment, Moment]:
    """prod before and after a commit of some files."""
    moments = Moments(root, "0.1.0", "prod")
    before = moments.at(moments.history.commit("HEAD"))
    committed(root, files)
    return before, moments.at(moments.history.commit("HEAD"), before)


def anew(before: Moment, after: Moment) -> list[str]:
    return [name for name, one in after.documents.items() if one is not before.documents.get(name)]


def test_a_commit_that_cannot_reach_it_leaves_the_very_moment(root: Path) -> None:
    before, after = both(root, {"environments/dev/app.yaml": "a: 3\n", "README.md": "x\n"})
    assert before is after
    assert before.names == ("app", "lone", "web")


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param({"environments/base/lone.yaml": "x: 2\n"}, ["lone"], id="its own file"),
        pytest.param({"environments/base/app.yaml": "a: 3\n"}, ["app", "web"], id="a file of what it refers to"),
        pytest.param({"environments/prod/app.yaml": "a: 4\n"}, ["app", "web"], id="a new layer"),
        pytest.param({"environments/prod/new.txt": "x\n"}, [], id="a file that is no layer"),
        pytest.param({"lamina.yaml": "owners: {}\n"}, [], id="settings that say nothing of it"),
        pytest.param({"lamina.yaml": "environments: {prod: {extends: dev}}\n"}, ["app", "web"], id="whom it extends"),
    ],
)
def test_only_what_is_made_of_something_else_is_made_anew(
    root: Path, files: dict[str, str | None], expected: list[str]
) -> None:
    before, after = both(root, files)
    assert anew(before, after) == expected
    assert after.documents.keys() == before.documents.keys()


def test_a_broken_document_keeps_its_last_sound_version(root: Path) -> None:
    before, after = both(root, {"environments/base/app.yaml": "a: [\n"})
    assert sorted(after.broken) == ["app", "web"]
    assert after.documents == before.documents
    moments = Moments(root, "0.1.0", "prod")
    assert moments.at(moments.history.commit("HEAD")).documents.keys() == {"lone"}


def test_an_environment_that_is_not_there(root: Path) -> None:
    moments = Moments(root, "0.1.0", "nowhere")
    assert not moments.at(moments.history.commit("HEAD")).documents
    assert (moments.found, moments.known) == (False, ["base", "dev", "prod"])


def test_a_commit_without_a_repository_of_this_shape(root: Path) -> None:
    (root / "README.md").write_text("x")
    empty = {str(path.relative_to(root)): None for path in root.rglob("*.yaml") if path.is_file()}
    before, after = both(root, empty)
    assert (before.names, after.names) == (("app", "lone", "web"), ())
    moments = Moments(root, "0.1.0", "prod")
    assert moments.at(moments.history.commit("HEAD")) is NOTHING


def test_an_older_moment_is_raised_to_newer_schemas(root: Path) -> None:
    stated = {"environments/base/app.yaml": "schemaVersion: 1\na: 1\n"}
    committed(root, {**stated, "environments/dev/app.yaml": "schemaVersion: 1\na: 2\n"})
    moments = Moments(root, "0.1.0", "prod")
    before = moments.at(moments.history.commit("HEAD"))
    committed(
        root,
        {
            "schemas/app/v2.schema.yaml": "{}\n",
            "schemas/app/v2.migration.yaml": "operations:\n- rename: {path: a, to: z}\n",
            "environments/base/app.yaml": "schemaVersion: 2\nz: 1\n",
            "environments/dev/app.yaml": "schemaVersion: 2\nz: 2\n",
            "environments/prod/web.yaml": "b: ${app:z}\n",
        },
    )
    after = moments.at(moments.history.commit("HEAD"), before)
    raised = moments.raised(before, after)
    assert raised.documents["app"].document.data == {"z": 1}
    assert after.documents["app"].document.data == {"z": 1}
    assert before.documents["app"].document.data == {"a": 1, "n": 1}
