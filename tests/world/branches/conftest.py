"""A repository to commit to, with nothing of this machine's settings."""

import os
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

import pytest
from githistory import begun, committed
from running import surroundings

APP, WEB = "environments/prod/app.yaml", "environments/prod/web.yaml"


@pytest.fixture(autouse=True)
def _plain() -> Iterator[None]:
    with mock.patch.dict(os.environ, surroundings(), clear=True):
        yield


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A repository with two commits of two layers."""
    root = begun(tmp_path / "r")
    committed(root, {APP: "a: 0\n", WEB: "w: 0\n", "README": "about\n"}, "first")
    committed(root, {APP: "a: 1\n"}, "second")
    return root
