"""`rollback`, `revert` and `promote` where something is in the way: a death, others at work, and all that is half done."""

import os
import resource
import subprocess
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from shutil import which
from subprocess import CalledProcessError

import pytest
from cli.test_going_back import LAYERS, SCHEMA, V2, standing
from cli.test_going_back import root as root
from conftest import Lamina
from githistory import begun, committed, git
from killing import killed
from running import COMMAND, run_apart, surroundings

DEV, PROD = "environments/dev/app.yaml", "environments/prod/app.yaml"
WORDS = {
    "rollback": ["rollback", "prod", "--to", "HEAD~2"],
    "revert": ["revert", "HEAD~1"],
    "promote": ["promote", "prod", "dev", "--commit"],
}
OLD = {PROD: "# prod\nretries: 50 # as asked\n", DEV: "retries: 1\n", "README.md": "two\n"}
NEW = {
    "rollback": {PROD: "# prod\nretries: 5 # as asked\nlabels: !unset\n"},
    "revert": {PROD: "# prod\nretries: 5 # as asked\n", "README.md": "one\n"},
    "promote": {DEV: "retries: 50\n"},
}


@pytest.mark.parametrize("name", WORDS)
def test_a_death_before_any_act_leaves_a_sound_repository(name: str, root: Path, lamina: Lamina) -> None:
    start, new = git(root, "rev-parse", "HEAD"), OLD | NEW[name]
    # What is named by its distance from the tip would be another commit afterwards.
    words = [git(root, "rev-parse", word) if word.startswith("HEAD") else word for word in WORDS[name]]
    for number in range(0, 300, 1 if os.environ.get("LAMINA_LONG") else 5):
        if not killed(root, number, words):
            break
        assert list((root / ".git").rglob("*.lock")) == [], number
        git(root, "fsck", "--strict")
        assert all((root / file).read_text() in (OLD[file], new[file]) for file in OLD), number
        if git(root, "rev-parse", "HEAD") != start:
            _demand_made(root, start, new)
        again = lamina(*words, cwd=root)
        if again.code:
            # It died between the files and the commit; nothing is overwritten that nobody committed.
            assert "not committed, so nothing was written" in again.err, number
            git(root, "reset", "--quiet", "--hard")
            again = lamina(*words, cwd=root)
        assert again.code == 0, (number, again.err)
        _demand_made(root, start, new)
        git(root, "reset", "--quiet", "--hard", start)
        git(root, "clean", "--quiet", "--force", "-d")
    assert number > 15
    _demand_made(root, start, new)


def _demand_made(root: Path, start: str, new: dict[str, str]) -> None:
    """Demand one commit more, of the new files, and nothing beside it."""
    assert git(root, "rev-parse", "HEAD~1") == start
    # A file that was being written when it died may lie there beside the one that it was to become.
    assert git(root, "status", "--porcelain", "--untracked-files=no") == ""
    assert {file: (root / file).read_text() for file in new} == new


def test_six_at_once_lose_nothing(root: Path) -> None:
    then = git(root, "rev-parse", "HEAD~2")
    works = [
        ["rollback", "prod", "--to", then, "--reason", "one"],
        ["rollback", "dev", "--to", then, "--reason", "two"],
        ["set", "prod", "app:retries", "8", "--commit"],
        ["set", "dev", "app:retries", "7", "--commit"],
        ["promote", "prod", "dev", "--commit", "-m", "Promote"],
        ["set", "prod-eu", "app:labels.e", "f", "--commit"],
    ]

    def insisting(words: list[str]) -> tuple[str, list[str]]:
        """The commit that a command made in the end, and what it said each time that it made none."""
        said = []
        while (done := run_apart(*words, cwd=root)).code:
            assert done.code == 3, done
            said.append(done.err)
            assert len(said) < 100, done
        _, found, id = done.out.strip().rpartition("committed to main: ")
        return id if found else "", said

    before = git(root, "rev-parse", "HEAD")
    with ThreadPoolExecutor(6) as people:
        done = list(people.map(insisting, works))
    made = [id for id, _ in done if id]
    ids = git(root, "log", "--format=%h", "--abbrev=12", f"{before}..HEAD").split()
    assert sorted(ids) == sorted(made)
    assert len(made) >= 4  # one may find that another has done already what it was to do
    assert all("run the command again" in one for _, said in done for one in said)
    assert git(root, "status", "--porcelain") == ""
    git(root, "fsck", "--strict")
    assert run_apart("validate", cwd=root).code == 0


def merging(root: Path) -> None:
    git(root, "switch", "--quiet", "--create", "side", "HEAD~1")
    committed(root, {PROD: "retries: 6\n"}, "side")
    git(root, "switch", "--quiet", "main")
    committed(root, {PROD: "retries: 7\n"}, "ours")
    with pytest.raises(CalledProcessError):
        git(root, "merge", "side")


def detached(root: Path) -> None:
    git(root, "switch", "--quiet", "--detach")


def locked(root: Path) -> None:
    (root / ".git/index.lock").touch()


HINDERED: dict[str, tuple[Callable[[Path], None], str]] = {
    "a merge in progress": (merging, "git merge is in progress here, so nothing was committed"),
    "a detached head": (detached, "HEAD is detached, so there is no branch to commit to"),
    "a locked index": (locked, "another git process is at work here, so nothing was committed"),
}


@pytest.mark.parametrize("state", HINDERED)
@pytest.mark.parametrize("name", WORDS)
def test_what_is_half_done_is_ended_first(name: str, state: str, root: Path, lamina: Lamina) -> None:
    make, said = HINDERED[state]
    make(root)
    before = standing(root)
    words = [word.replace("HEAD~1", "main~1" if "merge" not in state else "main") for word in WORDS[name]]
    done = lamina(*words, cwd=root)
    assert (done.code, done.out) == (3, "")
    assert said in done.err
    assert "lamina: hint: " in done.err
    assert _texts(_without_folders(standing(root))) == _texts(_without_folders(before))


def _without_folders(found: dict[str, object]) -> dict[str, object]:
    """Files alone, since a file that came and went leaves its folder with another time; nor where ours was locked."""
    return {name: entry for name, entry in found.items() if not Path(name).is_dir()}


@pytest.mark.parametrize("name", WORDS)
def test_an_empty_repository(name: str, tmp_path: Path, lamina: Lamina) -> None:
    empty = begun(tmp_path / "empty")
    (empty / "environments").mkdir()
    done = lamina(*WORDS[name], cwd=empty)
    assert (done.code, done.out) == (3, "")
    assert "the branch main has no commit yet" in done.err


@pytest.mark.parametrize("name", WORDS)
def test_a_full_disk_leaves_all_as_it_was(name: str, root: Path, tmp_path: Path) -> None:
    """No file may grow beyond a size, so that the first that is larger fails, whoever writes it."""
    program = tmp_path / "bin/git"
    program.parent.mkdir()
    # Like Python, git is to be told of the limit, not ended by it.
    program.write_text(f"#!/bin/sh\ntrap '' XFSZ\nexec {which('git')} \"$@\"\n")
    program.chmod(0o755)
    # Bytecode that is cut short would outlive the test.
    env = surroundings({"PATH": f"{program.parent}:{os.environ['PATH']}", "PYTHONDONTWRITEBYTECODE": "1"})
    before = _without_folders(standing(root))
    outcomes = []
    for size in (0, 20, 200, 1000, 100_000):
        limited = partial(resource.setrlimit, resource.RLIMIT_FSIZE, (size, size))
        done = subprocess.run(
            [*COMMAND, *WORDS[name]], cwd=root, env=env, capture_output=True, check=False, preexec_fn=limited
        )
        outcomes.append(done.returncode)
        git(root, "fsck", "--strict")
        if done.returncode == 0:
            break
        assert b"lamina: error: " in done.stderr
        assert _texts(_without_folders(standing(root))) == _texts(before), (size, done.stderr)
    assert outcomes[-1] == 0
    assert set(outcomes[:-1]) == {3}
    _demand_made(root, git(root, "rev-parse", "HEAD~1"), OLD | NEW[name])


def _texts(found: dict[str, object]) -> dict[str, object]:
    """The files by what they hold, but for git's own index, which knows times."""
    return {name: entry[2] for name, entry in found.items() if isinstance(entry, tuple) and "/.git/index" not in name}


def stated(version: int = 1) -> dict[str, str | None]:
    return dict.fromkeys(LAYERS, f"schemaVersion: {version}\nretries: 3\n")


GAP: dict[str, str | None] = {"schemas/app/v3.schema.yaml": SCHEMA, **stated()}
AHEAD: dict[str, str | None] = {PROD: "schemaVersion: 9\nretries: 3\n"}
CYCLE: dict[str, str | None] = {
    **stated(),
    "schemas/app/v2.schema.yaml": SCHEMA,
    "schemas/app/v2.migration.yaml": "operations:\n- move: {from: a, to: a.b}\n",
}
WRONG: dict[str, str | None] = {
    **stated(),
    **V2,
    "schemas/app/v2.migration.yaml": "operations:\n- explode: {path: a}\n",
}


def said_of(done_err: str, words: Iterable[str]) -> bool:
    return all(word in done_err for word in words)


@pytest.mark.parametrize(
    ("then", "now", "said"),
    [
        (GAP, stated() | {"schemas/app/v3.schema.yaml": None}, None),
        (AHEAD, {PROD: "retries: 4\n"}, ["environments/prod/app.yaml:1:16: error: "]),
        (stated(), GAP, ["schemas/app/v3.schema.yaml"]),
        (stated(), WRONG, ["schemas/app/v2.migration.yaml:2:3: error: "]),
        (stated(), CYCLE, ["schemas/app/v2.migration.yaml"]),
    ],
    ids=["a gap then", "a newer layer then", "a gap now", "a wrong migration now", "a cycle of moves now"],
)
def test_what_is_wrong_with_the_versions(
    then: dict[str, str | None], now: dict[str, str | None], said: list[str] | None, root: Path, lamina: Lamina
) -> None:
    committed(root, then, "then")
    committed(root, now, "now")
    before = standing(root)
    done = lamina("rollback", "prod", "--to", "HEAD~1", cwd=root)
    if said is None:
        assert done.code == 0, done.err  # what was wrong then is no more today
        return
    assert (done.code, done.out) == (1, ""), done.err
    assert said_of(done.err, [*said, "so nothing was written"]), done.err
    assert standing(root) == before
