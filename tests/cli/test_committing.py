"""`--commit`: what `set`, `unset` and `migrate --write` make is one commit of what was validated, or nothing at all."""

import os
import resource
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest
from conftest import Lamina
from githistory import begun, committed, git
from killing import ended, killed, started
from running import COMMAND, run_apart, surroundings

SCHEMA = """
    additionalProperties: false
    properties:
      level: {enum: [debug, info]}
      max: {type: integer}
      password: {type: string, x-secret: true}
"""
SCHEMA_2 = SCHEMA.replace("max:", "limit:")
BASE, PROD = "environments/base/app.yaml", "environments/prod/app.yaml"
FILES: dict[str, str | None] = {
    "schemas/app/v1.schema.yaml": SCHEMA,
    BASE: "# All.\nlevel: info\n",
    PROD: "max: 1 # one\n",
}
OLD = {
    "schemas/app/v2.schema.yaml": SCHEMA_2,
    "schemas/app/v2.migration.yaml": "operations:\n- rename: {path: max, to: limit}\n",
    BASE: "schemaVersion: 1\nlevel: info\n",
    PROD: "schemaVersion: 1\nmax: 1 # one\n",
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = begun(tmp_path / "r")
    committed(root, FILES, "first")
    return root


@pytest.fixture
def outdated(root: Path) -> Path:
    """The same with a second version of the schema, and two layers of the first."""
    committed(root, dict(OLD), "second")
    return root


def held(root: Path, file: str, revision: str = "HEAD") -> str:
    return git(root, "cat-file", "blob", f"{revision}:{file}")


def subjects(root: Path, revision: str = "HEAD") -> list[str]:
    return git(root, "log", "--format=%s", revision).split("\n")


def status(root: Path) -> list[str]:
    return git(root, "status", "--porcelain", "--branch").split("\n")[1:]


def test_set_makes_a_commit_and_says_which(root: Path, lamina: Lamina) -> None:
    outcome = lamina("set", "prod", "app:max", "2", "--commit", cwd=root)
    id = git(root, "rev-parse", "HEAD")
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out == f"app:max: 1 -> 2  ({PROD})\ncommitted to main: {id[:12]}\n"
    assert subjects(root) == ["Set app:max in prod", "first"]
    assert held(root, PROD) == "max: 2 # one"
    assert ((root / PROD).read_text(), status(root)) == ("max: 2 # one\n", [])


@pytest.mark.parametrize(
    ("words", "subject", "file"),
    [
        (["set", "prod", "app:level", "debug", "--layer", "base", "--commit"], "Set app:level in base", BASE),
        (["unset", "prod", "app:max", "--commit"], "Unset app:max in prod", PROD),
        (["unset", "prod", "app:level", "--hide", "--commit"], "Hide app:level in prod", PROD),
        (["set", "prod", "app:max", "2", "-m", "Two.\n\nMore."], "Two.", PROD),
        (["set", "prod", "app:max", "2", "--message", "--commit"], "--commit", PROD),
    ],
)
def test_the_subject_says_what_was_done_or_what_the_user_says(
    words: list[str], subject: str, file: str, root: Path, lamina: Lamina
) -> None:
    assert lamina(*words, cwd=root).code == 0
    assert subjects(root)[0] == subject
    assert git(root, "diff", "--name-only", "HEAD^", "HEAD") == file
    assert status(root) == []


def test_a_made_subject_holds_no_value_and_one_line(root: Path, lamina: Lamina) -> None:
    committed(root, {"schemas/app/v1.schema.yaml": "{}"}, "anything goes")
    assert lamina("set", "prod", 'app:"a\nb"', "hunter2", "--commit", cwd=root).code == 0
    message = git(root, "log", "-1", "--format=%B")
    assert "hunter2" not in message
    assert len(message.split("\n")) == 1


def test_another_branch_gets_the_commit_and_nothing_is_checked_out(root: Path, lamina: Lamina) -> None:
    (root / PROD).write_text("max: 9\n")
    assert lamina("set", "prod", "app:max", "2", "--branch", "fix/max", cwd=root).out.startswith("app:max: 1 -> 2")
    outcome = lamina("set", "prod", "app:level", "debug", "--branch", "fix/max", "-m", "Loud", cwd=root)
    assert outcome.out.splitlines()[1] == f"committed to fix/max: {git(root, 'rev-parse', 'fix/max')[:12]}"
    assert held(root, PROD, "fix/max") == "max: 2 # one\nlevel: debug"
    assert subjects(root, "fix/max") == ["Loud", "Set app:max in prod", "first"]
    assert (subjects(root), status(root)) == (["first"], [f" M {PROD}"])


def test_what_is_not_committed_plays_no_part(root: Path, lamina: Lamina) -> None:
    (root / "schemas/app/v1.schema.yaml").write_text("properties: {max: {type: string}}\n")
    (root / BASE).write_text("level: info\nmax: many\n")
    git(root, "add", BASE)
    assert lamina("set", "prod", "app:max", "2", "--commit", cwd=root).code == 0
    assert held(root, BASE) == "# All.\nlevel: info"
    assert status(root) == [f"M  {BASE}", " M schemas/app/v1.schema.yaml"]
    (root / "schemas/app/v1.schema.yaml").write_text("properties: {max: {}}\n")
    refused = lamina("set", "prod", "app:max", "many", "--commit", cwd=root)
    assert (refused.code, refused.out) == (1, "")
    assert "a commit is made only of what has no new errors" in refused.err


def test_nothing_to_do_is_no_commit(root: Path, lamina: Lamina) -> None:
    outcome = lamina("set", "prod", "app:max", "1", "--commit", cwd=root)
    assert (outcome.code, outcome.out) == (
        0,
        "app:max: 1, already so  (environments/prod/app.yaml)\nnothing to commit to main\n",
    )
    assert lamina("set", "prod", "app:max", "1", "--branch", "new", cwd=root).code == 0
    assert git(root, "branch", "--format=%(refname:short)") == "main"
    assert subjects(root) == ["first"]


def test_in_a_folder_of_the_git_repository(tmp_path: Path, lamina: Lamina) -> None:
    top = begun(tmp_path / "r")
    committed(top, {f"config/live/{name}": text for name, text in FILES.items()} | {"x": "x\n"}, "first")
    root = top / "config/live"
    for folder, value in ((root, "2"), (root / "environments/prod", "3")):
        assert lamina("set", "prod", "app:max", value, "--commit", cwd=folder).code == 0
        assert held(top, f"config/live/{PROD}") == f"max: {value} # one"
    assert lamina("set", "prod", "app:max", "4", "--branch", "side", cwd=root).code == 0
    assert held(top, f"config/live/{PROD}", "side") == "max: 4 # one"
    assert status(top) == []


def test_in_a_bare_repository(root: Path, tmp_path: Path, lamina: Lamina) -> None:
    bare = tmp_path / "bare.git"
    git(root, "clone", "-q", "--bare", str(root), str(bare))
    assert lamina("set", "prod", "app:max", "2", "--commit", cwd=bare).code == 0
    assert held(bare, PROD, "main") == "max: 2 # one"
    assert "name a revision" in lamina("set", "prod", "app:max", "2", cwd=bare).err


def test_migrate_makes_one_commit_of_all(outdated: Path, lamina: Lamina) -> None:
    (outdated / "untracked").write_text("u\n")
    outcome = lamina("migrate", "--write", "--commit", cwd=outdated)
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out.splitlines()[-1] == f"committed to main: {git(outdated, 'rev-parse', 'HEAD')[:12]}"
    assert subjects(outdated)[0] == "Migrate 2 files to the newest versions of their kinds"
    assert git(outdated, "diff", "--name-only", "HEAD^", "HEAD").split() == [BASE, PROD]
    assert held(outdated, PROD) == "schemaVersion: 2\nlimit: 1 # one"
    assert status(outdated) == ["?? untracked"]
    assert lamina("migrate", "--write", "--commit", cwd=outdated).out.splitlines()[-1] == "nothing to commit to main"
    assert lamina("migrate", "--check", cwd=outdated).code == 0


def test_migrate_on_another_branch(outdated: Path, lamina: Lamina) -> None:
    assert lamina("migrate", "--write", "--branch", "up", "-m", "Up", cwd=outdated).code == 0
    assert (held(outdated, PROD, "up"), held(outdated, PROD)) == ("schemaVersion: 2\nlimit: 1 # one", OLD[PROD].strip())
    assert (subjects(outdated, "up")[0], status(outdated)) == ("Up", [])


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["set", "prod", "app:max", "2", "--commit", "--force"], "a commit is made only of what has none"),
        (["migrate", "--check", "--commit"], "only what is written can be committed"),
        (["migrate", "-m", "x"], "only what is written can be committed"),
        (["set", "prod", "app:max", "2", "-m", ""], "the message is empty"),
        (["set", "prod", "app:max", "2", "--branch", "a..b"], "cannot be the name of a branch"),
        (["set", "prod", "app:max", "2", "--branch", ""], "cannot be the name of a branch"),
        (["set", "prod", "app:max", "2", "--commit", "--at", "HEAD"], "No such option"),
    ],
)
def test_words_that_do_not_go_together(words: list[str], said: str, root: Path, lamina: Lamina) -> None:
    outcome = lamina(*words, cwd=root)
    assert (outcome.code, outcome.out) == (2, "")
    assert said in outcome.err
    assert (subjects(root), status(root)) == (["first"], [])


def test_a_secret_is_not_committed_in_plain_text(root: Path, lamina: Lamina) -> None:
    outcome = lamina("set", "prod", "app:password", "hunter2", "--commit", cwd=root)
    assert outcome.code == 3
    assert "hunter2" not in outcome.out + outcome.err
    assert subjects(root) == ["first"]


def test_what_hinders_is_said_before_anything_is_computed(root: Path, tmp_path: Path, lamina: Lamina) -> None:
    git(root, "switch", "-q", "--detach")
    outcome = lamina("set", "prod", "app:max", "x", "--commit", cwd=root)
    assert (outcome.code, outcome.out) == (3, "")
    assert outcome.err.splitlines() == [
        "lamina: error: HEAD is detached, so there is no branch to commit to",
        "lamina: hint: git switch BRANCH checks one out; --branch NAME commits to one that is not",
    ]
    begun(tmp_path / "empty")
    (tmp_path / "empty/environments").mkdir()
    assert "has no commit yet" in lamina("set", "prod", "app:max", "2", "--commit", cwd=tmp_path / "empty").err


def test_a_file_with_changes_of_its_own(root: Path, lamina: Lamina) -> None:
    (root / PROD).write_text("max: 9\n")
    outcome = lamina("set", "prod", "app:max", "2", "--commit", cwd=root)
    assert (outcome.code, outcome.out) == (3, "")
    assert f"{PROD} has changes that are not committed" in outcome.err
    assert (subjects(root), (root / PROD).read_text()) == (["first"], "max: 9\n")


def hooked(root: Path, script: str) -> None:
    """Let a script run before each commit."""
    hook = root / ".git/hooks/pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\n{script}\n")
    hook.chmod(0o755)


def test_what_a_hook_says_cannot_move_the_cursor(root: Path, lamina: Lamina) -> None:
    hooked(root, "printf '\\033[2Jno\\n'; exit 1")
    outcome = lamina("set", "prod", "app:max", "2", "--commit", cwd=root)
    assert outcome.code == 3
    assert "the hook pre-commit refused (status 1)" in outcome.err
    assert "lamina:   \\x1b[2Jno" in outcome.err
    assert status(root) == []


@pytest.mark.parametrize("branch", [None, "side"])
def test_eight_at_once_lose_nothing(branch: str | None, root: Path) -> None:
    committed(root, {"schemas/app/v1.schema.yaml": "{}"}, "anything goes")
    start = len(subjects(root))
    where = ["--branch", branch] if branch else ["--commit"]

    def insisting(number: int) -> list[str]:
        """Sets a value of its own until that is in, and gives what was said each time that it was not."""
        said = []
        while (done := run_apart("set", "prod", f"app:k{number}", str(number), *where, cwd=root)).code:
            assert done.code == 3, done
            said.append(done.err)
            assert len(said) < 100, done
        return said

    with ThreadPoolExecutor(8) as people:
        said = [line for lines in people.map(insisting, range(8)) for line in lines]
    assert all("run the command again" in one for one in said)
    revision = branch or "main"
    assert sorted(subjects(root, revision)[:-start]) == [f"Set app:k{number} in prod" for number in range(8)]
    assert sorted(held(root, PROD, revision).split("\n")[1:]) == [f"k{number}: {number}" for number in range(8)]
    assert status(root) == []
    git(root, "fsck", "--strict")


def test_a_full_disk_leaves_all_as_it_was(outdated: Path, tmp_path: Path) -> None:
    """No file may grow beyond a size, so that the first that is larger fails, whoever writes it."""
    program = tmp_path / "bin/git"
    program.parent.mkdir()
    # Like Python, git is to be told of the limit, not ended by it.
    program.write_text(f"#!/bin/sh\ntrap '' XFSZ\nexec {_program('git')} \"$@\"\n")
    program.chmod(0o755)
    # Bytecode that is cut short would outlive the test.
    env = surroundings({"PATH": f"{program.parent}:{os.environ['PATH']}", "PYTHONDONTWRITEBYTECODE": "1"})
    before = _whole(outdated)
    outcomes = set()
    for size in (0, 50, 150, 1000, 100_000):
        limited = partial(resource.setrlimit, resource.RLIMIT_FSIZE, (size, size))
        words = [*COMMAND, "migrate", "--write", "--commit"]
        done = subprocess.run(words, cwd=outdated, env=env, capture_output=True, check=False, preexec_fn=limited)
        outcomes.add(done.returncode)
        if done.returncode == 0:
            break
        assert done.returncode == 3, done.stderr.decode()
        assert b"lamina: error: " in done.stderr
        assert _whole(outdated) == before, (size, done.stderr)
    assert outcomes == {3, 0}
    assert (status(outdated), held(outdated, PROD)) == ([], "schemaVersion: 2\nlimit: 1 # one")


def _program(name: str) -> str:
    from shutil import which

    found = which(name)
    assert found
    return found


def _whole(root: Path) -> list[str]:
    """What a repository holds, for git and on the disk; raises CalledProcessError where git finds it damaged."""
    git(root, "fsck", "--strict")
    assert list(_left_over(root)) == []
    files = [f"{path}: {(root / path).read_text()}" for path in (BASE, PROD)]
    return [git(root, "rev-parse", "HEAD"), git(root, "ls-files", "--stage"), *files, *status(root)]


def _left_over(root: Path) -> Iterator[Path]:
    yield from (root / ".git").rglob("*.lock")
    yield from (path for path in (root / "environments").rglob(".*"))


KILLABLE = {
    "set": ["set", "prod", "app:max", "2", "--commit"],
    "set on another branch": ["set", "prod", "app:max", "2", "--branch", "side"],
    "migrate": ["migrate", "--write", "--commit"],
}


@pytest.mark.parametrize("name", KILLABLE)
def test_a_death_before_any_act_leaves_a_sound_repository(name: str, root: Path) -> None:
    if name == "migrate":
        committed(root, dict(OLD), "second")
    if name == "set":
        hooked(root, "exit 0")
    start = git(root, "rev-parse", "HEAD")
    old = {file: (root / file).read_text() for file in (BASE, PROD)}
    new = {BASE: "schemaVersion: 2\nlevel: info\n", PROD: "schemaVersion: 2\nlimit: 1 # one\n"}
    new = new if name == "migrate" else {BASE: old[BASE], PROD: "max: 2 # one\n"}
    branch = "side" if "another" in name else "main"
    # One command is killed before each of its acts, the others before some.
    for number in range(0, 200, 1 if name == "set" else 4):
        dead = killed(root, number, KILLABLE[name])
        assert list((root / ".git").rglob("*.lock")) == [], number
        git(root, "fsck", "--strict")
        for file in old:
            assert (root / file).read_text() in (old[file], new[file]), number
        reached = (
            git(root, "rev-parse", "--verify", "--quiet", branch) if branch == "main" or _has(root, branch) else start
        )
        if reached != start:
            # The commit is whole, and so is the work tree where it is checked out.
            assert all(held(root, file, branch) == new[file].strip() for file in new), number
            assert branch == "side" or status(root) == [], number
        if not dead:
            break
        # What a person does who finds changes that nobody committed.
        git(root, "reset", "-q", "--hard", start)
        _removed(root, branch)
        git(root, "clean", "-qfd")
    assert not dead
    assert number > 15
    assert git(root, "rev-parse", branch) != start


def _has(root: Path, branch: str) -> bool:
    return branch in git(root, "branch", "--format=%(refname:short)").split()


def _removed(root: Path, branch: str) -> None:
    if branch != "main" and _has(root, branch):
        git(root, "branch", "-q", "-D", branch)


def test_deaths_at_random_moments(outdated: Path, lamina: Lamina) -> None:
    start = git(outdated, "rev-parse", "HEAD")
    new = {file: text.replace("ion: 1", "ion: 2").replace("max", "limit") for file, text in OLD.items() if text}
    for number in range(10):
        running = started(outdated, [*COMMAND, "migrate", "--write", "--commit"])
        time.sleep(0.1 + 0.04 * number)
        running.kill()
        ended(running)
        git(outdated, "fsck", "--strict")
        assert all((outdated / file).read_text() in (OLD[file], new[file]) for file in (BASE, PROD))
        git(outdated, "reset", "-q", "--hard", start)
        git(outdated, "clean", "-qfd")
    assert lamina("migrate", "--write", "--commit", cwd=outdated).code == 0
    assert status(outdated) == []
