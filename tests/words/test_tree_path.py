"""Paths as sops writes them."""

import pytest

from lamina.words.node import Path
from lamina.words.tree_path import BadTreePath, parse_tree_path, tree_path_text

PATHS: dict[str, Path] = {
    '["a"]': ("a",),
    '["a"]["b"][0]': ("a", "b", 0),
    "['a'][12]": ("a", 12),
    '["a.b"]["c d"]': ("a.b", "c d"),
    r'["say \"x\""]["back\\slash"]': ('say "x"', "back\\slash"),
    '["a[0]"]': ("a[0]",),
    "": (),
}


@pytest.mark.parametrize(("text", "path"), PATHS.items())
def test_a_path_is_read(text: str, path: Path) -> None:
    assert parse_tree_path(text) == path
    assert parse_tree_path(tree_path_text(path)) == path


@pytest.mark.parametrize("text", ["a", "a.b", '["a"', '"a"', "[a]", "[-1]", '["a"]x', "[", '["a"] ["b"]x'])
def test_what_is_none_is_misuse_that_shows_one(text: str) -> None:
    with pytest.raises(BadTreePath, match="is no path") as stopped:
        parse_tree_path(text)
    assert stopped.value.status == 2
    assert stopped.value.hint is not None
    assert '["db"]["users"][0]' in stopped.value.hint
