"""Shards at the command line, and `join`: what machines of a matrix run, and what puts their parts together."""

import json
from pathlib import Path
from typing import Any

import pytest
from conftest import Builder, Lamina
from githistory import begun, committed, git

SCHEMA = """
type: object
additionalProperties: false
properties:
  size: {type: integer, description: How large.}
  note: {type: string, description: Any.}
"""
SOUND: dict[str, str | None] = {
    "schemas/app/v1.schema.yaml": SCHEMA,
    **{f"environments/base/app/{name}.yaml": "size: 1\n" for name in "abcdefgh"},
    "environments/base/app/_defaults.yaml": "note: x  # lamina: allow redundant-override -- for the documents of prod\n",
    "environments/prod/app/a.yaml": "size: 1  # lamina: allow redundant-override -- said twice\n",
    "environments/prod/app/b.yaml": "size: 2\n",
}
BAD = {"environments/prod/app/b.yaml": "size: two\n", "environments/base/app/_defaults.yaml": "note: 7\n"}
COMMANDS = [["check"], ["check", "prod"], ["check", "--base", "HEAD~1"], ["validate"], ["validate", "prod"]]


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A repository of two commits, the second with errors."""
    root = begun(tmp_path / "place")
    committed(root, SOUND)
    committed(root, dict(BAD))
    return root


def parts(lamina: Lamina, place: Path, of: int, *words: str, called: str = "") -> tuple[list[str], list[int]]:
    """The files of all shards of a command, beside the repository, and their exit statuses."""
    files, codes = [], []
    for number in range(1, of + 1):
        done = lamina(*words, "--shard", f"{number}/{of}", "--format", "json", cwd=place)
        file = place.parent / f"{called or '-'.join(words)}-{number}-of-{of}.json"
        file.write_text(done.out, encoding="utf-8")
        files.append(str(file))
        codes.append(done.code)
    return files, codes


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
@pytest.mark.parametrize("of", range(1, 6))
def test_what_is_joined_is_the_whole(of: int, words: list[str], place: Path, lamina: Lamina) -> None:
    files, codes = parts(lamina, place, of, *words)
    whole = lamina(*words, "--format", "json", cwd=place)
    joined = lamina("join", *reversed(files), "--format", "json", cwd=place)
    assert (joined.code, joined.out, joined.err) == (whole.code, whole.out, whole.err)
    assert max(codes) == whole.code == 1


@pytest.mark.parametrize("form", ["text", "github", "sarif", "junit", "gitlab", "markdown", "baseline"])
@pytest.mark.parametrize("command", ["check", "validate"])
def test_the_whole_is_reported_in_every_form(command: str, form: str, place: Path, lamina: Lamina) -> None:
    files, _ = parts(lamina, place, 3, command)
    whole, joined = lamina(command, "--format", form, cwd=place), lamina("join", *files, "--format", form, cwd=place)
    assert (joined.code, joined.out, joined.err) == (whole.code, whole.out, whole.err)


def test_a_baseline_is_for_the_whole(place: Path, lamina: Lamina) -> None:
    known = place.parent / "known.json"
    known.write_text(lamina("check", "--format", "baseline", cwd=place).out)
    files, _ = parts(lamina, place, 2, "check")
    done = lamina("join", *files, "--baseline", str(known), cwd=place)
    assert (done.code, "in " in done.out) == (0, True)


def test_a_shard_says_which_it_is(place: Path, lamina: Lamina) -> None:
    assert lamina("check", "prod", "--shard", "1/2", cwd=place).out.endswith(" in prod (shard 1/2)\n")
    assert lamina("validate", "--shard", "1/1", cwd=place).out.endswith(" in prod (shard 1/1)\n")


def test_a_comment_is_only_one_too_many_when_no_shard_needs_it(place: Path, lamina: Lamina) -> None:
    git(place, "checkout", "--quiet", "HEAD~1")
    # One of the whole, which no shard can tell: it allows what no document breaks.
    unused = "environments/base/app/_defaults.yaml:1:10: warning: nothing on line 1 breaks redundant-override"
    for of in range(1, 6):
        files, _ = parts(lamina, place, of, "check")
        assert unused in lamina("join", *files, cwd=place).out
        told = [lamina("check", "--shard", f"{number}/{of}", cwd=place).out for number in range(1, of + 1)]
        assert any(unused in one for one in told) == (of == 1)


def test_a_revision_is_joined_as_what_it_was(place: Path, lamina: Lamina) -> None:
    files, codes = parts(lamina, place, 2, "check", "--at", "HEAD~1")
    whole = lamina("check", "--at", "HEAD~1", "--format", "json", cwd=place)
    # Whatever the work tree has become since.
    (place / "environments/prod/app/b.yaml").write_text("siz: 2\n")
    joined = lamina("join", *files, "--format", "json", cwd=place)
    assert (joined.code, joined.out, codes) == (0, whole.out, [0, 0])
    assert json.loads(joined.out)["commit"] == git(place, "rev-parse", "HEAD~1")


def wrong(lamina: Lamina, place: Path, files: list[str]) -> str:
    done = lamina("join", *files, cwd=place)
    assert (done.code, done.out) == (3, "")
    return done.err.splitlines()[0].removeprefix("lamina: error: ").replace(f"{place.parent}/", "")


def test_a_part_that_is_missing_or_there_twice_is_told(place: Path, lamina: Lamina) -> None:
    (first, second, third), _ = parts(lamina, place, 3, "check")
    assert wrong(lamina, place, [first, third]) == "a shard is missing: 2/3"
    assert wrong(lamina, place, [second]) == "shards are missing: 1/3, 3/3"
    assert wrong(lamina, place, [first, second, first, third]) == (
        "the shard 1/3 is there twice: check-1-of-3.json and check-1-of-3.json"
    )


def test_parts_of_another_whole_are_told(place: Path, lamina: Lamina) -> None:
    (first, _), _ = parts(lamina, place, 2, "check")
    for words, other in {
        ("validate",): "validate-2-of-2.json is of lamina validate, and check-1-of-2.json is of lamina check",
        ("check", "prod"): "check-prod-2-of-2.json is about prod, and check-1-of-2.json is about all environments",
        (
            "check",
            "--at",
            "HEAD",
        ): "check---at-HEAD-2-of-2.json is of a revision (--at), and check-1-of-2.json is of a work tree",
    }.items():
        (_, second), _ = parts(lamina, place, 2, *words)
        assert wrong(lamina, place, [first, second]) == other
    (_, second, _), _ = parts(lamina, place, 3, "check")
    assert wrong(lamina, place, [first, second]) == (
        "check-2-of-3.json is one of 3 shards, and check-1-of-2.json is one of 2 shards"
    )
    (_, second), _ = parts(lamina, place, 2, "check", "--base", "HEAD~1")
    assert "is about what changed since" in wrong(lamina, place, [first, second])


def test_parts_of_another_commit_are_told(place: Path, lamina: Lamina) -> None:
    (first, second), _ = parts(lamina, place, 2, "check")
    commit = git(place, "rev-parse", "HEAD")
    committed(place, {"environments/prod/app/b.yaml": "size: 2\n"})
    other = git(place, "rev-parse", "HEAD")
    told = f"check-1-of-2.json is of the commit {commit}, and the repository here is of the commit {other}"
    assert wrong(lamina, place, [first, second]) == told
    (_, second), _ = parts(lamina, place, 2, "check", called="later")
    told = f"later-2-of-2.json is of the commit {other}, and check-1-of-2.json is of the commit {commit}"
    assert wrong(lamina, place, [first, second]) == told


@pytest.mark.parametrize("file", ["environments/prod/app/b.yaml", "policies/few.policy.yaml", ".sops.yaml"])
@pytest.mark.parametrize("in_git", [True, False])
def test_files_that_changed_between_two_shards_are_told(
    in_git: bool, file: str, place: Path, repository: Builder, lamina: Lamina
) -> None:
    root = place if in_git else repository({name: text for name, text in SOUND.items() if text})
    (root / file).parent.mkdir(exist_ok=True)
    (root / file).write_text("size: 3\n")
    (first, second), _ = parts(lamina, root, 2, "check")
    assert lamina("join", first, second, cwd=root).code in (0, 1)
    (root / file).write_text("size: 4\n")
    assert "is of files with the digest sha256:" in wrong(lamina, root, [first, second])
    (_, second), _ = parts(lamina, root, 2, "check", called="later")
    assert "is of files with the digest sha256:" in wrong(lamina, root, [first, second])


DAMAGE: dict[str, Any] = {
    "empty": lambda part: "",
    "no JSON": lambda part: "{",
    "too deep": lambda part: "[" * 100_000,
    "a list": lambda part: "[]",
    "of a whole command": lambda part: json.dumps({"findings": part["findings"]}),
    "of another form": lambda part: json.dumps(part | {"part": part["part"] | {"form": 2}}),
    "another command": lambda part: json.dumps(part | {"part": part["part"] | {"command": "render"}}),
    "no shard": lambda part: json.dumps(part | {"part": part["part"] | {"shard": "3/2"}}),
    "a number": lambda part: json.dumps(part | {"part": part["part"] | {"commit": 7}}),
    "a text": lambda part: json.dumps(part | {"part": part["part"] | {"environments": "prod"}}),
    "nothing seen": lambda part: json.dumps(part | {"part": part["part"] | {"seen": {}}}),
    "outside": lambda part: json.dumps(part).replace('"environments/', '"../environments/'),
    "absolute": lambda part: json.dumps(part).replace('"environments/', '"/environments/'),
    "bad paths": lambda part: json.dumps(part).replace('"size"', '"[[["'),
    "no line": lambda part: json.dumps(part).replace('"line": 1', '"line": 0'),
    "severe": lambda part: json.dumps(part).replace('"error"', '"fatal"'),
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_what_is_no_part_is_told(damage: Any, place: Path, lamina: Lamina) -> None:
    (first, second), _ = parts(lamina, place, 2, "check")
    with_findings = next(
        file for file in (first, second) if "app/b.yaml:" not in file and "two" in Path(file).read_text()
    )
    Path(with_findings).write_text(damage(json.loads(Path(with_findings).read_text())))
    assert " is no part: " in wrong(lamina, place, [first, second])


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["check", "--shard", "3/2"], "3/2 is no shard"),
        (["render", "prod", "--shard", "1/2"], "--shard"),
        (["check", "--shard", "1/2", "--format", "baseline"], "a baseline is of all findings"),
        (["check", "--shard", "1/2", "--baseline", "x"], "a baseline is of all findings"),
        (["validate", "--shard", "1/2", "--baseline", "x"], "a baseline is of all findings"),
        (["check", "--shard", "1/2", "--staged"], "what is staged is of no revision"),
        (["validate", "--shard", "1/2", "--layer", "x.yaml"], "a local layer is of one machine"),
        (["check", "--shard", "1/2", "--message", "x"], "--message judges a message"),
        (["join"], "PART"),
        (["join", "nowhere.json"], "nowhere.json cannot be read"),
    ],
    ids=lambda one: " ".join(one) if isinstance(one, list) else "",
)
def test_what_does_not_go_together_is_told(words: list[str], told: str, place: Path, lamina: Lamina) -> None:
    (place / "x.yaml").write_text("size: 1\n")
    done = lamina(*words, cwd=place)
    assert (done.code, done.out) == (2, "")
    assert told in done.err
