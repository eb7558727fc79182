"""The commit where a condition changes its truth: found by halving, as a look at each commit would find it."""

import tempfile
from itertools import pairwise
from pathlib import Path

import pytest
from githistory import begun, committed, everything, git
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import lamina
from lamina.project.bisecting import Bisection, NoChange, NotBefore, NotEvaluable, NothingBetween, bisect
from lamina.project.questions import AbstractEnvironment, NoSuchEnvironment
from lamina.thought.expressions import compile_expression
from lamina.words.address import path_text
from lamina.world.history import BeyondShallow, NoSuchRevision

SCHEMA = "type: object\nproperties:\n  n: {type: integer}\n  password: {type: string, x-secret: true}\n"
MINE = {"environments/prod/mine.yaml": "{}\n"}
SEALED = "password: ENC[AES256_GCM,data:QQ==,iv:QQ==,tag:QQ==,type:str]\nsops:\n  mac: x\n"


FIRST = {
    "schemas/app/v1.schema.yaml": SCHEMA,
    "schemas/mine/v1.schema.yaml": "{}\n",
    "environments/base/app.yaml": "n: 0\n",
    **MINE,
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = begun(tmp_path / "r")
    committed(root, FIRST, "0")
    return root


def layer(text: str | None) -> dict[str, str | None]:
    return {"environments/base/app.yaml": text}


def found(
    root: Path, text: str = "documents.app.n > 3", good: str = "", bad: str = "HEAD", environment: str = "prod"
) -> Bisection:
    first = git(root, "rev-list", "--max-parents=0", "HEAD")
    return bisect(root, lamina.__version__, environment, compile_expression(text), good or first, bad)


def subjects(bisection: Bisection) -> list[str]:
    return [commit.subject for commit in bisection.candidates]


def test_the_commit_its_truth_and_what_it_changed(root: Path) -> None:
    for number in range(1, 17):
        committed(root, layer(f"n: {number}\n"), str(number))
    before = everything(root)
    bisection = found(root)
    assert subjects(bisection) == ["4"]
    assert (bisection.before, bisection.after) == (False, True)
    (change,) = bisection.changes
    assert (path_text(change.change.path), change.change.before, change.change.after) == ("n", 3, 4)
    assert (bisection.tried, bisection.commits) == (6, 17)  # both ends, and four halvings
    assert everything(root) == before
    # The other way round, a condition that was true.
    assert subjects(found(root, "documents.app.n < 9")) == ["9"]


def test_commits_that_no_render_depends_on_are_not_tried(root: Path) -> None:
    for number in range(30):
        committed(root, {"README.md": f"{number}\n"}, f"words {number}")
    committed(root, layer("n: 4\n"), "4")
    for number in range(30):
        committed(root, {"README.md": f"more {number}\n"}, f"more words {number}")
    bisection = found(root)
    assert (subjects(bisection), bisection.tried) == (["4"], 2)


BROKEN = {
    "a broken document": layer("n: [\n"),
    "a document that does not fit": layer("n: x\n"),
    "a document that is gone": layer(None),
    "an environment that is gone": {"environments/prod/mine.yaml": None},
    "a key that is gone": layer("{}\n"),
    "settings of another lamina": {"lamina.yaml": 'requires: ">=99"\n'},
    "a number beyond CEL": layer(f"n: {2**70}\n"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_cannot_be_evaluated_is_skipped_and_named(name: str, root: Path) -> None:
    sound = {**layer("n: 5\n"), **MINE, "lamina.yaml": "{}\n"}
    committed(root, {"lamina.yaml": "{}\n"}, "1")
    committed(root, BROKEN[name], "2")
    committed(root, {"README.md": "x\n"}, "3")
    committed(root, sound, "4")
    committed(root, layer("n: 6\n"), "5")
    bisection = found(root)
    assert subjects(bisection) == ["2", "4"]
    assert [skip.commit.subject for skip in bisection.skipped] == ["2"]
    assert bisection.skipped[0].reason
    assert bisection.changes == ()
    # Where it does not lie at the change, it is no hindrance.
    committed(root, layer("n: 0\n"), "6")
    assert subjects(found(root, good="HEAD~1")) == ["6"]
    committed(root, layer("n: 7\n"), "7")
    assert subjects(found(root, "documents.app.n == 7")) == ["7"]


def test_a_folder_without_a_repository_is_skipped(root: Path) -> None:
    git(root, "mv", "environments", "elsewhere")
    git(root, "commit", "-qm", "away")
    git(root, "mv", "elsewhere", "environments")
    committed(root, layer("n: 5\n"), "back")
    assert subjects(found(root)) == ["away", "back"]


def test_other_documents_may_be_broken(root: Path) -> None:
    committed(root, {"environments/base/other.yaml": "[", **layer("n: 2\n")}, "1")
    committed(root, layer("n: 4\n"), "2")
    assert subjects(found(root)) == ["2"]
    with pytest.raises(NotEvaluable) as failure:
        found(root, "documents.size() > 2")
    assert "other" in failure.value.message


def test_an_old_form_is_no_obstacle(root: Path) -> None:
    first = committed(root, layer("schemaVersion: 1\nn: 3\n"), "3")
    committed(root, layer("schemaVersion: 1\nn: 4\n"), "4")
    migration = {
        "schemas/app/v2.schema.yaml": "type: object\nproperties:\n  deep: {properties: {n: {type: integer}}}\n",
        "schemas/app/v2.migration.yaml": "operations:\n- move: {from: n, to: deep.n}\n",
    }
    committed(root, {**migration, **layer("schemaVersion: 2\ndeep: {n: 4}\n")}, "migrated")
    assert subjects(found(root, "documents.app.deep.n > 3", good=first)) == ["4"]


def test_a_secret_cannot_be_guessed(root: Path) -> None:
    committed(root, {"environments/prod/app.sops.yaml": SEALED}, "sealed")
    bisection = found(root, "has(documents.app.password)")
    assert subjects(bisection) == ["sealed"]
    assert [change.secret for change in bisection.changes] == [True]
    committed(root, {"environments/prod/app.sops.yaml": SEALED.replace("QQ", "RR")}, "another")
    for text in (
        'documents.app.password == "<redacted>"',
        'has(documents.app.password) && documents.app.password != "A"',
    ):
        with pytest.raises(NoChange):
            found(root, text, good="HEAD~1")


def test_the_ends_must_be_sound(root: Path) -> None:
    committed(root, layer("n: 4\n"), "4")
    committed(root, layer("n: [\n"), "broken")
    with pytest.raises(NoChange) as same:
        found(root, "true")
    assert same.value.message.startswith("the expression is true both at ")
    with pytest.raises(NotEvaluable) as broken:
        found(root)
    assert "HEAD: app has errors" in broken.value.message
    with pytest.raises(NotEvaluable) as missing:
        found(root, "documents.app.m > 3", bad="HEAD~1")
    assert 'there is no key "m"' in missing.value.message
    assert "has(" in (missing.value.hint or "")
    with pytest.raises(NothingBetween):
        found(root, good="HEAD", bad="HEAD")
    with pytest.raises(NoSuchRevision):
        found(root, bad="nowhere")
    with pytest.raises(NoSuchEnvironment):
        found(root, environment="prdo")
    with pytest.raises(AbstractEnvironment):
        found(root, environment="base", bad="HEAD~1")


def test_what_grows_beyond_all_bounds_is_stopped(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lamina.world.apart._BYTES", 2**28)
    committed(root, layer("n: 4\n"), "4")
    text = "size(x14) > 0"
    for level in range(13, -1, -1):
        text = f"[{'+'.join([f'x{level}'] * 12)}].all(x{level + 1}, {text})"
    with pytest.raises(NotEvaluable) as failure:
        found(root, f"['{'a' * 100}'].all(x0, {text})")
    assert "it needs more " in failure.value.message


def test_first_parents_are_gone_by(root: Path) -> None:
    committed(root, {"README.md": "x\n"}, "main 1")
    git(root, "checkout", "-q", "-b", "side", "HEAD~1")
    side = committed(root, layer("n: 4\n"), "side")
    git(root, "checkout", "-q", "main")
    git(root, "merge", "-q", "--no-ff", "-m", "merged", "side")
    committed(root, {"README.md": "y\n"}, "main 2")
    bisection = found(root)
    assert subjects(bisection) == ["merged"]
    assert len(bisection.changes) == 1
    base = git(root, "rev-list", "--max-parents=0", "HEAD")
    with pytest.raises(NotBefore) as beside:
        found(root, good=side)
    assert beside.value.hint == f"begin at {base[:12]}, the last commit that both come from"
    with pytest.raises(NotBefore) as turned:
        found(root, good="HEAD", bad=base)
    assert turned.value.hint == "they are the wrong way round: the older one comes first"
    git(root, "checkout", "-q", "--orphan", "alone")
    git(root, "commit", "-qm", "alone")
    with pytest.raises(NotBefore) as foreign:
        found(root, good="main", bad="alone")
    assert foreign.value.hint == "they share no history"


def test_a_shallow_clone_says_what_it_lacks(root: Path, tmp_path: Path) -> None:
    for number in range(1, 5):
        committed(root, layer(f"n: {number}\n"), str(number))
    clone, first = tmp_path / "clone", git(root, "rev-parse", "HEAD~3")
    git(tmp_path, "clone", "-q", "--depth", "2", f"file://{root}", str(clone))
    assert subjects(found(clone, good="HEAD~1")) == ["4"]
    with pytest.raises(BeyondShallow):
        found(clone, good=first)


def test_in_a_bare_repository_and_a_folder_of_one(root: Path, tmp_path: Path) -> None:
    committed(root, layer("n: 4\n"), "4")
    git(tmp_path, "clone", "-q", "--bare", str(root), str(tmp_path / "bare"))
    assert subjects(found(tmp_path / "bare")) == ["4"]
    (root / "deep").mkdir()
    for name in ("environments", "schemas"):
        git(root, "mv", name, f"deep/{name}")
    git(root, "commit", "-qm", "deeper")
    committed(root, {"deep/environments/base/app.yaml": "n: 9\n"}, "9")
    assert subjects(found(root / "deep", "documents.app.n == 9")) == ["9"]


# A commit sets n, or breaks the document.
HISTORIES = st.lists(st.integers(0, 5) | st.none(), min_size=1, max_size=12)


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(HISTORIES)
def test_it_finds_what_a_look_at_each_commit_finds(numbers: list[int | None]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = begun(Path(folder) / "r")
        committed(root, FIRST, "0")
        history: list[int | None] = [0, *numbers, 5]
        for place, number in enumerate(history[1:], 1):
            committed(root, layer("n: [\n" if number is None else f"n: {number}\n"), str(place))
        bisection = found(root)
        # Where the truth turns, whatever lies in between that cannot be told.
        known = [(place, number > 3) for place, number in enumerate(history) if number is not None]
        turns = [
            (left, right) for (left, before), (right, after) in pairwise(known) if (before, after) == (False, True)
        ]
        candidates = [int(one) for one in subjects(bisection)]
        # A commit that leaves the files as they are cannot be the one.
        told = {
            (left, right): [place for place in range(left + 1, right + 1) if history[place] != history[place - 1]]
            for left, right in turns
        }
        assert candidates in told.values()
        if len(turns) == 1:
            assert candidates == told[turns[0]]
