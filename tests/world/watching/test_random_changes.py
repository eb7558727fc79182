"""Whatever happens below a place is told, and afterwards every folder there is still watched, by events alone."""

import os
import shutil
import tempfile
from contextlib import closing, suppress
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from world.watching.watched import LONG, quiet, written

from lamina.world.watching import watching
from lamina.world.watching.looks import by_stat, look

NAMES = st.sampled_from(["a", "b", "c", "a/a", "a/b", "b/a", "b/a/c", "c/a/b/a"])
ACTS = st.one_of(
    st.tuples(st.just("write"), NAMES),
    st.tuples(st.just("folder"), NAMES),
    st.tuples(st.just("remove"), NAMES),
    st.tuples(st.just("link"), NAMES, NAMES),
    st.tuples(st.just("move"), NAMES, NAMES),
    st.tuples(st.just("out"), NAMES),
    st.tuples(st.just("back"), NAMES),
    st.tuples(st.just("wait")),
)


def act(root: Path, what: str, *names: str) -> None:
    """Does one thing, where it can be done; `out` and `back` move between the place and another."""
    one, other = root / (names or ("",))[0], root / (names or ("",))[-1]
    match what:
        case "write":
            written(one, os.urandom(4).hex())
        case "folder":
            one.mkdir(parents=True)
        case "remove":
            shutil.rmtree(one) if one.is_dir() and not one.is_symlink() else one.unlink()
        case "link":
            one.symlink_to(other)
        case "move":
            one.rename(other)
        case "out":
            one.rename(root.parent / "aside")
        case "back":
            (root.parent / "aside").rename(one)


@settings(max_examples=1000 if os.environ.get("LAMINA_LONG") else 25)
@given(acts=st.lists(ACTS, max_size=12))
def test_what_changes_is_told_and_all_folders_stay_watched(acts: list[tuple[str, ...]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder, "place")
        written(root / "a/b/first")
        with closing(watching([root], sweep=3600)) as watch:
            before = look([str(root)], by_stat)
            for one in acts:
                if one[0] == "wait":
                    quiet(watch)
                    before = look([str(root)], by_stat)
                with suppress(OSError):
                    act(root, *one)
            if look([str(root)], by_stat) != before:
                assert watch.wait(LONG)
            quiet(watch)
            for path in [root, *root.rglob("*/")]:
                if path.is_dir() and not path.is_symlink():
                    (path / "last").mkdir()
                    assert watch.wait(LONG), path
