"""Who set each line, as libgit2 finds it: the same as the program git does, over histories of every kind."""

import tempfile
from pathlib import Path

from githistory import begun, committed, git
from hypothesis import given, settings
from hypothesis import strategies as st

from lamina.world.history import History

# In one order and each once: where equal lines move, the two may rightly differ about which of them is new.
lines = st.lists(st.sampled_from(["", "  f", "a", "b", "c", "d", "e: 1"]), max_size=7, unique=True).map(sorted)


@settings(max_examples=25)
@given(st.lists(lines, min_size=1, max_size=6))
def test_blame_is_that_of_git(versions: list[list[str]]) -> None:
    with tempfile.TemporaryDirectory() as name:
        root = begun(Path(name))
        for number, text in enumerate(versions):
            committed(root, {"file.yaml": "".join(f"{line}\n" for line in text)}, f"change {number}")
        history = History(root)
        commits = history.blame(history.commit("HEAD").id, "file.yaml")
        said = git(root, "blame", "--porcelain", "HEAD", "--", "file.yaml").splitlines()
        ids = [line.split()[0] for line in said if len(line.split(" ")[0]) == 40]
        assert [commit.id for commit in commits] == ids


def test_an_author_and_a_date_that_no_calendar_has(tmp_path: Path) -> None:
    root = begun(tmp_path)
    tree = git(root, "mktree")
    data = f"tree {tree}\nauthor Zo\xe9 <z> 99999999999999 +0000\ncommitter x <x> 0 +0000\n\n\n  subject \xe9\nrest\n".encode(
        "latin-1"
    )
    id = git(root, "hash-object", "-w", "-t", "commit", "--literally", "--stdin", stdin=data)
    commit = History(root).commit(id)
    assert (commit.author, commit.date, commit.subject) == ("Zo\ufffd", "@99999999999999", "subject \ufffd")
