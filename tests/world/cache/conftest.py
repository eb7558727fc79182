"""A repository whose cache is tested."""

from pathlib import Path

import pytest
from githistory import begun

from lamina.words.git_folder import GitFolder
from lamina.world.gitdir import git_folder


@pytest.fixture
def folder(tmp_path: Path) -> GitFolder:
    """The git folder of a new repository."""
    found = git_folder(begun(tmp_path / "top"))
    assert found is not None
    return found
