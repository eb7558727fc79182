"""Archives of some stores, and bare repositories to push them to, with nothing of this machine's settings."""

import os
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

import pytest
from archiving import Store
from githistory import begun
from running import surroundings


@pytest.fixture(autouse=True)
def _plain() -> Iterator[None]:
    with mock.patch.dict(os.environ, surroundings(), clear=True):
        yield


@pytest.fixture
def server(tmp_path: Path) -> Path:
    """A bare repository that takes no push by force, as a protected branch would not."""
    folder = begun(tmp_path / "server.git", "--bare")
    with (folder / "config").open("a") as config:
        config.write("[receive]\n\tdenyNonFastForwards = true\n\tfsckObjects = true\n")
    return folder


@pytest.fixture
def ours(tmp_path: Path) -> Store:
    return Store(tmp_path / "ours", "ours-1")


@pytest.fixture
def theirs(tmp_path: Path) -> Store:
    return Store(tmp_path / "theirs", "theirs-1")
