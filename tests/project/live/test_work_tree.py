"""A work tree in which git is at work: what it checks out is there as a whole, or not yet."""

import time
from pathlib import Path

import pytest
from githistory import begun, committed, git
from living import FILES, replaced, until

import lamina
from lamina.project.live import trees
from lamina.world.sources import memory


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = begun(tmp_path / "repository")
    committed(root, FILES, "first")
    return root


def test_while_git_writes_nothing_is_taken(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = list[object]()
    with lamina.live(root, "prod") as live:
        live.on_outcome(told.append)
        lock = root / ".git/index.lock"
        lock.write_bytes(b"")
        replaced(root / "environments/base/app.yaml", "n: 2\n")
        until(lambda: live.status().refused)
        refused = live.status().refused
        assert refused is not None
        assert refused.reason == f"git is at work in {root}"
        assert (live.current["app"]["n"], told) == (1, [])
        lock.unlink()
        until(lambda: live.generation == 2)
        assert live.status().healthy
        assert len(told) == 1


def test_a_lock_that_was_left_behind_keeps_nobody_waiting(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trees, "_LONGEST_CHECKOUT", 0.1)
    with lamina.live(root, "prod", watch=False) as live:
        (root / ".git/index.lock").write_bytes(b"")
        replaced(root / "environments/base/app.yaml", "n: 2\n")
        assert live.reload().verdict == "applied"


def test_a_lock_that_was_left_behind_hinders_no_start(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trees, "_LONGEST_CHECKOUT", 0.5)
    (root / ".git/index.lock").write_bytes(b"")
    with lamina.live(root, "prod", watch=False) as live:
        assert live.current["app"]["n"] == 1


def test_a_checkout_is_seen_as_a_whole(root: Path) -> None:
    teams = [f"environments/base/teams/t{number}.yaml" for number in range(40)]
    for number in (1, 2):
        git(root, "checkout", "--quiet", "-b", f"b{number}")
        committed(root, dict.fromkeys(teams, f"n: {number}\n"))
    seen = set[frozenset[int]]()
    with lamina.live(root, "prod") as live:

        def look() -> int:
            seen.add(frozenset(one["n"] for name, one in live.current.items() if name.startswith("teams/t")))
            return live.generation

        live.on_outcome(lambda outcome: look())
        for turn in range(20):
            before = live.generation
            git(root, "checkout", "--quiet", f"b{turn % 2 + 1}")
            until(lambda before=before: look() > before)  # type: ignore[misc]
    assert seen == {frozenset({1}), frozenset({2})}


def test_a_folder_that_is_a_link_to_another_work_tree(root: Path, tmp_path: Path) -> None:
    git(root, "worktree", "add", "--quiet", "-b", "second", str(tmp_path / "second"))
    replaced(tmp_path / "second/environments/base/app.yaml", "n: 2\n")
    link = tmp_path / "current"
    link.symlink_to(root)
    with lamina.live(link, "prod") as live:
        (tmp_path / "beside").symlink_to(tmp_path / "second")
        (tmp_path / "beside").replace(link)
        until(lambda: live.generation == 2)
        replaced(tmp_path / "second/environments/base/app.yaml", "n: 3\n")
        until(lambda: live.current["app"]["n"] == 3)


def test_a_file_that_is_being_written_is_seen_when_it_is_whole(root: Path) -> None:
    file, seen = root / "environments/base/app.yaml", set[tuple[int, int]]()
    with lamina.live(root, "prod") as live:
        live.on_outcome(
            lambda outcome: seen.add((live.current["app"]["n"], live.current["app"].get("map", {}).get("a", 0)))
        )
        for number in range(2, 8):
            with file.open("w") as stream:
                for part in (f"n: {number}\n", "name: base\n", f"map: {{a: {number}}}\n"):
                    time.sleep(0.004)
                    stream.write(part)
                    stream.flush()
            until(lambda number=number: live.current["app"]["n"] == number)  # type: ignore[misc]  # mypy gives such a default no type
        assert live.status().refusals == 0
    assert seen == {(number, number) for number in range(2, 8)}


def test_a_file_that_is_never_done_is_not_waited_for(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "_LONGEST_WRITE", 0.1)
    monkeypatch.setattr(memory, "_QUIET", 3600.0)
    with lamina.live(root, "prod", watch=False) as live:
        (root / "environments/base/app.yaml").write_text("n: 2\n")
        assert live.reload().verdict == "applied"


@pytest.mark.parametrize("how", ["emptied", "replaced", "new"])
def test_an_empty_file_is_refused(root: Path, how: str) -> None:
    name = "environments/base/teams/green.yaml" if how == "new" else "environments/base/app.yaml"
    with lamina.live(root, "prod", watch=False) as live:
        if how == "replaced":
            replaced(root / name, "")
        else:
            (root / name).write_bytes(b"")
        assert live.reload().reason == f"{name} is empty: delete it, or write {{}}"
        replaced(root / name, "n: 5\n")
        assert live.reload().verdict == "applied"


def test_a_file_that_was_empty_all_along_is_fine(root: Path) -> None:
    replaced(root / "environments/base/teams/green.yaml", "")
    with lamina.live(root, "prod", watch=False) as live:
        assert live.current["teams/green"] == {}
        replaced(root / "environments/base/app.yaml", "n: 2\n")
        assert live.reload().verdict == "applied"
