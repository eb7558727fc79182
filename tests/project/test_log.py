"""The log of an environment: what a comparison of every commit with the one before it, each rendered whole, would tell."""

import tempfile
from itertools import pairwise
from pathlib import Path

import pytest
from githistory import begun, committed, git
from hypothesis import given, settings
from hypothesis import strategies as st

import lamina
from lamina.project import Broken, NoSuchEnvironment
from lamina.project.explaining import NoSuchValue
from lamina.project.log import LogEntry, log
from lamina.project.newer_schemas import differences
from lamina.project.questions import AbstractEnvironment
from lamina.project.road import NoSuchDocument
from lamina.words.address import parse_address
from lamina.words.errors import Failure

SCHEMA = "type: object\nproperties:\n  a: {type: integer, default: DEFAULT}\n  t: {x-secret: true}\n"
FILES: dict[str, list[str | None]] = {
    "lamina.yaml": [
        None,
        "environments:\n  prod: {extends: dev}\n",
        "environments:\n  prod: {abstract: true}\n",
        "x: [\n",
    ],
    "schemas/app/v1.schema.yaml": [SCHEMA.replace("DEFAULT", "1"), SCHEMA.replace("DEFAULT", "2"), "type: [\n"],
    "environments/base/app.yaml": [None, "a: 1\n", "a: 2\nb: {c: 1}\n", "b: ${web:x}\n", "a: text\n"],
    "environments/base/web.yaml": [None, "x: 1\n", "x: 2\n", "!unset\n"],
    "environments/dev/app.yaml": [None, "a: 5\n"],
    "environments/dev/web.yaml": [None, "x: [1, 2]\n", "x: ${app:a}\n"],
    "environments/prod/app.yaml": [None, "a: 3\n", "b: ${@environment}\n", "b: !unset\n"],
    "environments/other/app.yaml": [None, "a: 9\n"],
    "schemas/web/v1.schema.yaml": ["{}\n", "properties: {y: {default: 1}, x: {}}\n"],
    "shared.yaml": ["a: 7\n", "a: 8\n"],
}
edits = st.sampled_from([(name, text) for name, texts in FILES.items() for text in texts])


def brief(entries: list[LogEntry]) -> list[tuple[str, list[tuple[str, str, object, object]]]]:
    return [
        (
            entry.commit.subject,
            [(f"{one.document}:{one.change.path}", one.change.change, one.change.before, one.change.after)
             for one in entry.changes],
        )
        for entry in entries
        if entry.changes
    ]  # fmt: skip


def rendered(root: Path, commit: str) -> dict[str, object] | None:
    """The documents of prod at a commit; None where one of them cannot be made."""
    try:
        rendering = lamina.open(root, at=commit).render("prod")
        return {name: rendering.document(name) for name in rendering}
    except (NoSuchEnvironment, AbstractEnvironment):
        return {}
    except Broken:
        return None
    except Failure:
        return {}


@settings(max_examples=40)
@given(st.lists(st.lists(edits, min_size=1, max_size=3), min_size=2, max_size=8))
def test_the_log_is_what_comparing_every_commit_tells(history: list[list[tuple[str, str | None]]]) -> None:
    with tempfile.TemporaryDirectory() as name:
        root = begun(Path(name))
        committed(root, {"environments/prod/web.yaml": "z: 1\n", "schemas/web/v1.schema.yaml": "{}\n"}, "0")
        commits = [git(root, "rev-parse", "HEAD")]
        for number, changed in enumerate(history, 1):
            files = {file: text for file, text in changed if text is not None or (root / file).exists()}
            commits.append(committed(root, files, str(number)))
        told = dict(brief(log(root, "0.1.0", "prod")))
        for number, (old, new) in enumerate(pairwise(commits), 1):
            before, after = rendered(root, old), rendered(root, new)
            if before is None or after is None:
                return  # from here on a document is compared with its last sound version
            expected = []
            if before and after:
                left, right = lamina.open(root, at=old), lamina.open(root, at=new)
                expected = [
                    (f"{one.document}:{one.change.path}", one.change.change, one.change.before, one.change.after)
                    for one in differences(left, "prod", right, "prod")
                ]
                assert told.get(str(number), []) == expected
            else:
                changed_names = {where.partition(":")[0] for where, *_ in told.get(str(number), [])}
                assert changed_names == set(before) ^ set(after)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = begun(tmp_path / "r")
    committed(root, {"schemas/app/v1.schema.yaml": SCHEMA.replace("DEFAULT", "1"),
                     "environments/prod/app.yaml": "n: 1\nm: {k: [1]}\n"}, "first")  # fmt: skip
    return root


def subjects(root: Path, address: str | None = None, **options: object) -> list[str]:
    asked = parse_address(address) if address else None
    return [entry.commit.subject for entry in log(root, "0.1.0", "prod", asked, **options)]  # type: ignore[arg-type]


def test_whatever_file_it_was_changed_in(root: Path) -> None:
    committed(root, {"README.md": "x"}, "readme")
    committed(root, {"environments/dev/app.yaml": "n: 2\n"}, "another environment")
    committed(root, {"environments/base/app.yaml": "# only a comment\n"}, "comment")
    committed(root, {"schemas/app/v1.schema.yaml": SCHEMA.replace("DEFAULT", "2")}, "default")
    committed(root, {"environments/base/app.yaml": "b: 1\n"}, "base")
    committed(root, {"lamina.yaml": "environments: {prod: {extends: dev}}\n"}, "extends dev")
    committed(root, {"environments/dev/app.yaml": "n: 3\nd: 1\n"}, "dev")
    assert subjects(root) == ["dev", "base", "default", "first"]
    assert subjects(root, "app:a") == ["default", "first"]
    assert subjects(root, "app:d") == ["dev"]
    assert subjects(root, "app:m.k") == ["first"]
    assert subjects(root, "app:n", revision="HEAD~1") == ["first"]
    assert subjects(root, revision="HEAD~3") == ["default", "first"]


def test_what_is_nowhere_is_said(root: Path) -> None:
    with pytest.raises(NoSuchDocument, match="no document web in prod"):
        subjects(root, "web")
    with pytest.raises(NoSuchValue) as wrong:
        subjects(root, "app:m.kk")
    assert wrong.value.hint == "did you mean app:m.k?"
    with pytest.raises(AbstractEnvironment) as abstract:
        log(root, "0.1.0", "base")
    assert abstract.value.hint == "ask for one that extends it: prod"


def test_a_value_that_comes_with_its_map(root: Path) -> None:
    committed(root, {"environments/prod/app.yaml": "n: 1\n"}, "gone")
    [gone, _] = log(root, "0.1.0", "prod", parse_address("app:m.k"))
    [change] = gone.changes
    assert (change.change.path, change.change.change, change.change.before) == (("m", "k"), "removed", [1])


def test_a_commit_that_breaks_and_one_that_mends(root: Path) -> None:
    committed(root, {"environments/prod/app.yaml": "n: [\n"}, "broken")
    committed(root, {"README.md": "", "environments/prod/app.yaml": "n: [1\n"}, "still broken")
    committed(root, {"environments/prod/app.yaml": "n: 2\nm: {k: [1]}\n"}, "mended")
    mended, broken, _ = log(root, "0.1.0", "prod")
    assert (broken.commit.subject, broken.changes, broken.broken) == ("broken", (), ("app",))
    assert [(one.change.before, one.change.after) for one in mended.changes] == [(1, 2)]


def test_merges(root: Path) -> None:
    git(root, "checkout", "--quiet", "-b", "side")
    committed(root, {"environments/base/app.yaml": "b: 1\n"}, "on the side")
    git(root, "checkout", "--quiet", "main")
    committed(root, {"environments/prod/app.yaml": "n: 2\n"}, "on main")
    git(root, "merge", "--quiet", "--no-edit", "-m", "merged", "side")
    assert subjects(root) == ["merged", "on main", "first"]
    assert sorted(subjects(root, all_parents=True)) == ["first", "merged", "on main", "on the side"]


def test_the_end_of_a_shallow_clone_is_no_change(root: Path, tmp_path: Path) -> None:
    committed(root, {"environments/prod/app.yaml": "n: 2\n"}, "second")
    committed(root, {"environments/prod/app.yaml": "n: 3\n"}, "third")
    git(root, "clone", "--quiet", "--depth", "2", f"file://{root}", str(tmp_path / "shallow"))
    assert subjects(tmp_path / "shallow") == ["third"]


def test_an_environment_that_never_was(root: Path) -> None:
    with pytest.raises(NoSuchEnvironment) as failure:
        log(root, "0.1.0", "prd")
    assert failure.value.hint == "did you mean prod?"
