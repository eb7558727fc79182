"""`lamina secrets diff`: between revisions, the work tree and files; what it prints, and that no value shows unasked."""

import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from conftest import Builder, Lamina
from running import Outcome, run_program
from sealing import Person, sealed_for

from lamina.thought.sealed.keys import Sharing
from lamina.thought.sealed.opening import Opened, look, opened
from lamina.thought.sealed.recipients import identities
from lamina.thought.sealed.rekeying import rewrapped, rotated
from lamina.thought.sealed.sealing import resealed

ADA, BOB = Person(), Person()
NOW = datetime(2026, 3, 3, tzinfo=UTC)
FILE = "environments/prod/app.sops.yaml"
PLAIN = "password: hunter2\nuser: hunter2-user\n"


def git(root: Path, *words: str) -> None:
    outcome = run_program("git", "-C", str(root), *words, cwd=root)
    assert outcome.code == 0, outcome.err


@pytest.fixture
def root(repository: Builder) -> Path:
    root = repository({FILE: sealed_for(ADA, text=PLAIN), "environments/base/app.yaml": "a: 1\n"})
    git(root, "init", "--quiet", "--initial-branch=main")
    commit(root)
    return root


def commit(root: Path) -> None:
    git(root, "add", ".")
    git(root, "commit", "--quiet", "-m", "state")


def held(root: Path) -> Opened:
    return opened(look((root / FILE).read_bytes(), FILE), identities(ADA.secret).found)


def edit(root: Path, text: str) -> None:
    (root / FILE).write_bytes(resealed(held(root), text.encode(), os.urandom, NOW))


def no_secret(outcome: Outcome) -> Outcome:
    assert "hunter2" not in outcome.out + outcome.err
    assert ADA.secret not in outcome.out + outcome.err
    return outcome


def test_nothing_differs(root: Path, lamina: Lamina) -> None:
    outcome = lamina("secrets", "diff", cwd=root)
    assert (outcome.code, outcome.out) == (0, "no secrets differ between HEAD and the work tree\n")
    assert lamina("secrets", "diff", "--format", "json", cwd=root).out == (
        '{\n  "left": "HEAD",\n  "right": "the work tree",\n  "files": [],\n  "findings": []\n}\n'
    )


def test_head_and_the_work_tree(root: Path, lamina: Lamina) -> None:
    edit(root, "password: hunter2-new\ntoken: hunter2\n")
    for folder in (root, root / "environments/base"):
        outcome = no_secret(lamina("secrets", "diff", cwd=folder))
        assert (outcome.code, outcome.err) == (1, "")
        assert outcome.out.splitlines() == [FILE, "  ~ password", "  + token", "  - user"]


def test_two_revisions(root: Path, lamina: Lamina) -> None:
    (root / FILE).write_bytes(rewrapped(held(root), Sharing(((ADA.recipient, BOB.recipient),)), os.urandom))
    commit(root)
    (root / "environments/prod/new.sops.yaml").write_bytes(sealed_for(ADA, text="key: hunter2\n"))
    commit(root)
    outcome = no_secret(lamina("secrets", "diff", "HEAD~2", "main", cwd=root))
    assert outcome.out.splitlines() == [
        FILE,
        f"  + recipient {BOB.recipient}",
        "environments/prod/new.sops.yaml (new)",
        "  + key",
        f"  + recipient {ADA.recipient}",
    ]
    outcome = lamina("secrets", "diff", "HEAD~2", "main", "environments/prod/new.sops.yaml", cwd=root)
    assert FILE not in outcome.out
    assert lamina("secrets", "diff", "HEAD~2", "HEAD~2", cwd=root).code == 0
    back = lamina("secrets", "diff", "main", "HEAD~2", "environments/prod/new.sops.yaml", cwd=root)
    assert back.out.splitlines() == ["environments/prod/new.sops.yaml (deleted)", "  - key"]


def test_a_rotation(root: Path, lamina: Lamina) -> None:
    edit(root, PLAIN.replace("hunter2\n", "hunter2-new\n"))
    (root / FILE).write_bytes(rotated(held(root), Sharing(((ADA.recipient,),)), os.urandom, NOW))
    outcome = no_secret(lamina("secrets", "diff", cwd=root))
    assert outcome.code == 1
    assert outcome.out.splitlines() == [
        FILE,
        "  ? rotated: under another data key, so whether 2 values changed cannot be told without a key",
    ]
    outcome = lamina("secrets", "diff", "--reveal", cwd=root, env=ADA.env)
    assert outcome.out.splitlines() == [FILE, "  ~ password: hunter2 -> hunter2-new"]


def test_values_are_shown_when_asked(root: Path, lamina: Lamina) -> None:
    edit(root, "password: |\n  one\n  two\nuser: 5\nflag: true\n")
    outcome = lamina("secrets", "diff", "--reveal", cwd=root, env=ADA.env)
    assert outcome.out.splitlines() == [
        FILE,
        "  + flag: true",
        r'  ~ password: hunter2 -> "one\ntwo\n"',
        "  ~ user: hunter2-user -> 5",
    ]
    said = json.loads(lamina("secrets", "diff", "--reveal", "--format", "json", cwd=root, env=ADA.env).out)
    assert said["files"][0]["changes"][2] == {
        "path": "user",
        "change": "changed",
        "comment": False,
        "before": "hunter2-user",
        "after": 5,
    }


def test_json_without_a_key(root: Path, lamina: Lamina) -> None:
    edit(root, "password: hunter2-new\nuser: hunter2-user\n")
    outcome = no_secret(lamina("secrets", "diff", "--format", "json", cwd=root))
    assert outcome.code == 1
    assert json.loads(outcome.out)["files"] == [
        {
            "file": FILE,
            "change": "changed",
            "changes": [{"path": "password", "change": "changed", "comment": False}],
            "rotated": False,
            "untold": 0,
            "recipients": {"added": [], "removed": []},
            "groups": None,
            "rule": None,
        }
    ]


def test_without_the_key_that_was_asked_for(root: Path, lamina: Lamina) -> None:
    edit(root, "password: hunter2-new\nuser: hunter2-user\n")
    outcome = no_secret(lamina("secrets", "diff", "--reveal", cwd=root, env=BOB.env))
    assert outcome.code == 3
    assert outcome.out.splitlines() == [FILE, "  ~ password"]
    assert "keys were looked for in" in outcome.err


def test_a_file_that_is_not_sealed_any_more(root: Path, lamina: Lamina) -> None:
    (root / FILE).write_text(PLAIN)
    outcome = no_secret(lamina("secrets", "diff", cwd=root))
    assert (outcome.code, outcome.out.splitlines()[0]) == (1, f"{FILE} (not sealed any more)")


def test_a_file_that_cannot_be_read(root: Path, lamina: Lamina) -> None:
    (root / FILE).write_text("<<<<<<< ours\n" + (root / FILE).read_text())
    outcome = no_secret(lamina("secrets", "diff", cwd=root))
    assert (outcome.code, outcome.out) == (1, f"{FILE} (cannot be read)\n")
    assert f"{FILE}:2:1: error: in the work tree: it cannot be read" in outcome.err


def test_two_files(root: Path, lamina: Lamina, tmp_path: Path) -> None:
    edit(root, "password: hunter2-new\nuser: hunter2-user\n")
    (root / "copy.sops.yaml").write_bytes((root / FILE).read_bytes())
    git(root, "checkout", "--quiet", FILE)
    outcome = no_secret(lamina("secrets", "diff", FILE, "copy.sops.yaml", cwd=root))
    assert outcome.out.splitlines() == ["copy.sops.yaml", "  ~ password"]
    for name in ("a", "b"):
        (tmp_path / name).write_text("hunter2\n")
    outcome = no_secret(lamina("secrets", "diff", "a", "b", cwd=tmp_path))
    assert (outcome.code, "neither file is sealed" in outcome.err) == (2, True)


def test_words_that_mean_nothing_or_two_things(root: Path, lamina: Lamina, tmp_path: Path) -> None:
    for words in (("nothing",), ("HEAD", "nothing"), ("HEAD", "HEAD", "nothing"), ("nothing", "HEAD")):
        outcome = lamina("secrets", "diff", *words, cwd=root)
        assert (outcome.code, "nothing is neither a revision nor a file" in outcome.err) == (3, True)
    git(root, "branch", "environments")
    outcome = lamina("secrets", "diff", "environments", cwd=root)
    assert (outcome.code, "environments is a revision and a file" in outcome.err) == (2, True)
    assert lamina("secrets", "diff", "./environments", cwd=root).code == 0
    outcome = lamina("secrets", "diff", cwd=tmp_path)
    assert (outcome.code, "is in no git repository" in outcome.err) == (3, True)
    outcome = lamina("secrets", "diff", "HEAD", "..", cwd=root)
    assert (outcome.code, "outside the git repository" in outcome.err) == (2, True)


def test_before_the_first_commit(repository: Builder, lamina: Lamina) -> None:
    root = repository({FILE: sealed_for(ADA, text=PLAIN)})
    git(root, "init", "--quiet")
    outcome = lamina("secrets", "diff", cwd=root)
    assert (outcome.code, "HEAD is no revision here" in outcome.err) == (3, True)


def test_a_deleted_file_by_its_name(root: Path, lamina: Lamina) -> None:
    (root / FILE).unlink()
    outcome = lamina("secrets", "diff", FILE, cwd=root)
    assert outcome.out.splitlines() == [f"{FILE} (deleted)", "  - password", "  - user"]


def test_nothing_is_touched(root: Path, lamina: Lamina) -> None:
    edit(root, "password: hunter2-new\n")
    before = {path: path.stat().st_mtime_ns for path in sorted(root.rglob("*"))}
    lamina("secrets", "diff", cwd=root)
    lamina("secrets", "diff", "HEAD", "HEAD", cwd=root)
    assert {path: path.stat().st_mtime_ns for path in sorted(root.rglob("*"))} == before
