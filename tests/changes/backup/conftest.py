"""Stores in both formats, and a configuration in git."""

import os
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

import pytest
from backups import Kept
from githistory import begun, committed
from running import surroundings


@pytest.fixture(autouse=True)
def _plain() -> Iterator[None]:
    with mock.patch.dict(os.environ, surroundings(), clear=True):
        yield


@pytest.fixture(params=["sqlite", "json"])
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> Kept:
    found = Kept(tmp_path / "kept" / ("state.sqlite" if request.param == "sqlite" else "state"))
    found.work()
    return found


@pytest.fixture
def configuration(tmp_path: Path) -> Path:
    root = begun(tmp_path / "configuration")
    committed(root, {"lamina.yaml": "environments: {prod: {}}\n"})
    return root
